import { createHash } from 'node:crypto';
import { copyFile, open, readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type RunRequest, runRequest } from '../../electron/contract/runRequest';
import type { TaskSubject } from '../../electron/contract/tasks';
import { TarScan } from '../../electron/services/imageArchive/tarScan';
import { engineAddress, outside, outsideContainer, testImage, testName } from './realEngine';
import { openTransfers, type Transfers } from './transfers';

let transfers: Transfers;
/** One image, and one made from it: they share layers. */
let first: string;
let second: string;
/** Saved once: a plain archive of both, and a kit of both. */
let plain: string;
let kit: string;
let fingerprint: string | null;

beforeAll(async () => {
  transfers = await openTransfers(engineAddress);
  first = await smallImage('first', null);
  second = await smallImage('second', first);
  plain = join(transfers.folder, 'plain.tar');
  kit = join(transfers.folder, 'kit.tar');
  expect(await save(plain)).toMatchObject({ state: 'done', failure: null });
  const [preset, other] = [first, 'other:1'].map((image) => runRequest.parse({ image, name: 'api', ports: [] }));
  await transfers.presets.save('mine', preset as RunRequest);
  await transfers.presets.save('not of these images', other as RunRequest);
  const saved = await transfers.done(
    transfers.imageArchives.saveKit({
      grant: grant(kit, 'save'),
      images: [first, second],
      withSettings: true,
      withPresets: true,
      models: [],
    }),
  );
  expect(saved).toMatchObject({ state: 'done', failure: null });
  ({ fingerprint } = saved.subject as Extract<TaskSubject, { kind: 'saveImages' }>);
});
afterAll(async () => {
  for (const image of [first, second])
    await outside
      .getImage(image)
      .remove({ force: true })
      .catch(() => {});
  await transfers?.close();
});
/** A machine that has neither. */
beforeEach(async () => {
  for (const image of [second, first])
    await outside
      .getImage(image)
      .remove()
      .catch(() => {});
});

const grant = (path: string, purpose: 'save' | 'open') => transfers.fileGrants.issue(path, purpose)?.grant ?? '';
const save = (path: string) =>
  transfers.done(transfers.imageArchives.save({ grant: grant(path, 'save'), images: [first, second] }));
const load = (path: string) => transfers.done(transfers.imageArchives.load({ grant: grant(path, 'open') }));
const isHere = (image: string) =>
  outside
    .getImage(image)
    .inspect()
    .then(
      () => true,
      () => false,
    );

/** A file system of one small file, imported; or a container of `parent` committed, which adds a layer. */
async function smallImage(what: string, parent: string | null): Promise<string> {
  const repo = testName(what);
  if (parent === null) {
    const { default: tar } = await import('tar-stream');
    const pack = tar.pack();
    pack.entry({ name: `${what}.txt` }, `${repo}\n`.repeat(20_000));
    pack.finalize();
    const stream = await outside.importImage(pack as never, { repo, tag: '1' });
    await new Promise((resolve, reject) => stream.on('end', resolve).on('error', reject).resume());
    return `${repo}:1`;
  }
  const container = await outside.createContainer({ Image: parent, Cmd: ['/none'], Labels: { 'app.wharf.test': '1' } });
  const { default: tar } = await import('tar-stream');
  const pack = tar.pack();
  pack.entry({ name: `${what}.txt` }, `${repo}\n`.repeat(20_000));
  pack.finalize();
  await container.putArchive(pack as never, { path: '/' });
  await container.commit({ repo, tag: '1' });
  await container.remove();
  return `${repo}:1`;
}

/** A copy with one byte changed inside the last part of such a name. */
async function tampered(archive: string, which: RegExp): Promise<{ path: string; part: string }> {
  const path = join(transfers.folder, `tampered-${Math.random().toString(36).slice(2, 8)}.tar`);
  await copyFile(archive, path);
  const scan = new TarScan(() => false);
  await scan.write(await readFile(archive));
  const entry = (await scan.end()).filter(({ type, name }) => type === 'file' && which.test(name)).at(-1);
  if (!entry) throw new Error(`no part is called ${which}`);
  const file = await open(path, 'r+');
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, entry.offset + Math.floor(entry.sizeBytes / 2));
  await file.write(Buffer.from([(buffer[0] ?? 0) ^ 1]), 0, 1, entry.offset + Math.floor(entry.sizeBytes / 2));
  await file.close();
  return { path, part: entry.name };
}

describe('an archive', () => {
  it('brings back what was saved: the same images, under the same tags', async () => {
    expect(await isHere(first)).toBe(false);
    const task = await load(plain);
    expect(task).toMatchObject({ state: 'done', failure: null, subject: { phase: 'done', kit: null } });
    expect((task.subject as Extract<TaskSubject, { kind: 'loadImages' }>).images.sort()).toEqual(
      [first, second].sort(),
    );
    const again = join(transfers.folder, 'again.tar');
    const saved = await save(again);
    expect(saved.subject).toMatchObject({ sizeBytes: (await stat(again)).size });
    expect(saved.bytes).toMatchObject({ done: (await stat(again)).size, total: (await stat(again)).size });
    const manifest = async (path: string) => {
      const scan = new TarScan((name) => name === 'manifest.json');
      await scan.write(await readFile(path));
      const own = (await scan.end()).find(({ name }) => name === 'manifest.json')?.content?.toString() ?? '[]';
      return new Set((JSON.parse(own) as object[]).map((image) => JSON.stringify(image)));
    };
    expect(await manifest(again)).toEqual(await manifest(plain));
  });

  it('that is compressed with gzip is loaded as well', async () => {
    const path = join(transfers.folder, 'plain.tar.gz');
    await writeFile(path, gzipSync(await readFile(plain), { level: 1 }));
    expect(await load(path)).toMatchObject({ state: 'done', failure: null });
    expect(await isHere(second)).toBe(true);
  });

  it('that was cut anywhere is refused whole: nothing of it is loaded', async () => {
    const { size } = await stat(plain);
    for (const at of [size * 0.3, size * 0.6, size - 4_000]) {
      const path = join(transfers.folder, 'cut.tar');
      await copyFile(plain, path);
      await truncate(path, Math.floor(at));
      const { failure } = await load(path);
      expect(failure).toMatchObject({ code: 'ARCHIVE_REFUSED', details: { file: 'cut.tar' } });
      expect(['truncated', 'missing', 'notImages']).toContain((failure?.details as { reason: string }).reason);
    }
    const zipped = gzipSync(await readFile(plain), { level: 1 });
    await writeFile(join(transfers.folder, 'cut.tar.gz'), zipped.subarray(0, zipped.length / 2));
    expect((await load(join(transfers.folder, 'cut.tar.gz'))).failure).toMatchObject({
      code: 'ARCHIVE_REFUSED',
      details: { reason: 'truncated' },
    });
    expect([await isHere(first), await isHere(second)]).toEqual([false, false]);
  });

  it('of which a layer was changed is refused, with the image and the layer by name', async () => {
    const { path, part } = await tampered(plain, /\/layer\.tar$/);
    const { failure } = await load(path);
    expect(failure).toMatchObject({ code: 'ARCHIVE_REFUSED', details: { reason: 'changed' } });
    const named = (failure?.details as { part: string }).part;
    expect(named).toContain(part);
    expect([first, second].some((image) => named.startsWith(image))).toBe(true);
    expect([await isHere(first), await isHere(second)]).toEqual([false, false]);
  });

  it('that is none is told from a broken one', async () => {
    const path = join(transfers.folder, 'photo.tar');
    await writeFile(path, Buffer.from('no archive at all\n'.repeat(1000)));
    expect((await load(path)).failure).toMatchObject({ code: 'ARCHIVE_REFUSED', details: { reason: 'notImages' } });
    await writeFile(path, Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00, 1, 2, 3]));
    expect((await load(path)).failure).toMatchObject({ code: 'ARCHIVE_REFUSED', details: { reason: 'compression' } });
    expect((await load(join(transfers.folder, 'gone.tar'))).failure).toMatchObject({
      code: 'FILE_FAILED',
      details: { reason: 'missing', file: 'gone.tar' },
    });
  });

  it('that cannot be written, or is cancelled, leaves neither the file nor a part of it', async () => {
    await load(plain);
    const folder = join(transfers.folder, 'no', 'such');
    expect((await save(join(folder, 'x.tar'))).failure).toMatchObject({
      code: 'FILE_FAILED',
      details: { file: 'x.tar' },
    });
    const path = join(transfers.folder, 'cancelled.tar');
    await writeFile(path, 'what was there before');
    const { taskId } = await transfers.imageArchives.save({ grant: grant(path, 'save'), images: [first, second] });
    await expect(transfers.imageArchives.save({ grant: grant(path, 'save'), images: [first] })).rejects.toMatchObject({
      code: 'TASK_ALREADY_RUNNING',
      details: { id: taskId },
    });
    await transfers.tasks.cancel(taskId);
    expect(transfers.tasks.get(taskId)?.state).toBe('cancelled');
    expect(await readFile(path, 'utf8')).toBe('what was there before');
    expect((await readdir(transfers.folder)).filter((name) => name.endsWith('.part'))).toEqual([]);
    expect(await transfers.done(transfers.tasks.retry(taskId))).toMatchObject({ state: 'done' });
    expect((await stat(path)).size).toBeGreaterThan(100_000);
  });

  it('of an image that is gone is refused before a file is written, and the pick can still be used', async () => {
    const picked = grant(join(transfers.folder, 'never.tar'), 'save');
    const missing = transfers.imageArchives.save({ grant: picked, images: [first] });
    await expect(missing).rejects.toMatchObject({ code: 'IMAGE_MISSING', details: { image: first } });
    await load(plain);
    expect(await transfers.done(transfers.imageArchives.save({ grant: picked, images: [first] }))).toMatchObject({
      state: 'done',
    });
    await expect(transfers.imageArchives.save({ grant: picked, images: [first] })).rejects.toMatchObject({
      code: 'FILE_NOT_PICKED',
    });
  });
});

describe('an offline kit', () => {
  it('is loaded where nothing of it is, with the same fingerprint, its settings and presets for the taking', async () => {
    const task = await load(kit);
    expect(task).toMatchObject({
      state: 'done',
      failure: null,
      subject: {
        phase: 'done',
        kit: { fingerprint, baseImage: 'wharf/python-base:3.11', presets: [{ name: 'mine', image: first }] },
      },
    });
    expect([await isHere(first), await isHere(second)]).toEqual([true, true]);
    for (const { id } of transfers.presets.list(first)) await transfers.presets.remove(id);
    expect(await transfers.imageArchives.takePresets({ taskId: task.id })).toEqual({ savedCount: 1 });
    expect(transfers.presets.list(first)).toMatchObject([{ name: 'mine', request: { name: 'api', ports: [] } }]);
  });

  it('is an archive that the docker command takes too', async () => {
    const stream = await outside.loadImage(kit);
    const text = await new Promise<string>((resolve, reject) => {
      let all = '';
      stream
        .on('data', (chunk) => (all += chunk))
        .on('end', () => resolve(all))
        .on('error', reject);
    });
    expect(text).toContain(`Loaded image: ${first}`);
    expect(await isHere(second)).toBe(true);
  });

  it.each([
    ['a layer', /\/layer\.tar$/],
    ['a configuration', /^[0-9a-f]{64}\.json$/],
    ['the settings', /^wharf-settings\.json$/],
    ['the manifest', /^wharf-kit\.json$/],
  ])('of which %s was changed is refused by the name of the part', async (what, which) => {
    const { path, part } = await tampered(kit, which);
    const { failure } = await load(path);
    expect(failure).toMatchObject({ code: 'ARCHIVE_REFUSED', details: { file: basename(path) } });
    const details = failure?.details as { part: string | null; reason: string };
    // A byte of the manifest may stand in a digest, a name or a number: which part is then wrong is what it names.
    if (what !== 'the manifest') {
      expect(details.reason).toBe('changed');
      expect(details.part).toContain(part);
    }
    expect([await isHere(first), await isHere(second)]).toEqual([false, false]);
  });

  it('that ends too early is refused, wherever it was cut', async () => {
    const { size } = await stat(kit);
    for (const at of [size * 0.5, size - 20_000, size - 2_000]) {
      const path = join(transfers.folder, 'cut-kit.tar');
      await copyFile(kit, path);
      await truncate(path, Math.floor(at));
      expect((await load(path)).failure?.code).toBe('ARCHIVE_REFUSED');
    }
    expect([await isHere(first), await isHere(second)]).toEqual([false, false]);
  });

  it('names every part with its digest, and nothing of it is a secret', async () => {
    const scan = new TarScan((name) => name.startsWith('wharf-'));
    await scan.write(await readFile(kit));
    const entries = await scan.end();
    const own = entries.find(({ name }) => name === 'wharf-kit.json');
    const manifest = JSON.parse(own?.content?.toString() ?? '') as {
      version: number;
      parts: { name: string; kind: string; sha256: string }[];
    };
    expect(manifest.version).toBe(1);
    expect(
      createHash('sha256')
        .update(own?.content ?? '')
        .digest('hex'),
    ).toBe(fingerprint);
    const listed = new Map(manifest.parts.map(({ name, sha256 }) => [name, sha256]));
    for (const { name, type, sha256 } of entries) {
      if (type === 'file' && name !== 'wharf-kit.json') expect([name, listed.get(name)]).toEqual([name, sha256]);
    }
    const settings = entries.find(({ name }) => name === 'wharf-settings.json')?.content?.toString() ?? '';
    expect(JSON.parse(settings)).toEqual({ baseImage: 'wharf/python-base:3.11' });
  });
});

describe('removal', () => {
  const failureOf = (work: Promise<unknown>) =>
    work.then(
      () => null,
      (error: { code: string; details: unknown }) => ({ code: error.code, details: error.details }),
    );

  it('of an image in use names every container that uses it, running or not', async () => {
    const image = await testImage('in-use', ['sleep', '60']);
    const running = await outsideContainer('user', ['sleep', '60'], { Image: image });
    const name = (await running.inspect()).Name.slice(1);
    expect(await failureOf(transfers.images.remove(image))).toEqual({
      code: 'IMAGE_IN_USE',
      details: { image, containers: [name] },
    });
    await running.stop({ t: 0 });
    expect(await failureOf(transfers.images.remove(image))).toMatchObject({ code: 'IMAGE_IN_USE' });
    await running.remove({ force: true });
    expect(await failureOf(transfers.images.remove(image))).toBeNull();
  });

  it('of an image with two tags only untags, and by its id says that there are two', async () => {
    const image = await testImage('twice', ['/none']);
    const other = `${image.replace(/:latest$/, '')}:second`;
    await transfers.images.tag(image, other);
    const { Id } = await outside.getImage(image).inspect();
    const refused = await failureOf(transfers.images.remove(Id));
    expect(refused).toMatchObject({ code: 'IMAGE_HAS_TAGS', details: { image: Id } });
    expect((refused?.details as { tags: string[] }).tags.sort()).toEqual([image, other].sort());
    await transfers.images.remove(other);
    expect((await outside.getImage(image).inspect()).RepoTags).toEqual([image]);
  });

  it('of an image that another one was made from names that one', async () => {
    await load(plain);
    const parent = await smallImage('parent', null);
    const child = await smallImage('child', parent);
    const { Id } = await outside.getImage(parent).inspect();
    expect(await failureOf(transfers.images.remove(Id))).toEqual({
      code: 'IMAGE_HAS_CHILDREN',
      details: { image: Id, children: [child] },
    });
    for (const image of [child, parent]) await transfers.images.remove(image);
  });
});

describe('a clean-up', () => {
  it('takes exactly what was previewed, keeps what is used by then, and says both', async () => {
    const [goes, used, untouched] = [
      await testImage('goes', ['/none']),
      await testImage('used', ['/none']),
      await testImage('untouched', ['/none']),
    ];
    const { unusedImages } = await transfers.disk.read();
    const listed = unusedImages.flatMap(({ tags }) => tags);
    expect(listed).toEqual(expect.arrayContaining([goes, used, untouched]));
    const container = await outside.createContainer({ Image: used, Labels: { 'app.wharf.test': '1' } });
    const task = await transfers.done(transfers.disk.prune({ references: [goes, used], buildCache: false }));
    expect(task).toMatchObject({
      state: 'done',
      failure: null,
      subject: { kept: [used] },
      progress: { done: 2, total: 2 },
    });
    expect(task.command).toBe(`docker rmi ${goes} ${used}`);
    expect([await isHere(goes), await isHere(used), await isHere(untouched)]).toEqual([false, true, true]);
    await container.remove();
  });

  it('does not offer an image that a container uses, and knows the base of builds', async () => {
    const { images, unusedImages } = await transfers.disk.read();
    const all = await outside.listImages();
    const containers = await outside.listContainers({ all: true });
    const users = new Set(containers.map(({ ImageID }) => ImageID));
    expect(unusedImages.filter(({ id }) => users.has(id))).toEqual([]);
    expect(images.count).toBeGreaterThan(0);
    expect(all.length).toBeGreaterThan(0);
    for (const { tags, isBase } of unusedImages) if (tags.includes('wharf/python-base:3.11')) expect(isBase).toBe(true);
  });
});
