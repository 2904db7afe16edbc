import { defineTexts } from '../../lib/i18n';

/** Words of the doctor's page. */
export const doctorTexts = defineTexts('doctor', {
  en: {
    title: 'Doctor',
    intro: 'Looks at the engine in use and what stands around it. Nothing is changed.',
    checking: 'Looking…',
    again: 'Check again',
    checks: 'Checks',
    ok: 'Fine',
    note: 'Unknown',
    warn: 'Look at this',
    bad: 'Fix this',
    fix: 'What to do',
    noEngine: 'Without an engine there is nothing to check yet.',
    report: 'Report',
    reportWhy:
      'One file for whoever helps you: versions, findings, settings, configuration of running containers, Wharf’s log. Passwords, keys and tokens are masked; look through it before you pass it on.',
    saveReport: 'Save diagnostics…',
    saved: '{{name}} saved ({{size}}). Masked in {{count}} places.',
    notSaved: 'The report was not saved',
    sameInTerminal: 'The same checks in a terminal',
  },
  ko: {
    title: '진단',
    intro: '사용 중인 엔진과 주변 환경을 확인해요. 아무것도 바꾸지 않아요.',
    checking: '확인하고 있어요…',
    again: '다시 확인',
    checks: '확인 결과',
    ok: '정상',
    note: '확인 불가',
    warn: '살펴보기',
    bad: '고쳐야 함',
    fix: '해결 방법',
    noEngine: '엔진이 없으면 아직 확인할 것이 없어요.',
    report: '진단 파일',
    reportWhy:
      '도와주는 사람에게 보낼 파일이에요. 버전, 확인 결과, 설정, 실행 중인 컨테이너의 구성, Wharf 로그가 들어 있어요. 비밀번호, 키, 토큰은 가려져요. 보내기 전에 내용을 한 번 살펴봐 주세요.',
    saveReport: '진단 파일 저장…',
    saved: '{{name}} 파일을 저장했어요({{size}}). {{count}}곳을 가렸어요.',
    notSaved: '진단 파일을 저장하지 못했어요',
    sameInTerminal: '터미널에서 같은 확인하기',
  },
});
