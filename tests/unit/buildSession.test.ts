import { once } from 'node:events';
import http2, { type ClientHttp2Session } from 'node:http2';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { serveSession } from '../../electron/docker/buildSession';

let server: Server;
let client: ClientHttp2Session;
let closeSession: () => void;

beforeEach(async () => {
  server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  // The engine, which took our connection, is the one that asks.
  const accepted = once(server, 'connection') as Promise<[Socket]>;
  closeSession = serveSession(connect((server.address() as AddressInfo).port, '127.0.0.1'));
  const [engineSide] = await accepted;
  client = http2.connect('http://session', { createConnection: () => engineSide });
});
afterEach(() => {
  client.destroy();
  server.close();
});

/** One gRPC call without a message: its status and what came back. */
async function call(path: string): Promise<{ status: string; message: number[] | null }> {
  const stream = client.request({
    ':method': 'POST',
    ':path': path,
    'content-type': 'application/grpc',
    te: 'trailers',
  });
  stream.end(Buffer.alloc(5));
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

  it('has no credentials to give, so that public images can be pulled', async () => {
    expect(await call('/moby.filesync.v1.Auth/Credentials')).toEqual({ status: '0', message: [0, 0, 0, 0, 0] });
  });

  it('answers what it does not know instead of leaving the engine waiting', async () => {
    expect((await call('/moby.filesync.v1.FileSync/DiffCopy')).status).toBe('12');
    expect((await call('/moby.filesync.v1.Auth/GetTokenAuthority')).status).toBe('12');
  });

  it('ends with its connection, and survives an engine that resets it', async () => {
    const closed = once(client, 'close');
    closeSession();
    await closed;
  });
});
