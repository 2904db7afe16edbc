// @ts-check
import { hasDisplay } from './display.mjs';
import { startElectron } from './electronRuntime.mjs';
import { endProcess } from './processes.mjs';
import { SetupFailure, say, words } from './say.mjs';
import { serveCommand } from './serveCommand.mjs';
import { ensureWindow, examine } from './steps.mjs';

/** @param {string[]} args @returns {Promise<number>} Exit status. */
export async function startCommand(args) {
  const known = ['--dry-run', '--open'];
  const unknown = args.filter((argument) => !known.includes(argument));
  if (unknown.length > 0) {
    throw new SetupFailure({
      en: `Unknown option ${unknown.join(' ')}. Usage: npm start [-- --dry-run | --open]`,
      ko: `알 수 없는 옵션 ${unknown.join(' ')}. 사용법: npm start [-- --dry-run | --open]`,
    });
  }
  // Without a screen the same app is shown by a browser, here or at the other end of a tunnel.
  const inBrowser = !hasDisplay() || args.includes('--open');
  if (args.includes('--dry-run')) return dryRun(inBrowser);
  if (inBrowser) return serveCommand(args);
  const { runtime, builds } = await ensureWindow();
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

/** @param {boolean} inBrowser */
async function dryRun(inBrowser) {
  for (const { name, state, fix } of await examine()) {
    process.stdout.write(
      fix
        ? `would  ${words(name)}: ${words(fix).replace(/\s*\n\s*/g, ' ')}\n`
        : `ok     ${words(name)}: ${words(state)}\n`,
    );
  }
  say(
    inBrowser
      ? { en: 'would  serve browsers', ko: 'would  브라우저에 제공' }
      : { en: 'would  open the window', ko: 'would  창 열기' },
  );
  return 0;
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
