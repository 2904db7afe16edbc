// @ts-check
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { run } from './run.mjs';

/** The Python of a virtual environment. @param {string} folder */
export function venvPython(folder) {
  return process.platform === 'win32' ? join(folder, 'Scripts', 'python.exe') : join(folder, 'bin', 'python');
}

/** Whether the environment was made to its end. @param {string} folder */
export function venvIsComplete(folder) {
  return existsSync(join(folder, 'complete'));
}

/**
 * Makes a virtual environment with packages in it; half of one, as an interruption leaves it, is made anew.
 *
 * @param {string} folder Absolute path.
 * @param {string} command Python that makes it.
 * @param {string[]} wanted What pip is asked for, such as `-r` and a file.
 * @returns {Promise<string>} Its Python.
 */
export async function makeVenv(folder, command, wanted) {
  const python = venvPython(folder);
  await rm(folder, { recursive: true, force: true });
  await mkdir(dirname(folder), { recursive: true });
  await run(command, ['-m', 'venv', folder]);
  await run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...wanted]);
  await writeFile(join(folder, 'complete'), '');
  return python;
}
