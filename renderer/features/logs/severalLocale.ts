import { defineTexts } from '../../lib/i18n';

/** Which containers' logs are read, and how several of them stand together. */
export const severalTexts = defineTexts('severalLogs', {
  en: {
    title: 'Logs',
    arrangement: 'Arrangement',
    merged: 'In one',
    side: 'Side by side',
    addContainer: 'Add a container',
    chooseOthers: 'Choose anew',
    shownContainers: 'Containers shown',
    leaveOut: 'Leave out {{name}}',
    chooseContainers: 'Read the logs of several containers together',
    noContainers: 'There are no containers',
    noContainersHint: 'Run one first; its log appears here.',
    findContainer: 'Find a container',
    showMerged: 'In one, by time',
    showSide: 'Side by side',
    chooseRunning: 'Choose all that run',
    goneContainers: 'Kept logs of removed containers',
    keptHint:
      'A log that was opened here stays after its container is removed. One that nobody opened goes with its container.',
  },
  ko: {
    title: '로그',
    arrangement: '배치',
    merged: '하나로',
    side: '나란히',
    addContainer: '컨테이너 추가',
    chooseOthers: '다시 고르기',
    shownContainers: '보고 있는 컨테이너',
    leaveOut: '{{name}} 빼기',
    chooseContainers: '여러 컨테이너의 로그를 함께 보기',
    noContainers: '컨테이너가 없어요',
    noContainersHint: '먼저 컨테이너를 실행하면 로그가 여기에 나와요.',
    findContainer: '컨테이너 찾기',
    showMerged: '시간순으로 하나로',
    showSide: '나란히',
    chooseRunning: '실행 중인 컨테이너 모두 고르기',
    goneContainers: '삭제된 컨테이너의 보관된 로그',
    keptHint: '여기에서 연 로그는 컨테이너를 삭제한 뒤에도 남아요. 한 번도 열지 않은 로그는 컨테이너와 함께 사라져요.',
  },
});
