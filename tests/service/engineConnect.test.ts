import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { connectEngine } from '../../electron/docker/connect';
import { lineText } from '../../electron/docker/logs';
import { fakeEngine } from '../fakes/linkedEngine';

const at = (address: string) => ({ source: 'socket' as const, label: 'Test', address });
const unreachable = (reason: string) =>
  expect.objectContaining({ code: 'ENGINE_UNREACHABLE', details: expect.objectContaining({ reason }) });

afterEach(() => vi.unstubAllEnvs());

describe('connectEngine', () => {
  it('tells an absent socket from one that nobody listens on', async () => {
    await expect(connectEngine(at('unix:///nonexistent/engine.sock'))).rejects.toEqual(unreachable('absent'));
    const server = net.createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    await expect(connectEngine(at(`tcp://127.0.0.1:${port}`))).rejects.toEqual(unreachable('refused'));
  });

  it('does not take a web server, or something that speaks no HTTP, for an engine', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'not-an-engine-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const web = createServer((_, response) => void response.end('<h1>hello</h1>')).listen(join(folder, 'web'));
    const refusing = createServer((_, response) => void response.writeHead(404).end()).listen(join(folder, 'refusing'));
    const noise = net
      .createServer((socket) => void socket.end('220 mail.example ESMTP\r\n'))
      .listen(join(folder, 'noise'));
    for (const server of [web, refusing, noise]) onTestFinished(() => void server.close());
    for (const name of ['web', 'refusing', 'noise']) {
      await expect(connectEngine(at(`unix://${join(folder, name)}`)), name).rejects.toEqual(unreachable('notAnEngine'));
    }
  });

  it('refuses an engine that is too old, or of another kind, without naming both versions', async () => {
    for (const [minApiVersion, apiVersion, reason] of [
      ['1.12', '1.40', 'tooOld'],
      // Another first number is another API.
      ['2.0', '2.3', 'tooNew'],
    ] as const) {
      const fake = await fakeEngine({ minApiVersion, apiVersion });
      await expect(connectEngine(fake.endpoint)).rejects.toMatchObject({
        code: 'ENGINE_VERSION',
        details: { reason, engineApis: `${minApiVersion}–${apiVersion}`, wharfApis: '1.41–1.52' },
      });
    }
  });

  it('speaks an older version with an old engine, ours with a newer, theirs with one that forgot ours', async () => {
    for (const [minApiVersion, apiVersion, spoken] of [
      ['1.12', '1.41', '1.41'],
      ['1.44', '1.60', '1.52'],
      ['1.58', '1.70', '1.58'],
    ] as const) {
      const fake = await fakeEngine({ minApiVersion, apiVersion });
      const engine = await connectEngine(fake.endpoint);
      expect(engine.facts.apiVersion).toBe(spoken);
      // The fake refuses a version that it does not speak, as an engine does.
      await expect(engine.listContainers()).resolves.toEqual([]);
      expect([...fake.versions]).toEqual([spoken]);
      engine.close();
    }
  });

  it('knows Podman', async () => {
    const fake = await fakeEngine({ product: 'Podman' });
    const engine = await connectEngine(fake.endpoint);
    expect(engine.facts.product).toBe('Podman');
    engine.close();
  });

  it('talks to the address it was given, whatever DOCKER_HOST says', async () => {
    const fake = await fakeEngine({ containers: [{ name: 'right' }] });
    vi.stubEnv('DOCKER_HOST', 'tcp://192.0.2.1:2376');
    vi.stubEnv('DOCKER_PATH_PREFIX', '/elsewhere');
    const engine = await connectEngine(fake.endpoint);
    expect((await engine.listContainers()).map((row) => row.name)).toEqual(['right']);
    engine.close();
  });

  it('drives an engine over tcp as over a socket, streams too', async () => {
    const fake = await fakeEngine({ containers: [{ name: 'far' }] });
    const proxy = net.createServer((near) => {
      const far = net.connect(fake.socketPath);
      near.pipe(far).pipe(near);
      for (const socket of [near, far]) socket.on('error', () => {}).on('close', () => far.destroy());
    });
    proxy.listen(0, '127.0.0.1');
    await new Promise((resolve) => proxy.once('listening', resolve));
    onTestFinished(() => void proxy.close());
    const engine = await connectEngine(at(`tcp://127.0.0.1:${(proxy.address() as AddressInfo).port}`));
    expect((await engine.listContainers()).map((row) => row.name)).toEqual(['far']);
    const leaving = new AbortController();
    const seen: string[] = [];
    for await (const event of engine.events(leaving.signal, () => void fake.addContainer({ state: 'created' }))) {
      seen.push(event.action);
      leaving.abort();
    }
    expect(seen).toEqual(['create']);
    engine.close();
    await expect.poll(() => fake.sockets.size).toBe(0);
  });

  it('says of an address that it cannot speak to that it is not supported', async () => {
    for (const address of ['ssh://', 'nonsense', 'tcp://:::', 'fd://']) {
      await expect(connectEngine(at(address)), address).rejects.toEqual(unreachable('unsupported'));
    }
  });

  it('gives up a call that gets no answer, and closes its socket', async () => {
    const fake = await fakeEngine();
    const engine = await connectEngine(fake.endpoint);
    fake.faults.stall = true;
    await expect(engine.ping(50)).rejects.toMatchObject({ code: 'ENGINE_NOT_ANSWERING', details: { timeoutMs: 50 } });
    await expect.poll(() => fake.sockets.size).toBe(0);
  });

  it('reports an answer that is cut in the middle instead of waiting for the rest', async () => {
    const fake = await fakeEngine({ containers: [{ name: 'one' }] });
    const engine = await connectEngine(fake.endpoint);
    const cut = net.createServer((socket) => {
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n[{"Id":');
        setImmediate(() => socket.destroy());
      });
    });
    await fake.stop();
    cut.listen(fake.socketPath);
    onTestFinished(() => void cut.close());
    await expect(engine.listContainers()).rejects.toEqual(unreachable('lost'));
  });

  it('ends a call when its caller leaves, and closes its socket', async () => {
    const fake = await fakeEngine();
    const engine = await connectEngine(fake.endpoint);
    fake.faults.stall = true;
    const leaving = new AbortController();
    const listing = engine.listContainers(leaving.signal);
    await expect.poll(() => fake.requests.at(-1)).toContain('/containers/json');
    leaving.abort();
    await expect(listing).rejects.toMatchObject({ code: 'CANCELLED' });
    await expect.poll(() => fake.sockets.size).toBe(0);
  });

  it('opens and closes event and log streams 200 times without leaving a socket or a listener', async () => {
    const fake = await fakeEngine();
    const { id } = fake.addContainer({ name: 'talks' });
    const engine = await connectEngine(fake.endpoint);
    for (let round = 0; round < 200; round += 1) {
      const leaving = new AbortController();
      const stream =
        round % 2 === 0
          ? engine.events(leaving.signal, () => leaving.abort())
          : engine.logs(id, { follow: true, since: null, tail: null }, leaving.signal);
      const read = (async () => {
        for await (const _ of stream) leaving.abort();
      })();
      if (round % 2 === 1) await expect.poll(() => fake.containers.get(id)?.followers.size, { interval: 1 }).toBe(1);
      leaving.abort();
      await read;
      await expect.poll(() => fake.containers.get(id)?.followers.size, { interval: 1 }).toBe(0);
    }
    await expect.poll(() => fake.sockets.size).toBe(0);
    expect(fake.eventStreams.size).toBe(0);
  });
});

describe('logs', () => {
  it('reads framed lines, a terminal, and only what came after a time', async () => {
    const fake = await fakeEngine();
    fake.faults.sliceBytes = 3;
    const engine = await connectEngine(fake.endpoint);
    const read = async (id: string, since: string | null) => {
      const texts: string[] = [];
      const options = { follow: false, since, tail: null };
      for await (const batch of engine.logs(id, options, new AbortController().signal)) {
        texts.push(...batch.map((line) => `${line.stream} ${lineText(line.bytes)}`));
      }
      return texts;
    };
    const framed = fake.addContainer({ name: 'framed' });
    fake.writeLog(framed.id, '하나', 'stdout', '2024-05-01T10:00:00.000000001Z');
    fake.writeLog(framed.id, 'two', 'stderr', '2024-05-01T10:00:00.999999999Z');
    fake.writeLog(framed.id, 'three', 'stdout', '2024-05-01T10:00:01.000000000Z');
    expect(await read(framed.id, null)).toEqual(['stdout 하나', 'stderr two', 'stdout three']);
    expect(await read(framed.id, '2024-05-01T10:00:00.999999999Z')).toEqual(['stdout three']);
    const terminal = fake.addContainer({ name: 'terminal', tty: true });
    fake.writeLog(terminal.id, 'plain');
    expect(await read(terminal.id, null)).toEqual(['stdout plain']);
  });

  it('says that a driver keeps nothing, and that a container is gone', async () => {
    const fake = await fakeEngine();
    const engine = await connectEngine(fake.endpoint);
    const { id } = fake.addContainer({ logDriver: 'none' });
    const first = (of: string) => {
      const options = { follow: false, since: null, tail: null };
      return engine.logs(of, options, new AbortController().signal)[Symbol.asyncIterator]().next();
    };
    await expect(first(id)).rejects.toMatchObject({ code: 'LOGS_UNREADABLE', details: { driver: 'none' } });
    await expect(first('f'.repeat(64))).rejects.toMatchObject({ code: 'CONTAINER_MISSING' });
  });
});
