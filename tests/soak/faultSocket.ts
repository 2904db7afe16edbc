import { rm } from 'node:fs/promises';
import net from 'node:net';
import { join } from 'node:path';

/** What is wrong with the way to the engine. `slice`: bytes come in pieces of so many. `stall`: nothing goes through. */
export type SocketFault =
  | { kind: 'none' }
  | { kind: 'refuse' }
  | { kind: 'stall' }
  | { kind: 'slice'; bytes: number }
  | { kind: 'cutAfter'; bytes: number };

/** A unix socket in front of an engine that can be broken in every way in which a connection breaks. */
export class FaultSocket {
  readonly address: string;
  private readonly path: string;
  /** Every end that is still open: one whose other end is closed may wait for its reader for good. */
  private readonly ends = new Set<net.Socket>();
  private fault: SocketFault = { kind: 'none' };
  private server: net.Server | null = null;

  constructor(
    folder: string,
    private readonly enginePath: string,
  ) {
    this.path = join(folder, 'faults.sock');
    this.address = `unix://${this.path}`;
  }

  async listen(): Promise<void> {
    await rm(this.path, { force: true });
    const server = net.createServer((near) => this.join(near));
    this.server = server;
    await new Promise<void>((resolve) => server.listen(this.path, resolve));
  }

  /** Breaks the way, or mends it (`none`). */
  async set(fault: SocketFault): Promise<void> {
    const before = this.fault;
    this.fault = fault;
    if (fault.kind === 'refuse') await this.close();
    else if (before.kind === 'refuse') await this.listen();
    for (const end of this.ends) {
      if (fault.kind === 'stall') end.pause();
      else end.resume();
    }
  }

  /** Cuts every connection in the middle of whatever it says. */
  cutAll(): void {
    for (const end of this.ends) end.destroy();
  }

  /** Stops listening and cuts every connection. */
  async close(): Promise<void> {
    this.cutAll();
    const { server } = this;
    this.server = null;
    if (server) await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  private join(near: net.Socket): void {
    const far = net.connect(this.enginePath);
    for (const end of [near, far]) {
      this.ends.add(end);
      end.on('close', () => this.ends.delete(end));
    }
    let leftBytes = this.fault.kind === 'cutAfter' ? this.fault.bytes : Number.POSITIVE_INFINITY;
    const over = () => {
      near.destroy();
      far.destroy();
    };
    near
      .on('error', over)
      .on('close', over)
      .on('data', (chunk) => far.write(chunk));
    far.on('error', over).on('data', (chunk: Buffer) => {
      const whole = chunk.subarray(0, leftBytes);
      leftBytes -= chunk.length;
      const size = this.fault.kind === 'slice' ? this.fault.bytes : whole.length || 1;
      for (let from = 0; from < whole.length; from += size) near.write(whole.subarray(from, from + size));
      if (leftBytes <= 0) over();
    });
    near.on('end', () => far.end());
    // Written to its end first: an answer of the engine is over with its connection.
    far.on('end', () => near.end());
    if (this.fault.kind === 'stall') for (const end of [near, far]) end.pause();
  }
}
