import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { BuildRequest } from '../../electron/contract/images';
import { buildRequest } from '../../electron/contract/images';
import { type FakeEngine, type FakeEngineOptions, startFakeEngine } from '../fakes/fakeEngine';
import { firstWhere, type ImageServicesOptions, openImageServices } from '../fakes/imageServices';

let close: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const one of close.reverse()) await one();
  close = [];
});

async function setUp(engine: FakeEngineOptions = {}, options: ImageServicesOptions = {}) {
  const fake = await startFakeEngine(engine);
  close.push(() => fake.close());
  const services = await openImageServices(fake.endpoint, options);
  close.push(() => services.close());
  return { fake, ...services };
}

const bundled = (change: Partial<BuildRequest> = {}): BuildRequest =>
  buildRequest.parse({ source: { kind: 'bundled' }, tag: 'llm-api', ...change });

const line = (message: object) => JSON.stringify(message);

/** A build that says one step and then waits until the client hangs up. */
function stuckBuild() {
  const seen = { asked: 0, hungUp: Promise.resolve(), begun: Promise.resolve() };
  let begin = () => {};
  let hangUp = () => {};
  seen.begun = new Promise((resolve) => (begin = resolve));
  seen.hungUp = new Promise((resolve) => (hangUp = resolve));
  async function* onBuild(fake: FakeEngine): AsyncGenerator<string> {
    seen.asked += 1;
    const socket = [...fake.sockets].at(-1);
    socket?.once('close', () => hangUp());
    yield line({ stream: 'Step 1/2 : FROM base' });
    yield line({ stream: '\n' });
    begin();
    await seen.hungUp;
  }
  return { seen, onBuild };
}

describe('the list of images', () => {
  it('shows an image that another program tagged, without a refresh', async () => {
    const { fake, images } = await setUp({ images: [{ tags: ['one:1'] }] });
    await firstWhere(images.watch(), (item) => item.images.some(({ tags }) => tags.includes('one:1')));
    const image = fake.addImage({ tags: ['two:1'] });
    fake.emit({ type: 'image', action: 'tag', id: image.id });
    const item = await firstWhere(images.watch(), ({ images: all }) => all.length === 2);
    expect(item.stale).toBe(false);
  });

  it('names the containers that use an image as they come and go', async () => {
    const { fake, images } = await setUp({ images: [{ tags: ['one:1'] }] });
    const [image] = fake.images.values();
    const container = fake.addContainer({ name: 'user', imageId: image?.id ?? '' });
    await firstWhere(images.watch(), (item) => item.images[0]?.usedBy.join() === 'user');
    fake.removeContainer(container.id);
    await firstWhere(images.watch(), (item) => item.images[0]?.usedBy.length === 0);
  });

  it('is kept and called stale while the engine is away, and right again after', async () => {
    const { fake, images } = await setUp({ images: [{ tags: ['one:1'] }] });
    await firstWhere(images.watch(), ({ stale, images: all }) => !stale && all.length === 1);
    await fake.stop();
    const gone = await firstWhere(images.watch(), ({ stale }) => stale);
    expect(gone.images).toHaveLength(1);
    fake.addImage({ tags: ['two:1'] });
    await fake.start();
    await firstWhere(images.watch(), ({ stale, images: all }) => !stale && all.length === 2);
  });

  it('asks the engine once for a burst of a hundred events', async () => {
    const { fake, images } = await setUp({ images: [{ tags: ['one:1'] }] }, { images: { timing: { settleMs: 50 } } });
    await firstWhere(images.watch(), ({ stale }) => !stale);
    await firstWhere(streamsOpen(fake), Boolean);
    const before = fake.requests.filter((request) => request.includes('/images/json')).length;
    for (let count = 0; count < 100; count += 1) fake.emit({ type: 'image', action: 'tag', id: 'sha256:x' });
    fake.addImage({ tags: ['last:1'] });
    fake.emit({ type: 'image', action: 'tag', id: 'sha256:x' });
    await firstWhere(images.watch(), ({ images: all }) => all.length === 2);
    const asked = fake.requests.filter((request) => request.includes('/images/json')).length - before;
    expect(asked).toBeLessThanOrEqual(3);
  });

  it('forgets a reader that left', async () => {
    const { images } = await setUp();
    const leave = new AbortController();
    const watch = images.watch(leave.signal);
    await watch.next();
    leave.abort();
    expect((await watch.next()).done).toBe(true);
    expect(images.readerCount).toBe(0);
  });
});

async function* streamsOpen(fake: FakeEngine): AsyncGenerator<boolean> {
  for (;;) {
    yield fake.eventStreams.size > 0;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('a build', () => {
  it('goes from folder to image: task, state, output, list', async () => {
    const { fake, images, tasks, output, defects } = await setUp({ images: [{ tags: ['wharf/python-base:3.11'] }] });
    const { taskId } = await images.build(bundled());
    const task = await tasks.ended(taskId);
    expect(defects).toEqual([]);
    expect(task).toMatchObject({ state: 'done', failure: null, subject: { kind: 'build', tag: 'llm-api:latest' } });
    const state = await firstWhere(images.watchBuild(taskId), (build) => build.state !== 'running');
    expect(state).toMatchObject({ state: 'done', builder: 'classic', totalSteps: 3 });
    expect(state.contextBytes).toBeGreaterThan(0);
    expect(state.steps.map((step) => step.state)).toEqual(['done', 'done', 'done']);
    expect(output.texts(taskId).join('\n')).toContain('Successfully tagged llm-api:latest');
    expect(task.subject).toMatchObject({ imageId: [...fake.images.values()].at(-1)?.id });
    const item = await firstWhere(images.watch(), ({ images: all }) =>
      all.some(({ tags }) => tags[0] === 'llm-api:latest'),
    );
    expect(item.images.find(({ tags }) => tags[0] === 'llm-api:latest')?.servesApi).toBe(true);
  });

  it('starts from the base image that the engine has, official first, and says so in its command', async () => {
    const { images, tasks, fake } = await setUp({ images: [{ tags: ['wharf/python-base:3.11'] }] });
    const command = async () => {
      const { taskId } = await images.build(bundled());
      return (await tasks.ended(taskId)).command;
    };
    expect(await command()).toBe(
      'docker build -t llm-api:latest --build-arg BASE_IMAGE=wharf/python-base:3.11 api-image',
    );
    fake.addImage({ tags: ['python:3.11-slim'] });
    expect(await command()).toBe('docker build -t llm-api:latest api-image');
  });

  it('starts from the base image that the person set, and from the mirror where the engine has none', async () => {
    const chosen = await setUp({}, { images: { baseImage: () => 'own/base:1' } });
    const one = await chosen.images.build(bundled());
    expect(chosen.tasks.get(one.taskId)?.command).toContain('BASE_IMAGE=own/base:1');
    const mirrored = await setUp({}, { images: { registryMirror: 'https://mirror.example:5000/' } });
    const two = await mirrored.images.build(bundled());
    expect(mirrored.tasks.get(two.taskId)?.command).toContain(
      'BASE_IMAGE=mirror.example:5000/library/python:3.11-slim',
    );
  });

  it('sends no secret to where it could be seen: not in the command, not as an ordinary argument', async () => {
    let asked = new URLSearchParams();
    const onBuild: FakeEngineOptions['onBuild'] = async function* (_engine, query) {
      asked = query;
      yield line({ aux: { ID: 'sha256:made' } });
    };
    const env = {
      HTTPS_PROXY: 'http://me:s3cret@proxy.example:3128',
      PIP_INDEX_URL: 'https://me:s3cret@index.example/',
    };
    const host = { env, homeDirectory: '/nowhere', platform: 'linux', listFolder: async () => [] };
    const { images, tasks, output } = await setUp({ onBuild }, { images: { host } });
    const { taskId } = await images.build(bundled());
    const task = await tasks.ended(taskId);
    expect(JSON.stringify([task, output.texts(taskId)])).not.toContain('s3cret');
    const buildArguments = JSON.parse(asked.get('buildargs') ?? '{}');
    expect(Object.keys(buildArguments).sort()).toEqual(['HTTPS_PROXY', 'https_proxy']);
  });

  it('of the same tag cannot run twice, not even for twenty clicks at once', async () => {
    const { seen, onBuild } = stuckBuild();
    const { images, tasks } = await setUp({ onBuild });
    const clicks = Array.from({ length: 20 }, (_, at) =>
      images.build(bundled({ tag: at % 2 ? 'llm-api' : 'llm-api:latest' })),
    );
    const answers = await Promise.allSettled(clicks);
    const started = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value.taskId] : []));
    expect(started).toHaveLength(1);
    for (const answer of answers.slice(1)) {
      expect(answer).toMatchObject({ reason: { code: 'TASK_ALREADY_RUNNING', details: { id: started[0] } } });
    }
    await seen.begun;
    expect(seen.asked).toBe(1);
    await tasks.cancel(started[0] as string);
    const again = await images.build(bundled());
    expect(again.taskId).not.toBe(started[0]);
  });

  it('that is cancelled hangs up on the engine, so that its work stops', async () => {
    const { seen, onBuild } = stuckBuild();
    const { images, tasks, defects } = await setUp({ onBuild });
    const { taskId } = await images.build(bundled());
    await firstWhere(images.watchBuild(taskId), ({ steps }) => steps[0]?.state === 'running');
    await tasks.cancel(taskId);
    await seen.hungUp;
    expect(tasks.get(taskId)?.state).toBe('cancelled');
    const state = await firstWhere(images.watchBuild(taskId), (build) => build.state !== 'running');
    expect(state).toMatchObject({ state: 'cancelled', imageId: null, steps: [{ state: 'cancelled' }] });
    expect(defects).toEqual([]);
  });

  it('that fails is a failed task with the step that failed', async () => {
    const onBuild = async function* () {
      yield line({ stream: 'Step 1/1 : RUN make' });
      yield line({ stream: '\n' });
      yield line({ stream: 'no rule\n' });
      yield line({ errorDetail: { code: 2, message: 'returned a non-zero code: 2' } });
    };
    const { images, tasks, imageFolder } = await setUp({ onBuild });
    await writeFile(join(imageFolder, 'Dockerfile'), '# first\n\nRUN make\n');
    const { taskId } = await images.build(bundled());
    const details = {
      step: 1,
      total: 1,
      instruction: 'RUN make',
      line: 3,
      lastLines: ['Step 1/1 : RUN make', 'no rule'],
    };
    const { failure } = await tasks.ended(taskId);
    expect(failure).toMatchObject({ code: 'BUILD_FAILED', details });
    await firstWhere(images.watchBuild(taskId), (build) => build.state === 'failed');
  });

  it('whose stream is cut is interrupted, even after an image was named', async () => {
    const onBuild = async function* () {
      yield line({ stream: 'Step 1/2 : FROM base' });
      yield line({ aux: { ID: 'sha256:half' } });
      throw new Error('engine killed');
    };
    const { images, tasks } = await setUp({ onBuild });
    const { taskId } = await images.build(bundled());
    expect(await tasks.ended(taskId)).toMatchObject({ state: 'failed', failure: { code: 'BUILD_INTERRUPTED' } });
    await firstWhere(images.watchBuild(taskId), (build) => build.state === 'interrupted' && build.imageId === null);
  });

  it("that the engine refuses carries the engine's words", async () => {
    const { fake, images, tasks } = await setUp();
    const message = 'dockerfile parse error line 2: unknown instruction: FROMM';
    fake.faults.answer = (_method, path) => (path === '/build' ? { status: 400, body: { message } } : null);
    const { taskId } = await images.build(bundled());
    const { failure } = await tasks.ended(taskId);
    expect(failure).toMatchObject({ code: 'BUILD_FAILED', details: { line: 2, message } });
  });

  it('with 100,000 lines keeps them all in the output and few in its state', async () => {
    const onBuild = async function* () {
      yield line({ stream: 'Step 1/1 : RUN seq 100000' });
      yield line({ stream: '\n' });
      for (let from = 0; from < 100_000; from += 1000) {
        yield line({ stream: Array.from({ length: 1000 }, (_, at) => `${from + at}\n`).join('') });
      }
      yield line({ aux: { ID: 'sha256:made' } });
    };
    const { images, tasks, output } = await setUp({ onBuild });
    const { taskId } = await images.build(bundled());
    expect((await tasks.ended(taskId)).state).toBe('done');
    const texts = output.texts(taskId);
    expect(texts.slice(1)).toEqual(Array.from({ length: 100_000 }, (_, at) => String(at)));
    const state = await firstWhere(images.watchBuild(taskId), (build) => build.state === 'done');
    expect(state.steps[0]).toMatchObject({ outputFrom: 0, outputEnd: 100_001 });
  });

  it('goes on when the page that watched it is closed', async () => {
    const { seen, onBuild } = stuckBuild();
    const { images, tasks } = await setUp({ onBuild });
    const { taskId } = await images.build(bundled());
    await seen.begun;
    const watch = images.watchBuild(taskId);
    await watch.next();
    await watch.return();
    expect(tasks.get(taskId)?.state).toBe('running');
  });

  it('that nobody started has no state to watch', async () => {
    const { images } = await setUp();
    expect(() => images.watchBuild('task-9')).toThrow(expect.objectContaining({ code: 'TASK_MISSING' }));
  });

  it('of a folder that is none is refused at once; one with a link out of it fails as a task', async () => {
    const { images, tasks } = await setUp();
    const folder = await mkdtemp(join(tmpdir(), 'own-image-'));
    close.push(() => rm(folder, { recursive: true, force: true }));
    const request = bundled({ source: { kind: 'folder', path: folder } });
    await expect(images.build(request)).rejects.toMatchObject({
      code: 'CONTEXT_REFUSED',
      details: { reason: 'noDockerfile' },
    });
    await writeFile(join(folder, 'Dockerfile'), 'FROM base\n');
    await symlink('/etc/passwd', join(folder, 'link'));
    const { taskId } = await images.build(request);
    const { failure } = await tasks.ended(taskId);
    expect(failure).toEqual({ code: 'CONTEXT_REFUSED', details: { path: 'link', reason: 'linkOutside' } });
  });

  it('cannot start while no engine answers', async () => {
    const { fake, link, images } = await setUp();
    await fake.stop();
    await firstWhere(link.state.watch(), ({ phase }) => phase !== 'ready');
    await expect(images.build(bundled())).rejects.toMatchObject({ code: 'ENGINE_UNREACHABLE' });
  });

  it('ends with its task when Wharf closes', async () => {
    const { seen, onBuild } = stuckBuild();
    const { images, tasks } = await setUp({ onBuild });
    const { taskId } = await images.build(bundled());
    await seen.begun;
    await tasks.close();
    await seen.hungUp;
    await firstWhere(images.watchBuild(taskId), (build) => build.failure?.code === 'APP_CLOSED');
  });
});

describe('removing an image', () => {
  it('that containers use is refused with their names', async () => {
    const { fake, images } = await setUp({ images: [{ tags: ['one:1'] }] });
    const [image] = fake.images.values();
    fake.addContainer({ name: 'user', imageId: image?.id ?? '' });
    await expect(images.remove('one:1')).rejects.toMatchObject({
      code: 'IMAGE_IN_USE',
      details: { image: 'one:1', containers: ['user'] },
    });
  });

  it('takes it off the list by the time it answers', async () => {
    const { images } = await setUp({ images: [{ tags: ['one:1'] }] });
    await firstWhere(images.watch(), ({ images: all }) => all.length === 1);
    await images.remove('one:1');
    expect((await images.watch().next()).value).toMatchObject({ images: [], stale: false });
    await expect(images.remove('one:1')).rejects.toMatchObject({ code: 'IMAGE_MISSING' });
  });
});
