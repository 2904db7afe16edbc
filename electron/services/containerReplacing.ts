import { dockerCommand } from '../contract/commands';
import { defaultGraceSeconds } from '../contract/containerCommands';
import type { ContainerSpec } from '../contract/containerSpec';
import type { Container } from '../contract/containers';
import { Failure, isFailure } from '../contract/failures';
import { firstHostPort, type RunRequest } from '../contract/runRequest';
import type { TaskSubject } from '../contract/tasks';
import type { Engine } from '../docker/engine';
import type { Containers } from './containers';
import type { EngineLink } from './engine';
import type { Tasks, TaskWork } from './tasks';
import { untilHealthy } from './untilHealthy';

/** What `ContainerReplacing` works with. */
export interface ContainerReplacingOptions {
  engineLink: EngineLink;
  containers: Containers;
  tasks: Tasks;
  log(line: string): void;
  /** A new container that is not healthy by then is given up; ms. */
  healthDeadlineMs?: number;
}

type Work = TaskWork<Extract<TaskSubject, { kind: 'replaceContainer' }>>;

const defaultHealthDeadlineMs = 120_000;
const steps = 4;

/** How far a replacement has come: what has to be undone when it fails. */
interface Progress {
  old: Container;
  /** The old one was stopped because both need the same port, network or files. */
  stopped: boolean;
  /** The name that the old one has meanwhile. */
  setAsideAs: string | null;
  newId: string | null;
  reserved: number[];
}

/** Puts a changed container in the place of another, and the other one back where that fails. */
export class ContainerReplacing {
  private readonly healthDeadlineMs: number;
  /** Tasks that are being started, by the container's id: a second click finds them. */
  private readonly beginning = new Map<string, Promise<string | undefined>>();

  constructor(private readonly options: ContainerReplacingOptions) {
    this.healthDeadlineMs = options.healthDeadlineMs ?? defaultHealthDeadlineMs;
  }

  /**
   * Starts the task. See `containers.replace`.
   * @throws CONTAINER_MISSING, IMAGE_MISSING, NAME_TAKEN, FOLDER_REFUSED, API_KEY_REQUIRED, TASK_ALREADY_RUNNING
   */
  async begin(id: string, request: RunRequest): Promise<{ taskId: string }> {
    const isSame = (subject: TaskSubject) => subject.kind === 'replaceContainer' && subject.containerId === id;
    const under = this.options.tasks.running(isSame)?.id;
    const beginning = this.beginning.get(id);
    // Nothing is waited for where nothing is under way: between looking and beginning there must be no gap.
    const running = under ?? (beginning && (await beginning));
    if (running) throw new Failure('TASK_ALREADY_RUNNING', { id: running });
    const taskId = this.start(id, request).finally(() => this.beginning.delete(id));
    this.beginning.set(
      id,
      taskId.catch(() => undefined),
    );
    return { taskId: await taskId };
  }

  private async start(id: string, request: RunRequest): Promise<string> {
    const { engineLink, tasks, containers } = this.options;
    const engine = engineLink.current();
    const old = await engine.inspectContainer(id);
    const holder = containers.table().find(({ name }) => name === request.name);
    if (holder !== undefined && holder.id !== old.id) {
      throw new Failure('NAME_TAKEN', {
        name: request.name,
        holderId: holder.id,
        madeByWharf: holder.madeByWharf,
      });
    }
    const { spec } = await engine.containerSpec(id);
    const image = await engine.imageConfig(request.image);
    const hostPorts = request.ports.map(({ hostPort }) => hostPort);
    const planned = await containers.runs.specOf(request, hostPorts, image, spec);
    return tasks.start(
      {
        kind: 'replaceContainer',
        containerId: old.id,
        name: request.name,
        phase: 'creating',
        newContainerId: null,
      },
      replaceCommand(old.name, planned),
      (work: Work) => containers.runs.holdingNetwork(request, () => this.work(engine, old, spec, request, work)),
    );
  }

  private async work(
    engine: Engine,
    old: Container,
    base: ContainerSpec,
    request: RunRequest,
    work: Work,
  ): Promise<void> {
    const { containers } = this.options;
    const progress: Progress = { old, stopped: false, setAsideAs: null, newId: null, reserved: [] };
    try {
      work.progress({ done: 0, total: steps });
      const image = await engine.imageConfig(request.image);
      const hostPorts = await this.portsFor(request, base, progress);
      const spec = await containers.runs.specOf(request, hostPorts, image, base);
      await containers.runs.prepareNetwork(engine, request);
      const waitingName = `${request.name.slice(0, 40)}-wharf-${Math.random().toString(36).slice(2, 8)}`;
      progress.newId = await engine.createContainer({ ...spec, name: waitingName }, old.id);
      for (const { name, aliases } of await engine.otherNetworks(old.id)) {
        await engine.connectNetwork(name, progress.newId, aliases);
      }
      work.signal.throwIfAborted();

      work.progress({ done: 1, total: steps });
      work.subject({ phase: 'starting', newContainerId: progress.newId });
      if (isUp(old) && excludeEachOther(base, spec)) {
        progress.stopped = true;
        await engine.stopContainer(old.id, defaultGraceSeconds);
      }
      await containers.runs.startAndSettle(engine, progress.newId);

      work.progress({ done: 2, total: steps });
      work.subject({ phase: 'waitingForHealth' });
      await untilHealthy(containers, engine, progress.newId, this.healthDeadlineMs, work.signal);
      work.signal.throwIfAborted();

      work.progress({ done: 3, total: steps });
      work.subject({ phase: 'swapping' });
      progress.setAsideAs = `${old.name.slice(0, 40)}-before-${Math.random().toString(36).slice(2, 8)}`;
      await engine.renameContainer(old.id, progress.setAsideAs);
      await engine.renameContainer(progress.newId, request.name);
    } catch (error) {
      await this.putBack(engine, progress, error);
      throw error;
    } finally {
      for (const port of progress.reserved) containers.ports.release(port);
      for (const id of [old.id, progress.newId]) if (id !== null) await containers.refresh(engine, id);
    }
    // The new one stands; what is left of the old one is no reason to take that back. Its volumes are the new one's now.
    if (isUp(old) && !progress.stopped) await engine.stopContainer(old.id, defaultGraceSeconds);
    await engine.removeContainer(old.id, { force: true, volumes: false });
    await containers.refresh(engine, old.id);
    work.progress({ done: steps, total: steps });
    work.subject({ phase: 'done' });
  }

  /** The ports of the new container: the old one's own are free for it, others must be. */
  private async portsFor(request: RunRequest, base: ContainerSpec, progress: Progress): Promise<(number | null)[]> {
    const own = new Set(base.publish.map(({ hostPort }) => hostPort));
    const hostPorts: number[] = [];
    for (const { hostPort } of request.ports) {
      if (hostPort !== null && own.has(hostPort)) {
        hostPorts.push(hostPort);
        continue;
      }
      const port = await this.options.containers.ports.reserve(hostPort, firstHostPort);
      progress.reserved.push(port);
      hostPorts.push(port);
    }
    return hostPorts;
  }

  /** The old container as it was: its name, and running with its ports where it ran. */
  private async putBack(engine: Engine, progress: Progress, cause: unknown): Promise<void> {
    const { old, newId, setAsideAs, stopped } = progress;
    try {
      // Its anonymous volumes are the old one's, named in its mounts, which the engine spares.
      if (newId !== null) await engine.removeContainer(newId, { force: true, volumes: true });
      if (setAsideAs !== null) await engine.renameContainer(old.id, old.name);
      if (!stopped) return;
      await engine.startContainer(old.id);
      if (old.state === 'paused') await engine.setPaused(old.id, true);
    } catch (error) {
      const message = isFailure(error) ? error.code : String(error);
      throw new Failure('NOT_RESTORED', { name: old.name, message }, { cause });
    }
  }
}

function isUp({ state }: Container): boolean {
  return state === 'running' || state === 'paused' || state === 'restarting';
}

/** Two containers that cannot run at once: the same port or network of the machine, or files that both write. */
function excludeEachOther(old: ContainerSpec, next: ContainerSpec): boolean {
  if (old.network === 'host' || next.network === 'host') return true;
  const ports = new Set(old.publish.map(({ hostPort, protocol }) => `${hostPort}/${protocol}`));
  if (next.publish.some(({ hostPort, protocol }) => hostPort !== null && ports.has(`${hostPort}/${protocol}`))) {
    return true;
  }
  const written = new Set(old.mounts.filter(({ readOnly }) => !readOnly).map(({ source }) => source));
  return next.mounts.some(({ source, readOnly }) => !readOnly && source !== '' && written.has(source));
}

/** Lines that do the same: the old one set aside and stopped, the new one started, or the old one put back. */
function replaceCommand(name: string, spec: ContainerSpec): string {
  const aside = `${name}-before`;
  const run = dockerCommand.run(spec, { hideSecrets: true });
  const remove = dockerCommand.remove({ force: false, volumes: false }, aside);
  const undo = [
    dockerCommand.remove({ force: true, volumes: false }, spec.name),
    dockerCommand.rename(aside, name),
    dockerCommand.start(name),
  ];
  const begin = `${dockerCommand.rename(name, aside)} && ${dockerCommand.stop(defaultGraceSeconds, aside)}`;
  return `${begin} && if ${run}; then ${remove}; else ${undo.join('; ')}; fi`;
}
