// @ts-check
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from './places.mjs';
import { run } from './run.mjs';
import { SetupFailure, say, seconds } from './say.mjs';

const inputs = [
  'electron',
  'renderer',
  'docs/help',
  'vite.config.ts',
  'package.json',
  'package-lock.json',
  'tsconfig.base.json',
];
const outputs = ['.bundled/main.json', 'main/index.cjs', 'preload/index.cjs', 'image/index.cjs', 'renderer/index.html'];

/** @param {string} folder */
const stampFile = (folder) => join(folder, 'out', '.built-from');

/**
 * A checksum over names and contents of everything the build reads.
 *
 * @param {string} [folder]
 * @returns {string}
 */
export function inputsChecksum(folder = repository) {
  const hash = createHash('sha256');
  for (const input of inputs) {
    const path = join(folder, input);
    if (!existsSync(path)) continue;
    const isFolder = !/\.\w+$/.test(input);
    const files = isFolder
      ? readdirSync(path, { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => join(entry.parentPath, entry.name))
          .sort()
      : [path];
    for (const file of files) {
      hash.update(`${file.slice(folder.length)}\0`);
      hash.update(readFileSync(file));
    }
  }
  return hash.digest('hex');
}

/** Whether `out/` is there and was built from the sources as they are. @param {string} [folder] */
export function buildIsCurrent(folder = repository) {
  if (!outputs.every((name) => existsSync(join(folder, 'out', name)))) return false;
  if (!existsSync(stampFile(folder))) return false;
  return readFileSync(stampFile(folder), 'utf8').trim() === inputsChecksum(folder);
}

/** Builds the app unless the build is current. */
export async function ensureBuild() {
  if (buildIsCurrent()) return;
  const startedAt = performance.now();
  say({ en: 'App: building ...', ko: '앱: 빌드 중 ...' });
  // Taken before: what is edited during the build must count as newer.
  const checksum = inputsChecksum();
  try {
    const vite = join(repository, 'node_modules', 'vite', 'bin', 'vite.js');
    // Vite believes a NODE_ENV that is set, and a test run's would put React's development build into the app.
    const env = { ...process.env, NODE_ENV: 'production' };
    await run(process.execPath, [vite, 'build', '--app', '--logLevel', 'warn'], { cwd: repository, env });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SetupFailure(
      {
        en: `The app could not be built; the compiler's own words are below. Correct the sources, then run the same command again.\n${reason}`,
        ko: `앱을 빌드하지 못했습니다. 아래 컴파일러 메시지를 보고 소스를 고친 뒤 같은 명령을 다시 실행하세요.\n${reason}`,
      },
      { cause: error },
    );
  }
  writeFileSync(stampFile(repository), `${checksum}\n`);
  say({ en: `App: built (${seconds(startedAt)})`, ko: `앱: 빌드함 (${seconds(startedAt)})` });
}
