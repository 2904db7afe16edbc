import type { AnyRouter } from '@orpc/server';
import { RPCHandler } from '@orpc/server/ws';
import type { WebSocket } from 'ws';
import type { AppLog } from './appLog';
import type { CallContext } from './implementer';
import { readMeantEngine } from './meantEngine';

/** How often each end is asked for a sign of life; one that missed a whole turn is cut, as after sleep. */
const heartbeatMs = 15_000;

/** Serves the api on web sockets, one a page: the same frames as on a desktop window's port. */
export class SocketServer {
  private readonly handler: RPCHandler<CallContext>;
  private readonly open = new Map<WebSocket, { alive: boolean }>();
  private readonly heartbeat: NodeJS.Timeout;

  constructor(
    router: AnyRouter,
    private readonly log: AppLog,
  ) {
    this.handler = new RPCHandler(router, { rootInterceptors: [readMeantEngine] });
    this.heartbeat = setInterval(() => this.askForLife(), heartbeatMs);
    this.heartbeat.unref();
  }

  /** How many sockets are being served; the host limits them. */
  get openCount(): number {
    return this.open.size;
  }

  /** Serves `socket` until it closes: then every call and watch that came through it is aborted. */
  serve(socket: WebSocket): void {
    const life = { alive: true };
    this.open.set(socket, life);
    socket.on('pong', () => {
      life.alive = true;
    });
    socket.on('close', () => this.open.delete(socket));
    // Frames that are too large or no frames at all: ws has closed the socket already.
    socket.on('error', (error) => this.log.warn('a web socket failed', error.message));
    const paced = {
      addEventListener: socket.addEventListener.bind(socket),
      // Answered once the frame has left for the network: a reader on a slow line holds its own watches up, not memory.
      send: (frame: Parameters<WebSocket['send']>[0]) =>
        new Promise<void>((resolve, reject) => {
          socket.send(frame, (error) => (error ? reject(error) : resolve()));
        }),
    };
    void this.handler.upgrade(paced as never, { context: { log: this.log, meantEngine: null } });
  }

  /** Closes all sockets and the heartbeat. 1001: the host goes away, and pages try again. */
  close(): void {
    clearInterval(this.heartbeat);
    for (const socket of this.open.keys()) {
      socket.close(1001);
      socket.terminate();
    }
    this.open.clear();
  }

  private askForLife(): void {
    for (const [socket, life] of this.open) {
      if (!life.alive) socket.terminate();
      life.alive = false;
      socket.ping();
    }
  }
}
