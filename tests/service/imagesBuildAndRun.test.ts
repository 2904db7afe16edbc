import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { buildRequest } from '../../electron/contract/builds';
import type { Task, TaskSubject } from '../../electron/contract/tasks';
import type { Tasks } from '../../electron/services/tasks';
import { type FakeEngine, type FakeEngineOptions, fakeId, startFakeEngine } from '../fakes/fakeEngine';
import { firstWhere, type ImageServicesOptions, openImageServices } from '../fakes/imageServices';

let close: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const one of close.reverse()) await one();
  close = [];
});

type Subject = Extract<TaskSubject, { kind: 'buildAndRun' }>;

const line = (message: object) => JSON.stringify(message);
const managed = { 'app.wharf.managed': 'true' };

/** A build that always makes the same image, whose containers are healthy after so many ms; null: never. */
function makes(id: string, healthyAfterMs: number | null) {
  return async function* (fake: FakeEngine): AsyncGenerator<string> {
    if (!fake.images.has(id)) fake.addImage({ id, tags: ['llm-api:latest'], healthyAfterMs: healthyAfterMs ?? 1e8 });
    yield line({ stream: 'Step 1/1 : FROM base' });
    yield line({ aux: { ID: id } });
  };
}

const imageId = `sha256:${fakeId()}`;

async function setUp(engine: FakeEngineOptions = {}, options: ImageServicesOptions = {}) {
  const fake = await startFakeEngine({ onBuild: makes(imageId, 5), ...engine });
  close.push(() => fake.close());
  const services = await openImageServices(fake.endpoint, options);
  close.push(() => services.close());
  const run = async () => services.tasks.ended((await services.buildAndRun.begin()).taskId);
  return { fake, ...services, run };
}

function subjectOf(task: Task): Subject {
  return task.subject as Subject;
}

/** Resolves when the newest task of the button is in `phase`. */
async function inPhase(tasks: Tasks, id: string, phase: Subject['phase']): Promise<void> {
  await firstWhere(tasks.watch(), () => {
    const task = tasks.get(id);
    return task !== undefined && subjectOf(task).phase === phase;
  });
}

describe('build and run', () => {
  it('ends with a healthy container of the new image on a loopback port', async () => {
    const { fake, run, tasks, defects } = await setUp();
    const task = await run();
    expect(defects).toEqual([]);
    expect(task).toMatchObject({ state: 'done', progress: { done: 3, total: 3 } });
    const subject = subjectOf(task);
    expect(subject).toMatchObject({ phase: 'done', tag: 'llm-api:latest', containerName: 'wharf-llm-api' });
    const container = fake.containers.get(subject.containerId ?? '');
    expect(container).toMatchObject({ name: 'wharf-llm-api', imageId, health: 'healthy' });
    expect(container?.ports).toEqual([{ containerPort: 8000, hostIp: '127.0.0.1', hostPort: subject.hostPort }]);
    expect(tasks.get(subject.buildTaskId ?? '')?.state).toBe('done');
  });

  it('pressed again uses the container that runs instead of making a second one', async () => {
    const { fake, run } = await setUp();
    const first = subjectOf(await run());
    const second = subjectOf(await run());
    expect(second).toMatchObject({ containerId: first.containerId, hostPort: first.hostPort, phase: 'done' });
    expect(fake.containers.size).toBe(1);
  });

  it('starts its own stopped container again', async () => {
    const { fake, run } = await setUp();
    const first = subjectOf(await run());
    fake.change(first.containerId ?? '', { state: 'exited', health: 'none' }, 'die');
    const second = await run();
    expect(second.state).toBe('done');
    expect(subjectOf(second).containerId).toBe(first.containerId);
    expect(fake.containers.get(first.containerId ?? '')?.state).toBe('running');
  });

  it('leaves alone what somebody else made under its name, and what it made from an older image', async () => {
    const { fake, run } = await setUp();
    const on = (hostPort: number) => [{ containerPort: 8000, hostIp: '127.0.0.1', hostPort }];
    const theirs = fake.addContainer({ name: 'wharf-llm-api', state: 'exited', imageId, ports: on(58_001) });
    const older = fake.addContainer({
      name: 'wharf-llm-api-2',
      labels: managed,
      imageId: 'sha256:older',
      health: 'healthy',
      ports: on(58_002),
    });
    const task = await run();
    expect(subjectOf(task)).toMatchObject({ phase: 'done', containerName: 'wharf-llm-api-3' });
    expect(fake.containers.get(theirs.id)?.state).toBe('exited');
    expect(fake.containers.get(older.id)?.state).toBe('running');
  });

  it('takes another container when the port of the stopped one belongs to somebody else now', async () => {
    const { fake, run } = await setUp();
    const first = subjectOf(await run());
    fake.change(first.containerId ?? '', { state: 'exited', health: 'none' }, 'die');
    fake.addContainer({
      name: 'other',
      ports: [{ containerPort: 80, hostIp: '127.0.0.1', hostPort: first.hostPort ?? 0 }],
    });
    const second = await run();
    expect(second).toMatchObject({ state: 'done', subject: { containerName: 'wharf-llm-api-2' } });
    expect(subjectOf(second).hostPort).not.toBe(first.hostPort);
  });

  it('runs once at a time, not even twice for twenty clicks at once', async () => {
    const { fake, buildAndRun, tasks } = await setUp();
    const answers = await Promise.allSettled(Array.from({ length: 20 }, () => buildAndRun.begin()));
    const [first] = answers;
    const id = first?.status === 'fulfilled' ? first.value.taskId : '';
    for (const answer of answers.slice(1)) {
      expect(answer).toMatchObject({ reason: { code: 'TASK_ALREADY_RUNNING', details: { id } } });
    }
    await expect(buildAndRun.begin()).rejects.toMatchObject({ code: 'TASK_ALREADY_RUNNING', details: { id } });
    expect((await tasks.ended(id)).state).toBe('done');
    expect(fake.containers.size).toBe(1);
  });

  it('shows the commands that do the same, with the base image in force', async () => {
    const { run } = await setUp({ images: [{ tags: ['wharf/python-base:3.11'] }] });
    const { command } = await run();
    expect(command).toContain(
      'docker build -t llm-api:latest --build-arg BASE_IMAGE=wharf/python-base:3.11 api-image && ',
    );
    expect(command).toContain('docker run -d --name wharf-llm-api');
  });

  it('cannot start while no engine answers', async () => {
    const { fake, link, buildAndRun } = await setUp();
    await fake.stop();
    await firstWhere(link.state.watch(), ({ phase }) => phase !== 'ready');
    await expect(buildAndRun.begin()).rejects.toMatchObject({ code: 'ENGINE_UNREACHABLE' });
  });

  it('joins a build of the image that is under way', async () => {
    const { builds, tasks, run } = await setUp();
    const { taskId } = await builds.start(buildRequest.parse({ source: { kind: 'bundled' }, tag: 'llm-api:latest' }));
    const task = await run();
    expect(task.state).toBe('done');
    expect(subjectOf(task).buildTaskId).toBe(taskId);
    expect(tasks.get(taskId)?.state).toBe('done');
  });
});

describe('what goes wrong while building and running', () => {
  it('a failed build is the reason, and nothing is created', async () => {
    const onBuild = async function* () {
      yield line({ stream: 'Step 1/1 : RUN make' });
      yield line({ error: 'returned a non-zero code: 2' });
    };
    const { fake, run } = await setUp({ onBuild });
    expect(await run()).toMatchObject({ state: 'failed', failure: { code: 'BUILD_FAILED' } });
    expect(fake.containers.size).toBe(0);
  });

  it('a container that ends at once is told with its exit code and last lines', async () => {
    const { fake, run } = await setUp();
    fake.faults.exitOnStart = { exitCode: 3, lines: ['no such module'] };
    const details = { name: 'wharf-llm-api', exitCode: 3, lastLines: ['no such module'] };
    expect(await run()).toMatchObject({ state: 'failed', failure: { code: 'CONTAINER_EXITED', details } });
    expect(fake.containers.size).toBe(0);
  });

  it('a container that ends while it should become healthy is told at once, and kept with its log', async () => {
    const { fake, buildAndRun, tasks } = await setUp({ onBuild: makes(imageId, null) });
    const { taskId } = await buildAndRun.begin();
    await inPhase(tasks, taskId, 'waitingForHealth');
    const [container] = fake.containers.values();
    fake.writeLog(container?.id ?? '', 'out of ideas', 'stderr');
    fake.change(container?.id ?? '', { state: 'exited', exitCode: 137, health: 'none' }, 'die');
    const details = { exitCode: 137, lastLines: ['out of ideas'] };
    expect((await tasks.ended(taskId)).failure).toMatchObject({ code: 'CONTAINER_EXITED', details });
    expect(fake.containers.size).toBe(1);
  });

  it('a container that calls itself unhealthy is told so with its last lines, and kept', async () => {
    const { fake, buildAndRun, tasks } = await setUp({ onBuild: makes(imageId, null) });
    const { taskId } = await buildAndRun.begin();
    await inPhase(tasks, taskId, 'waitingForHealth');
    const [container] = fake.containers.values();
    fake.writeLog(container?.id ?? '', 'cannot listen');
    fake.change(container?.id ?? '', { health: 'unhealthy' }, 'health_status: unhealthy');
    const details = { name: 'wharf-llm-api', lastLines: ['cannot listen'] };
    expect((await tasks.ended(taskId)).failure).toMatchObject({ code: 'CONTAINER_UNHEALTHY', details });
    expect(fake.containers.size).toBe(1);
  });

  it('a container that never becomes healthy is given up after the deadline', async () => {
    const timing = { healthDeadlineMs: 100, probeEveryMs: 10 };
    const { run } = await setUp({ onBuild: makes(imageId, null) }, { buildAndRun: { timing } });
    const { failure } = await run();
    expect(failure?.code).toBe('CONTAINER_UNHEALTHY');
  });

  it('a container that somebody removes meanwhile is missing, not waited for', async () => {
    const { fake, buildAndRun, tasks } = await setUp({ onBuild: makes(imageId, null) });
    const { taskId } = await buildAndRun.begin();
    await inPhase(tasks, taskId, 'waitingForHealth');
    fake.removeContainer([...fake.containers.keys()][0] ?? '');
    expect((await tasks.ended(taskId)).failure?.code).toBe('CONTAINER_MISSING');
  });

  it('cancelled while waiting, it removes the container that it made and keeps the image', async () => {
    const { fake, buildAndRun, tasks, defects } = await setUp({ onBuild: makes(imageId, null) });
    const { taskId } = await buildAndRun.begin();
    await inPhase(tasks, taskId, 'waitingForHealth');
    await tasks.cancel(taskId);
    expect(tasks.get(taskId)?.state).toBe('cancelled');
    expect(fake.containers.size).toBe(0);
    expect(fake.images.has(imageId)).toBe(true);
    expect(defects).toEqual([]);
  });

  it('closed while waiting, Wharf leaves no container of this run behind', async () => {
    const { fake, buildAndRun, tasks } = await setUp({ onBuild: makes(imageId, null) });
    const { taskId } = await buildAndRun.begin();
    await inPhase(tasks, taskId, 'waitingForHealth');
    await tasks.close();
    expect(tasks.get(taskId)?.failure?.code).toBe('APP_CLOSED');
    expect(fake.containers.size).toBe(0);
  });

  it('cancelled while waiting for a container that it only started, it stops it and keeps it', async () => {
    const { fake, buildAndRun, tasks } = await setUp({ onBuild: makes(imageId, null) });
    await firstWhere(tasks.watch(), Boolean);
    fake.addImage({ id: imageId, tags: ['llm-api:latest'], healthyAfterMs: 1e8 });
    const ports = [{ containerPort: 8000, hostIp: '127.0.0.1', hostPort: 58_000 }];
    const own = fake.addContainer({ name: 'wharf-llm-api', state: 'exited', imageId, labels: managed, ports });
    const { taskId } = await buildAndRun.begin();
    await inPhase(tasks, taskId, 'waitingForHealth');
    await tasks.cancel(taskId);
    expect(fake.containers.get(own.id)?.state).toBe('exited');
  });

  it('cancelled while building, it cancels the build that it started', async () => {
    let begin = () => {};
    const begun = new Promise<void>((resolve) => (begin = resolve));
    const onBuild = async function* (fake: FakeEngine): AsyncGenerator<string> {
      const over = new Promise((resolve) => [...fake.sockets].at(-1)?.once('close', resolve));
      yield line({ stream: 'Step 1/1 : RUN sleep' });
      begin();
      await over;
    };
    const { buildAndRun, tasks, fake } = await setUp({ onBuild });
    const { taskId } = await buildAndRun.begin();
    await begun;
    await tasks.cancel(taskId);
    const buildTaskId = subjectOf(tasks.get(taskId) as Task).buildTaskId ?? '';
    expect(tasks.get(buildTaskId)?.state).toBe('cancelled');
    expect(fake.containers.size).toBe(0);
  });
});

describe('a service without a health check of its own', () => {
  let service: Server;

  it('is healthy as soon as it answers GET /health', async () => {
    let asked = 0;
    service = createServer((request, response) => {
      asked += 1;
      // Still starting the first two times.
      response.writeHead(request.url === '/health' && asked > 2 ? 200 : 503).end();
    });
    await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
    close.push(() => new Promise((resolve) => service.close(() => resolve())));
    const { port } = service.address() as AddressInfo;
    const { fake, run } = await setUp();
    fake.addImage({ id: imageId, tags: ['llm-api:latest'], healthyAfterMs: null });
    const ports = [{ containerPort: 8000, hostIp: '127.0.0.1', hostPort: port }];
    fake.addContainer({ name: 'wharf-llm-api', imageId, labels: managed, ports });
    expect(await run()).toMatchObject({ state: 'done', subject: { hostPort: port } });
    expect(asked).toBe(3);
  });
});
