import { defineTexts } from '../../lib/i18n';

/** Words of the activity page. */
export const activityTexts = defineTexts('activity', {
  en: {
    title: 'Activity',
    since: 'since Wharf was started',
    tasks: 'Tasks, newest first',
    took: 'Took',
    running: 'Running for',
    steps: '{{done}} of {{total}} steps',
    openBuild: 'Open the build',
    openContainer: 'Open {{name}}',
    followHome: 'Follow on Home',
    cancelOf: 'Cancel: {{title}}',
    cancel: 'Cancel',
    retryOf: 'Try again: {{title}}',
    empty: 'Nothing has been done yet',
    emptyNext: 'Builds that you start here or on Home stand on this page, running or over, until Wharf closes.',
    build: 'Build an image',
  },
  ko: {
    title: '활동',
    since: 'Wharf를 시작한 뒤로',
    tasks: '작업, 최신순',
    took: '걸린 시간',
    running: '진행 시간',
    steps: '{{total}}단계 중 {{done}}단계',
    openBuild: '빌드 열기',
    openContainer: '{{name}} 열기',
    followHome: '홈에서 보기',
    cancelOf: '취소: {{title}}',
    cancel: '취소',
    retryOf: '다시 시도: {{title}}',
    empty: '아직 한 일이 없어요',
    emptyNext: '여기나 홈에서 시작한 빌드가 Wharf를 닫을 때까지 이 페이지에 남아요.',
    build: '이미지 빌드',
  },
});
