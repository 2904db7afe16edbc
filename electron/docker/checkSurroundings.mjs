// @ts-check
import { execFile } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What `engineChecks` looks at on this machine, besides the engine itself.
 *
 * @param {Record<string, string | undefined>} env
 * @param {string} homeDirectory
 * @returns {Omit<import('./engineChecks.mjs').CheckSurroundings, 'ask' | 'address'>}
 */
export function checkSurroundings(env, homeDirectory) {
  return {
    env,
    readText: (path) => readFileSync(path, 'utf8'),
    modeOf: (path) => statSync(path, { throwIfNoEntry: false })?.mode ?? null,
    freeBytes,
    dockerConfigFile: join(env.DOCKER_CONFIG || join(homeDirectory, '.docker'), 'config.json'),
    nowMs: Date.now,
  };
}

/** By `df`, since the oldest Node that this runs on cannot ask itself. @param {string} folder @returns {Promise<number | null>} */
function freeBytes(folder) {
  return new Promise((resolve) => {
    execFile('df', ['-Pk', folder], { timeout: 3_000 }, (error, output) => {
      const kibibytes = Number(output?.trim().split('\n')[1]?.split(/\s+/)[3]);
      resolve(error || !Number.isFinite(kibibytes) ? null : kibibytes * 1024);
    });
  });
}
