import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import type { Api } from '../../electron/contract/api';
import { inBrowser, isInBrowser } from './inBrowser';
import { engineHeaders } from './meantEngine';
import { ReconnectingSocket, type SocketState } from './reconnectingSocket';

/** A way to whoever serves this page. */
export interface Connection {
  api: Api;
  /** Kept when the way is closed for good. */
  closed: Promise<void>;
  /** Tells how the way is, now and whenever that changes; only a way that can come back has it. */
  onState?: (listener: (state: SocketState) => void) => () => void;
}

/** Connects to whoever serves this page: the desktop app by a port, the web host by a web socket. */
export function connect(): Promise<Connection> {
  return isInBrowser() ? Promise.resolve(connectSocket()) : connectPort();
}

function connectSocket(): Connection {
  const { protocol, host } = window.location;
  const socket = new ReconnectingSocket(`${protocol === 'https:' ? 'wss' : 'ws'}://${host}/api`);
  return {
    api: inBrowser(createORPCClient(socket)),
    closed: new Promise(() => undefined),
    onState: (listener) => socket.onState(listener),
  };
}

/**
 * Asks the preload for this window's port and speaks the contract over it. The page says `wharf:connect` to itself, the
 * preload hears it and answers `wharf:port` with the port. Calls made meanwhile wait in the port.
 */
async function connectPort(): Promise<Connection> {
  return overPort(await askForPort());
}

/** Speaks the contract over `port`, which must not be started yet. */
export function overPort(port: MessagePort): Connection {
  const closed = new Promise<void>((resolve) => {
    // Told from Chromium 122 on. Before it a port only ends together with its page.
    port.addEventListener('close', () => resolve(), { once: true });
  });
  const api: Api = createORPCClient(new RPCLink({ port, headers: engineHeaders }));
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
