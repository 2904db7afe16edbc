import { randomUUID } from 'node:crypto';
import http2 from 'node:http2';
import type { Socket } from 'node:net';
import type Dockerode from 'dockerode';
import { dockerHub } from '../contract/imageNames';
import type { RegistrySecret } from './build';
import { bytesField, bytesOf, fields } from './protobuf';

/** An open BuildKit session. BuildKit asks it for registry credentials while it pulls, even for a public image. */
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
  credentials: Readonly<Record<string, RegistrySecret>> = {},
): Promise<BuildSession | null> {
  const id = randomUUID();
  const headers = { Upgrade: 'h2c', 'X-Docker-Expose-Session-Uuid': id, 'X-Docker-Expose-Session-Name': 'wharf' };
  return new Promise((resolve) => {
    const onAbort = () => resolve(null);
    signal.addEventListener('abort', onAbort, { once: true });
    docker.modem.dial(
      { path: '/session', method: 'POST', hijack: true, headers, statusCodes: {}, abortSignal: signal },
      (error, connection) => {
        signal.removeEventListener('abort', onAbort);
        if (error) {
          resolve(null);
          return;
        }
        const close = serveSession(connection as Socket, credentials);
        if (signal.aborted) close();
        else resolve({ id, close });
      },
    );
  });
}

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
  const host = asked ? Buffer.from(bytesOf(asked)).toString('utf8') : '';
  const secret = credentials[host === hubHost ? dockerHub : host];
  if (!secret) return new Uint8Array();
  if (secret.identitytoken) return bytesField(2, Buffer.from(secret.identitytoken));
  return Buffer.concat([
    bytesField(1, Buffer.from(secret.username ?? '')),
    bytesField(2, Buffer.from(secret.password ?? '')),
  ]);
}

/** A request of a session is a host name; nothing longer is read. */
const maxRequestBytes = 64 * 1024;

/** gRPC's status for a method that is not there; BuildKit then does without. */
const unimplemented = '12';

/**
 * Answers a session's calls over one connection: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
 * @returns closes the connection
 */
export function serveSession(
  connection: Socket,
  credentials: Readonly<Record<string, RegistrySecret>> = {},
): () => void {
  const answers: Record<string, (request: Uint8Array) => Uint8Array> = {
    '/grpc.health.v1.Health/Check': () => serving,
    '/moby.filesync.v1.Auth/Credentials': (request) => credentialsFor(request, credentials),
  };
  const server = http2.createServer();
  server.on('stream', (stream, headers) => {
    const answer = answers[headers[':path'] ?? ''];
    const head = { ':status': 200, 'content-type': 'application/grpc' };
    stream.on('error', () => {});
    if (!answer) {
      stream.resume();
      stream.respond({ ...head, 'grpc-status': unimplemented }, { endStream: true });
      return;
    }
    const parts: Buffer[] = [];
    let sizeBytes = 0;
    stream.on('data', (part: Buffer) => {
      sizeBytes += part.length;
      if (sizeBytes <= maxRequestBytes) parts.push(part);
    });
    stream.on('end', () => {
      if (stream.destroyed) return;
      const message = answerOf(answer, Buffer.concat(parts).subarray(messageHeadBytes));
      if (message === null) {
        stream.respond({ ...head, 'grpc-status': unimplemented }, { endStream: true });
        return;
      }
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
      stream.respond(head, { waitForTrailers: true });
      stream.end(Buffer.concat([Uint8Array.of(0), lengthOf(message), message]));
    });
  });
  // A lost engine ends the session and, seen on its own stream, the build.
  server.on('sessionError', () => {});
  connection.on('error', () => {});
  server.emit('connection', connection);
  return () => connection.destroy();
}

/** A message is preceded by a byte (not compressed) and its length in four. */
const messageHeadBytes = 5;

function lengthOf(message: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(message.length);
  return length;
}

/** Null for a request that is no protobuf message. */
function answerOf(answer: (request: Uint8Array) => Uint8Array, request: Uint8Array): Uint8Array | null {
  try {
    return answer(request);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
