import { MessageChannel } from 'node:worker_threads';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import type { AnyRouter } from '@orpc/server';
import type { Api } from '../../electron/contract/api';
import type { AppLog } from '../../electron/rpc/appLog';
import { PortServer } from '../../electron/rpc/portServer';

/** A log that keeps what was written. */
export function memoryLog(): AppLog & { entries: string[] } {
  const entries: string[] = [];
  const write = (level: string) => (message: string, cause?: unknown) =>
    void entries.push(`${level} ${message} ${cause instanceof Error ? cause.stack : (cause ?? '')}`);
  return { entries, error: write('error'), warn: write('warn'), info: write('info') };
}

/** Serves `router` as main does, over a real message channel, and answers the page's end of it. */
export function overChannel(router: AnyRouter, log = memoryLog()) {
  const server = new PortServer(router, log);
  const { port1, port2 } = new MessageChannel();
  server.serve(port2 as never);
  port1.start();
  const api: Api = createORPCClient(new RPCLink({ port: port1 as never }));
  return { api, log, server, pagePort: port1, close: () => port1.close() };
}
