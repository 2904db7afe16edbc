import { randomUUID } from 'node:crypto';
import http2 from 'node:http2';
import type { Socket } from 'node:net';
import type Dockerode from 'dockerode';

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
export async function openBuildSession(docker: Dockerode, signal: AbortSignal): Promise<BuildSession | null> {
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
        const close = serveSession(connection as Socket);
        if (signal.aborted) close();
        else resolve({ id, close });
      },
    );
  });
}

/** `HealthCheckResponse { status: SERVING }`: https://github.com/grpc/grpc/blob/master/doc/health-checking.md */
const serving = Uint8Array.of(0x08, 0x01);

/** `CredentialsResponse` without user name and secret: pull as anybody may. moby/buildkit, session/auth/auth.proto */
const anonymous = new Uint8Array();

const answers: Record<string, Uint8Array> = {
  '/grpc.health.v1.Health/Check': serving,
  '/moby.filesync.v1.Auth/Credentials': anonymous,
};

/** gRPC's status for a method that is not there; BuildKit then does without. */
const unimplemented = '12';

/**
 * Answers a session's calls over one connection: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
 * @returns closes the connection
 */
export function serveSession(connection: Socket): () => void {
  const server = http2.createServer();
  server.on('stream', (stream, headers) => {
    const answer = answers[headers[':path'] ?? ''];
    const head = { ':status': 200, 'content-type': 'application/grpc' };
    stream.on('error', () => {});
    stream.resume();
    if (!answer) {
      stream.respond({ ...head, 'grpc-status': unimplemented }, { endStream: true });
      return;
    }
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.respond(head, { waitForTrailers: true });
    // A message is preceded by a byte (not compressed) and its length in four.
    stream.end(Buffer.concat([Uint8Array.of(0, 0, 0, 0, answer.length), answer]));
  });
  // A lost engine ends the session and, seen on its own stream, the build.
  server.on('sessionError', () => {});
  connection.on('error', () => {});
  server.emit('connection', connection);
  return () => connection.destroy();
}
