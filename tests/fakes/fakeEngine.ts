import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answer, answerJson } from './fakeEngineRoutes';
import type { FakeContainer, FakeEngine, FakeEngineOptions, FakeImage, FakeLogLine } from './fakeEngineTypes';
import { logBytes, shapeEvent, stampNow, writeSliced } from './fakeEngineWire';

export type { FakeEngine, FakeEngineOptions } from './fakeEngineTypes';

/** A new object id, 64 hexadecimal digits. */
export function fakeId(): string {
  return randomBytes(32).toString('hex');
}

/** Starts an engine; see `FakeEngine`. */
export async function startFakeEngine(options: FakeEngineOptions = {}): Promise<FakeEngine> {
  const folder = await mkdtemp(join(tmpdir(), 'fake-engine-'));
  const socketPath = join(folder, 'engine.sock');
  const sockets = new Set<Socket>();
  const eventStreams = new Set<ServerResponse>();
  const timers = new Set<ReturnType<typeof setTimeout>>();
  let server = createServer();

  const fake: FakeEngine = {
    socketPath,
    endpoint: { source: 'socket', label: 'Fake engine', address: `unix://${socketPath}` },
    containers: new Map(),
    images: new Map(),
    networks: new Set(),
    faults: {
      stall: false,
      delayMs: 0,
      sliceBytes: 0,
      muteEvents: false,
      eventCopies: 1,
      portsTaken: new Set(),
      losePorts: false,
      exitOnStart: null,
      answer: () => null,
    },
    options: {
      apiVersion: options.apiVersion ?? '1.41',
      minApiVersion: options.minApiVersion ?? '1.12',
      product: options.product ?? 'Docker',
    },
    requests: [],
    versions: new Set(),
    sockets,
    eventStreams,

    addContainer(values) {
      const id = values.id ?? fakeId();
      const container: FakeContainer = {
        id,
        name: `container-${fake.containers.size + 1}`,
        image: 'busybox:latest',
        imageId: `sha256:${'0'.repeat(64)}`,
        state: 'running',
        health: 'none',
        exitCode: 0,
        outOfMemory: false,
        createdAtMs: Date.now(),
        startedAtMs: values.state === 'created' ? 0 : Date.now(),
        finishedAtMs: values.state === 'exited' ? Date.now() : 0,
        restartCount: 0,
        ports: [],
        labels: {},
        environment: [],
        memoryBytes: 0,
        tty: false,
        logDriver: 'json-file',
        inspect: {},
        stats: quietStats(),
        log: [],
        createdWith: {},
        followers: new Set(),
        ...values,
      };
      fake.containers.set(id, container);
      fake.emit({ type: 'container', action: 'create', id });
      if (container.state === 'running') fake.emit({ type: 'container', action: 'start', id });
      return container;
    },

    addImage(values) {
      const image: FakeImage = {
        id: `sha256:${fakeId()}`,
        tags: [],
        createdAtMs: Date.now(),
        sizeBytes: 1_000_000,
        labels: {},
        healthyAfterMs: null,
        ...values,
      };
      fake.images.set(image.id, image);
      return image;
    },

    change(id, values, action) {
      const container = fake.containers.get(id);
      if (!container) throw new Error(`no such container: ${id}`);
      Object.assign(container, values);
      fake.emit({ type: 'container', action, id });
      if (container.state === 'running') return;
      for (const follower of container.followers) follower.end();
      container.followers.clear();
    },

    removeContainer(id) {
      const container = fake.containers.get(id);
      for (const follower of container?.followers ?? []) follower.end();
      fake.containers.delete(id);
      fake.emit({ type: 'container', action: 'destroy', id });
    },

    writeLog(id, text, stream = 'stdout', time = stampNow()) {
      const container = fake.containers.get(id);
      if (!container) throw new Error(`no such container: ${id}`);
      const line: FakeLogLine = { stream, time, text };
      container.log.push(line);
      for (const follower of container.followers) writeSliced(fake, follower, logBytes(container, line));
    },

    emit(event) {
      if (fake.faults.muteEvents) return;
      const line = `${JSON.stringify(shapeEvent(fake, event))}\n`;
      for (let copy = 0; copy < fake.faults.eventCopies; copy += 1) fake.emitRaw(line);
    },

    emitRaw(bytes) {
      for (const stream of eventStreams) writeSliced(fake, stream, Buffer.from(bytes));
    },

    cutStreams() {
      for (const stream of eventStreams) stream.destroy();
      for (const container of fake.containers.values()) for (const one of container.followers) one.destroy();
    },

    async stop() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },

    async start() {
      server = createServer((request, response) => void serve(request, response));
      server.keepAliveTimeout = 0;
      const { onSession } = options;
      if (onSession) {
        server.on('upgrade', (_request, socket) => {
          socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n');
          onSession(socket);
        });
      }
      server.on('connection', (socket) => {
        sockets.add(socket);
        socket.once('close', () => sockets.delete(socket));
        socket.on('error', () => {});
      });
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(socketPath, resolve);
      });
    },

    async close() {
      fake.faults.stall = false;
      for (const timer of timers) clearTimeout(timer);
      if (server.listening) await fake.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };

  const later = (ms: number, act: () => void) => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      act();
    }, ms);
    timers.add(timer);
  };

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    try {
      const url = new URL(request.url ?? '/', 'http://engine');
      const versioned = /^\/v(\d+\.\d+)(\/.*)$/.exec(url.pathname);
      const path = versioned?.[2] ?? url.pathname;
      const method = request.method ?? 'GET';
      fake.requests.push(`${method} ${path}${url.search}`);
      await held(fake, request.socket);
      if (fake.faults.delayMs > 0) await new Promise<void>((resolve) => later(fake.faults.delayMs, resolve));
      if (request.socket.destroyed) return;
      const instead = await fake.faults.answer(method, path);
      if (instead) {
        // An answer before the end of what is still being sent would reach some askers as a reset.
        await readBody(request);
        return answerJson(fake, response, instead.status, instead.body);
      }
      if (versioned?.[1]) fake.versions.add(versioned[1]);
      const refusal = versioned?.[1] ? versionRefusal(fake, versioned[1]) : null;
      if (refusal) return answerJson(fake, response, 400, { message: refusal });
      const body = await readBody(request);
      await answer(
        { fake, later, eventStreams, onBuild: options.onBuild },
        method,
        path,
        url.searchParams,
        body,
        response,
      );
    } catch (error) {
      if (!response.headersSent) answerJson(fake, response, 500, { message: `fake engine: ${String(error)}` });
      else response.destroy();
    }
  };

  for (const image of options.images ?? []) fake.addImage(image);
  for (const container of options.containers ?? []) fake.addContainer(container);
  await fake.start();
  return fake;
}

/** Waits while the engine is stalled, as long as somebody waits for the answer. */
async function held(fake: FakeEngine, socket: Socket): Promise<void> {
  while (fake.faults.stall && !socket.destroyed) await new Promise<void>((resolve) => setTimeout(resolve, 5));
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function versionRefusal(fake: FakeEngine, asked: string): string | null {
  const minor = (version: string) => Number(version.split('.')[1]);
  const { apiVersion, minApiVersion } = fake.options;
  if (minor(asked) > minor(apiVersion)) {
    return `client version ${asked} is too new. Maximum supported API version is ${apiVersion}`;
  }
  return minor(asked) < minor(minApiVersion)
    ? `client version ${asked} is too old. Minimum supported API version is ${minApiVersion}, please upgrade your client to a newer version`
    : null;
}

/** Counters of a container that does nothing. */
function quietStats(): object {
  return {
    cpu_stats: { cpu_usage: { total_usage: 25_000_000 }, system_cpu_usage: Date.now() * 2_000_000, online_cpus: 2 },
    memory_stats: { usage: 3_117_056, limit: 134_217_728, stats: { total_inactive_file: 2_629_632 } },
    networks: { eth0: { rx_bytes: 200, tx_bytes: 0 } },
    blkio_stats: { io_service_bytes_recursive: [] },
    pids_stats: { current: 1 },
  };
}
