import net, { type AddressInfo } from 'node:net';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Container } from '../../electron/contract/containers';
import { Failure, isFailure } from '../../electron/contract/failures';
import { runRequest } from '../../electron/contract/runRequest';
import { lineText } from '../../electron/docker/logs';
import type { Containers } from '../../electron/services/containers';
import type { EngineLink } from '../../electron/services/engine';
import { outside, outsideContainer, realContainers, testImage, testName } from './realEngine';

const sleeping = ['python3', '-c', 'import signal, sys\nsignal.signal(15, lambda *_: sys.exit(0))\nsignal.pause()'];

let link: EngineLink;
let containers: Containers;
let serving: string;
let failing: string;

beforeAll(async () => {
  ({ link, containers } = await realContainers());
  serving = await testImage('serving', ['python3', '-m', 'http.server', '8000', '--directory', '/tmp']);
  failing = await testImage('failing', ['python3', '-c', 'import sys; print("마지막 말"); sys.exit(3)']);
});

const asked = (what: string, values: object = {}) =>
  runRequest.parse({ image: serving, name: testName(what), memoryBytes: 128 * 1024 * 1024, ...values });

const rowOf = (id: string): Container | undefined => containers.table().find((row) => row.id === id);

async function failureOf(promise: Promise<unknown>): Promise<Failure> {
  const error = await promise.then(
    () => new Error('no failure'),
    (reason: unknown) => reason,
  );
  if (!isFailure(error)) throw error;
  return error;
}

async function heldPort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

async function exists(name: string): Promise<boolean> {
  const all = await outside.listContainers({ all: true });
  return all.some((container) => container.Names.includes(`/${name}`));
}

describe('a container from run to removal', () => {
  it('is reached from elsewhere, may do more than it needs, or grows without limit', async () => {
    const { id, hostPort } = await containers.run(asked('held'));
    const { HostConfig, Config } = await outside.getContainer(id).inspect();
    expect(HostConfig).toMatchObject({
      PortBindings: { '8000/tcp': [{ HostIp: '127.0.0.1', HostPort: String(hostPort) }] },
      Privileged: false,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      ReadonlyRootfs: true,
      Memory: 128 * 1024 * 1024,
      LogConfig: { Type: 'json-file', Config: { 'max-file': '3', 'max-size': '10m' } },
      Init: true,
    });
    expect(HostConfig.PidsLimit).toBeGreaterThan(0);
    expect(HostConfig.CapAdd ?? []).toEqual([]);
    expect(HostConfig.Binds ?? []).toEqual([]);
    expect(Config.User).toBe('10001:10001');
    expect(Config.Labels).toHaveProperty('app.wharf.managed');
    await containers.remove(id, { force: true, volumes: true });
  });

  it('serves on loopback, stops, starts, restarts and goes, and its row says so each time', async () => {
    const request = asked('life');
    const { id, hostPort } = await containers.run(request);
    expect(rowOf(id)).toMatchObject({
      name: request.name,
      state: 'running',
      madeByWharf: true,
      memoryLimitBytes: request.memoryBytes,
      ports: [{ containerPort: 8000, protocol: 'tcp', hostIp: '127.0.0.1', hostPort }],
    });
    await expect
      .poll(async () => (await fetch(`http://127.0.0.1:${hostPort}/`).catch(() => null))?.status, { timeout: 20_000 })
      .toBe(200);
    await containers.stop(id, 2);
    expect(rowOf(id)).toMatchObject({ state: 'exited', ports: [] });
    await containers.start(id);
    expect(rowOf(id)).toMatchObject({ state: 'running', exitCode: null });
    const startedAtMs = rowOf(id)?.startedAtMs ?? 0;
    await containers.restart(id, 0);
    expect(rowOf(id)?.startedAtMs).toBeGreaterThan(startedAtMs);
    const failure = await failureOf(containers.remove(id, { force: false, volumes: false }));
    expect(failure.toValue()).toEqual({ code: 'CONTAINER_RUNNING', details: { name: request.name } });
    await containers.remove(id, { force: true, volumes: true });
    expect(rowOf(id)).toBeUndefined();
    expect(await exists(request.name)).toBe(false);
    expect((await failureOf(containers.start(id))).code).toBe('CONTAINER_MISSING');
  });

  it('is made once by twenty clicks', async () => {
    const request = asked('clicks');
    const answers = await Promise.all(Array.from({ length: 20 }, () => containers.run(request)));
    expect(new Set(answers.map((answer) => answer.id)).size).toBe(1);
  });
});

describe('a run that cannot be', () => {
  it('says what the container said before it ended, and leaves none behind', async () => {
    const request = asked('failing', { image: failing });
    const failure = await failureOf(containers.run(request));
    expect(failure.toValue()).toEqual({
      code: 'CONTAINER_EXITED',
      details: { name: request.name, exitCode: 3, lastLines: ['마지막 말'] },
    });
    expect(await exists(request.name)).toBe(false);
  });

  it('says that the image is missing', async () => {
    const image = `${testName('none')}:latest`;
    const failure = await failureOf(containers.run(asked('none', { image })));
    expect(failure.toValue()).toEqual({ code: 'IMAGE_MISSING', details: { image } });
  });

  it("says who has the name, and leaves another's container as it is", async () => {
    const other = await outsideContainer('named', sleeping);
    const name = (await other.inspect()).Name.slice(1);
    const failure = await failureOf(containers.run(asked('any', { name })));
    expect(failure.toValue()).toEqual({
      code: 'NAME_TAKEN',
      details: { name, holderId: other.id, madeByWharf: false },
    });
    expect((await other.inspect()).State.Running).toBe(true);
  });

  it('says which process or container has the port', async () => {
    const port = await heldPort();
    const byProcess = await failureOf(
      containers.run(asked('port', { ports: [{ containerPort: 8000, hostPort: port }] })),
    );
    expect(byProcess).toMatchObject({ code: 'PORT_IN_USE', details: { port, holder: { kind: 'process' } } });

    const { id, hostPort } = await containers.run(asked('holder'));
    const request = asked('second', { ports: [{ containerPort: 8000, hostPort }] });
    const byContainer = await failureOf(containers.run(request));
    expect(byContainer).toMatchObject({
      code: 'PORT_IN_USE',
      details: { port: hostPort, holder: { kind: 'container', name: rowOf(id)?.name } },
    });
    expect(await exists(request.name)).toBe(false);
  });

  it('does not start a stopped container whose port was taken meanwhile, and starts it with its port afterwards', async () => {
    const { id, hostPort } = await containers.run(asked('returns'));
    await containers.stop(id, 0);
    const server = net.createServer().listen(hostPort ?? 0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const failure = await failureOf(containers.start(id));
    expect(failure).toMatchObject({ code: 'PORT_IN_USE', details: { port: hostPort, holder: { kind: 'process' } } });
    expect(rowOf(id)?.state).not.toBe('running');
    await new Promise((resolve) => server.close(resolve));
    await containers.start(id);
    expect(rowOf(id)?.ports.map((port) => port.hostPort)).toEqual([hostPort]);
  });
});

describe('what somebody else does', () => {
  it('shows without asking: created, renamed, paused, killed, removed', async () => {
    const container = await outsideContainer('outside', sleeping);
    const row = () => rowOf(container.id);
    await expect.poll(() => row()?.state).toBe('running');
    expect(row()?.madeByWharf).toBe(false);
    const name = testName('renamed');
    await container.rename({ name });
    await expect.poll(() => row()?.name).toBe(name);
    await container.pause();
    await expect.poll(() => row()?.state).toBe('paused');
    await container.unpause();
    await container.kill();
    await expect.poll(() => row()).toMatchObject({ state: 'exited', exitCode: 137 });
    await container.remove();
    await expect.poll(() => row()).toBeUndefined();
  });

  it('leaves the table equal to what the engine lists', async () => {
    await outsideContainer('listed', sleeping);
    await expect
      .poll(async () => {
        const listed = await outside.listContainers({ all: true });
        const theirs = listed.map(({ Id, State }) => `${Id} ${State}`).sort();
        const ours = containers.table().map(({ id, state }) => `${id} ${state}`);
        return {
          missing: theirs.filter((one) => !ours.includes(one)),
          extra: ours.filter((one) => !theirs.includes(one)),
        };
      })
      .toEqual({ missing: [], extra: [] });
  });

  it('lists and inspects a container to the same row, as far as a list tells', async () => {
    const { id } = await containers.run(asked('same'));
    const engine = link.current();
    const listed = (await engine.listContainers()).find((row) => row.id === id);
    const inspected = await engine.inspectContainer(id);
    expect(listed).toEqual({
      ...inspected,
      startedAtMs: null,
      memoryLimitBytes: null,
      createdAtMs: Math.floor(inspected.createdAtMs / 1000) * 1000,
    });
  });
});

describe('logs', () => {
  const read = async (id: string, since: string | null, follow = false) => {
    const lines: { text: string; stream: string; time: string }[] = [];
    const limit = AbortSignal.timeout(30_000);
    for await (const batch of link.current().logs(id, { follow, since, tail: null }, limit))
      lines.push(...batch.map(({ bytes, stream, time }) => ({ text: lineText(bytes), stream, time })));
    return lines;
  };
  const counting = [
    'python3',
    '-c',
    'import sys\nfor n in range(5): print("줄", n, flush=True)\nprint("err", file=sys.stderr)',
  ];

  it('reads both channels up to the end of the container, and only what is later than a line', async () => {
    const container = await outsideContainer('talks', counting);
    const lines = await read(container.id, null, true);
    expect(lines.filter((line) => line.stream === 'stdout').map((line) => line.text)).toEqual(
      [0, 1, 2, 3, 4].map((n) => `줄 ${n}`),
    );
    expect(lines.filter((line) => line.stream === 'stderr').map((line) => line.text)).toEqual(['err']);
    const times = lines.map((line) => line.time).sort();
    const later = await read(container.id, times[2] ?? null);
    expect(later.map((line) => line.time).sort()).toEqual(times.slice(3));
  });

  it('reads a terminal as one channel', async () => {
    const container = await outsideContainer('terminal', counting, { Tty: true });
    await container.wait();
    const lines = await read(container.id, null);
    expect(new Set(lines.map((line) => line.stream))).toEqual(new Set(['stdout']));
    expect(lines.map((line) => line.text)).toContain('줄 4');
  });

  it('says that the driver keeps nothing', async () => {
    const container = await outsideContainer('silent', sleeping, {
      HostConfig: { LogConfig: { Type: 'none', Config: {} } },
    });
    expect((await failureOf(read(container.id, null))).toValue()).toEqual({
      code: 'LOGS_UNREADABLE',
      details: { driver: 'none' },
    });
  });
});

describe('images', () => {
  it('lists, inspects, and refuses to remove what a container uses', async () => {
    const image = await testImage('used', sleeping);
    const used = await outsideContainer('user', sleeping, { Image: image });
    await expect.poll(() => rowOf(used.id)?.imageId ?? '').not.toBe('');
    const engine = link.current();
    const details = await engine.inspectImage(image);
    expect(details).toMatchObject({ tags: [image], hasHealthCheck: false });
    const row = (await engine.listImages(containers.table())).find(({ id }) => id === details.id);
    expect(row?.usedBy).toEqual([rowOf(used.id)?.name]);
    expect((await failureOf(engine.removeImage(image))).code).toBe('IMAGE_IN_USE');
    await containers.remove(used.id, { force: true, volumes: false });
    await engine.removeImage(image);
    expect((await failureOf(engine.inspectImage(image))).toValue()).toEqual({
      code: 'IMAGE_MISSING',
      details: { image },
    });
  });
});
