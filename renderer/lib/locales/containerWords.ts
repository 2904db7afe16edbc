import { defineTexts } from '../i18n';

/** States of containers in words. */
export const containerTexts = defineTexts('containerWords', {
  en: {
    healthy: 'Healthy',
    unhealthy: 'Unhealthy',
    starting: 'Starting',
    running: 'Running',
    created: 'Not started',
    paused: 'Paused',
    restarting: 'Restarting',
    removing: 'Removing',
    exited: 'Stopped',
    exitedBadly: 'Failed',
    dead: 'Dead',
  },
  ko: {
    healthy: '정상',
    unhealthy: '비정상',
    starting: '준비 중',
    running: '실행 중',
    created: '시작 전',
    paused: '일시 정지',
    restarting: '재시작 중',
    removing: '삭제 중',
    exited: '중지됨',
    exitedBadly: '실패',
    dead: '손상됨',
  },
});
