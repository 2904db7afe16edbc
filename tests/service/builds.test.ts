import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type BuildRequest, buildRequest } from '../../electron/contract/builds';
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

describe('a build', () => {
  it('goes from folder to image: task, state, output, list', async () => {
    const { fake, images, builds, tasks, output, defects } = await setUp({
      images: [{ tags: ['wharf/python-base:3.11'] }],
    });
    const { taskId } = await builds.start(bundled());
    const task = await tasks.ended(taskId);
    expect(defects).toEqual([]);
    expect(task).toMatchObject({ state: 'done', failure: null, subject: { kind: 'build', tag: 'llm-api:latest' } });
    const state = await firstWhere(builds.watch(taskId), (build) => build.state !== 'running');
    expect(state).toMatchObject({ state: 'done', builder: 'classic', totalSteps: 3 });
    expect(state.context?.sizeBytes).toBeGreaterThan(0);
    expect(state.context?.sentBytes).toBeGreaterThan(0);
    expect(state.steps.map((step) => step.state)).toEqual(['done', 'done', 'done']);
    expect(output.texts(taskId).join('\n')).toContain('Successfully tagged llm-api:latest');
    expect(task.subject).toMatchObject({ imageId: [...fake.images.values()].at(-1)?.id });
    const item = await firstWhere(images.watch(), ({ images: all }) =>
      all.some(({ tags }) => tags[0] === 'llm-api:latest'),
    );
    expect(item.images.find(({ tags }) => tags[0] === 'llm-api:latest')?.servesApi).toBe(true);
  });

  it('starts from the base image that the engine has, official first, and says so in its command', async () => {
    const { builds, tasks, fake } = await setUp({ images: [{ tags: ['wharf/python-base:3.11'] }] });
    const command = async () => {
      const { taskId } = await builds.start(bundled());
      return (await tasks.ended(taskId)).command;
    };
    expect(await command()).toBe(
      'docker build -t llm-api:latest --build-arg BASE_IMAGE=wharf/python-base:3.11 api-image',
    );
    fake.addImage({ tags: ['python:3.11-slim'] });
    expect(await command()).toBe('docker build -t llm-api:latest api-image');
  });

  it('starts from the base image that the person set, and from the mirror where the engine has none', async () => {
    const chosen = await setUp({}, { builds: { baseImage: () => 'own/base:1' } });
    const one = await chosen.builds.start(bundled());
    expect(chosen.tasks.get(one.taskId)?.command).toContain('BASE_IMAGE=own/base:1');
    const mirrored = await setUp({}, { builds: { registryMirror: () => 'https://mirror.example:5000/' } });
    const two = await mirrored.builds.start(bundled());
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
    const { builds, tasks, output } = await setUp({ onBuild }, { builds: { host } });
    const { taskId } = await builds.start(bundled());
    const task = await tasks.ended(taskId);
    expect(JSON.stringify([task, output.texts(taskId)])).not.toContain('s3cret');
    const buildArguments = JSON.parse(asked.get('buildargs') ?? '{}');
    expect(Object.keys(buildArguments).sort()).toEqual(['HTTPS_PROXY', 'https_proxy']);
  });

  it('of the same tag cannot run twice, not even for twenty clicks at once', async () => {
    const { seen, onBuild } = stuckBuild();
    const { builds, tasks } = await setUp({ onBuild });
    const clicks = Array.from({ length: 20 }, (_, at) =>
      builds.start(bundled({ tag: at % 2 ? 'llm-api' : 'llm-api:latest' })),
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
    const again = await builds.start(bundled());
    expect(again.taskId).not.toBe(started[0]);
  });

  it('that is cancelled hangs up on the engine, so that its work stops', async () => {
    const { seen, onBuild } = stuckBuild();
    const { builds, tasks, defects } = await setUp({ onBuild });
    const { taskId } = await builds.start(bundled());
    await firstWhere(builds.watch(taskId), ({ steps }) => steps[0]?.state === 'running');
    await tasks.cancel(taskId);
    await seen.hungUp;
    expect(tasks.get(taskId)?.state).toBe('cancelled');
    const state = await firstWhere(builds.watch(taskId), (build) => build.state !== 'running');
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
    const { builds, tasks, imageFolder } = await setUp({ onBuild });
    await writeFile(join(imageFolder, 'Dockerfile'), '# first\n\nRUN make\n');
    const { taskId } = await builds.start(bundled());
    const details = {
      step: 1,
      total: 1,
      instruction: 'RUN make',
      line: 3,
      lastLines: ['Step 1/1 : RUN make', 'no rule'],
    };
    const { failure } = await tasks.ended(taskId);
    expect(failure).toMatchObject({ code: 'BUILD_FAILED', details });
    await firstWhere(builds.watch(taskId), (build) => build.state === 'failed');
  });

  it('whose stream is cut is interrupted, even after an image was named', async () => {
    let kill = () => {};
    const killed = new Promise<void>((resolve) => {
      kill = resolve;
    });
    const onBuild = async function* () {
      yield line({ stream: 'Step 1/2 : FROM base' });
      yield line({ aux: { ID: 'sha256:half' } });
      await killed;
      throw new Error('engine killed');
    };
    const { builds, tasks } = await setUp({ onBuild });
    const { taskId } = await builds.start(bundled());
    await firstWhere(builds.watch(taskId), (build) => build.imageId === 'sha256:half');
    kill();
    expect(await tasks.ended(taskId)).toMatchObject({ state: 'failed', failure: { code: 'BUILD_INTERRUPTED' } });
    await firstWhere(builds.watch(taskId), (build) => build.state === 'interrupted' && build.imageId === null);
  });

  it("that the engine refuses carries the engine's words", async () => {
    const { fake, builds, tasks } = await setUp();
    const message = 'dockerfile parse error line 2: unknown instruction: FROMM';
    fake.faults.answer = (_method, path) => (path === '/build' ? { status: 400, body: { message } } : null);
    const { taskId } = await builds.start(bundled());
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
    const { builds, tasks, output } = await setUp({ onBuild });
    const { taskId } = await builds.start(bundled());
    expect((await tasks.ended(taskId)).state).toBe('done');
    const texts = output.texts(taskId);
    expect(texts.slice(1)).toEqual(Array.from({ length: 100_000 }, (_, at) => String(at)));
    const state = await firstWhere(builds.watch(taskId), (build) => build.state === 'done');
    expect(JSON.stringify(state).length).toBeLessThan(2_000);
  });

  it('goes on when the page that watched it is closed', async () => {
    const { seen, onBuild } = stuckBuild();
    const { builds, tasks } = await setUp({ onBuild });
    const { taskId } = await builds.start(bundled());
    await seen.begun;
    const watch = builds.watch(taskId);
    await watch.next();
    await watch.return();
    expect(tasks.get(taskId)?.state).toBe('running');
  });

  it('that nobody started has no state to watch', async () => {
    const { builds } = await setUp();
    await expect(builds.watch('task-9').next()).rejects.toMatchObject({ code: 'TASK_MISSING' });
  });

  it('of a folder that is none is refused at once; one with a link out of it fails as a task', async () => {
    const { builds, tasks } = await setUp();
    const folder = await mkdtemp(join(tmpdir(), 'own-image-'));
    close.push(() => rm(folder, { recursive: true, force: true }));
    const request = bundled({ source: { kind: 'folder', path: folder } });
    await expect(builds.start(request)).rejects.toMatchObject({
      code: 'CONTEXT_REFUSED',
      details: { reason: 'noDockerfile' },
    });
    await writeFile(join(folder, 'Dockerfile'), 'FROM base\n');
    await symlink('/etc/passwd', join(folder, 'link'));
    const { taskId } = await builds.start(request);
    const { failure } = await tasks.ended(taskId);
    expect(failure).toEqual({ code: 'CONTEXT_REFUSED', details: { path: 'link', reason: 'linkOutside' } });
  });

  it('cannot start while no engine answers', async () => {
    const { fake, link, builds } = await setUp();
    await fake.stop();
    await firstWhere(link.state.watch(), ({ phase }) => phase !== 'ready');
    await expect(builds.start(bundled())).rejects.toMatchObject({ code: 'ENGINE_UNREACHABLE' });
  });

  it('ends with its task when Wharf closes', async () => {
    const { seen, onBuild } = stuckBuild();
    const { builds, tasks } = await setUp({ onBuild });
    const { taskId } = await builds.start(bundled());
    await seen.begun;
    await tasks.close();
    await seen.hungUp;
    await firstWhere(builds.watch(taskId), (build) => build.failure?.code === 'APP_CLOSED');
  });
});
