// @ts-check
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Root of the repository. */
export const repository = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/**
 * The person's own folder for everything that set-up fetches or makes and that a deletion only costs time:
 * `$XDG_CACHE_HOME/wharf`, by default `~/.cache/wharf` (`%LOCALAPPDATA%\wharf` on Windows).
 *
 * @param {Record<string, string | undefined>} [env]
 * @returns {string}
 */
export function cacheFolder(env = process.env) {
  const local = process.platform === 'win32' ? env.LOCALAPPDATA : undefined;
  return join(env.XDG_CACHE_HOME || local || join(env.HOME || homedir(), '.cache'), 'wharf');
}
