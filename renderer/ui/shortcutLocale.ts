import { defineTexts } from '../lib/i18n';

/** Words of the list of shortcuts. */
export const shortcutTexts = defineTexts('shortcuts', {
  en: {
    palette: 'Search or run a command',
    sheet: 'Show these shortcuts',
    send: 'Send a message',
    newLine: 'New line in a message',
    renameRow: 'Rename a conversation in the list',
    removeRow: 'Delete a conversation in the list',
    clear: 'Empty a search field, close a dialog',
    logEnds: 'Start and end of a log',
  },
  ko: {
    palette: '검색하거나 명령 실행',
    sheet: '이 단축키 보기',
    send: '메시지 보내기',
    newLine: '메시지에서 줄 바꾸기',
    renameRow: '목록에서 대화 이름 바꾸기',
    removeRow: '목록에서 대화 삭제',
    clear: '검색어 지우기, 창 닫기',
    logEnds: '로그의 처음과 끝',
  },
});
