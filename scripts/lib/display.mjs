// @ts-check
import { spawn } from 'node:child_process';
import { endProcess } from './processes.mjs';
import { commandExists } from './run.mjs';

/**
 * Whether windows can be shown.
 *
 * @param {Record<string, string | undefined>} [env]
 * @param {string} [platform]
 */
export function hasDisplay(env = process.env, platform = process.platform) {
  if (platform === 'darwin' || platform === 'win32') return true;
  return Boolean(env.DISPLAY || env.WAYLAND_DISPLAY);
}

export function canMakeDisplay() {
  return commandExists('Xvfb');
}

/**
 * Starts a display in memory. It takes the first number that is free, so it never meets another one.
 *
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<{ display: string, pid: number, stop: () => Promise<void> }>} `display` as in `DISPLAY`.
 */
export async function startDisplay(env = process.env) {
  const child = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1440x900x24', '-nolisten', 'tcp', '-noreset'], {
    detached: true,
    env,
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  });
  let complaint = '';
  child.stderr?.setEncoding('utf8').on('data', (text) => {
    complaint += text;
  });
  const number = await new Promise((resolve, reject) => {
    let text = '';
    /** @type {import('node:stream').Readable} */ (child.stdio[3]).setEncoding('utf8').on('data', (chunk) => {
      text += chunk;
      if (text.endsWith('\n')) resolve(text.trim());
    });
    child.once('error', reject);
    child.once('exit', (status) => reject(new Error(`Xvfb ended with status ${status}: ${complaint.trim()}`)));
  });
  const pid = /** @type {number} */ (child.pid);
  for (const pipe of [child.stderr, child.stdio[3]]) pipe?.destroy();
  child.unref();
  return { display: `:${number}`, pid, stop: () => endProcess(pid, 5000) };
}
