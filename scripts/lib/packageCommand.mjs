// @ts-check
import { readdir, rm, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { makeLinuxFolder, runElectronBuilder } from './appFolder.mjs';
import { makeDeb } from './debPackage.mjs';
import { repository } from './places.mjs';
import { commandExists } from './run.mjs';
import { SetupFailure, say, seconds } from './say.mjs';

/** What electron-builder makes itself, with tools that it fetches. @type {Record<string, string[]>} */
const builderTargets = { linux: ['AppImage', 'rpm'], darwin: ['dmg', 'zip'], win32: ['nsis'] };

/** @type {Record<string, string[]>} */
const usualTargets = { linux: ['dir', 'deb'], darwin: ['dmg'], win32: ['nsis'] };

/**
 * `npm run package [-- TARGET ...]`: packages for this machine's system, into `dist/`. On Linux `dir` and `deb` need nothing
 * from outside.
 *
 * @param {string[]} args
 * @returns {Promise<number>} Exit status.
 */
export async function packageCommand(args) {
  const known = [
    ...(builderTargets[process.platform] ?? []),
    ...(process.platform === 'linux' ? ['dir', 'deb'] : ['dir']),
  ];
  const targets = args.length > 0 ? args : (usualTargets[process.platform] ?? ['dir']);
  const unknown = targets.filter((target) => !known.includes(target));
  if (unknown.length > 0) {
    throw new SetupFailure({
      en: `Unknown target ${unknown.join(' ')}. Usage: npm run package [-- TARGET ...]; targets here: ${known.join(', ')}`,
      ko: `알 수 없는 대상 ${unknown.join(' ')}. 사용법: npm run package [-- 대상 ...]; 여기서 가능한 대상: ${known.join(', ')}`,
    });
  }
  if (targets.includes('deb') && !(await commandExists('dpkg-deb'))) {
    throw new SetupFailure({
      en: 'A deb is made with dpkg-deb, which is not here. Install the package dpkg, or run: npm run package -- dir',
      ko: 'deb 패키지를 만들 dpkg-deb가 없습니다. dpkg 패키지를 설치하거나 다음을 실행하세요: npm run package -- dir',
    });
  }
  const startedAt = performance.now();
  const output = join(repository, 'dist');
  await rm(output, { recursive: true, force: true });
  const builders = targets.filter((target) => !['dir', 'deb'].includes(target));
  say({ en: `Packages: making ${targets.join(', ')} ...`, ko: `패키지: ${targets.join(', ')} 만드는 중 ...` });
  if (process.platform === 'linux' && (targets.includes('dir') || targets.includes('deb'))) {
    const folder = await makeLinuxFolder(output);
    if (targets.includes('deb')) await makeDeb(folder, output);
  } else if (targets.includes('dir')) await runElectronBuilder(output, ['dir']);
  if (builders.length > 0) await runElectronBuilder(output, builders);
  for (const name of (await readdir(output)).sort()) {
    const path = join(output, name);
    const entry = await stat(path);
    if (entry.isFile() && /\.(deb|rpm|AppImage|dmg|exe)$/.test(name)) {
      process.stdout.write(`${relative(repository, path)}  ${(entry.size / 1e6).toFixed(1)} MB\n`);
    } else if (entry.isDirectory() && /unpacked$|^mac/.test(name))
      process.stdout.write(`${relative(repository, path)}/\n`);
  }
  say({ en: `Packages: done (${seconds(startedAt)})`, ko: `패키지: 완료 (${seconds(startedAt)})` });
  return 0;
}
