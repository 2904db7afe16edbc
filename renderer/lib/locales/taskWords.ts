import { defineTexts } from '../i18n';

/** What tasks are called. */
export const taskTexts = defineTexts('taskWords', {
  en: {
    build: 'Build {{tag}}',
    buildAndRun: 'Build and run {{tag}}',
    saveLog: 'Save the log of {{name}} to {{file}}',
    'phase.building': 'Building',
    'phase.running': 'Starting the container',
    'phase.waitingForHealth': 'Waiting until it is healthy',
    'phase.done': 'Ready',
    running: 'Running',
    done: 'Done',
    failed: 'Failed',
    cancelled: 'Cancelled',
  },
  ko: {
    build: '{{tag}} 빌드',
    buildAndRun: '{{tag}} 빌드하고 실행',
    saveLog: '{{name}} 로그를 {{file}} 파일로 저장',
    'phase.building': '빌드 중',
    'phase.running': '컨테이너 시작 중',
    'phase.waitingForHealth': '정상 상태가 되기를 기다리는 중',
    'phase.done': '준비됨',
    running: '진행 중',
    done: '완료',
    failed: '실패',
    cancelled: '취소됨',
  },
});
