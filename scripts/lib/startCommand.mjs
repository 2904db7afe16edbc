// @ts-check
import { hasDisplay } from './display.mjs';
import { startElectron } from './electronRuntime.mjs';
import { endProcess } from './processes.mjs';
import { SetupFailure, say, words } from './say.mjs';
import { ensureWindow, examine } from './steps.mjs';

/** @param {string[]} args @returns {Promise<number>} Exit status. */
export async function startCommand(args) {
  const unknown = args.filter((argument) => argument !== '--dry-run');
  if (unknown.length > 0) {
    throw new SetupFailure({
      en: `Unknown option ${unknown.join(' ')}. Usage: npm start [-- --dry-run]`,
      ko: `알 수 없는 옵션 ${unknown.join(' ')}. 사용법: npm start [-- --dry-run]`,
    });
  }
  if (args.includes('--dry-run')) return dryRun();
  const { runtime, builds } = await ensureWindow();
  if (!hasDisplay()) {
    await builds();
    throw noDisplay();
  }
  await builds().catch((error) => {
    if (!(error instanceof SetupFailure)) throw error;
    say(error.text);
    say({
      en: 'The window opens all the same and goes on by itself once that is done.',
      ko: '창은 그대로 열리며, 해결되면 스스로 이어서 동작합니다.',
    });
  });
  return openWindow(runtime);
}

async function dryRun() {
  for (const { name, state, fix } of await examine()) {
    process.stdout.write(
      fix
        ? `would  ${words(name)}: ${words(fix).replace(/\s*\n\s*/g, ' ')}\n`
        : `ok     ${words(name)}: ${words(state)}\n`,
    );
  }
  say(
    hasDisplay()
      ? { en: 'would  open the window', ko: 'would  창 열기' }
      : { en: 'would  stop here: there is no display', ko: 'would  여기서 멈춤: 화면이 없음' },
  );
  return 0;
}

function noDisplay() {
  return new SetupFailure({
    en: `Everything is set up, but this machine has no display (DISPLAY and WAYLAND_DISPLAY are empty), so no window can open. One of these helps:
  - connect with: ssh -X THIS_MACHINE, then run npm start again
  - draw into memory, for screenshots and tests: xvfb-run -a npm start
  - run Wharf on your own computer and use the engine of this one through SSH:
      ssh -N -L /tmp/wharf-engine.sock:/var/run/docker.sock THIS_MACHINE
      DOCKER_HOST=unix:///tmp/wharf-engine.sock npm start`,
    ko: `준비는 끝났지만 이 컴퓨터에는 화면이 없어(DISPLAY와 WAYLAND_DISPLAY가 비어 있음) 창을 열 수 없습니다. 다음 중 하나를 쓰세요.
  - ssh -X 이_컴퓨터 로 접속한 뒤 npm start 다시 실행
  - 메모리에 그리기 (화면 캡처와 테스트용): xvfb-run -a npm start
  - 내 컴퓨터에서 Wharf를 실행하고 SSH로 이 컴퓨터의 엔진 사용:
      ssh -N -L /tmp/wharf-engine.sock:/var/run/docker.sock 이_컴퓨터
      DOCKER_HOST=unix:///tmp/wharf-engine.sock npm start`,
  });
}

const quitGraceMs = 8000;

/**
 * Opens the window and stays until it is closed. Ctrl+C and SIGTERM close it.
 *
 * @param {import('./electronRuntime.mjs').ElectronRuntime} runtime
 * @returns {Promise<number>}
 */
async function openWindow(runtime) {
  const asRoot = process.getuid?.() === 0;
  if (asRoot) {
    say({
      en: 'Running as root: Chromium has to run without its sandbox (--no-sandbox). Use an ordinary user for everyday work.',
      ko: 'root로 실행 중이라 Chromium이 샌드박스 없이(--no-sandbox) 동작합니다. 평소에는 일반 사용자로 실행하세요.',
    });
  }
  const child = startElectron(runtime, asRoot ? ['--no-sandbox', '.'] : ['.']);
  const ended = new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (status, signal) => resolve(status ?? (signal ? 1 : 0)));
  });
  let interrupted = false;
  for (const name of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(name, () => {
      if (interrupted) return;
      interrupted = true;
      void endProcess(child.pid ?? 0, quitGraceMs);
    });
  }
  const status = await ended;
  await endGroup(child.pid);
  return interrupted ? 130 : status;
}

/** Electron's own helpers end with it; should one hang, it goes with the group. @param {number | undefined} pid */
async function endGroup(pid) {
  if (pid !== undefined && process.platform !== 'win32') await endProcess(-pid, 1000);
}
