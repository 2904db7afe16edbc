import { defineTexts } from '../lib/i18n';

/** Words that every page uses the same way. */
export const uiTexts = defineTexts('ui', {
  en: {
    copy: 'Copy',
    copied: 'Copied',
    close: 'Close',
    cancel: 'Cancel',
    retry: 'Try again',
    remove: 'Remove',
    loading: 'Loading',
    search: 'Search',
    clearSearch: 'Clear search',
    details: 'Details',
    sameCommand: 'Same as this command',
    opensInBrowser: 'Opens in your browser',
    dismiss: 'Dismiss',
    required: 'required',
    undo: 'Undo',
  },
  ko: {
    copy: '복사',
    copied: '복사했어요',
    close: '닫기',
    cancel: '취소',
    retry: '다시 시도',
    remove: '삭제',
    loading: '불러오는 중',
    search: '검색',
    clearSearch: '검색어 지우기',
    details: '자세히',
    sameCommand: '같은 일을 하는 명령',
    opensInBrowser: '브라우저에서 열려요',
    dismiss: '닫기',
    required: '필수',
    undo: '실행 취소',
  },
});
