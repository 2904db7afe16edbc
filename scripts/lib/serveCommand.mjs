// @ts-check
import { spawn } from 'node:child_process';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ensureBuild } from './appBuild.mjs';
import { ensureDependencies } from './dependencies.mjs';
import { repository } from './places.mjs';
import { SetupFailure, say } from './say.mjs';
import { ensureEngineWithBaseImage } from './steps.mjs';

/**
 * `npm start` without a display, and `wharf serve`: sets up what the web host needs, starts it, and prints its link and
 * the SSH line for it. Enter prints one more link.
 *
 * @param {string[]} args `--open` opens the browser of this machine; the rest is the host's, see electron/web/serveOptions.ts.
 * @returns {Promise<number>} Exit status.
 */
export async function serveCommand(args) {
  await ensureDependencies();
  await ensureBuild();
  await ensureEngineWithBaseImage().catch((error) => {
    if (!(error instanceof SetupFailure)) throw error;
    // The page says the same and goes on by itself once an engine answers.
    say(error.text);
  });
  return runHost(args);
}

/** @param {string[]} args */
async function runHost(args) {
  const opens = args.includes('--open');
  const own = args.filter((argument) => argument !== '--open');
  const child = spawn(process.execPath, [join(repository, 'out', 'headless', 'index.cjs'), ...own], {
    cwd: repository,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let first = true;
  createInterface(child.stdout).on('line', (line) => {
    /** @type {{ url: string, launchLink: string }} */
    const { url, launchLink } = JSON.parse(line);
    if (!first) return say({ en: `One more link: ${launchLink}`, ko: `새 링크: ${launchLink}` });
    first = false;
    greet(url, launchLink);
    if (opens) openInBrowser(launchLink);
  });
  if (process.stdin.isTTY) createInterface(process.stdin).on('line', () => child.stdin.write('\n'));
  for (const name of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(name, () => child.kill(name));
  const status = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
  process.stdin.pause();
  return status;
}

/** @param {string} url @param {string} launchLink */
function greet(url, launchLink) {
  const { port } = new URL(url);
  say({
    en: `Wharf runs at ${url}. Open this link within ten minutes; it signs one browser in:
  ${launchLink}
From another machine, first open a tunnel there, then the same link:
  ssh -N -L ${port}:127.0.0.1:${port} ${hostname()}
Enter prints a link for one more browser, Ctrl+C ends Wharf.`,
    ko: `Wharf가 ${url}에서 실행 중입니다. 10분 안에 이 링크를 여세요. 링크 하나로 브라우저 하나가 로그인됩니다.
  ${launchLink}
다른 컴퓨터에서는 먼저 그 컴퓨터에서 터널을 연 뒤 같은 링크를 여세요.
  ssh -N -L ${port}:127.0.0.1:${port} ${hostname()}
Enter를 누르면 다른 브라우저용 링크가 나오고, Ctrl+C를 누르면 Wharf가 끝납니다.`,
  });
}

/** @param {string} link */
function openInBrowser(link) {
  const command = { darwin: 'open', win32: 'explorer' }[/** @type {string} */ (process.platform)] ?? 'xdg-open';
  const opener = spawn(command, [link], { stdio: 'ignore', detached: true });
  opener.once('error', () => say({ en: 'No browser could be opened.', ko: '브라우저를 열지 못했습니다.' }));
  opener.unref();
}
