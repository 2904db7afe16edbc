// @ts-check
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ensurePackages, thisSystem } from './debian.mjs';
import { cacheFolder, repository } from './places.mjs';
import { commandExists, run } from './run.mjs';
import { say, seconds } from './say.mjs';
import { makeVenv, venvIsComplete, venvPython } from './venv.mjs';

const requirements = join(repository, 'api-image', 'requirements-dev.txt');

/**
 * A Python with what the tests of `api-image` need, made once for each state of its requirements.
 *
 * @returns {Promise<{ python: string, obstacle?: undefined } | { python?: undefined, obstacle: string }>}
 */
export async function ensureImageVenv() {
  if (!existsSync(requirements)) return { obstacle: 'api-image/requirements-dev.txt does not exist' };
  const system = await thisSystem();
  if (system.family === 'debian' && system.isRoot && !(await canMakeVenv())) {
    await ensurePackages(['python3', 'python3-venv'], system, { en: 'tests of api-image', ko: 'api-image 테스트' });
  }
  const command = (await commandExists('python3')) ? 'python3' : 'python';
  if (!(await commandExists(command))) return { obstacle: 'Python 3.11 or newer is not installed' };
  const version = (await run(command, ['-c', 'import platform; print(platform.python_version())'])).trim();
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < 3 || minor < 11) return { obstacle: `Python 3.11 or newer is needed, and this is ${version}` };
  return { python: await ensure(command, version) };
}

/** Debian splits what makes one off Python. */
function canMakeVenv() {
  return run('python3', ['-c', 'import venv, ensurepip']).then(
    () => true,
    () => false,
  );
}

/** @param {string} command @param {string} version */
async function ensure(command, version) {
  const wanted = createHash('sha256')
    .update(readFileSync(requirements))
    .update(readFileSync(join(repository, 'api-image', 'requirements.txt')))
    .update(version)
    .digest('hex');
  const name = `venv-${wanted.slice(0, 16)}`;
  const folder = join(cacheFolder(), name);
  if (venvIsComplete(folder)) return venvPython(folder);
  const startedAt = performance.now();
  say({ en: 'api-image: installing what its tests need ...', ko: 'api-image: 테스트에 필요한 패키지 설치 중 ...' });
  await mkdir(cacheFolder(), { recursive: true });
  for (const old of await readdir(cacheFolder())) {
    if (old.startsWith('venv-')) await rm(join(cacheFolder(), old), { recursive: true });
  }
  const python = await makeVenv(folder, command, ['-r', requirements]);
  say({ en: `api-image: ready (${seconds(startedAt)})`, ko: `api-image: 준비됨 (${seconds(startedAt)})` });
  return python;
}
