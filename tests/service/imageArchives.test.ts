import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tar from 'tar-stream';
import { afterEach, describe, expect, it } from 'vitest';
import { runRequest } from '../../electron/contract/runRequest';
import { FileGrants } from '../../electron/services/fileGrants';
import { type KitPreset, kitEnd } from '../../electron/services/imageArchive/kit';
import { TarScan } from '../../electron/services/imageArchive/tarScan';
import { ImageArchives } from '../../electron/services/imageArchives';
import { Presets } from '../../electron/services/presets';
import { startFakeEngine } from '../fakes/fakeEngine';
import { openImageServices } from '../fakes/imageServices';

const close: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of close.splice(0).reverse()) await end();
});

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
type File = [name: string, content: Buffer];

/** The files of an archive with two images of a layer each, as `docker save` writes them. */
function archiveFiles(): { files: File[]; ids: string[] } {
  const layers = ['one', 'two'].map((text) => Buffer.from(text.repeat(500)));
  const configs = layers.map((layer) =>
    Buffer.from(JSON.stringify({ rootfs: { type: 'layers', diff_ids: [`sha256:${sha256(layer)}`] } })),
  );
  const manifest = configs.map((config, at) => ({
    Config: `${sha256(config)}.json`,
    RepoTags: [`app-${at}:1`],
    Layers: [`layer-${at}/layer.tar`],
  }));
  return {
    files: [
      ...layers.map((layer, at): File => [`layer-${at}/layer.tar`, layer]),
      ...configs.map((config): File => [`${sha256(config)}.json`, config]),
      ['manifest.json', Buffer.from(JSON.stringify(manifest))],
    ],
    ids: configs.map((config) => `sha256:${sha256(config)}`),
  };
}

async function packed(files: readonly File[]): Promise<Buffer> {
  const pack = tar.pack();
  const chunks: Buffer[] = [];
  pack.on('data', (chunk) => void chunks.push(chunk as Buffer));
  const end = new Promise<void>((resolve) => pack.on('end', () => resolve()));
  for (const [name, content] of files) pack.entry({ name }, content);
  pack.finalize();
  await end;
  return Buffer.concat(chunks);
}

async function kitOf(files: readonly File[], presets: readonly KitPreset[] = []): Promise<Buffer> {
  const archive = await packed(files);
  const scan = new TarScan(() => false);
  await scan.write(archive);
  const end = await kitEnd(await scan.end(), {
    images: ['app-0:1'],
    settings: { baseImage: null },
    presets,
    modelParts: [],
    createdAtMs: 1,
  });
  return Buffer.concat([archive.subarray(0, scan.endOffset), end.bytes]);
}

async function setUp() {
  const folder = await mkdtemp(join(tmpdir(), 'archives-'));
  close.push(() => rm(folder, { recursive: true, force: true }));
  const fake = await startFakeEngine();
  close.push(() => fake.close());
  const services = await openImageServices(fake.endpoint);
  close.push(() => services.close());
  const fileGrants = new FileGrants();
  const { link: engineLink, tasks, images } = services;
  const presets = await Presets.open(join(folder, 'presets.json'));
  const archives = new ImageArchives({
    engineLink,
    tasks,
    fileGrants,
    relist: () => images.relist(),
    kitSettings: () => ({ baseImage: null }),
    presets,
  });
  const load = async (bytes: Buffer) => {
    const path = join(folder, 'archive.tar');
    await writeFile(path, bytes);
    const { taskId } = await archives.load({ grant: fileGrants.issue(path, 'open')?.grant ?? '' });
    return tasks.ended(taskId);
  };
  const save = async (references: string[]) => {
    const grant = fileGrants.issue(join(folder, 'saved.tar'), 'save')?.grant ?? '';
    const { taskId } = await archives.save({ grant, images: references });
    return tasks.ended(taskId);
  };
  return { ...services, fake, folder, archives, presets, load, save };
}

describe('a load that the engine stops in the middle', () => {
  it('takes back what came through: new tags go, moved ones return, images of others stay', async () => {
    const { fake, load } = await setUp();
    const { files, ids } = archiveFiles();
    const holder = fake.addImage({ tags: ['app-1:1', 'kept:1'] });
    fake.faults.answer = (method, path) => {
      if (`${method} ${path}` !== 'POST /images/load') return null;
      // Both came through when the disk filled up: one is new, the other took its tag from an image that was here.
      fake.addImage({ id: ids[0] as string, tags: ['app-0:1'] });
      holder.tags = ['kept:1'];
      fake.addImage({ id: ids[1] as string, tags: ['app-1:1'] });
      return { status: 500, body: { message: 'write /layer.tar: no space left on device' } };
    };
    expect(await load(await packed(files))).toMatchObject({ state: 'failed', failure: { code: 'DISK_FULL' } });
    const left = [...fake.images.values()].map(({ id, tags }) => [id, [...tags].sort()]);
    expect(left).toEqual([[holder.id, ['app-1:1', 'kept:1']]]);
  });
});

describe('a kit', () => {
  it('brings presets that replace some of the same name, carry secrets or proxies, or come twice', async () => {
    const { fake, load, archives, presets } = await setUp();
    fake.faults.answer = (method, path) =>
      `${method} ${path}` === 'POST /images/load' ? { status: 200, body: '{"stream":"Loaded image: app-0:1"}' } : null;
    const request = (environment: Record<string, string>, image = 'app-0:1') =>
      runRequest.parse({
        image,
        name: 'api',
        environment: Object.entries(environment).map(([name, value]) => ({ name, value })),
      });
    await presets.save('echo', request({ BACKEND: 'echo', https_proxy: 'http://proxy:3128' }));
    await presets.save('other', request({}, 'other:1'));
    const taken = presets.toTakeAlong(['app-0:1']);
    expect(taken).toEqual([{ name: 'echo', request: request({ BACKEND: 'echo' }) }]);

    const brought = [{ name: 'echo', request: request({ BACKEND: 'ollama', API_KEY: 'sk-leaked' }) }, ...taken];
    const task = await load(await kitOf(archiveFiles().files, brought));
    expect(task).toMatchObject({
      state: 'done',
      subject: { kit: { presets: [{ name: 'echo', image: 'app-0:1' }, { name: 'echo' }] } },
    });
    expect(presets.list('app-0:1')).toHaveLength(1);
    expect(await archives.takePresets({ taskId: task.id })).toEqual({ savedCount: 2 });
    expect(await archives.takePresets({ taskId: task.id })).toEqual({ savedCount: 0 });
    expect(presets.list('app-0:1').map(({ name, request }) => [name, request.environment])).toEqual([
      [
        'echo (3)',
        [
          { name: 'BACKEND', value: 'ollama' },
          { name: 'API_KEY', value: '' },
        ],
      ],
      ['echo (2)', [{ name: 'BACKEND', value: 'echo' }]],
      ['echo', expect.arrayContaining([{ name: 'https_proxy', value: 'http://proxy:3128' }])],
    ]);
  });

  it('with a part that its manifest does not name is refused, and the engine is not even asked', async () => {
    const { fake, load } = await setUp();
    const { files } = archiveFiles();
    const kit = await kitOf(files);
    const scan = new TarScan(() => true);
    await scan.write(kit);
    const entries = (await scan.end()).map(({ name, content }): File => [name, content ?? Buffer.alloc(0)]);
    const withMore = await packed([...entries, ['models/evil.gguf', Buffer.from('x')]]);
    expect((await load(withMore)).failure).toEqual({
      code: 'ARCHIVE_REFUSED',
      details: { file: 'archive.tar', reason: 'unlisted', part: 'models/evil.gguf' },
    });
    const without = await packed(entries.filter(([name]) => name !== 'layer-1/layer.tar'));
    expect((await load(without)).failure).toMatchObject({
      details: { reason: 'missing', part: 'app-1:1: layer-1/layer.tar' },
    });
    const twice = await packed([...entries, ...entries.filter(([name]) => name === 'layer-1/layer.tar')]);
    expect((await load(twice)).failure).toMatchObject({ details: { reason: 'unlisted' } });
    expect(fake.requests.filter((asked) => asked.includes('/images/load'))).toEqual([]);
  });

  it('of a later version is refused with that reason; one with parts of a kind unknown here is not', async () => {
    const { fake, load } = await setUp();
    fake.faults.answer = (method, path) =>
      `${method} ${path}` === 'POST /images/load' ? { status: 200, body: '{"stream":"Loaded image: app-0:1"}' } : null;
    const kit = await kitOf(archiveFiles().files);
    const scan = new TarScan(() => true);
    await scan.write(kit);
    const entries = (await scan.end()).map(({ name, content }): File => [name, content ?? Buffer.alloc(0)]);
    const own = JSON.parse(entries.at(-1)?.[1].toString() ?? '') as { version: number; parts: object[] };
    const rewritten = (manifest: object, ...more: File[]) =>
      packed([...entries.slice(0, -1), ...more, ['wharf-kit.json', Buffer.from(JSON.stringify(manifest))]]);
    expect((await load(await rewritten({ ...own, version: 2 }))).failure).toMatchObject({
      code: 'ARCHIVE_REFUSED',
      details: { reason: 'newerKit' },
    });
    const model: File = ['models/small.gguf', Buffer.from('weights')];
    const part = { name: model[0], kind: 'model', sizeBytes: model[1].length, sha256: sha256(model[1]) };
    const task = await load(await rewritten({ ...own, parts: [...own.parts, part] }, model));
    expect(task).toMatchObject({ state: 'done', failure: null });
  });
});

describe('a save', () => {
  it('whose archive the engine ends too early leaves no file and is never called done', async () => {
    const { fake, folder, save } = await setUp();
    fake.addImage({ tags: ['app-0:1'] });
    const archive = await packed(archiveFiles().files);
    fake.faults.answer = (_method, path) =>
      path === '/images/get' ? { status: 200, body: archive.subarray(0, 2_000).toString('latin1') } : null;
    expect(await save(['app-0:1'])).toMatchObject({ state: 'failed', failure: { code: 'SAVE_CUT' } });
    expect(await readdir(folder)).toEqual([]);
  });
});
