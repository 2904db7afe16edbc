import type { ClientContext, ClientLink, ClientOptions } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import { engineHeaders } from './meantEngine';

/** Waits before the socket is opened again, in ms; the last one repeats. */
const pausesMs = [100, 300, 1000, 2000];
/** A socket that does not answer a page come back from sleep within this time is taken for dead. */
const signOfLifeMs = 5000;

export type SocketState = 'open' | 'reconnecting' | 'signedOut';

interface Present {
  socket: WebSocket;
  link: ClientLink<ClientContext>;
}

/**
 * The contract over a web socket that comes back: while it is away calls wait for the next one, and what was under way
 * fails, so that watches are opened again. Nothing is sent twice: whether a call arrived before the cut, nobody knows.
 */
export class ReconnectingSocket implements ClientLink<ClientContext> {
  private present: Promise<Present>;
  private readonly listeners = new Set<(state: SocketState) => void>();
  private tries = 0;
  private current: SocketState = 'open';

  /** @param url of the host's web socket, `ws:` or `wss:` */
  constructor(private readonly url: string) {
    this.present = this.open();
    // Sleep and a changed network leave sockets that look open for minutes.
    window.addEventListener('online', () => void this.askForLife());
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible') void this.askForLife();
    });
  }

  /** Tells `listener` the state now and whenever it changes. @returns stops telling */
  onState(listener: (state: SocketState) => void): () => void {
    this.listeners.add(listener);
    listener(this.current);
    return () => this.listeners.delete(listener);
  }

  /** See `ClientLink`. */
  async call(path: readonly string[], input: unknown, options: ClientOptions<ClientContext>): Promise<unknown> {
    const { link } = await orAbort(this.present, options.signal);
    return link.call(path, input, options);
  }

  private async open(): Promise<Present> {
    for (;;) {
      const socket = new WebSocket(this.url);
      const opened = await new Promise<boolean>((resolve) => {
        socket.addEventListener('open', () => resolve(true), { once: true });
        socket.addEventListener('close', () => resolve(false), { once: true });
      });
      if (opened) {
        this.tries = 0;
        socket.addEventListener('close', () => this.lost(), { once: true });
        this.tell('open');
        return { socket, link: new RPCLink({ websocket: socket, headers: engineHeaders }) };
      }
      this.tell((await this.isSignedOut()) ? 'signedOut' : 'reconnecting');
      const pauseMs = pausesMs[Math.min(this.tries, pausesMs.length - 1)];
      this.tries += 1;
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }

  private lost(): void {
    this.tell('reconnecting');
    this.present = this.open();
  }

  /** A refused socket does not say why; a refused page does. */
  private async isSignedOut(): Promise<boolean> {
    return fetch('./', { cache: 'no-store' }).then(
      ({ status }) => status === 401,
      () => false,
    );
  }

  private async askForLife(): Promise<void> {
    if (this.current !== 'open') return;
    const { socket, link } = await this.present;
    const asking = new AbortController();
    const timer = setTimeout(() => {
      asking.abort();
      socket.close();
      // The real event waits for an answer to the closing, which will not come either.
      socket.dispatchEvent(new CloseEvent('close'));
    }, signOfLifeMs);
    await link.call(['host', 'about'], undefined, { context: {}, signal: asking.signal }).catch(() => undefined);
    clearTimeout(timer);
  }

  private tell(state: SocketState): void {
    if (state === this.current) return;
    this.current = state;
    for (const listener of this.listeners) listener(state);
  }
}

/** `promise`, unless `signal` aborts first. */
function orAbort<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
