import { defineTexts } from '../../lib/i18n';

/** Words of the help. */
export const helpTexts = defineTexts('help', {
  en: {
    title: 'Help',
    topics: 'Topics',
    start: 'First steps',
    commands: 'Commands and clicks',
    logs: 'Logs',
    chat: 'Chat',
    closed: 'Closed networks',
    safety: 'What is safe, and what is not',
    shortcuts: 'Shortcuts',
    showTips: 'Show the tips of Home again',
  },
  ko: {
    title: '도움말',
    topics: '주제',
    start: '시작하기',
    commands: '명령과 클릭',
    logs: '로그',
    chat: '채팅',
    closed: '폐쇄망',
    safety: '안전한 것과 아닌 것',
    shortcuts: '단축키',
    showTips: '홈의 도움 팁 다시 보기',
  },
});
