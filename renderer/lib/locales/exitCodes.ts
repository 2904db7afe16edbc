import { defineTexts } from '../i18n';

/** Exit codes in plain words. Numbers: POSIX shells (126, 127, 128 + signal) and `docker run` (125). */
export const exitCodeTexts = defineTexts('exitCodes', {
  en: {
    ok: 'finished without error',
    failed: 'failed with code {{code}}',
    outOfMemory: 'ran out of memory',
    engine: 'the engine could not run it (125)',
    notExecutable: 'command cannot be executed (126)',
    notFound: 'command not found (127)',
    notRunnable: 'made for another kind of processor (exec format error)',
    couldNotStart: 'the engine could not start it',
    interrupted: 'interrupted (Ctrl+C, 130)',
    aborted: 'aborted itself (134)',
    killed: 'killed (137)',
    crashed: 'crashed: invalid memory access (139)',
    terminated: 'asked to end (143)',
    signal: 'ended by signal {{signal}} ({{code}})',
  },
  ko: {
    ok: '오류 없이 끝났어요',
    failed: '오류 코드 {{code}}로 끝났어요',
    outOfMemory: '메모리가 부족해서 종료됐어요',
    engine: '엔진이 실행하지 못했어요(125)',
    notExecutable: '명령을 실행할 수 없어요(126)',
    notFound: '명령을 찾을 수 없어요(127)',
    notRunnable: '다른 종류의 프로세서용 이미지예요(exec format error)',
    couldNotStart: '엔진이 시작하지 못했어요',
    interrupted: '중단됐어요(Ctrl+C, 130)',
    aborted: '스스로 중단했어요(134)',
    killed: '강제로 종료됐어요(137)',
    crashed: '잘못된 메모리 접근으로 비정상 종료됐어요(139)',
    terminated: '종료 요청을 받고 끝났어요(143)',
    signal: '시그널 {{signal}} 때문에 끝났어요({{code}})',
  },
});
