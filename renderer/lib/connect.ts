import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import type { Api } from '../../electron/contract/api';

/** A way to whoever serves this page: its calls, and a promise that is kept when the way is closed for good. */
export interface Connection {
  api: Api;
  closed: Promise<void>;
}

/**
 * Asks the preload for this window's port and speaks the contract over it. The page says `wharf:connect` to itself, the
 * preload hears it and answers `wharf:port` with the port. Calls made meanwhile wait in the port.
 */
export async function connect(): Promise<Connection> {
  return overPort(await askForPort());
}

/** Speaks the contract over `port`, which must not be started yet. */
export function overPort(port: MessagePort): Connection {
  const closed = new Promise<void>((resolve) => {
    // Told from Chromium 122 on. Before it a port only ends together with its page.
    port.addEventListener('close', () => resolve(), { once: true });
  });
  const api: Api = createORPCClient(new RPCLink({ port }));
  port.start();
  return { api, closed };
}

function askForPort(): Promise<MessagePort> {
  return new Promise((resolve) => {
    const listen = (event: MessageEvent) => {
      if (event.source !== window || event.data?.type !== 'wharf:port') return;
      const port = event.ports[0];
      if (port === undefined) return;
      window.removeEventListener('message', listen);
      resolve(port);
    };
    window.addEventListener('message', listen);
    window.postMessage({ type: 'wharf:connect' }, window.location.origin);
  });
}
