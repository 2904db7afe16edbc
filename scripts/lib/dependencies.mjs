// @ts-check
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from './places.mjs';
import { run } from './run.mjs';
import { SetupFailure, say, seconds, withSignsOfLife } from './say.mjs';

/** @typedef {import('./lockFile.mjs').LockedPackage} LockedPackage */

/** Whether `node_modules` holds what the lock file names, by the list that npm leaves inside. */
export function dependenciesMatch(folder = repository) {
  const installedList = join(folder, 'node_modules', '.package-lock.json');
  if (!existsSync(installedList)) return false;
  return listsMatch(
    JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')).packages,
    JSON.parse(readFileSync(installedList, 'utf8')).packages,
  );
}

/**
 * Optional packages may be missing, as they are for other systems; nothing may be there in another version.
 *
 * @param {Record<string, LockedPackage>} locked By folder; the empty name is the repository itself.
 * @param {Record<string, LockedPackage>} installed
 */
export function listsMatch(locked, installed) {
  const wanted = Object.entries(locked).filter(([folder]) => folder !== '');
  return (
    wanted.every(([folder, { version, optional }]) =>
      folder in installed ? installed[folder]?.version === version : optional === true,
    ) && Object.keys(installed).every((folder) => folder in locked)
  );
}

/**
 * Runs npm in the repository.
 *
 * @param {string[]} args
 * @returns {Promise<string>} What it wrote.
 * @throws {CommandFailure}
 */
export function npm(args) {
  // Under `npm run` this very npm is known; by itself a script asks PATH, and Windows needs its shell for npm.cmd.
  const own = process.env.npm_execpath;
  return own?.endsWith('.js')
    ? run(process.execPath, [own, ...args], { cwd: repository })
    : run('npm', args, { cwd: repository, shell: process.platform === 'win32' });
}

/** Installs the dependencies of the lock file unless they are there. No script of any package runs. */
export async function ensureDependencies() {
  if (dependenciesMatch()) return;
  const startedAt = performance.now();
  say({
    en: 'Dependencies: installing what package-lock.json names ...',
    ko: '의존성: package-lock.json에 적힌 패키지 설치 중 ...',
  });
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  try {
    await withSignsOfLife({ en: 'Dependencies', ko: '의존성' }, npm(args));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SetupFailure(
      {
        en: `npm could not install the dependencies. Check the network, the registry and its proxy (npm config list), then run the same command again.\n${reason}`,
        ko: `npm이 의존성을 설치하지 못했습니다. 네트워크와 레지스트리, 프록시(npm config list)를 확인하고 같은 명령을 다시 실행하세요.\n${reason}`,
      },
      { cause: error },
    );
  }
  say({
    en: `Dependencies: installed (${seconds(startedAt)})`,
    ko: `의존성: 설치함 (${seconds(startedAt)})`,
  });
}
