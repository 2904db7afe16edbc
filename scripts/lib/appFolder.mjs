// @ts-check
import { existsSync } from 'node:fs';
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { ensureBuild } from './appBuild.mjs';
import { ensureDependencies } from './dependencies.mjs';
import { ensureRuntime } from './electronRuntime.mjs';
import { writeLicences } from './licences.mjs';
import { repository } from './places.mjs';
import { run } from './run.mjs';
import { SetupFailure } from './say.mjs';

/**
 * What a package is made for. `release`: hardened, for people. `test`: the same with another name, and with the inspector
 * that Playwright drives Electron by; it says in its `package.json` that it is one.
 *
 * @typedef {'release' | 'test'} Purpose
 */

/** Set for a test build, over electron-builder.yml. */
const testBuild = [
  '-c.productName=Wharf Test',
  '-c.appId=app.wharf.desktop.test',
  '-c.extraMetadata.name=wharf-test',
  '-c.extraMetadata.productName=Wharf Test',
  '-c.extraMetadata.testBuild=true',
  '-c.linux.executableName=wharf-test',
  '-c.electronFuses.enableNodeCliInspectArguments=true',
];

/** The fuse came with Electron 29; older runtimes have no room for it. */
const fileFuseSince = 29;

/**
 * Runs electron-builder on the built app, with the runtime that is on this machine. Nothing is downloaded for `dir`; the
 * other targets fetch tools of theirs.
 *
 * @param {string} output Folder for what is made.
 * @param {string[]} targets `dir`, `AppImage`, `rpm`, `dmg`, `nsis`; for this machine's system.
 * @param {{ purpose?: Purpose }} [options]
 */
export async function runElectronBuilder(output, targets, { purpose = 'release' } = {}) {
  const feed = feedOf(process.env.WHARF_UPDATE_FEED);
  await ensureDependencies();
  await ensureBuild();
  await writeLicences(join(repository, 'out', 'THIRD-PARTY-LICENSES.txt'));
  const runtime = await ensureRuntime();
  const folder = runtimeFolder(runtime.executable);
  const plain = runtime.kind === 'fallback' ? await plainRuntime(folder) : undefined;
  try {
    await run(
      process.execPath,
      [
        join(repository, 'node_modules', 'electron-builder', 'cli.js'),
        { darwin: '--mac', win32: '--win' }[/** @type {string} */ (process.platform)] ?? '--linux',
        ...targets,
        '--publish=never',
        `-c.directories.output=${output}`,
        `-c.electronDist=${plain ?? folder}`,
        `-c.electronVersion=${runtime.version}`,
        ...(Number.parseInt(runtime.version, 10) >= fileFuseSince
          ? ['-c.electronFuses.grantFileProtocolExtraPrivileges=false']
          : []),
        ...feed,
        ...(purpose === 'test' ? testBuild : []),
      ],
      { cwd: repository },
    );
  } finally {
    if (plain) await rm(plain, { recursive: true, force: true });
  }
}

/**
 * Where the packages made here look for newer ones; nowhere when left out. Their files are checked against the checksums that
 * lie there, so whoever could change what comes from there could change both: never without TLS.
 *
 * @param {string | undefined} address `https://...`, the folder that holds `latest*.yml`
 * @returns {string[]} electron-builder's arguments for it.
 * @throws {SetupFailure} for any other address.
 */
export function feedOf(address) {
  if (address === undefined || address === '') return [];
  if (!URL.canParse(address) || new URL(address).protocol !== 'https:') {
    throw new SetupFailure({
      en: `WHARF_UPDATE_FEED must be an https address, not ${address}`,
      ko: `WHARF_UPDATE_FEED는 https 주소여야 합니다: ${address}`,
    });
  }
  return ['-c.publish.provider=generic', `-c.publish.url=${address}`];
}

/** @param {string} executable */
function runtimeFolder(executable) {
  // macOS keeps it in Electron.app/Contents/MacOS.
  return process.platform === 'darwin' ? dirname(dirname(dirname(dirname(executable)))) : dirname(executable);
}

/** What another's AppImage left in the fallback runtime, and the stand-in that starts apps from a folder. */
const notOfElectron = ['AppRun', 'usr', 'fiftyone.desktop', 'fiftyone.png', '.DirIcon', join('resources', 'app')];

/** A copy of the fallback runtime as Electron's own archive has it. @param {string} folder @returns {Promise<string>} */
async function plainRuntime(folder) {
  const copy = await mkdtemp(join(tmpdir(), 'wharf-runtime-'));
  await cp(folder, copy, {
    recursive: true,
    filter: (source) => !notOfElectron.some((name) => source === join(folder, name)),
  });
  return copy;
}

/**
 * Makes the app's folder for Linux as `dir` does.
 *
 * @param {string} output
 * @param {{ purpose?: Purpose }} [options]
 * @returns {Promise<string>} The folder.
 */
export async function makeLinuxFolder(output, options) {
  await runElectronBuilder(output, ['dir'], options);
  const made = (await readdir(output)).find((name) => /^linux(-\w+)?-unpacked$/.test(name));
  if (made === undefined) throw new Error(`electron-builder left no folder in ${output}`);
  const folder = join(output, made);
  if (!existsSync(join(folder, 'resources', 'app.asar'))) throw new Error(`${basename(folder)} has no app.asar`);
  return folder;
}
