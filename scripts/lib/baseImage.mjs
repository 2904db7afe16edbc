// @ts-check
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  archiveVariable,
  baseImageSources,
  mirrorVariable,
  officialBaseImage,
  ownBaseImage,
  splitReference,
} from '../../electron/docker/baseImage.mjs';
import { aptSourceLines, proxyOptions } from './aptSettings.mjs';
import { baseImagePackages, ensurePackages, thisSystem } from './debian.mjs';
import { ask, EngineAnswer, stream } from './engineApi.mjs';
import { cacheFolder } from './places.mjs';
import { run } from './run.mjs';
import { SetupFailure, say, seconds, withSignsOfLife } from './say.mjs';

/** @typedef {import('./engineApi.mjs').EngineAddress} EngineAddress */
/** @typedef {import('../../electron/docker/baseImage.mjs').BaseImageSource} BaseImageSource */

const stepName = { en: 'Base image', ko: '베이스 이미지' };

/** A registry that does not begin to answer within this time counts as out of reach. */
const pullSilenceMs = 20_000;

/**
 * Makes sure that the engine has an image to build on, by the ways of `baseImageSources` in their order.
 *
 * @param {EngineAddress} engine
 * @returns {Promise<{ image: string, isNew: boolean }>} The image to build with, and whether it was not there before.
 * @throws {SetupFailure} When every way failed, with the reason of each.
 */
export async function ensureBaseImage(engine) {
  const sources = baseImageSources({ mirror: process.env[mirrorVariable], archivePath: process.env[archiveVariable] });
  /** @type {string[]} */
  const reasons = [];
  for (const source of sources) {
    const reason = await attempt(engine, source);
    if (reason === undefined) return { image: source.image, isNew: source.kind !== 'present' };
    if (source.kind !== 'present') reasons.push(`  ${describe(source)}: ${reason}`);
  }
  throw new SetupFailure({
    en: `No base image for builds could be had. Set ${mirrorVariable} to a registry that mirrors the official images, or ${archiveVariable} to an archive made elsewhere with: docker save ${officialBaseImage} -o base.tar\n${reasons.join('\n')}`,
    ko: `빌드에 쓸 베이스 이미지를 구하지 못했습니다. ${mirrorVariable}에 공식 이미지를 미러링하는 레지스트리를 지정하거나, 다른 곳에서 docker save ${officialBaseImage} -o base.tar 로 만든 파일을 ${archiveVariable}에 지정하세요.\n${reasons.join('\n')}`,
  });
}

/**
 * The image to build with that the engine has already.
 *
 * @param {EngineAddress} engine
 * @returns {Promise<string | undefined>}
 */
export async function presentBaseImage(engine) {
  for (const source of baseImageSources()) {
    if (source.kind === 'present' && (await imageId(engine, source.image))) return source.image;
  }
  return undefined;
}

/** @param {BaseImageSource} source */
function describe(source) {
  switch (source.kind) {
    case 'pull':
    case 'mirror':
      return `${source.kind} ${source.reference}`;
    case 'archive':
      return `archive ${source.path}`;
    default:
      return source.kind === 'packages' ? 'Debian packages' : source.image;
  }
}

/**
 * @param {EngineAddress} engine
 * @param {BaseImageSource} source
 * @returns {Promise<string | undefined>} Why this way did not work; undefined when it did.
 */
async function attempt(engine, source) {
  if (source.kind === 'present') return (await imageId(engine, source.image)) ? undefined : 'not there';
  const startedAt = performance.now();
  const what = describe(source);
  if (source.kind !== 'packages') say({ en: `Base image: ${what} ...`, ko: `베이스 이미지: ${what} ...` });
  try {
    if (source.kind === 'pull') await pull(engine, source.reference);
    else if (source.kind === 'mirror') await pullFromMirror(engine, source.reference, source.image);
    else if (source.kind === 'archive') await importArchive(engine, source.path, source.image);
    else await importDebian(engine, source.image);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const reason = error instanceof SetupFailure ? error.text.en : error.message;
    say({
      en: `Base image: ${what} did not work (${firstLine(reason)})`,
      ko: `베이스 이미지: ${what} 실패 (${firstLine(reason)})`,
    });
    return reason;
  }
  say({
    en: `Base image: ${source.image} is ready (${seconds(startedAt)})`,
    ko: `베이스 이미지: ${source.image} 준비됨 (${seconds(startedAt)})`,
  });
  return undefined;
}

/** @param {string} text */
function firstLine(text) {
  return text.split('\n')[0] ?? '';
}

/**
 * @param {EngineAddress} engine
 * @param {string} reference
 * @returns {Promise<string | undefined>}
 */
async function imageId(engine, reference) {
  try {
    return (await ask(engine, { path: `/images/${encodeURIComponent(reference)}/json` })).Id;
  } catch (error) {
    if (error instanceof EngineAnswer && error.status === 404) return undefined;
    throw error;
  }
}

/** @param {EngineAddress} engine @param {string} reference */
async function pull(engine, reference) {
  const { name, tag } = splitReference(reference);
  const query = new URLSearchParams({ fromImage: name, tag });
  /** Bytes of each layer so far. @type {Map<string, number>} */
  const layers = new Map();
  const onItem = (/** @type {Record<string, any>} */ { id, status, progressDetail }) => {
    if (id && status === 'Downloading') layers.set(id, progressDetail?.current ?? 0);
  };
  const megabytes = () => `${([...layers.values()].reduce((all, one) => all + one, 0) / 1e6).toFixed(1)} MB`;
  const work = stream(engine, { path: `/images/create?${query}`, silenceMs: pullSilenceMs, onItem });
  await withSignsOfLife(stepName, work, megabytes);
}

/**
 * What a mirror hands out gets our own name, and the mirror's name goes away again.
 *
 * @param {EngineAddress} engine
 * @param {string} reference
 * @param {string} image
 */
async function pullFromMirror(engine, reference, image) {
  await pull(engine, reference);
  await tagOwn(engine, reference, image);
  await ask(engine, { method: 'DELETE', path: `/images/${encodeURIComponent(reference)}?noprune=true` });
}

/** @param {EngineAddress} engine @param {string} reference @param {string} image */
async function tagOwn(engine, reference, image) {
  const { name, tag } = splitReference(image);
  const query = new URLSearchParams({ repo: name, tag });
  await ask(engine, { method: 'POST', path: `/images/${encodeURIComponent(reference)}/tag?${query}` });
}

/**
 * Takes in what the person brought: saved images are loaded, anything else is a root file system.
 *
 * @param {EngineAddress} engine
 * @param {string} path
 * @param {string} image
 */
async function importArchive(engine, path, image) {
  if (!existsSync(path)) throw new Error('there is no such file');
  const names = await run('tar', ['-tf', path]).catch(() => {
    throw new Error('not a tar archive');
  });
  if (!/^(?:\.\/)?(?:manifest\.json|oci-layout)$/m.test(names)) return importRootFileSystem(engine, path, image);
  /** @type {string | undefined} */
  let loaded;
  await stream(engine, {
    path: '/images/load',
    upload: createReadStream(path),
    onItem: ({ stream: text }) => {
      loaded ??= /^Loaded image(?: ID)?: (\S+)/m.exec(text ?? '')?.[1];
    },
  });
  if (loaded === undefined) throw new Error('the archive holds no image');
  await tagOwn(engine, loaded, image);
}

/** @param {EngineAddress} engine @param {string} path @param {string} image */
async function importRootFileSystem(engine, path, image) {
  const { name, tag } = splitReference(image);
  const query = new URLSearchParams({ fromSrc: '-', repo: name, tag, message: 'Imported by Wharf set-up' });
  const changes = [
    'ENV PATH=/usr/local/bin:/usr/local/sbin:/usr/bin:/usr/sbin:/bin:/sbin',
    'ENV LANG=C.UTF-8',
    'CMD ["python3"]',
  ];
  for (const change of changes) query.append('changes', change);
  await stream(engine, { path: `/images/create?${query}`, upload: createReadStream(path) });
}

/** Where the root file system made of Debian packages is kept for the next engine. */
function cachedRootFileSystem() {
  return join(cacheFolder(), 'python-base-3.11.tar');
}

/** The Debian release whose Python is 3.11, the one that the official image stands on. */
const codename = 'bookworm';

/** @param {EngineAddress} engine @param {string} image */
async function importDebian(engine, image) {
  const archive = cachedRootFileSystem();
  if (!existsSync(archive)) await makeRootFileSystem(archive);
  say({ en: `Base image: importing as ${image} ...`, ko: `베이스 이미지: ${image}(으)로 가져오는 중 ...` });
  await importRootFileSystem(engine, archive, image);
}

/** @param {string} archive */
async function makeRootFileSystem(archive) {
  const system = await thisSystem();
  if (!system.isDebianItself || system.codename !== codename) throw new Error(`needs Debian ${codename}`);
  if (!system.isRoot) throw new Error('needs root');
  await ensurePackages(baseImagePackages, system, { en: 'base image', ko: '베이스 이미지' });
  const startedAt = performance.now();
  say({
    en: `Base image: making ${ownBaseImage} out of Debian packages ...`,
    ko: `베이스 이미지: 데비안 패키지로 ${ownBaseImage} 만드는 중 ...`,
  });
  await mkdir(cacheFolder(), { recursive: true });
  const work = await mkdtemp(join(cacheFolder(), 'base-'));
  try {
    const file = join(work, 'base.tar');
    const making = run('mmdebstrap', await mmdebstrapArguments(file, work), { env: { ...process.env, TMPDIR: work } });
    await withSignsOfLife(stepName, making);
    await rename(file, archive);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  say({
    en: `Base image: archive ${archive} (${seconds(startedAt)})`,
    ko: `베이스 이미지: 보관 파일 ${archive} (${seconds(startedAt)})`,
  });
}

/**
 * Takes packages from where this machine takes its own, and leaves none of its settings in the result.
 *
 * @param {string} file
 * @param {string} work
 */
async function mmdebstrapArguments(file, work) {
  const sources = join(work, 'sources.list');
  await writeFile(sources, `${(await aptSourceLines(codename)).join('\n')}\n`);
  const inside = [
    'rm -rf "$1"/etc/apt/sources.list "$1"/etc/apt/sources.list.d/* "$1"/etc/apt/apt.conf.d/99mmdebstrap',
    'rm -f "$1"/usr/lib/python3*/EXTERNALLY-MANAGED',
    'ln -sf python3 "$1"/usr/bin/python',
  ];
  return [
    '--variant=minbase',
    '--include=python3,python3-pip,python3-venv,ca-certificates',
    '--dpkgopt=path-exclude=/usr/share/doc/*',
    '--dpkgopt=path-exclude=/usr/share/man/*',
    '--dpkgopt=path-exclude=/usr/share/locale/*',
    ...(await proxyOptions()).map((option) => `--aptopt=${option}`),
    ...inside.map((command) => `--customize-hook=${command}`),
    codename,
    file,
    sources,
  ];
}

/**
 * Takes our own image away from every engine that set-up gave it to and that still answers.
 *
 * @param {string[]} endpoints
 * @returns {Promise<string[]>} The endpoints where it was removed.
 */
export async function removeOwnBaseImage(endpoints) {
  const removed = [];
  for (const endpoint of endpoints) {
    try {
      await ask({ endpoint }, { method: 'DELETE', path: `/images/${encodeURIComponent(ownBaseImage)}` });
      removed.push(endpoint);
    } catch (error) {
      const gone = error instanceof EngineAnswer ? error.status === 404 : 'code' in /** @type {object} */ (error);
      if (!gone) throw error;
    }
  }
  return removed;
}
