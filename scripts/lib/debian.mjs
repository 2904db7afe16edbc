// @ts-check
import { readdir, readFile } from 'node:fs/promises';
import { CommandFailure, run } from './run.mjs';
import { SetupFailure, say, seconds, withSignsOfLife } from './say.mjs';
import { updateRecord } from './setupRecord.mjs';

/**
 * What Debian's Electron needs to draw a window, by package; names with `|` changed between releases and either will do.
 * The last three are for screens that exist only in memory, and for Korean glyphs.
 */
export const windowPackages = [
  'libgtk-3-0|libgtk-3-0t64',
  'libnss3',
  'libasound2|libasound2t64',
  'libgbm1',
  'libxss1',
  'fonts-noto-cjk',
];

/** A display in memory. */
export const displayPackages = ['xvfb', 'xauth'];

/** Docker Engine; `iptables` is only a recommendation of Debian's package, but nothing is published without it. */
export const enginePackages = ['docker.io', 'iptables'];

/** Makes a Debian root file system out of packages. */
export const baseImagePackages = ['mmdebstrap'];

/**
 * The system's own name and release.
 *
 * @typedef {object} System
 * @property {'debian' | 'other-linux' | 'macos' | 'windows'} family `debian` covers what is built on Debian, such as Ubuntu.
 * @property {string} codename For example `bookworm`; empty outside the Debian family.
 * @property {boolean} isDebianItself
 * @property {boolean} isRoot
 */

/** @returns {Promise<System>} */
export async function thisSystem() {
  const isRoot = process.getuid?.() === 0;
  if (process.platform !== 'linux') {
    const family = process.platform === 'darwin' ? 'macos' : 'windows';
    return { family, codename: '', isDebianItself: false, isRoot };
  }
  return { ...readOsRelease(await readFile('/etc/os-release', 'utf8').catch(() => '')), isRoot };
}

/**
 * @param {string} text Content of `/etc/os-release`, see `man os-release`.
 * @returns {Omit<System, 'isRoot'>}
 */
export function readOsRelease(text) {
  const fields = Object.fromEntries(
    text.split('\n').flatMap((line) => {
      const match = /^([A-Z_]+)=(.*)$/.exec(line.trim());
      return match ? [[match[1], (match[2] ?? '').replace(/^(["'])(.*)\1$/, '$2')]] : [];
    }),
  );
  const names = [fields.ID, ...(fields.ID_LIKE ?? '').split(' ')];
  const family = names.includes('debian') || names.includes('ubuntu') ? 'debian' : 'other-linux';
  return {
    family,
    codename: family === 'debian' ? (fields.VERSION_CODENAME ?? '') : '',
    isDebianItself: fields.ID === 'debian',
  };
}

/**
 * Those of the packages that are not installed.
 *
 * @param {string[]} packages
 * @returns {Promise<string[]>}
 */
export async function missingPackages(packages) {
  const names = packages.flatMap((name) => name.split('|'));
  const output = await run('dpkg-query', ['-W', '-f', '${Package} ${db:Status-Status}\n', ...names]).catch((error) => {
    // Status 1 only says that some name is unknown; the known ones are listed all the same.
    if (error instanceof CommandFailure && error.status === 1) return error.output;
    throw error;
  });
  const installed = new Set([...output.matchAll(/^(\S+) installed$/gm)].map((match) => match[1]));
  return packages.filter((name) => !name.split('|').some((either) => installed.has(either)));
}

/** The command with which a person installs the packages. @param {string[]} packages @param {boolean} isRoot */
export function installCommand(packages, isRoot) {
  const names = packages.map((name) => name.split('|')[0]);
  return `${isRoot ? '' : 'sudo '}apt-get install -y --no-install-recommends ${names.join(' ')}`;
}

/**
 * Installs those of the packages that are missing. As root it does so itself and records what it added; otherwise it
 * fails with the exact command.
 *
 * @param {string[]} packages
 * @param {System} system
 * @param {{ en: string, ko: string }} purpose
 */
export function ensurePackages(packages, system, purpose) {
  const mine = lastInstallation.catch(() => {}).then(() => ensure(packages, system, purpose));
  lastInstallation = mine;
  return mine;
}

/** apt serves one at a time; its lists are not even guarded by a lock that waits. @type {Promise<void>} */
let lastInstallation = Promise.resolve();

/** @param {string[]} packages @param {System} system @param {{ en: string, ko: string }} purpose */
async function ensure(packages, system, purpose) {
  const missing = await missingPackages(packages);
  if (missing.length === 0) return;
  if (!system.isRoot) {
    const command = installCommand(missing, false);
    throw new SetupFailure({
      en: `${purpose.en} needs Debian packages that are missing. Run this, then the same command again:\n  ${command}`,
      ko: `${purpose.ko}에 필요한 데비안 패키지가 없습니다. 아래 명령을 실행한 뒤 같은 명령을 다시 실행하세요.\n  ${command}`,
    });
  }
  await installPackages(missing, purpose);
}

/** @param {string[]} missing @param {{ en: string, ko: string }} purpose */
async function installPackages(missing, purpose) {
  const startedAt = performance.now();
  say({
    en: `Packages: installing ${missing.map((name) => name.split('|')[0]).join(' ')} (${purpose.en}) ...`,
    ko: `패키지: ${missing.map((name) => name.split('|')[0]).join(' ')} 설치 중 (${purpose.ko}) ...`,
  });
  const lists = await readdir('/var/lib/apt/lists').catch(() => []);
  let listsAreFresh = false;
  if (!lists.some((name) => name.includes('_Packages'))) {
    await apt(['update']);
    listsAreFresh = true;
  }
  const before = await installedPackages();
  try {
    await apt(['install', '-y', '--no-install-recommends', ...(await availableNames(missing))]);
  } catch (error) {
    // Lists from last month name versions that the archive no longer has.
    if (listsAreFresh) throw cannotInstall(missing, error);
    try {
      await apt(['update']);
      await apt(['install', '-y', '--no-install-recommends', ...(await availableNames(missing))]);
    } catch (again) {
      throw cannotInstall(missing, again);
    }
  }
  const added = [...(await installedPackages())].filter((name) => !before.has(name));
  updateRecord((record) => ({ ...record, aptPackages: [...new Set([...record.aptPackages, ...added])].sort() }));
  say({
    en: `Packages: ${added.length} installed (${seconds(startedAt)})`,
    ko: `패키지: ${added.length}개 설치함 (${seconds(startedAt)})`,
  });
}

/** @param {string[]} packages @param {unknown} cause */
function cannotInstall(packages, cause) {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const command = installCommand(packages, true);
  return new SetupFailure(
    {
      en: `apt-get could not install ${packages.join(' ')}. Check the package sources and the network, then run:\n  ${command}\n${reason}`,
      ko: `apt-get이 ${packages.join(' ')} 설치에 실패했습니다. 패키지 저장소 설정과 네트워크를 확인한 뒤 실행하세요.\n  ${command}\n${reason}`,
    },
    { cause },
  );
}

/** @param {string[]} args */
function apt(args) {
  const work = run('apt-get', ['-o', 'DPkg::Lock::Timeout=120', ...args], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  return withSignsOfLife({ en: 'Packages', ko: '패키지' }, work);
}

/** The name of each package that this release really has. @param {string[]} packages */
async function availableNames(packages) {
  const names = packages.flatMap((name) => name.split('|'));
  const policy = await run('apt-cache', ['policy', ...names], { env: { ...process.env, LC_ALL: 'C' } });
  const real = new Set(
    policy
      .split(/^(?=\S)/m)
      .filter((block) => /^ +Candidate: (?!\(none\))/m.test(block))
      .map((block) => block.slice(0, block.indexOf(':'))),
  );
  return packages.map((name) => name.split('|').find((either) => real.has(either)) ?? name.split('|')[0] ?? name);
}

async function installedPackages() {
  const output = await run('dpkg-query', ['-W', '-f', '${Package} ${db:Status-Status}\n']);
  return new Set([...output.matchAll(/^(\S+) installed$/gm)].map((match) => match[1] ?? ''));
}
