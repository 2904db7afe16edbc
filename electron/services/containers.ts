import { labels, safeRunDefaults } from '../contract/commands';
import type { Container, ContainersEvent, RunRequest } from '../contract/containers';
import { Failure, isFailure } from '../contract/failures';
import type { ContainerSpec, Engine } from '../docker/engine';
import { type ContainerListener, ContainerTable, type ContainerTableTiming } from './containerTable';
import { delay } from './delay';
import type { EngineLink } from './engine';
import { HostPorts, type PortHolder } from './hostPorts';

/** What `Containers` works with. */
export interface ContainersOptions {
  engineLink: EngineLink;
  /** Takes one line for the app log. */
  log(line: string): void;
  /** Labels that created containers get besides ours. */
  extraLabels?: Record<string, string>;
  timing?: Partial<ContainerTableTiming & { settleMs: number }>;
}

/** First port that is offered, as the bundled service's own. */
const firstPort = 8000;
/** Ports that a run tries when it may choose, each taken away by somebody between the check and the start. */
const portTries = 5;
/** How long a container has to stay up to count as running: what cannot start mostly ends at once. */
const defaultSettleMs = 500;
const lastLineCount = 20;
const lastLinesTimeoutMs = 5_000;

/** The containers of the engine in use: the live table, and what a person does with one. */
export class Containers {
  private readonly containerTable: ContainerTable;
  private readonly runs = new Map<string, { asked: string; result: Promise<{ id: string; hostPort: number }> }>();
  private readonly changes = new Map<string, Promise<void>>();
  private readonly ports: HostPorts;
  /** Containers that a failed run could not take away again because the engine was gone. */
  private leftovers: { address: string; id: string }[] = [];
  private readonly forgetReady: () => void;
  private readonly settleMs: number;

  constructor(private readonly options: ContainersOptions) {
    const { engineLink, log, timing } = options;
    this.settleMs = timing?.settleMs ?? defaultSettleMs;
    this.containerTable = new ContainerTable(engineLink, log, timing);
    this.ports = new HostPorts(engineLink, () => this.table());
    this.forgetReady = engineLink.onReady((engine) => void this.removeLeftovers(engine));
  }

  /** How many watches are open; tests count them. */
  get readerCount(): number {
    return this.containerTable.readerCount;
  }

  /** The rows as last known, newest first. */
  table(): readonly Container[] {
    return this.containerTable.get();
  }

  /** Watches all containers: a snapshot, then patches; `stale` while the engine is lost. See `containers.watch`. */
  watch(signal?: AbortSignal): AsyncGenerator<ContainersEvent, void, void> {
    return this.containerTable.watch(signal);
  }

  /** Calls `listener` for each image event of the engine. Returns how to stop that. */
  onImageEvent(listener: () => void): () => void {
    return this.containerTable.onImageEvent(listener);
  }

  /** Calls `listener` for each event of a container, health checks and terminals included. Returns how to stop that. */
  onContainerEvent(listener: ContainerListener): () => void {
    return this.containerTable.onContainerEvent(listener);
  }

  /**
   * Creates and starts a container with the safe defaults. The same request again while it is under way is the same run.
   * See `containers.run` for what it answers and rejects with.
   */
  async run(request: RunRequest): Promise<{ id: string; hostPort: number }> {
    const asked = JSON.stringify(request);
    for (let other = this.runs.get(request.name); other; other = this.runs.get(request.name)) {
      if (other.asked === asked) return other.result;
      await other.result.catch(() => {});
    }
    const result = this.createAndStart(request).finally(() => this.runs.delete(request.name));
    this.runs.set(request.name, { asked, result });
    return result;
  }

  /** See `containers.start`. */
  start(id: string): Promise<void> {
    return this.change(`start ${id}`, id, (engine) => this.withPorts(engine, id, engine.startContainer(id)));
  }

  /** See `containers.stop`. */
  stop(id: string, graceSeconds: number): Promise<void> {
    return this.change(`stop ${id} ${graceSeconds}`, id, (engine) => engine.stopContainer(id, graceSeconds));
  }

  /** See `containers.restart`. */
  restart(id: string, graceSeconds: number): Promise<void> {
    return this.change(`restart ${id} ${graceSeconds}`, id, (engine) =>
      this.withPorts(engine, id, engine.restartContainer(id, graceSeconds)),
    );
  }

  /** See `containers.remove`. */
  remove(id: string, { force, volumes }: { force: boolean; volumes: boolean }): Promise<void> {
    return this.change(`remove ${id} ${force} ${volumes}`, id, (engine) =>
      engine.removeContainer(id, { force, volumes }),
    );
  }

  /** The first port from `from` on that nobody holds; null where none is left. */
  suggestPort(from: number): Promise<number | null> {
    return this.ports.firstFree(from);
  }

  /** Who holds `port` on this machine. */
  portHolder(port: number): Promise<{ free: boolean; holder: PortHolder }> {
    return this.ports.holder(port);
  }

  /** Ends the table's stream and timers. Calls under way end with the engine's connection. */
  close(): void {
    this.forgetReady();
    this.containerTable.close();
  }

  /** One call to the engine at a time for the same change of the same container; the row is right when it answers. */
  private change(key: string, id: string, act: (engine: Engine) => Promise<void>): Promise<void> {
    const under = this.changes.get(key);
    if (under) return under;
    const doing = (async () => {
      const engine = this.options.engineLink.current();
      try {
        await act(engine);
      } catch (error) {
        this.reportLoss(error);
        throw error;
      } finally {
        await this.refresh(engine, id);
      }
    })().finally(() => this.changes.delete(key));
    this.changes.set(key, doing);
    return doing;
  }

  /** The row is a courtesy of the call: when it cannot be had, events or the next list bring it. */
  private async refresh(engine: Engine, id: string): Promise<void> {
    try {
      await this.containerTable.refresh(engine, id);
    } catch (error) {
      this.reportLoss(error);
      if (!isFailure(error)) this.options.log(`refresh of ${id.slice(0, 12)}: ${String(error)}`);
    }
  }

  private reportLoss(error: unknown): void {
    if (isFailure(error, 'ENGINE_UNREACHABLE') || isFailure(error, 'ENGINE_NOT_ANSWERING')) {
      void this.options.engineLink.check();
    }
  }

  /** Says who holds the port that kept a container from starting, and never leaves it running without its ports. */
  private async withPorts(engine: Engine, id: string, starting: Promise<void>): Promise<void> {
    try {
      await starting;
    } catch (error) {
      if (isFailure(error, 'PORTS_NOT_PUBLISHED')) {
        await engine.stopContainer(id, 0);
        throw await this.ports.inUse(error.details.port);
      }
      throw isFailure(error, 'PORT_IN_USE') ? await this.ports.inUse(error.details.port) : error;
    }
  }

  private async createAndStart(request: RunRequest): Promise<{ id: string; hostPort: number }> {
    const engine = this.options.engineLink.current();
    let from = firstPort;
    for (let tries = 1; ; tries += 1) {
      const hostPort = await this.ports.reserve(request.hostPort, from);
      try {
        return { id: await this.createOnPort(engine, request, hostPort), hostPort };
      } catch (error) {
        this.reportLoss(error);
        const portWasTaken = isFailure(error, 'PORT_IN_USE') || isFailure(error, 'PORTS_NOT_PUBLISHED');
        if (portWasTaken && request.hostPort === null && tries < portTries) from = hostPort + 1;
        else throw isFailure(error, 'PORT_IN_USE') ? await this.ports.inUse(hostPort) : error;
      } finally {
        this.ports.release(hostPort);
      }
    }
  }

  private async createOnPort(engine: Engine, request: RunRequest, hostPort: number): Promise<string> {
    const id = await engine.createContainer(this.specOf(request, hostPort));
    try {
      await engine.startContainer(id);
      await this.requireRunning(engine, id, hostPort);
      await delay(this.settleMs);
      await this.requireRunning(engine, id, hostPort);
    } catch (error) {
      await this.takeAway(engine, id);
      throw error;
    } finally {
      await this.refresh(engine, id);
    }
    return id;
  }

  /** The request with the safe defaults, see `runRequest`; `dockerCommand.run` says the same in Docker's words. */
  private specOf(request: RunRequest, hostPort: number): ContainerSpec {
    return {
      image: request.image,
      name: request.name,
      environment: request.environment.map(({ name, value }) => `${name}=${value}`),
      publish: [{ containerPort: request.containerPort, hostIp: '127.0.0.1', hostPort }],
      labels: { ...this.options.extraLabels, [labels.managed]: 'true' },
      memoryBytes: request.memoryBytes,
      processLimit: safeRunDefaults.processLimit,
      extraHosts: ['host.docker.internal:host-gateway'],
      readOnlyRoot: true,
      tmpfs: safeRunDefaults.tmpfs,
    };
  }

  private async requireRunning(engine: Engine, id: string, hostPort: number): Promise<void> {
    const row = await engine.inspectContainer(id);
    if (row.state !== 'running') {
      const lastLines = await this.lastLines(engine, id);
      throw new Failure('CONTAINER_EXITED', { name: row.name, exitCode: row.exitCode ?? 0, lastLines });
    }
    const published = row.ports.some((port) => port.hostIp === '127.0.0.1' && port.hostPort === hostPort);
    if (!published) throw new Failure('PORTS_NOT_PUBLISHED', { name: row.name, port: hostPort });
  }

  /** The last log lines; none where they cannot be read, since why the container ended matters more than its words. */
  async lastLines(engine: Engine, id: string): Promise<string[]> {
    const lines: string[] = [];
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), lastLinesTimeoutMs);
    try {
      for await (const batch of engine.logs(id, { follow: false, since: null, tail: lastLineCount }, limit.signal)) {
        lines.push(...batch.map((line) => line.text));
      }
    } catch (error) {
      if (!isFailure(error)) throw error;
      this.options.log(`last lines of ${id.slice(0, 12)}: ${error.code}`);
    } finally {
      clearTimeout(timer);
    }
    return lines.slice(-lastLineCount);
  }

  /** Removes what a failed run created; remembered for later where the engine is gone. */
  private async takeAway(engine: Engine, id: string): Promise<void> {
    try {
      await engine.removeContainer(id, { force: true, volumes: true });
    } catch (error) {
      if (isFailure(error, 'CONTAINER_MISSING')) return;
      this.leftovers.push({ address: engine.endpoint.address, id });
      this.options.log(`could not remove ${id.slice(0, 12)} again: ${isFailure(error) ? error.code : String(error)}`);
    }
  }

  private async removeLeftovers(engine: Engine): Promise<void> {
    const here = this.leftovers.filter(({ address }) => address === engine.endpoint.address);
    this.leftovers = this.leftovers.filter((leftover) => !here.includes(leftover));
    for (const { id } of here) await this.takeAway(engine, id);
  }
}
