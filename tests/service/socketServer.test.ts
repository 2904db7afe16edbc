import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { SocketServer } from '../../electron/rpc/socketServer';
import { memoryLog } from '../contract/overWire';

let http: Server;
let served: SocketServer;

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  served = new SocketServer({}, memoryLog());
  http = createServer();
  new WebSocketServer({ server: http }).on('connection', (socket) => served.serve(socket));
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  served.close();
  await new Promise((resolve) => http.close(resolve));
  vi.useRealTimers();
});

async function open(options: { autoPong: boolean }): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${(http.address() as AddressInfo).port}`, options);
  await new Promise((resolve) => socket.once('open', resolve));
  await vi.waitFor(() => expect(served.openCount).toBe(1));
  return socket;
}

describe('a web socket', () => {
  it('whose other end sleeps is served for ever', async () => {
    const socket = await open({ autoPong: false });
    const pinged = new Promise((resolve) => socket.once('ping', resolve));
    vi.advanceTimersByTime(15_000);
    await pinged;
    expect(served.openCount).toBe(1);
    vi.advanceTimersByTime(15_000);
    await vi.waitFor(() => expect(served.openCount).toBe(0));
  });

  it('that answers is cut', async () => {
    const socket = await open({ autoPong: true });
    for (let turn = 0; turn < 4; turn += 1) {
      const pinged = new Promise((resolve) => socket.once('ping', resolve));
      vi.advanceTimersByTime(15_000);
      await pinged;
      // The answer is on its way once a question of our own came back behind it.
      const answered = new Promise((resolve) => socket.once('pong', resolve));
      socket.ping();
      await answered;
    }
    expect(served.openCount).toBe(1);
    socket.terminate();
    await vi.waitFor(() => expect(served.openCount).toBe(0));
  });
});
