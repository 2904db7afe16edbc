import { createHash, randomUUID } from 'node:crypto';
import { stat } from 'node:fs/promises';
import http2, { type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import type { Socket } from 'node:net';
import { hostname } from 'node:os';
import type Dockerode from 'dockerode';
import { dockerHub } from '../contract/imageNames';
import type { RegistrySecret } from './build';
import { type FolderSending, fileSyncPath, serveFileSync } from './fileSync';
import { framed, MessageReader, refuse, responseHead } from './grpcMessages';
import { bytesField, fields, textOf } from './protobuf';

/** What a session gives to the engine that asks for it. */
export interface SessionSupplies {
  /** By registry; asked for while it pulls, even for a public image. */
  credentials: Readonly<Record<string, RegistrySecret>>;
  sending: FolderSending;
}

/** An open BuildKit session. */
export interface BuildSession {
  id: string;
  close(): void;
}

/**
 * Opens a session (`POST /session`, gRPC over the upgraded connection, the engine being the client).
 * dockerode's own session reads `.proto` files beside itself, which a bundle does not have.
 * @returns null where the engine has none, as Podman and old engines: it cannot build with BuildKit through its API
 */
export async function openBuildSession(
  docker: Dockerode,
  signal: AbortSignal,
  supplies: SessionSupplies,
): Promise<BuildSession | null> {
  const id = randomUUID();
  const { context } = supplies.sending.folders;
  // moby/buildkit, session/session.go
  const headers = {
    Upgrade: 'h2c',
    'X-Docker-Expose-Session-Uuid': id,
    'X-Docker-Expose-Session-Name': 'wharf',
    'X-Docker-Expose-Session-Grpc-Method': fileSyncPath,
    ...(context && { 'X-Docker-Expose-Session-Sharedkey': await sharedKeyOf(context.root) }),
  };
  return new Promise((resolve) => {
    const onAbort = () => resolve(null);
    signal.addEventListener('abort', onAbort, { once: true });
    docker.modem.dial(
      { path: '/session', method: 'POST', file: noBody, hijack: true, headers, statusCodes: {}, abortSignal: signal },
      (error, connection) => {
        signal.removeEventListener('abort', onAbort);
        if (error) {
          resolve(null);
          return;
        }
        const close = serveSession(connection as Socket, supplies);
        if (signal.aborted) close();
        else resolve({ id, close });
      },
    );
  });
}

/** Without it, a chunked body is ended, which is part of the session where it comes after the engine's answer. */
const noBody = Buffer.alloc(0);

/** `HealthCheckResponse { status: SERVING }`: https://github.com/grpc/grpc/blob/master/doc/health-checking.md */
const serving = Uint8Array.of(0x08, 0x01);

/** Host that BuildKit names for Docker Hub. */
const hubHost = 'registry-1.docker.io';

/**
 * `CredentialsRequest { Host: 1 }` to `CredentialsResponse { Username: 1, Secret: 2 }`: empty to pull as anybody may, a
 * token without a name. moby/buildkit, session/auth/auth.proto and session/auth/authprovider
 */
function credentialsFor(request: Uint8Array, credentials: Readonly<Record<string, RegistrySecret>>): Uint8Array {
  const asked = [...fields(request)].find(({ number }) => number === 1);
  const host = asked ? textOf(asked) : '';
  const secret = credentials[host === hubHost ? dockerHub : host];
  if (!secret) return new Uint8Array();
  if (secret.identitytoken) return bytesField(2, Buffer.from(secret.identitytoken));
  return Buffer.concat([
    bytesField(1, Buffer.from(secret.username ?? '')),
    bytesField(2, Buffer.from(secret.password ?? '')),
  ]);
}

/**
 * Names what the engine keeps of a folder until its next build, of which it then takes only what changed. Another folder of
 * that path, on another machine or made anew, must not be taken for it: the engine compares sizes and times only.
 */
async function sharedKeyOf(folder: string): Promise<string> {
  const { dev, ino } = await stat(folder, { bigint: true });
  return createHash('sha256')
    .update(JSON.stringify([hostname(), folder, String(dev), String(ino)]))
    .digest('hex');
}

/** A request of a session is a host name; nothing longer is read. */
const maxRequestBytes = 64 * 1024;

/** gRPC's status for a method that is not there; BuildKit then does without. */
const unimplemented = '12';

/**
 * Answers a session's calls over one connection: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
 * @returns closes the connection
 */
export function serveSession(connection: Socket, { credentials, sending }: SessionSupplies): () => void {
  const answers: Record<string, (request: Uint8Array) => Uint8Array> = {
    '/grpc.health.v1.Health/Check': () => serving,
    '/moby.filesync.v1.Auth/Credentials': (request) => credentialsFor(request, credentials),
  };
  const onStream = (
    stream: ServerHttp2Stream,
    headers: IncomingHttpHeaders,
    _flags: number,
    rawHeaders: readonly string[] = [],
  ) => {
    stream.on('error', () => {});
    const path = headers[':path'] ?? '';
    const answer = answers[path];
    if (path === fileSyncPath) serveFileSync(stream, rawHeaders, sending);
    else if (answer) serveAnswer(stream, answer);
    else refuse(stream, unimplemented);
  };
  const server = http2.createServer(serverOptions);
  server.on('stream', onStream);
  // A lost engine ends the session and, seen on its own stream, the build.
  server.on('sessionError', () => {});
  connection.on('error', () => {});
  server.emit('connection', connection);
  return () => connection.destroy();
}

/** Headers hold the patterns of an ignore file, each as one. */
const serverOptions = { maxHeaderListPairs: 1_000_000, settings: { maxHeaderListSize: 16 * 1024 * 1024 } };

/** Answers one message with one. */
function serveAnswer(stream: ServerHttp2Stream, answer: (request: Uint8Array) => Uint8Array): void {
  const reader = new MessageReader(maxRequestBytes);
  let message: Uint8Array | null = null;
  stream.on('data', (part: Buffer) => {
    try {
      for (const request of reader.add(part)) message = answer(request);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      // No protobuf message, or one that goes on for ever.
      if (!stream.headersSent) refuse(stream, unimplemented);
    }
  });
  stream.on('end', () => {
    if (stream.destroyed || stream.headersSent) return;
    if (message === null) {
      refuse(stream, unimplemented);
      return;
    }
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.respond(responseHead, { waitForTrailers: true });
    stream.end(framed(message));
  });
}
