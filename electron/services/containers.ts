import { dockerCommand } from '../contract/commands';
import type { KillSignal } from '../contract/containerCommands';
import type { Container, ContainersEvent, GpuCheck } from '../contract/containers';
import { Failure, isFailure } from '../contract/failures';
import type { RunRequest } from '../contract/runRequest';
import type { Engine } from '../docker/engine';
import { ActionLog } from './actionLog';
import { ContainerRuns, type Ran } from './containerRuns';
import { type ContainerListener, ContainerTable, type ContainerTableTiming } from './containerTable';
import type { EngineLink } from './engine';
import type { HostFolders } from './hostFolders';
import { HostPorts, type PortHolder } from './hostPorts';
import { lastLines } from './lastLines';

/** What `Containers` works with. */
export interface ContainersOptions {
  engineLink: EngineLink;
  /** Takes one line for the app log. */
  log(line: string): void;
  /** Takes down what is done; one of its own where left out. */
  actionLog?: ActionLog;
  /** Folders that containers may be given; none where left out. */
  folders?: Pick<HostFolders, 'check'>;
  /** Labels that created containers get besides ours. */
  extraLabels?: Record<string, string>;
  timing?: Partial<ContainerTableTiming & { settleMs: number }>;
}

/** How long a container has to stay up to count as running: what cannot start mostly ends at once. */
const defaultSettleMs = 500;

/** Without a list of chosen folders there are none. */
const noFolders: Pick<HostFolders, 'check'> = {
  check: async (folder) => {
    throw new Failure('FOLDER_REFUSED', { folder, reason: 'notChosen' });
  },
};

/** The containers of the engine in use: the live table, and what a person does with one. */
export class Containers {
  private readonly containerTable: ContainerTable;
  readonly runs: ContainerRuns;
  readonly actionLog: ActionLog;
  readonly ports: HostPorts;
  private readonly changes = new Map<string, Promise<void>>();
  private readonly forgetReady: () => void;

  constructor(private readonly options: ContainersOptions) {
    const { engineLink, log, timing } = options;
    this.containerTable = new ContainerTable(engineLink, log, timing);
    this.actionLog = options.actionLog ?? new ActionLog();
    this.ports = new HostPorts(engineLink, () => this.table());
    this.runs = new ContainerRuns({
      engineLink,
      ports: this.ports,
      actionLog: this.actionLog,
      folders: options.folders ?? noFolders,
      log,
      extraLabels: options.extraLabels ?? {},
      settleMs: timing?.settleMs ?? defaultSettleMs,
      nameOf: (id) => this.nameOf(id),
      refresh: (engine, id) => this.refresh(engine, id),
      reportLoss: (error) => this.reportLoss(error),
    });
    this.forgetReady = engineLink.onReady((engine) => void this.runs.removeLeftovers(engine));
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

  /** See `containers.run`. */
  run(request: RunRequest): Promise<Ran> {
    return this.runs.run(request, null);
  }

  /** See `containers.duplicate`. */
  duplicate(id: string, request: RunRequest): Promise<Ran> {
    return this.runs.run(request, id);
  }

  /** See `containers.checkGpu`. */
  checkGpu(image: string): Promise<GpuCheck> {
    return this.runs.checkGpu(image);
  }

  /** See `containers.start`. */
  start(id: string): Promise<void> {
    return this.change(id, dockerCommand.start(this.nameOf(id)), (engine) =>
      this.withPorts(engine, engine.startContainer(id), id),
    );
  }

  /** See `containers.stop`. */
  stop(id: string, graceSeconds: number): Promise<void> {
    return this.change(id, dockerCommand.stop(graceSeconds, this.nameOf(id)), (engine) =>
      engine.stopContainer(id, graceSeconds),
    );
  }

  /** See `containers.restart`. */
  restart(id: string, graceSeconds: number): Promise<void> {
    return this.change(id, dockerCommand.restart(graceSeconds, this.nameOf(id)), (engine) =>
      this.withPorts(engine, engine.restartContainer(id, graceSeconds), id),
    );
  }

  /** See `containers.pause`. */
  pause(id: string): Promise<void> {
    return this.change(id, dockerCommand.pause(this.nameOf(id)), (engine) => engine.setPaused(id, true));
  }

  /** See `containers.unpause`. */
  unpause(id: string): Promise<void> {
    return this.change(id, dockerCommand.unpause(this.nameOf(id)), (engine) => engine.setPaused(id, false));
  }

  /** See `containers.kill`. */
  kill(id: string, signal: KillSignal): Promise<void> {
    return this.change(id, dockerCommand.kill(signal, this.nameOf(id)), (engine) => engine.killContainer(id, signal));
  }

  /** See `containers.rename`. */
  rename(id: string, name: string): Promise<void> {
    return this.change(id, dockerCommand.rename(this.nameOf(id), name), (engine) => engine.renameContainer(id, name));
  }

  /** See `containers.remove`. */
  remove(id: string, options: { force: boolean; volumes: boolean }): Promise<void> {
    const { force, volumes } = options;
    return this.change(id, dockerCommand.remove(options, this.nameOf(id)), (engine) =>
      engine.removeContainer(id, { force, volumes }),
    );
  }

  /** A container's last log lines. */
  lastLines(engine: Engine, id: string): Promise<string[]> {
    return lastLines(engine, id, this.options.log);
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

  /** The name of a row, or the short id of what has none. */
  nameOf(id: string): string {
    return this.table().find((row) => row.id === id)?.name ?? id.slice(0, 12);
  }

  /** One call to the engine at a time for the same change of the same container; the row is right when it answers. */
  private change(id: string, command: string, act: (engine: Engine) => Promise<void>): Promise<void> {
    const key = `${id} ${command}`;
    const under = this.changes.get(key);
    if (under) return under;
    const doing = this.actionLog
      .record(
        () => command,
        async () => {
          const engine = this.options.engineLink.current();
          try {
            await act(engine);
          } catch (error) {
            this.reportLoss(error);
            throw error;
          } finally {
            await this.refresh(engine, id);
          }
        },
      )
      .finally(() => this.changes.delete(key));
    this.changes.set(key, doing);
    return doing;
  }

  /** The row is a courtesy of the call: when it cannot be had, events or the next list bring it. */
  async refresh(engine: Engine, id: string): Promise<void> {
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
  private async withPorts(engine: Engine, starting: Promise<void>, id: string): Promise<void> {
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
}
