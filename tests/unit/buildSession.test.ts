import { once } from 'node:events';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import http from 'node:http';
import http2, { type ClientHttp2Session, type OutgoingHttpHeaders } from 'node:http2';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Dockerode from 'dockerode';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { openBuildSession, serveSession } from '../../electron/docker/buildSession';

let server: Server;
let client: ClientHttp2Session;
let closeSession: () => void;

const credentials = {
  'docker.io': { username: 'me', password: 'pass' },
  'registry.example:5000': { identitytoken: 'token' },
};

const sending = { folders: {}, watcher: { begun: () => {}, sent: () => {}, ended: () => {} }, failed: () => {} };

beforeEach(async () => {
  server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  // The engine, which took our connection, is the one that asks.
  const accepted = once(server, 'connection') as Promise<[Socket]>;
  closeSession = serveSession(connect((server.address() as AddressInfo).port, '127.0.0.1'), { credentials, sending });
  const [engineSide] = await accepted;
  client = http2.connect('http://session', { createConnection: () => engineSide });
});
afterEach(() => {
  client.destroy();
  server.close();
});

/** One gRPC call: its status and what came back. */
async function call(path: string, message = Buffer.alloc(0), headers: OutgoingHttpHeaders = {}) {
  const stream = client.request({
    ':method': 'POST',
    ':path': path,
    'content-type': 'application/grpc',
    te: 'trailers',
    ...headers,
  });
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  stream.end(Buffer.concat([head, message]));
  const body: Buffer[] = [];
  let status = '';
  stream.on('response', (headers) => (status = String(headers['grpc-status'] ?? status)));
  stream.on('trailers', (headers) => (status = String(headers['grpc-status'] ?? status)));
  stream.on('data', (chunk: Buffer) => body.push(chunk));
  await once(stream, 'end');
  const bytes = Buffer.concat(body);
  return { status, message: bytes.length > 0 ? [...bytes] : null };
}

describe('a BuildKit session', () => {
  it('says that it is alive: BuildKit drops one that does not after some seconds', async () => {
    expect(await call('/grpc.health.v1.Health/Check')).toEqual({ status: '0', message: [0, 0, 0, 0, 2, 8, 1] });
  });

  it('hears what the engine said together with its answer to the upgrade, as a proxy or a far engine sends it', async () => {
    // RFC 9113: preface, empty SETTINGS, PING.
    const settings = Buffer.from('000000040000000000', 'hex');
    const ping = Buffer.from('0000080600000000006162636465666768', 'hex');
    const early = Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), settings, ping]);
    const engine = http.createServer().listen(0, '127.0.0.1');
    await once(engine, 'listening');
    const heard: Buffer[] = [];
    engine.on('upgrade', (request, socket, afterHead: Buffer) => {
      // What ends a chunked body may come after the engine's answer, as the session's first bytes.
      expect([request.headers['transfer-encoding'], afterHead.length]).toEqual([undefined, 0]);
      const answer = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n';
      socket.write(Buffer.concat([Buffer.from(answer), early]));
      socket.on('data', (chunk: Buffer) => heard.push(chunk)).on('error', () => {});
    });
    const docker = new Dockerode({ host: '127.0.0.1', port: (engine.address() as AddressInfo).port });
    const session = await openBuildSession(docker, new AbortController().signal, { credentials, sending });
    await expect.poll(() => Buffer.concat(heard).includes(Buffer.from('abcdefgh'))).toBe(true);
    session?.close();
    engine.close();
  });

  it('is taken for the session of another folder of the same path, whose files the engine would then keep', async () => {
    const engine = http.createServer((_request, response) => response.writeHead(404).end()).listen(0, '127.0.0.1');
    await once(engine, 'listening');
    const parent = await mkdtemp(join(tmpdir(), 'session-'));
    onTestFinished(async () => {
      engine.close();
      await rm(parent, { recursive: true });
    });
    const docker = new Dockerode({ host: '127.0.0.1', port: (engine.address() as AddressInfo).port });
    const root = join(parent, 'folder');
    async function* entries() {}
    const keyOf = async () => {
      const asked = once(engine, 'request') as Promise<[http.IncomingMessage]>;
      const supplies = { credentials, sending: { ...sending, folders: { context: { root, entries } } } };
      expect(await openBuildSession(docker, new AbortController().signal, supplies)).toBeNull();
      return (await asked)[0].headers['x-docker-expose-session-sharedkey'];
    };
    await mkdir(root);
    const key = await keyOf();
    expect(key).toMatch(/^[0-9a-f]{64}$/);
    expect(await keyOf()).toBe(key);
    // The old one stays, or the new one might get its number.
    await rename(root, join(parent, 'aside'));
    await mkdir(root);
    expect(await keyOf()).not.toBe(key);
  });

  it('has no credentials to give, so that public images can be pulled', async () => {
    expect(await call('/moby.filesync.v1.Auth/Credentials')).toEqual({ status: '0', message: [0, 0, 0, 0, 0] });
  });

  it.each([
    ['registry-1.docker.io', [10, 2, ...Buffer.from('me'), 18, 4, ...Buffer.from('pass')]],
    ['registry.example:5000', [18, 5, ...Buffer.from('token')]],
    ['other.example', []],
  ])('gives %s its own credentials and nobody else’s', async (registry, answer) => {
    const request = Buffer.concat([Buffer.from([10, registry.length]), Buffer.from(registry)]);
    const { status, message } = await call('/moby.filesync.v1.Auth/Credentials', request);
    expect([status, message?.slice(5)]).toEqual(['0', answer]);
  });

  it('survives a request that is no protobuf message', async () => {
    expect((await call('/moby.filesync.v1.Auth/Credentials', Buffer.from([10, 200]))).status).toBe('12');
  });

  it('drops a request whose headers are the patterns of a long ignore file', async () => {
    const patterns = Array.from({ length: 400 }, (_, at) => `folder-${at}/**/*.log`);
    const { status } = await call('/grpc.health.v1.Health/Check', undefined, { 'exclude-patterns': patterns });
    expect(status).toBe('0');
  });

  it('reads a request for ever that is longer than any of a session', async () => {
    const stream = client.request({ ':method': 'POST', ':path': '/moby.filesync.v1.Auth/Credentials' });
    const answered = once(stream, 'response');
    stream.write(Buffer.from('0040000000', 'hex'));
    expect((await answered)[0]['grpc-status']).toBe('12');
    stream.destroy();
  });

  it('answers what it does not know instead of leaving the engine waiting', async () => {
    expect((await call('/moby.filesync.v1.FileSync/TarStream')).status).toBe('12');
    expect((await call('/moby.filesync.v1.Auth/GetTokenAuthority')).status).toBe('12');
  });

  it('ends with its connection, and survives an engine that resets it', async () => {
    const closed = once(client, 'close');
    closeSession();
    await closed;
  });
});
