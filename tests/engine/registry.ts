import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import tar from 'tar-stream';

/** What a request for a path meets instead of the registry's plain answer. */
interface RegistryFault {
  /** Answers this instead. */
  answer?: { status: number; headers?: Record<string, string>; body?: string };
  /** Passes the answer on so slowly. */
  bytesPerSecond?: number;
  /** Breaks the connection after so many bytes of the body. */
  cutAfterBytes?: number;
}

/** A real image registry on loopback, with a door in front of it that can be slow, broken or locked. */
export interface TestRegistry {
  /** `127.0.0.1:port` of the door: what references begin with. */
  readonly host: string;
  /** Requests that came through the door, as `GET /v2/...`. */
  readonly requests: string[];
  /** Connections through the door that are open now. */
  readonly sockets: ReadonlySet<Socket>;
  /** Decides what a request meets; null for nothing. */
  fault: (path: string, asked: IncomingMessage) => RegistryFault | null;
  /** Is told of each piece of an answer's body that is handed on. */
  onBytes: (path: string, bytes: number) => void;
  /** Puts an image of such layers into the registry. */
  publish(name: string, tag: string, layers: readonly Buffer[]): Promise<PublishedImage>;
  /** One more door to the same registry, at another address of this machine, with TLS where a certificate is given. */
  openDoor(address: string, tls?: { key: string; cert: string }): Promise<string>;
  /** Serves the same images once more on loopback of a process's network namespace (root, Linux); answers its host. */
  serveBeside(pid: number): Promise<string>;
  close(): Promise<void>;
}

interface PublishedImage {
  /** `sha256:...` of its configuration: the id that an engine gives it. */
  id: string;
  /** Compressed sizes of its layers. */
  layerBytes: number[];
}

const program = process.env.WHARF_TEST_REGISTRY ?? 'docker-registry';

/** Why there is no registry here; null where there is one. */
export function registryObstacle(): string | null {
  return spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0
    ? null
    : 'docker-registry is not installed';
}

/** A layer with one file of random bytes, which no compression makes smaller. */
export async function randomLayer(sizeBytes: number): Promise<Buffer> {
  const pack = tar.pack();
  const chunks: Buffer[] = [];
  pack.on('data', (chunk) => void chunks.push(chunk as Buffer));
  const packed = new Promise<void>((resolve) => pack.on('end', () => resolve()));
  pack.entry({ name: `file-${randomBytes(4).toString('hex')}` }, randomBytes(sizeBytes));
  pack.finalize();
  await packed;
  return Buffer.concat(chunks);
}

export async function startRegistry(): Promise<TestRegistry> {
  const folder = await mkdtemp(join(tmpdir(), 'registry-'));
  const port = await freePort();
  const config = join(folder, 'config.yml');
  await writeFile(
    config,
    [
      'version: 0.1',
      'log: { level: error }',
      `storage: { filesystem: { rootdirectory: ${join(folder, 'data')} } }`,
      `http: { addr: "127.0.0.1:${port}" }`,
    ].join('\n'),
  );
  const child = spawn(program, ['serve', config], { stdio: 'ignore' });
  const children = [child];
  const behind = `http://127.0.0.1:${port}`;
  await until(child, () => fetch(`${behind}/v2/`));

  const doors: Server[] = [];
  const sockets = new Set<Socket>();
  const openDoor = async (address: string, tls?: { key: string; cert: string }): Promise<string> => {
    const onRequest = (asked: IncomingMessage, answered: ServerResponse) => pass(registry, port, asked, answered);
    const door = tls ? createTlsServer(tls, onRequest) : createServer(onRequest);
    door.on('connection', (socket: Socket) => {
      sockets.add(socket);
      socket.on('error', () => {}).once('close', () => sockets.delete(socket));
    });
    door.on('tlsClientError', () => {});
    await new Promise<void>((resolve) => door.listen(0, address, resolve));
    doors.push(door);
    return `${address}:${(door.address() as AddressInfo).port}`;
  };
  const registry: TestRegistry = {
    host: '',
    requests: [],
    sockets,
    fault: () => null,
    onBytes: () => {},
    openDoor,
    publish: (name, tag, layers) => publish(behind, name, tag, layers),
    async serveBeside(pid) {
      const inside = `--net=/proc/${pid}/ns/net`;
      const isUp = spawnSync('nsenter', [inside, 'ip', 'link', 'set', 'lo', 'up']).status === 0;
      if (!isUp) throw new Error('the loopback of the namespace stays down');
      children.push(spawn('nsenter', [inside, program, 'serve', config], { stdio: 'ignore' }));
      return `127.0.0.1:${port}`;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await Promise.all(doors.map((door) => new Promise((resolve) => door.close(resolve))));
      for (const one of children) {
        const gone = new Promise((resolve) => one.once('exit', resolve));
        one.kill();
        await gone;
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
  return Object.assign(registry, { host: await openDoor('127.0.0.1') });
}

function pass(registry: TestRegistry, port: number, asked: IncomingMessage, answered: ServerResponse): void {
  const path = asked.url ?? '';
  registry.requests.push(`${asked.method} ${path}`);
  const fault = registry.fault(path, asked);
  if (fault?.answer) {
    answered.writeHead(fault.answer.status, fault.answer.headers ?? {});
    answered.end(fault.answer.body ?? '');
    return;
  }
  const onward = request({ port, host: '127.0.0.1', method: asked.method, path, headers: asked.headers }, (answer) => {
    answered.writeHead(answer.statusCode ?? 502, answer.headers);
    // Whoever asked may hang up in the middle.
    const count = (bytes: number) => registry.onBytes(path, bytes);
    hand(answer, answered, fault ?? {}, count).catch(() => answered.destroy());
  });
  onward.on('error', () => answered.destroy());
  answered.on('close', () => onward.destroy());
  asked.pipe(onward);
}

async function hand(
  answer: IncomingMessage,
  answered: ServerResponse,
  fault: RegistryFault,
  count: (bytes: number) => void,
): Promise<void> {
  let sentBytes = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    for (let from = 0; from < chunk.length; from += 16_384) {
      if (answered.destroyed) return;
      const part = chunk.subarray(from, from + 16_384);
      if (fault.cutAfterBytes !== undefined && sentBytes + part.length > fault.cutAfterBytes) {
        answered.write(part.subarray(0, fault.cutAfterBytes - sentBytes), () => answered.destroy());
        return;
      }
      sentBytes += part.length;
      count(part.length);
      // The callback comes when it is written, or when whoever asked has hung up.
      await new Promise<void>((resolve) => answered.write(part, () => resolve()));
      if (fault.bytesPerSecond) {
        await new Promise((resolve) => setTimeout(resolve, (part.length * 1000) / (fault.bytesPerSecond ?? 1)));
      }
    }
  }
  answered.end();
}

const digestOf = (bytes: Buffer) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** https://distribution.github.io/distribution/spec/api/ */
async function publish(behind: string, name: string, tag: string, layers: readonly Buffer[]): Promise<PublishedImage> {
  const config = Buffer.from(
    JSON.stringify({
      architecture: 'amd64',
      os: 'linux',
      config: { Cmd: ['/none'], Labels: { 'app.wharf.test': process.env.WHARF_TEST_RUN ?? '1' } },
      rootfs: { type: 'layers', diff_ids: layers.map(digestOf) },
      history: layers.map((_, index) => ({ created: '2026-01-01T00:00:00Z', created_by: `COPY layer-${index} /` })),
    }),
  );
  const zipped = layers.map((layer) => gzipSync(layer, { level: 1 }));
  for (const blob of [config, ...zipped]) {
    const begun = await fetch(`${behind}/v2/${name}/blobs/uploads/`, { method: 'POST' });
    const place = new URL(begun.headers.get('location') ?? '', behind);
    place.searchParams.set('digest', digestOf(blob));
    const headers = { 'content-type': 'application/octet-stream' };
    await expectOk(await fetch(place, { method: 'PUT', body: new Uint8Array(blob), headers }));
  }
  const mediaType = 'application/vnd.docker.distribution.manifest.v2+json';
  const manifest = {
    schemaVersion: 2,
    mediaType,
    config: {
      mediaType: 'application/vnd.docker.container.image.v1+json',
      size: config.length,
      digest: digestOf(config),
    },
    layers: zipped.map((blob) => ({
      mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
      size: blob.length,
      digest: digestOf(blob),
    })),
  };
  await expectOk(
    await fetch(`${behind}/v2/${name}/manifests/${tag}`, {
      method: 'PUT',
      body: JSON.stringify(manifest),
      headers: { 'content-type': mediaType },
    }),
  );
  return { id: digestOf(config), layerBytes: zipped.map(({ length }) => length) };
}

async function expectOk(response: Response): Promise<void> {
  if (!response.ok) throw new Error(`registry: ${response.status} ${await response.text()}`);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function until(child: ChildProcess, ready: () => Promise<unknown>): Promise<void> {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`the registry ended with ${child.exitCode}`);
    const isReady = await ready().then(
      () => true,
      () => false,
    );
    if (isReady) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
