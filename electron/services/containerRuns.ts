import { dockerCommand } from '../contract/commands';
import { type ContainerSpec, labels } from '../contract/containerSpec';
import type { GpuCheck } from '../contract/containers';
import { Failure, isFailure } from '../contract/failures';
import { changedSpec } from '../contract/requestOfSpec';
import { firstHostPort, hasApiKey, type RunRequest, specOfRequest } from '../contract/runRequest';
import type { Engine } from '../docker/engine';
import type { ImageConfig } from '../docker/imageConfig';
import type { ActionLog } from './actionLog';
import { delay } from './delay';
import type { EngineLink } from './engine';
import type { HostFolders } from './hostFolders';
import type { HostPorts } from './hostPorts';
import { lastLines } from './lastLines';
import { tryGpu } from './tryGpu';

/** What `ContainerRuns` works with. */
export interface ContainerRunsOptions {
  engineLink: EngineLink;
  ports: HostPorts;
  actionLog: ActionLog;
  folders: Pick<HostFolders, 'check'>;
  log(line: string): void;
  /** Labels that created containers get besides ours. */
  extraLabels: Record<string, string>;
  /** How long a container has to stay up to count as running: what cannot start mostly ends at once. */
  settleMs: number;
  /** The name of a container of the table. */
  nameOf(id: string): string;
  /** Makes the row of a container right. */
  refresh(engine: Engine, id: string): Promise<void>;
  /** An engine that went away in the middle. */
  reportLoss(error: unknown): void;
}

/** The answer of a run. */
export interface Ran {
  id: string;
  hostPort: number | null;
}

/** Ports that a run tries when it may choose, each taken away by somebody between the check and the start. */
const portTries = 5;

/** From a request to a container that runs with everything it was asked for, or to none at all. */
export class ContainerRuns {
  private readonly runs = new Map<string, { asked: string; result: Promise<Ran> }>();
  /** Networks that a container is about to be put on, with how many runs want each. */
  private readonly heldNetworks = new Map<string, number>();
  /** Containers that a failed run could not take away again because the engine was gone. */
  private leftovers: { address: string; id: string }[] = [];

  constructor(private readonly options: ContainerRunsOptions) {}

  /**
   * Creates and starts a container. The same request again while it is under way is the same run.
   * @param basedOn a container whose other options are taken over
   */
  async run(request: RunRequest, basedOn: string | null): Promise<Ran> {
    const asked = JSON.stringify([request, basedOn]);
    for (let other = this.runs.get(request.name); other; other = this.runs.get(request.name)) {
      if (other.asked === asked) return other.result;
      await other.result.catch(() => {});
    }
    const result = this.holdingNetwork(request, () => this.createAndStart(request, basedOn)).finally(() =>
      this.runs.delete(request.name),
    );
    this.runs.set(request.name, { asked, result });
    return result;
  }

  /**
   * What the engine will be asked for.
   * @throws FOLDER_REFUSED, API_KEY_REQUIRED
   */
  async specOf(
    request: RunRequest,
    hostPorts: readonly (number | null)[],
    image: ImageConfig,
    base: ContainerSpec | null,
  ): Promise<ContainerSpec> {
    const isShared = request.reach === 'network' || request.network.kind === 'host';
    if (isShared && labels.api in image.labels && !hasApiKey(request.environment)) {
      throw new Failure('API_KEY_REQUIRED', { name: request.name });
    }
    const isHere = this.options.ports.engineIsHere();
    const given = new Set(base?.mounts.map(({ source }) => source));
    for (const mount of request.mounts) {
      if (mount.kind === 'folder' && !given.has(mount.folder)) await this.options.folders.check(mount.folder, isHere);
    }
    const surroundings = { hostPorts, imageUser: image.user };
    const spec = base ? changedSpec(base, request, surroundings) : specOfRequest(request, surroundings);
    return { ...spec, labels: { ...this.options.extraLabels, ...spec.labels } };
  }

  /** True for a network that a container under way is about to be put on. */
  isNetworkHeld(name: string): boolean {
    return this.heldNetworks.has(name);
  }

  /** Keeps the network of a request from being cleared while `act` puts a container on it. */
  async holdingNetwork<T>({ network }: RunRequest, act: () => Promise<T>): Promise<T> {
    if (network.kind !== 'named') return act();
    const held = (by: number) => (this.heldNetworks.get(network.name) ?? 0) + by;
    this.heldNetworks.set(network.name, held(1));
    try {
      return await act();
    } finally {
      if (held(-1) === 0) this.heldNetworks.delete(network.name);
      else this.heldNetworks.set(network.name, held(-1));
    }
  }

  /** Makes the network of a request and puts the containers on it that it names. Answers whether it was not there yet. */
  async prepareNetwork(engine: Engine, { network }: RunRequest): Promise<boolean> {
    if (network.kind !== 'named') return false;
    const made = await engine.createNetwork(network.name, { ...this.options.extraLabels, [labels.managed]: 'true' });
    for (const id of network.join) await engine.connectNetwork(network.name, id);
    return made;
  }

  /** The lines of a run, its network first where it has one of its own. Secrets stand by their names. */
  commandOf({ network }: RunRequest, spec: ContainerSpec, networkMade: boolean): string {
    const shown = { ...spec, labels: omit(spec.labels, this.options.extraLabels) };
    const lines = [dockerCommand.run(shown, { hideSecrets: true })];
    if (network.kind === 'named') {
      lines.unshift(
        ...(networkMade ? [dockerCommand.createNetwork(network.name, labels.managed)] : []),
        ...network.join.map((id) => dockerCommand.connectNetwork(network.name, this.options.nameOf(id))),
      );
    }
    return lines.join(' && ');
  }

  /** See `tryGpu`. */
  async checkGpu(image: string): Promise<GpuCheck> {
    const engine = this.options.engineLink.current();
    return tryGpu(engine, { image, labels: this.options.extraLabels, takeAway: (id) => this.takeAway(engine, id) });
  }

  /** Removes what a failed run created; remembered for later where the engine is gone. */
  async takeAway(engine: Engine, id: string): Promise<void> {
    try {
      await engine.removeContainer(id, { force: true, volumes: true });
    } catch (error) {
      if (isFailure(error, 'CONTAINER_MISSING')) return;
      this.leftovers.push({ address: engine.endpoint.address, id });
      const why = isFailure(error) ? error.code : String(error);
      this.options.log(`could not remove ${id.slice(0, 12)} again: ${why}`);
    }
  }

  /** Removes from an engine that is back what could not be removed when it went. */
  async removeLeftovers(engine: Engine): Promise<void> {
    const here = this.leftovers.filter(({ address }) => address === engine.endpoint.address);
    this.leftovers = this.leftovers.filter((leftover) => !here.includes(leftover));
    for (const { id } of here) await this.takeAway(engine, id);
  }

  /**
   * Starts a container that was created and waits until it has stayed up for a moment.
   * @throws CONTAINER_EXITED, PORT_IN_USE, PORTS_NOT_PUBLISHED, GPU_UNAVAILABLE
   */
  async startAndSettle(engine: Engine, id: string): Promise<void> {
    try {
      await engine.startContainer(id);
    } catch (error) {
      throw isFailure(error, 'ENGINE_REFUSED') ? await this.couldNotStart(engine, id, error) : error;
    }
    await this.requireRunning(engine, id);
    await delay(this.options.settleMs);
    await this.requireRunning(engine, id);
  }

  private async createAndStart(request: RunRequest, basedOn: string | null): Promise<Ran> {
    const engine = this.options.engineLink.current();
    const image = await engine.imageConfig(request.image);
    const base = basedOn === null ? null : (await engine.containerSpec(basedOn)).spec;
    const isPublishing = request.network.kind === 'bridge' || request.network.kind === 'named';
    const asked = isPublishing ? request.ports : [];
    let hostPorts = asked.map(({ hostPort }) => hostPort);
    let spec = await this.specOf(request, hostPorts, image, base);
    const network = { made: false };
    const command = () => this.commandOf(request, spec, network.made);
    return this.options.actionLog.record(command, async () => {
      network.made = await this.prepareNetwork(engine, request);
      let from = firstHostPort;
      for (let tries = 1; ; tries += 1) {
        hostPorts = await this.reserveAll(asked, from);
        try {
          spec = await this.specOf(request, hostPorts, image, base);
          const id = await this.create(engine, spec, basedOn);
          return { id, hostPort: hostPorts[0] ?? null };
        } catch (error) {
          this.options.reportLoss(error);
          const lost = isFailure(error, 'PORT_IN_USE') || isFailure(error, 'PORTS_NOT_PUBLISHED');
          if (!lost) throw error;
          const { port } = error.details;
          const wasChosen = asked.some(({ hostPort }, at) => hostPort === null && hostPorts[at] === port);
          if (wasChosen && tries < portTries) from = port + 1;
          else throw isFailure(error, 'PORT_IN_USE') ? await this.options.ports.inUse(port) : error;
        } finally {
          for (const port of hostPorts) if (port !== null) this.options.ports.release(port);
        }
      }
    });
  }

  /** All ports of a request, or none: what was reserved before one is taken is given back. */
  private async reserveAll(asked: RunRequest['ports'], from: number): Promise<number[]> {
    const reserved: number[] = [];
    try {
      for (const { hostPort } of asked) reserved.push(await this.options.ports.reserve(hostPort, from));
      return reserved;
    } catch (error) {
      for (const port of reserved) this.options.ports.release(port);
      throw error;
    }
  }

  private async create(engine: Engine, spec: ContainerSpec, basedOn: string | null): Promise<string> {
    const id = await engine.createContainer(spec, basedOn);
    try {
      await this.startAndSettle(engine, id);
    } catch (error) {
      await this.takeAway(engine, id);
      throw error;
    } finally {
      await this.options.refresh(engine, id);
    }
    return id;
  }

  /** A start that the engine refused may be the container's own fault: no such command, wrong processor. */
  private async couldNotStart(engine: Engine, id: string, error: Failure<'ENGINE_REFUSED'>): Promise<Failure> {
    const row = await engine.inspectContainer(id);
    if (row.startProblem === null) return error;
    // `docker run` answers so; the engine itself keeps 127 and 126 only from some versions on.
    const exitCode = { notFound: 127, notExecutable: 126, notRunnable: 126, other: 125 }[row.startProblem];
    const details = { name: row.name, exitCode, lastLines: [error.details.message] };
    return new Failure('CONTAINER_EXITED', details, { cause: error });
  }

  private async requireRunning(engine: Engine, id: string): Promise<void> {
    const row = await engine.inspectContainer(id);
    if (row.state !== 'running') {
      const said = await lastLines(engine, id, this.options.log);
      throw new Failure('CONTAINER_EXITED', { name: row.name, exitCode: row.exitCode ?? 0, lastLines: said });
    }
  }
}

function omit(from: Record<string, string>, names: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(from).filter(([name]) => !(name in names)));
}
