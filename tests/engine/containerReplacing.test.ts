import { execFile } from 'node:child_process';
import net from 'node:net';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { runRequest } from '../../electron/contract/runRequest';
import type { Task } from '../../electron/contract/tasks';
import { ContainerForms } from '../../electron/services/containerForms';
import { ContainerReplacing } from '../../electron/services/containerReplacing';
import type { Containers } from '../../electron/services/containers';
import { Tasks } from '../../electron/services/tasks';
import { MemoryOutput } from '../fakes/taskOutput';
import { outside, outsideContainer, realContainers, testImage, testName } from './realEngine';

const run = promisify(execFile);
let containers: Containers;
let forms: ContainerForms;
let tasks: Tasks;
let replacing: ContainerReplacing;
let serving: string;
let failing: string;

beforeAll(async () => {
  const real = await realContainers();
  containers = real.containers;
  forms = new ContainerForms(real.link);
  tasks = new Tasks(new MemoryOutput(), (error) => String(error));
  replacing = new ContainerReplacing({
    engineLink: real.link,
    containers,
    tasks,
    log: () => {},
    healthDeadlineMs: 20_000,
  });
  serving = await testImage('replaced', ['python3', '-m', 'http.server', '8000', '--directory', '/tmp']);
  failing = await testImage('broken', ['python3', '-c', 'import sys; print("broken"); sys.exit(3)']);
});

const asked = (values: object = {}) =>
  runRequest.parse({ image: serving, name: testName('old'), memoryBytes: 128 * 1024 * 1024, ...values });

async function replace(id: string, change: object): Promise<Task> {
  const { request } = await forms.describe(id);
  const { taskId } = await replacing.begin(id, { ...request, ...change });
  return tasks.ended(taskId);
}

const inspect = (reference: string) => outside.getContainer(reference).inspect();
const answers = async (port: number | null) => (await fetch(`http://127.0.0.1:${port}/`).catch(() => null))?.status;
const ofName = (prefix: string) =>
  containers
    .table()
    .map(({ name }) => name)
    .filter((name) => name.startsWith(prefix));

/** How a container is, as far as a person would notice that somebody had touched it. */
async function standing(id: string) {
  const { Name, State, HostConfig, NetworkSettings, Config } = await inspect(id);
  return { Name, status: State.Status, HostConfig, ports: NetworkSettings.Ports, Config };
}

describe('putting a changed container in the place of another', () => {
  it('keeps name, port, and everything that was not changed', async () => {
    const request = asked({ environment: [{ name: 'A', value: '1' }] });
    const { id, hostPort } = await containers.run(request);
    const before = await inspect(id);
    const task = await replace(id, { memoryBytes: 96 * 1024 * 1024 });
    expect(task.failure).toBeNull();
    const now = await inspect(request.name);
    expect(now.Id).not.toBe(id);
    expect(now.State.Running).toBe(true);
    expect(now.HostConfig.Memory).toBe(96 * 1024 * 1024);
    expect({ ...now.HostConfig, Memory: 0, MemorySwap: 0 }).toEqual({ ...before.HostConfig, Memory: 0, MemorySwap: 0 });
    expect(now.Config.Env).toEqual(before.Config.Env);
    await expect.poll(() => answers(hostPort)).toBe(200);
    expect(ofName(request.name)).toEqual([request.name]);
    await expect(inspect(id)).rejects.toMatchObject({ statusCode: 404 });
  });

  it('leaves what no form can say of another’s container as it is, its unnamed volume included', async () => {
    const other = await outsideContainer('theirs', ['python3', '-c', 'import signal; signal.pause()'], {
      Volumes: { '/data': {} },
      HostConfig: {
        CapAdd: ['NET_ADMIN'],
        Ulimits: [{ Name: 'nofile', Soft: 99, Hard: 99 }],
        OomScoreAdj: 77,
      },
    });
    const before = await other.inspect();
    const name = before.Name.slice(1);
    const task = await replace(other.id, { environment: [{ name: 'NEW', value: 'yes' }] });
    expect(task.failure).toBeNull();
    const now = await inspect(name);
    expect(now.Config.Env).toContain('NEW=yes');
    expect(now.Config.Cmd).toEqual(before.Config.Cmd);
    expect(now.HostConfig).toMatchObject({ CapAdd: ['NET_ADMIN'], OomScoreAdj: 77 });
    expect(now.HostConfig.Ulimits).toEqual(before.HostConfig.Ulimits);
    expect(now.Mounts.map(({ Name }) => Name)).toEqual(before.Mounts.map(({ Name }) => Name));
    await containers.remove(now.Id, { force: true, volumes: true });
    for (const { Name } of now.Mounts)
      await outside
        .getVolume(Name ?? '')
        .remove()
        .catch(() => {});
  });

  it.each([
    ['ends at once', () => ({ image: failing }), 'CONTAINER_EXITED'],
    [
      'never becomes healthy',
      () => ({
        healthCheck: {
          kind: 'command',
          command: 'false',
          intervalSeconds: 1,
          timeoutSeconds: 1,
          startPeriodSeconds: 0,
          retries: 1,
        },
      }),
      'CONTAINER_UNHEALTHY',
    ],
    ['has no such command', () => ({ command: ['/no/such/program'] }), 'CONTAINER_EXITED'],
  ])('puts the old one back exactly as it was, port included, where the new one %s', async (_what, change, code) => {
    const request = asked();
    const { id, hostPort } = await containers.run(request);
    const before = await standing(id);
    const task = await replace(id, change());
    expect(task.failure?.code).toBe(code);
    expect(await standing(id)).toEqual(before);
    await expect.poll(() => answers(hostPort)).toBe(200);
    expect(ofName(request.name)).toEqual([request.name]);
  });

  it('does not touch the old one where the new port is held', async () => {
    const request = asked();
    const { id } = await containers.run(request);
    const { State } = await inspect(id);
    const server = net.createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as net.AddressInfo;
    const task = await replace(id, { ports: [{ containerPort: 8000, protocol: 'tcp', hostPort: port }] });
    expect(task.failure).toMatchObject({ code: 'PORT_IN_USE', details: { port } });
    expect((await inspect(id)).State.StartedAt).toBe(State.StartedAt);
  });

  it('keeps answering while a new port is tried', async () => {
    const request = asked();
    const { id, hostPort } = await containers.run(request);
    await expect.poll(() => answers(hostPort)).toBe(200);
    const { StartedAt } = (await inspect(id)).State;
    const task = await replace(id, {
      image: failing,
      ports: [{ containerPort: 8000, protocol: 'tcp', hostPort: null }],
    });
    expect(task.failure?.code).toBe('CONTAINER_EXITED');
    expect((await inspect(id)).State.StartedAt).toBe(StartedAt);
  });

  it('is one replacement for two clicks', async () => {
    const { id } = await containers.run(asked());
    const { request } = await forms.describe(id);
    const [first, second] = await Promise.allSettled([replacing.begin(id, request), replacing.begin(id, request)]);
    const refused = [first, second].filter(({ status }) => status === 'rejected');
    expect(refused).toHaveLength(1);
    const begun = [first, second].find((one) => one.status === 'fulfilled');
    expect((await tasks.ended((begun as PromiseFulfilledResult<{ taskId: string }>).value.taskId)).failure).toBeNull();
  });
});

describe('the lines of a replacement', () => {
  /** What a replacement of one container did, and the same line for another one like it. */
  async function lineFor(twin: string): Promise<{ line: string; done: string }> {
    const request = asked({ name: testName('done'), ports: [] });
    const { id } = await containers.run(request);
    const { command, failure } = await replace(id, { memoryBytes: 96 * 1024 * 1024, environment: [] });
    expect(failure).toBeNull();
    return { line: command.replaceAll(request.name, twin), done: request.name };
  }
  /** The command writes empty lists where the engine's API was told nothing. */
  const said = (options: object) =>
    Object.fromEntries(
      Object.entries(options).filter(
        ([, value]) => value && (typeof value !== 'object' || Object.keys(value).length > 0),
      ),
    );
  const paste = (line: string) => run('bash', ['-c', line], { timeout: 60_000 });

  it('pasted into a shell put another container in the place than Wharf did, or leave the old one', async () => {
    const request = asked({ name: testName('pasted'), ports: [] });
    const { id } = await containers.run(request);
    const { line, done } = await lineFor(request.name);
    await paste(line);
    const [ours, theirs] = await Promise.all([standing(done), standing(request.name)]);
    expect((await inspect(request.name)).Id).not.toBe(id);
    await expect(inspect(id)).rejects.toMatchObject({ statusCode: 404 });
    expect(theirs).toMatchObject({ status: 'running', HostConfig: { Memory: 96 * 1024 * 1024 } });
    expect(said(theirs.HostConfig)).toEqual(said(ours.HostConfig));
    const { Env, User, Image } = ours.Config;
    expect(theirs.Config).toMatchObject({ Env, User, Image });
  });

  it('pasted into a shell lose the old container where the new one cannot be made', async () => {
    const request = asked({ name: testName('kept'), ports: [] });
    const { id } = await containers.run(request);
    const { line } = await lineFor(request.name);
    await paste(line.replaceAll(serving, 'nothing.invalid/missing:1'));
    expect(await inspect(id)).toMatchObject({ Name: `/${request.name}`, State: { Running: true } });
    expect(ofName(request.name)).toEqual([request.name]);
  });
});

describe('another one like it', () => {
  it('has the same options and a name and port of its own', async () => {
    const { id, hostPort } = await containers.run(asked({ cpus: 0.5 }));
    const { request } = await forms.describe(id);
    const ports = request.ports.map((port) => ({ ...port, hostPort: null }));
    const copy = await containers.duplicate(id, { ...request, name: testName('copy'), ports });
    expect(copy.hostPort).not.toBe(hostPort);
    const [one, other] = [await inspect(id), await inspect(copy.id)];
    expect({ ...other.HostConfig, PortBindings: null }).toEqual({ ...one.HostConfig, PortBindings: null });
  });
});

describe('a GPU', () => {
  it('is said not to be there in words that lead on, and the trial leaves nothing behind', async () => {
    const before = (await outside.listContainers({ all: true })).length;
    const check = await containers.checkGpu(serving);
    // Machines of tests have none; where one has, its name is the answer.
    expect(['noRuntime', 'noDevice', 'available']).toContain(check.result);
    const left = (await outside.listContainers({ all: true })).filter(({ Names }) =>
      Names.some((name) => name.includes('gpu-check')),
    );
    expect(left).toEqual([]);
    expect(before).toBeGreaterThan(0);
  });
});
