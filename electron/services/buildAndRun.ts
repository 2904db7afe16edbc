import { buildRequest, bundledTag } from '../contract/builds';
import { dockerCommand } from '../contract/commands';
import type { Container } from '../contract/containers';
import { Failure, isFailure } from '../contract/failures';
import { type RunRequest, runRequest, specOfRequest } from '../contract/runRequest';
import type { TaskSubject } from '../contract/tasks';
import type { Builds } from './builds';
import type { Containers } from './containers';
import { delay } from './delay';
import type { EngineLink } from './engine';
import { answersHealthy } from './healthProbe';
import { neededTask } from './neededTask';
import type { Tasks, TaskWork } from './tasks';

/** What `BuildAndRun` works with. */
export interface BuildAndRunOptions {
  engineLink: EngineLink;
  tasks: Tasks;
  builds: Builds;
  containers: Containers;
  /** Names of what it makes; tests give their own. */
  tag?: string;
  containerName?: string;
  timing?: Partial<BuildAndRunTiming>;
}

/** Times in ms. */
export interface BuildAndRunTiming {
  /** A container that is not healthy by then is reported. */
  healthDeadlineMs: number;
  /** Between two questions to a service that is starting. */
  probeEveryMs: number;
}

const defaultTiming: BuildAndRunTiming = { healthDeadlineMs: 60_000, probeEveryMs: 150 };

const defaultName = 'wharf-llm-api';
/** Port that the bundled service listens on, as its Dockerfile says. */
const servicePort = 8000;
/** The user that its Dockerfile names. */
const serviceUser = '10001:10001';
/** Names that are tried: `wharf-llm-api`, `wharf-llm-api-2`, ... */
const nameTries = 50;

type Subject = Extract<TaskSubject, { kind: 'buildAndRun' }>;
type Work = TaskWork<Subject>;

/** A container that answers or is about to: which, on which port, and what to undo when somebody cancels. */
interface Running {
  id: string;
  name: string;
  hostPort: number;
  undo(): Promise<void>;
}

/** Home's one button: the bundled image built, a container of it running on loopback, healthy. */
export class BuildAndRun {
  private readonly tag: string;
  private readonly containerName: string;
  private readonly timing: BuildAndRunTiming;
  /** The id of the task that is being started: a second click finds it. */
  private starting: Promise<string> | null = null;

  constructor(private readonly options: BuildAndRunOptions) {
    this.tag = options.tag ?? bundledTag;
    this.containerName = options.containerName ?? defaultName;
    this.timing = { ...defaultTiming, ...options.timing };
  }

  /**
   * Starts the task. A container that Wharf made from the very image is used again; one made from an older image, or by
   * somebody else, stays as it is and the new one takes the next free name.
   * @throws TASK_ALREADY_RUNNING, ENGINE_UNREACHABLE
   */
  async begin(): Promise<{ taskId: string }> {
    const { tasks } = this.options;
    const running =
      tasks.running((subject) => subject.kind === 'buildAndRun')?.id ?? (this.starting && (await this.starting));
    if (running) throw new Failure('TASK_ALREADY_RUNNING', { id: running });
    this.starting = this.start().finally(() => {
      this.starting = null;
    });
    return { taskId: await this.starting };
  }

  private async start(): Promise<string> {
    const build = await this.buildCommand();
    const run = dockerCommand.run(
      specOfRequest(this.runRequest(this.containerName), { hostPorts: [null], imageUser: serviceUser }),
    );
    const subject: Subject = {
      kind: 'buildAndRun',
      tag: this.tag,
      phase: 'building',
      buildTaskId: null,
      containerId: null,
      containerName: null,
      hostPort: null,
    };
    const command = `${build} && ${run}`;
    return this.options.tasks.start(
      subject,
      command,
      (work) => this.work(work),
      () => this.begin(),
    );
  }

  private buildRequest() {
    return buildRequest.parse({ source: { kind: 'bundled' }, tag: this.tag });
  }

  private runRequest(name: string): RunRequest {
    return runRequest.parse({ image: this.tag, name, ports: [{ containerPort: servicePort }] });
  }

  /** The line of the build; as this call asks the engine first, it also finds out whether there is one. */
  private async buildCommand(): Promise<string> {
    try {
      return await this.options.builds.commandOf(this.buildRequest());
    } catch (error) {
      if (!isFailure(error, 'ENGINE_NOT_ANSWERING')) throw error;
      throw new Failure('ENGINE_UNREACHABLE', { address: error.details.address, reason: 'timeout' }, { cause: error });
    }
  }

  private async work(work: Work): Promise<void> {
    work.progress({ done: 0, total: 3 });
    const imageId = await this.build(work);
    work.progress({ done: 1, total: 3 });
    work.subject({ phase: 'running' });
    const running = await this.run(imageId);
    try {
      work.progress({ done: 2, total: 3 });
      const { id: containerId, name: containerName, hostPort } = running;
      work.subject({ phase: 'waitingForHealth', containerId, containerName, hostPort });
      await this.untilHealthy(running, work.signal);
    } catch (error) {
      // What failed by itself stays, with its log; what somebody called off goes.
      if (work.signal.aborted) await running.undo();
      throw error;
    }
    work.progress({ done: 3, total: 3 });
    work.subject({ phase: 'done' });
  }

  /** Builds, or waits for a build of the tag that is under way already; that one is not ours to cancel. */
  private async build(work: Work): Promise<string> {
    const { builds, tasks } = this.options;
    const { subject } = await neededTask(
      tasks,
      () => builds.start(this.buildRequest()),
      (buildTaskId) => work.subject({ buildTaskId }),
      work.signal,
    );
    return (subject as Extract<TaskSubject, { kind: 'build' }>).imageId as string;
  }

  private async run(imageId: string): Promise<Running> {
    const rows = await this.options.engineLink.current().listContainers();
    return (await this.reuse(rows, imageId)) ?? (await this.create(rows));
  }

  /** A container of ours made from this very image: one that runs, or one that can be started on its port. */
  private async reuse(rows: readonly Container[], imageId: string): Promise<Running | null> {
    const { containers, engineLink } = this.options;
    const names = new Set(this.names());
    const ours = rows.filter((row) => row.madeByWharf && row.imageId === imageId && names.has(row.name));
    for (const row of ours.filter(({ state }) => state === 'running')) {
      const hostPort = portOf(row);
      if (hostPort !== null) return { id: row.id, name: row.name, hostPort, undo: async () => {} };
    }
    for (const { id, name } of ours.filter(({ state }) => state === 'exited' || state === 'created')) {
      try {
        await containers.start(id);
      } catch (error) {
        // Its port belongs to somebody else by now; a new container gets another.
        if (isFailure(error, 'PORT_IN_USE')) continue;
        throw error;
      }
      const undo = () => containers.stop(id, 0);
      const hostPort = portOf(await engineLink.current().inspectContainer(id));
      if (hostPort !== null) return { id, name, hostPort, undo };
      await undo();
    }
    return null;
  }

  private async create(rows: readonly Container[]): Promise<Running> {
    const { containers } = this.options;
    const taken = new Set(rows.map((row) => row.name));
    for (const name of this.names().filter((candidate) => !taken.has(candidate))) {
      try {
        const { id, hostPort } = await containers.run(this.runRequest(name));
        if (hostPort === null) throw new Error(`no port was published for ${name}`);
        return { id, name, hostPort, undo: () => containers.remove(id, { force: true, volumes: true }) };
      } catch (error) {
        // Somebody was quicker: the next name.
        if (!isFailure(error, 'NAME_TAKEN')) throw error;
      }
    }
    const holder = rows.find((row) => row.name === this.containerName);
    const madeByWharf = holder?.madeByWharf ?? false;
    throw new Failure('NAME_TAKEN', { name: this.containerName, holderId: holder?.id ?? '', madeByWharf });
  }

  private names(): string[] {
    const { containerName } = this;
    return Array.from({ length: nameTries }, (_, at) => (at === 0 ? containerName : `${containerName}-${at + 1}`));
  }

  /** Whatever comes first: the container's own health check, an answer of its service, its end, or the deadline. */
  private async untilHealthy(running: Running, signal: AbortSignal): Promise<void> {
    const { containers, engineLink } = this.options;
    const scope = new AbortController();
    const end = () => scope.abort();
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
    const deadline = setTimeout(end, this.timing.healthDeadlineMs);
    const sinceMs = Date.now();
    try {
      const healthy = await Promise.race([this.byEvents(running, scope.signal), this.byProbe(running, scope.signal)]);
      if (signal.aborted) throw signal.reason;
      if (healthy) return;
      const lastLines = await containers.lastLines(engineLink.current(), running.id);
      throw new Failure('CONTAINER_UNHEALTHY', { name: running.name, waitedMs: Date.now() - sinceMs, lastLines });
    } finally {
      clearTimeout(deadline);
      signal.removeEventListener('abort', end);
      end();
    }
  }

  /** True once the engine calls the container healthy, false where it calls it unhealthy or `signal` aborts. */
  private async byEvents({ id, name }: Running, signal: AbortSignal): Promise<boolean> {
    const { containers, engineLink } = this.options;
    for await (const event of containers.watch(signal)) {
      if (event.type === 'stale') continue;
      const row = containers.table().find((candidate) => candidate.id === id);
      if (!row) throw new Failure('CONTAINER_MISSING', { id });
      if (row.state === 'exited' || row.state === 'dead') {
        const lastLines = await containers.lastLines(engineLink.current(), id);
        throw new Failure('CONTAINER_EXITED', { name, exitCode: row.exitCode ?? 0, lastLines });
      }
      if (row.health === 'healthy') return true;
      if (row.health === 'unhealthy') return false;
    }
    return false;
  }

  /** Asks the service itself: sooner than the first health check, and the only way where the image has lost its check. */
  private async byProbe({ hostPort }: Running, signal: AbortSignal): Promise<boolean> {
    // On an engine elsewhere, this machine's port belongs to somebody else.
    const isHere = /^(unix|npipe):/.test(this.options.engineLink.state.value.endpoint?.address ?? '');
    while (isHere && !signal.aborted) {
      if (await answersHealthy(hostPort, signal)) return true;
      await delay(this.timing.probeEveryMs, signal);
    }
    if (!signal.aborted) await aborted(signal);
    return false;
  }
}

function portOf(row: Container): number | null {
  const published = row.ports.find(
    ({ containerPort, protocol }) => containerPort === servicePort && protocol === 'tcp',
  );
  return published?.hostPort ?? null;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
