import { defineTexts } from '../lib/i18n';

/** Words of the frame around the pages. */
export const appTexts = defineTexts('app', {
  en: {
    home: 'Home',
    containers: 'Containers',
    images: 'Images',
    chat: 'Chat',
    activity: 'Activity',
    settings: 'Settings',
    pages: 'Pages',
    skipToPage: 'Skip to the page',
    connectionLost: 'Wharf’s core has stopped answering',
    connectionLostRemedy:
      'This window lost its connection. Containers, builds and conversations are not affected. Reload to connect again.',
    reload: 'Reload',
    pageFailed: 'This page could not be shown',
    pageFailedRemedy: 'It is a defect in Wharf. The other pages still work; reload to try this one again.',
    notFound: 'There is no such page',
    notFoundRemedy: 'The address leads nowhere. Go back to Home.',
    goHome: 'Go to Home',
  },
  ko: {
    home: '홈',
    containers: '컨테이너',
    images: '이미지',
    chat: '채팅',
    activity: '활동',
    settings: '설정',
    pages: '페이지',
    skipToPage: '본문으로 건너뛰기',
    connectionLost: 'Wharf 본체가 응답하지 않아요',
    connectionLostRemedy: '이 창의 연결이 끊겼어요. 컨테이너, 빌드, 대화에는 영향이 없어요. 새로 고치면 다시 연결해요.',
    reload: '새로 고침',
    pageFailed: '이 페이지를 표시하지 못했어요',
    pageFailedRemedy: 'Wharf의 결함이에요. 다른 페이지는 그대로 쓸 수 있어요. 새로 고쳐서 다시 시도해 주세요.',
    notFound: '없는 페이지예요',
    notFoundRemedy: '주소가 가리키는 페이지가 없어요. 홈으로 돌아가 주세요.',
    goHome: '홈으로 가기',
  },
});
