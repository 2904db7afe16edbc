import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Dockerode from 'dockerode';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type BuildRequest, type BuildState, buildRequest } from '../../electron/contract/builds';
import { ownBaseImage } from '../../electron/docker/baseImage.mjs';
import { firstWhere, type ImageServices, type ImageServicesOptions, openImageServices } from '../fakes/imageServices';
import { type BuildFaults, faultProxy } from './faultProxy';
import { type OwnEngine, ownEngine, ownEngineObstacle } from './ownEngine';
import { engineSocket, testName } from './realEngine';

const shared = { source: 'environment', label: 'Docker', address: `unix://${engineSocket}` } as const;
const baseImage = process.env.WHARF_TEST_BASE_IMAGE ?? ownBaseImage;
const labels = { 'app.wharf.test': process.env.WHARF_TEST_RUN ?? '1' };
const docker = new Dockerode({ socketPath: engineSocket });

let folder: string;
let close: (() => Promise<unknown>)[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'faults-'));
  await mkdir(join(folder, 'context'));
});
afterEach(async () => {
  for (const one of close.reverse()) await one();
  close = [];
  await rm(folder, { recursive: true, force: true });
});

const put = (path: string, content: string | Buffer) => writeFile(join(folder, 'context', path), content);

async function servicesAt(address: string, options: ImageServicesOptions = {}): Promise<ImageServices> {
  const services = await openImageServices({ ...shared, address }, { labels, ...options });
  close.push(() => services.close());
  return services;
}

/** Services on the shared engine behind a proxy that spoils its answers to builds. */
async function spoiled(faults: BuildFaults, options?: ImageServicesOptions): Promise<ImageServices> {
  const proxy = await faultProxy(folder, engineSocket, faults);
  close.push(() => proxy.close());
  return servicesAt(proxy.address, options);
}

const request = (change: Partial<BuildRequest> = {}): BuildRequest => {
  const tag = `${testName('fault')}:1`;
  close.push(() =>
    docker
      .getImage(tag)
      .remove({ force: true })
      .catch(() => undefined),
  );
  const source = { kind: 'folder' as const, path: join(folder, 'context') };
  return buildRequest.parse({ source, tag, buildArguments: { BASE: baseImage }, hostSettings: false, ...change });
};

/** Builds to the end, however it ends. */
async function built({ builds, tasks }: ImageServices, asked: BuildRequest): Promise<BuildState> {
  const { taskId } = await builds.start(asked);
  await tasks.ended(taskId);
  return firstWhere(builds.watch(taskId), ({ finishedAtMs }) => finishedAtMs !== null);
}

const isTagged = async (tag: string) => {
  const images = await docker.listImages({ filters: { reference: [tag] } });
  return images.length > 0;
};

const engines = [
  ['classic', true],
  ['buildkit', false],
] as const;

describe.each(engines)('with the %s builder of a real engine', (builder, withoutBuildkit) => {
  it('Korean output survives a stream that comes byte by byte', async () => {
    await put('Dockerfile', `ARG BASE\nFROM \${BASE}\nRUN echo '가나다라 마바사 ${Date.now()}'\n`);
    const services = await spoiled({ withoutBuildkit, chunkBytes: 1 });
    const state = await built(services, request());
    expect(state).toMatchObject({ state: 'done', builder });
    const run = state.steps.find(({ instruction }) => instruction.includes('RUN echo'));
    const texts = services.output.lines.get(state.taskId)?.filter(({ part }) => part === run?.id) ?? [];
    expect(texts.map(({ text }) => text).join('\n')).toMatch(/^가나다라 마바사 \d+$/m);
  });

  it('text that is no build stream ends it as interrupted, though the engine finishes and tags', async () => {
    await put('Dockerfile', `ARG BASE\nFROM \${BASE}\nRUN echo ${Date.now()}\n`);
    let seen = 0;
    const change = (chunk: Buffer) => {
      seen += 1;
      return seen === 3 ? Buffer.concat([Buffer.from('<html>proxy error</html>\n'), chunk]) : chunk;
    };
    const state = await built(await spoiled({ withoutBuildkit, change }), request());
    expect(state).toMatchObject({ state: 'interrupted', imageId: null, failure: { code: 'BUILD_INTERRUPTED' } });
  });

  it('a stream that is cut at its very last message is interrupted, never done', async () => {
    await put('Dockerfile', `ARG BASE\nFROM \${BASE}\nRUN echo ${Date.now()}\n`);
    // Whatever names the image, or a tag, is lost with the rest.
    const change = (chunk: Buffer) => (/"aux":\{"ID"|Successfully/.test(chunk.toString('utf8')) ? null : chunk);
    const asked = request();
    const state = await built(await spoiled({ withoutBuildkit, change }), asked);
    expect(state).toMatchObject({ state: 'interrupted', imageId: null, failure: { code: 'BUILD_INTERRUPTED' } });
  });

  it('a step that fails tells its line, keeps what it wrote and tags nothing', async () => {
    await put('Dockerfile', 'ARG BASE\nFROM ${BASE}\nRUN echo before && exit 3\n');
    const asked = request();
    const state = await built(await spoiled({ withoutBuildkit }), asked);
    expect(state).toMatchObject({ state: 'failed', builder, failure: { code: 'BUILD_FAILED', details: { line: 3 } } });
    expect((state.failure?.details as { lastLines: string[] }).lastLines).toContain('before');
    expect(await isTagged(asked.tag)).toBe(false);
  });

  it('a stage that is chosen is built, and nothing after it', async () => {
    await put('Dockerfile', 'ARG BASE\nFROM ${BASE} AS first\nRUN echo one\nFROM first\nRUN exit 9\n');
    const state = await built(await spoiled({ withoutBuildkit }), request({ target: 'first' }));
    expect(state.state).toBe('done');
    expect(state.steps.map(({ instruction }) => instruction).join('\n')).not.toContain('exit 9');
  });

  it('a Dockerfile of another name in a folder that the ignore file drops is found', async () => {
    await mkdir(join(folder, 'context/docker'));
    await put('docker/api.Dockerfile', 'ARG BASE\nFROM ${BASE}\nRUN echo other\n');
    await put('.dockerignore', 'docker\n');
    const state = await built(await spoiled({ withoutBuildkit }), request({ dockerfile: 'docker/api.Dockerfile' }));
    expect(state).toMatchObject({ state: 'done', failure: null });
  });

  it('100,000 lines are all kept, or the engine’s own word that it clipped them', async () => {
    await put('Dockerfile', `ARG BASE\nFROM \${BASE}\nRUN seq 100000 && echo ${Date.now()}\n`);
    const services = await spoiled({ withoutBuildkit });
    const state = await built(services, request());
    expect(state.state).toBe('done');
    const run = state.steps.find(({ instruction }) => instruction.includes('RUN seq'));
    const texts = services.output.lines
      .get(state.taskId)
      ?.flatMap(({ part, text }) => (part === run?.id ? [text] : []));
    const numbers = texts?.filter((text) => /^\d{1,6}$/.test(text)) ?? [];
    const isClipped = texts?.some((text) => text.includes('output clipped'));
    expect(isClipped || numbers.length === 100_000).toBe(true);
    expect(isClipped).toBe(builder === 'buildkit');
    expect(JSON.stringify(state).length).toBeLessThan(10_000);
  });
});

it('a platform that BuildKit’s base does not have is refused in the engine’s words, not built as another', async () => {
  await put('Dockerfile', 'ARG BASE\nFROM ${BASE}\nRUN echo x\n');
  const state = await built(await servicesAt(shared.address), request({ platform: 'linux/s390x' }));
  expect(state.state).toBe('failed');
  expect(['BUILD_FAILED', 'BASE_IMAGE_UNREACHABLE', 'IMAGE_MISSING']).toContain(state.failure?.code);
});

describe('what the classic builder leaves behind', () => {
  it('of the machine’s certificates and pip settings is nothing: the stage that held them is gone, others stay', async () => {
    await put(
      'Dockerfile',
      'ARG BASE_IMAGE\nFROM ${BASE_IMAGE} AS builder\nCOPY build-settings/ /s/\nRUN echo hi > /made\nFROM ${BASE_IMAGE}\nCOPY --from=builder /made /made\n',
    );
    const imageFolder = join(folder, 'context');
    const env = { PIP_INDEX_URL: 'https://me:s3cret@index.example/simple' };
    const host = { env, homeDirectory: folder, platform: 'linux', listFolder: async () => [] };
    // Somebody else's untagged image, which is none of our business.
    const theirs = await docker.createContainer({ Image: baseImage, Cmd: ['true'], Labels: labels });
    const { Id: theirImage } = (await theirs.commit({ comment: testName('theirs') })) as { Id: string };
    close.push(async () => {
      await theirs.remove();
      await docker.getImage(theirImage).remove();
    });
    const untagged = async () => {
      const found = await docker.listImages({ filters: { dangling: ['true'] } });
      return Promise.all(
        found.map(async ({ Id }) => {
          const history = (await docker
            .getImage(Id)
            .history()
            .catch(() => [])) as { CreatedBy: string }[];
          return { id: Id, hasSettings: history.some(({ CreatedBy }) => CreatedBy.includes('build-settings')) };
        }),
      );
    };
    const before = (await untagged()).filter(({ hasSettings }) => hasSettings).length;
    const options = { builds: { imageFolder, host, baseImage: () => baseImage } };
    const services = await spoiled({ withoutBuildkit: true }, options);
    const state = await built(services, {
      ...request(),
      source: { kind: 'bundled' },
      hostSettings: true,
      noCache: true,
    });
    expect(state).toMatchObject({ state: 'done', builder: 'classic' });
    const after = await untagged();
    expect(after.filter(({ hasSettings }) => hasSettings)).toHaveLength(before);
    expect(after.map(({ id }) => id)).toContain(theirImage);
    expect(services.defects).toEqual([]);
  });
});

describe('a context that cannot be sent', () => {
  it.each([
    ['a link out of it', (path: string) => symlink('/etc/passwd', path), 'linkOutside'],
    ['a FIFO', async (path: string) => void execFileSync('mkfifo', [path]), 'specialFile'],
    ['a device', async (path: string) => void execFileSync('mknod', [path, 'c', '1', '3']), 'specialFile'],
  ])('with %s is refused by name instead of hanging, and nothing reaches the engine', async (_what, make, reason) => {
    await put('Dockerfile', 'FROM scratch\nCOPY . /\n');
    await make(join(folder, 'context/odd'));
    const asked = request();
    const state = await built(await servicesAt(shared.address), asked);
    expect(state.failure).toEqual({ code: 'CONTEXT_REFUSED', details: { path: 'odd', reason } });
    expect(state.steps).toEqual([]);
    expect(await isTagged(asked.tag)).toBe(false);
  });
});

it('twenty clicks from two windows make one build on the engine', async () => {
  await put('Dockerfile', `ARG BASE\nFROM \${BASE}\nRUN echo ${Date.now()}\n`);
  const services = await servicesAt(shared.address);
  const asked = request();
  const answers = await Promise.allSettled(Array.from({ length: 20 }, () => services.builds.start(asked)));
  const started = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value.taskId] : []));
  expect(started).toHaveLength(1);
  const second = answers[1];
  expect(second?.status === 'rejected' && second.reason).toMatchObject({
    code: 'TASK_ALREADY_RUNNING',
    details: { id: started[0] },
  });
  expect((await services.tasks.ended(started[0] as string)).state).toBe('done');
});

const obstacle = ownEngineObstacle();

describe.skipIf(obstacle !== null)(`on an engine of its own${obstacle ? ` (${obstacle})` : ''}`, () => {
  let own: OwnEngine;
  beforeAll(async () => {
    own = await ownEngine();
    await own.start();
  });
  afterAll(() => own?.close());

  it.each(engines)(
    'a killed engine interrupts a %s build; nothing is called ready and nothing hangs',
    async (builder) => {
      await put('Dockerfile', 'FROM scratch\nCOPY . /\n');
      // Sent slowly enough to be caught on the way.
      await put('big', '');
      await truncate(join(folder, 'context/big'), 4 * 1024 ** 3);
      let address = own.endpoint.address;
      if (builder === 'classic') {
        const proxy = await faultProxy(folder, address.replace('unix://', ''), { withoutBuildkit: true });
        close.push(() => proxy.close());
        address = proxy.address;
      }
      const services = await servicesAt(address);
      const { taskId } = await services.builds.start(request());
      await firstWhere(services.builds.watch(taskId), ({ context }) => (context?.sentBytes ?? 0) > 64 * 1024 ** 2);
      await own.end('SIGKILL');
      try {
        const task = await services.tasks.ended(taskId);
        expect(task.state).toBe('failed');
        const state = await firstWhere(services.builds.watch(taskId), ({ finishedAtMs }) => finishedAtMs !== null);
        expect(['interrupted', 'failed']).toContain(state.state);
        expect(state.imageId).toBeNull();
        expect(['BUILD_INTERRUPTED', 'ENGINE_UNREACHABLE']).toContain(state.failure?.code);
        expect(services.defects).toEqual([]);
      } finally {
        await own.start();
      }
    },
  );
});

describe.skipIf(obstacle !== null)('on an engine with a small disk', () => {
  let own: OwnEngine;
  beforeAll(async () => {
    own = await ownEngine({ diskBytes: 64 * 1024 ** 2 });
    await own.start();
  });
  afterAll(() => own?.close());

  it('a context that does not fit says that the disk is full, not that the engine went away', async () => {
    await put('Dockerfile', 'FROM scratch\nCOPY big /\n');
    await put('big', Buffer.alloc(100 * 1024 ** 2, 1));
    const state = await built(await servicesAt(own.endpoint.address), request());
    expect(state).toMatchObject({ state: 'failed', imageId: null, failure: { code: 'DISK_FULL' } });
  });

  it('a step that fills it says so', async () => {
    await put('Dockerfile', 'FROM scratch\nCOPY big /\n');
    await put('big', Buffer.alloc(36 * 1024 ** 2, 1));
    const state = await built(await servicesAt(own.endpoint.address), request());
    expect(state).toMatchObject({ state: 'failed', imageId: null, failure: { code: 'DISK_FULL' } });
    expect(state.steps.length).toBeGreaterThan(0);
  });
});
