import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { createORPCClient } from '@orpc/client';
import { RPCLink as PortLink } from '@orpc/client/message-port';
import { RPCLink as SocketLink } from '@orpc/client/websocket';
import type { AnyRouter } from '@orpc/server';
import { WebSocket, WebSocketServer } from 'ws';
import type { Api } from '../../electron/contract/api';
import type { AppLog } from '../../electron/rpc/appLog';
import { PortServer } from '../../electron/rpc/portServer';
import { SocketServer } from '../../electron/rpc/socketServer';
import { engineHeaders } from '../../renderer/lib/meantEngine';

/** A log that keeps what was written. */
export function memoryLog(): AppLog & { entries: string[] } {
  const entries: string[] = [];
  const write = (level: string) => (message: string, cause?: unknown) =>
    void entries.push(`${level} ${message} ${cause instanceof Error ? cause.stack : (cause ?? '')}`);
  return { entries, error: write('error'), warn: write('warn'), info: write('info') };
}

/** A page's end of a wire to a served router. */
export interface Wire {
  api: Api;
  log: ReturnType<typeof memoryLog>;
  server: { readonly openCount: number };
  /** What the page's going does. */
  close(): void;
}

/** Serves `router` on the wire that the project of the run is about: the desktop's, or the web host's. */
export function overWire(router: AnyRouter, log = memoryLog()): Wire {
  return process.env.WHARF_TEST_WIRE === 'socket' ? overSocket(router, log) : overPort(router, log);
}

function overPort(router: AnyRouter, log: ReturnType<typeof memoryLog>): Wire {
  const server = new PortServer(router, log);
  const { port1, port2 } = new MessageChannel();
  server.serve(port2 as never);
  port1.start();
  const api: Api = createORPCClient(new PortLink({ port: port1 as never, headers: engineHeaders }));
  return { api, log, server, close: () => port1.close() };
}

/** A real web socket, over a socket file: that one listens at once, so that a test need not wait for it. */
function overSocket(router: AnyRouter, log: ReturnType<typeof memoryLog>): Wire {
  const server = new SocketServer(router, log);
  const path = join(tmpdir(), `wharf-wire-${randomUUID().slice(0, 8)}.sock`);
  const http = createServer();
  const webSockets = new WebSocketServer({ server: http });
  webSockets.on('connection', (socket) => server.serve(socket));
  http.listen(path);
  const socket = new WebSocket(`ws+unix://${path}:/`);
  const api: Api = createORPCClient(new SocketLink({ websocket: socket as never, headers: engineHeaders }));
  const close = () => {
    socket.close();
    http.close();
  };
  return { api, log, server, close };
}
