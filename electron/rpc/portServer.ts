import type { AnyRouter } from '@orpc/server';
import { RPCHandler } from '@orpc/server/message-port';
import type { AppLog } from './appLog';
import type { CallContext } from './implementer';
import { readMeantEngine } from './meantEngine';

/** The side of a message channel that stays with the server; Electron's MessagePortMain and Node's MessagePort fit. */
export interface ServerPort {
  on(event: string, listener: (event?: { data: unknown }) => void): unknown;
  postMessage(message: unknown): void;
  start(): void;
  close(): void;
}

/** Serves the api on ports, one a page. */
export class PortServer {
  private readonly handler: RPCHandler<CallContext>;
  private readonly open = new Set<ServerPort>();

  constructor(
    router: AnyRouter,
    private readonly log: AppLog,
  ) {
    this.handler = new RPCHandler(router, { rootInterceptors: [readMeantEngine] });
  }

  /** How many ports are being served; tests count them. */
  get openCount(): number {
    return this.open.size;
  }

  /** Serves `port` until it closes: then every call and watch that came through it is aborted. */
  serve(port: ServerPort): void {
    this.open.add(port);
    port.on('close', () => this.open.delete(port));
    this.handler.upgrade(port as never, { context: { log: this.log, meantEngine: null } });
    port.start();
  }

  /** Closes all ports. */
  close(): void {
    for (const port of this.open) port.close();
    this.open.clear();
  }
}
