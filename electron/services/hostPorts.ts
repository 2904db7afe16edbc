import type { Container } from '../contract/containers';
import { Failure, type FailureDetails, isFailure } from '../contract/failures';
import type { EngineLink } from './engine';
import { canBind, processListeningOn } from './ports';

/** Who holds a port; null where it cannot be told. */
export type PortHolder = FailureDetails<'PORT_IN_USE'>['holder'];

const lastPort = 65_535;

/** The ports of the machine that containers are published on: which are free, who holds the others, and which is next. */
export class HostPorts {
  private readonly reserved = new Set<number>();

  /** @param rows the container table as last known */
  constructor(
    private readonly engineLink: EngineLink,
    private readonly rows: () => readonly Container[],
  ) {}

  /** The first port from `from` on that nobody holds; null where none is left. */
  async firstFree(from: number): Promise<number | null> {
    for (let port = from; port <= lastPort; port += 1) if (await this.isFree(port)) return port;
    return null;
  }

  /** Whether `port` is free, and who holds it otherwise. */
  async holder(port: number): Promise<{ free: boolean; holder: PortHolder }> {
    if (await this.isFree(port)) return { free: true, holder: null };
    return { free: false, holder: await this.holderOf(port) };
  }

  /**
   * The port asked for, or the first free one from `from` on; kept from other runs until `release`.
   * @throws PORT_IN_USE
   */
  async reserve(wanted: number | null, from: number): Promise<number> {
    const port = wanted === null ? await this.firstFree(from) : (await this.isFree(wanted)) ? wanted : null;
    if (port === null) throw await this.inUse(wanted ?? from);
    // Checking took time: another run may have reserved it meanwhile.
    if (this.reserved.has(port)) return this.reserve(wanted, from);
    this.reserved.add(port);
    return port;
  }

  /** Ends a reservation: the container holds the port now, or nobody. */
  release(port: number): void {
    this.reserved.delete(port);
  }

  /** The failure for a held port, with who holds it and the next free one. */
  async inUse(port: number): Promise<Failure<'PORT_IN_USE'>> {
    const holder = await this.holderOf(port);
    return new Failure('PORT_IN_USE', { port, holder, nextFreePort: await this.firstFree(port + 1) });
  }

  private async isFree(port: number): Promise<boolean> {
    if (this.reserved.has(port)) return false;
    if (this.rows().some((row) => publishes(row, port))) return false;
    return !this.engineIsHere() || canBind(port);
  }

  /** Whether the engine runs on this machine: ports and folders of another one cannot be tried from here. */
  engineIsHere(): boolean {
    const address = this.engineLink.state.value.endpoint?.address ?? '';
    return /^(unix|npipe):/.test(address) || /^\w+:\/\/(localhost|127\.|\[::1\])/.test(address);
  }

  /** A container before a process: what listens for a published port is the engine's proxy. */
  private async holderOf(port: number): Promise<PortHolder> {
    const row = (await this.freshRows()).find((candidate) => publishes(candidate, port));
    if (row) return { kind: 'container', name: row.name };
    if (!this.engineIsHere()) return null;
    const name = await processListeningOn(port);
    return name === null ? null : { kind: 'process', name };
  }

  /** A list of now, since the table may be a moment behind a container that has just started; else the table. */
  private async freshRows(): Promise<readonly Container[]> {
    try {
      return await this.engineLink.current().listContainers();
    } catch (error) {
      if (!isFailure(error)) throw error;
      return this.rows();
    }
  }
}

function publishes(row: Container, port: number): boolean {
  return row.ports.some((published) => published.protocol === 'tcp' && published.hostPort === port);
}
