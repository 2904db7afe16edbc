import { dockerCommand } from '../../contract/commands';
import { labels } from '../../contract/containerSpec';
import type { Container } from '../../contract/containers';
import { Failure, isFailure } from '../../contract/failures';
import { mirrored, writtenOut } from '../../contract/imageNames';
import {
  type GpuGiven,
  type MachineGpu,
  type OllamaAsked,
  type OllamaPlan,
  officialOllamaImage,
  ollamaPort,
  ollamaRunRequest,
} from '../../contract/ollamaContainer';
import { specOfRequest } from '../../contract/runRequest';
import type { TaskSubject } from '../../contract/tasks';
import type { Engine } from '../../docker/engine';
import type { Ran } from '../containerRuns';
import type { Containers } from '../containers';
import type { EngineLink } from '../engine';
import { hasImage } from '../hasImage';
import type { Pulls } from '../pulls';
import type { Tasks, TaskWork } from '../tasks';
import { untilHealthy } from '../untilHealthy';
import { machineGpus } from './machineGpus';
import type { OllamaProxies } from './ollamaProxies';

/** What `OllamaRuns` works with. */
export interface OllamaRunsOptions {
  engineLink: EngineLink;
  tasks: Tasks;
  pulls: Pulls;
  containers: Containers;
  proxies: Pick<OllamaProxies, 'ofMachine'>;
  /** The image to run; null for the official one. */
  image(): string | null;
  /** Registry that mirrors Docker Hub; empty for none. */
  mirror(): string;
  /** A container that is not healthy by then is reported; ms. */
  healthDeadlineMs?: number;
}

type Subject = Extract<TaskSubject, { kind: 'runOllama' }>;
type Work = TaskWork<Subject>;

const defaultHealthDeadlineMs = 120_000;
const steps = 3;
/** Ports, or names, that are tried when somebody is quicker. */
const tries = 20;

/** Runs Ollama in containers, as tasks. */
export class OllamaRuns {
  private starting: Promise<string> | null = null;

  constructor(private readonly options: OllamaRunsOptions) {}

  /** See `ollamaContainer.plan`. */
  async plan(asked: OllamaAsked): Promise<OllamaPlan> {
    const engine = this.options.engineLink.current();
    const image = this.imageOf(asked);
    const [support, imageIsHere, networks] = await Promise.all([
      engine.gpuSupport(),
      hasImage(engine, image),
      engine.networkNames(),
    ]);
    const offersGpu = support.hasRuntime || support.cdiDevices.length > 0;
    const hostPort = asked.isPublished ? await this.options.containers.suggestPort(ollamaPort) : null;
    const request = ollamaRunRequest(
      { ...asked, image },
      { withGpu: offersGpu && asked.gpus === 'auto', hostPort, environment: this.options.proxies.ofMachine() },
    );
    const spec = specOfRequest(request, { hostPorts: [hostPort], imageUser: '' });
    const lines = [
      ...(imageIsHere ? [] : [dockerCommand.pull(image, this.pullFrom(image))]),
      ...(networks.includes(asked.network) ? [] : [dockerCommand.createNetwork(asked.network, labels.managed)]),
      dockerCommand.run(spec, { hideSecrets: true }),
    ];
    return { image, imageIsHere, offersGpu, command: lines.join(' && ') };
  }

  /** See `ollamaContainer.begin`. */
  async begin(asked: OllamaAsked): Promise<{ taskId: string }> {
    const { tasks } = this.options;
    const running =
      tasks.running(({ kind }) => kind === 'runOllama')?.id ??
      (this.starting && (await this.starting.catch(() => null)));
    if (running) throw new Failure('TASK_ALREADY_RUNNING', { id: running });
    this.starting = this.start(asked).finally(() => {
      this.starting = null;
    });
    return { taskId: await this.starting };
  }

  /** See `ollamaContainer.machineGpus`. */
  async machineGpus(): Promise<{ gpus: MachineGpu[] }> {
    return { gpus: this.options.containers.ports.engineIsHere() ? await machineGpus() : [] };
  }

  private async start(asked: OllamaAsked): Promise<string> {
    const { image, command } = await this.plan(asked);
    const subject: Subject = {
      kind: 'runOllama',
      name: asked.name,
      image,
      phase: 'pullingImage',
      pullTaskId: null,
      containerId: null,
      hostPort: null,
      gpu: null,
    };
    return this.options.tasks.start(
      subject,
      command,
      (work) => this.work({ ...asked, image }, work),
      () => this.begin(asked),
    );
  }

  private async work(asked: OllamaAsked & { image: string }, work: Work): Promise<void> {
    const { containers, engineLink, healthDeadlineMs = defaultHealthDeadlineMs } = this.options;
    work.progress({ done: 0, total: steps });
    await this.ensureImage(asked.image, work);
    work.signal.throwIfAborted();

    work.progress({ done: 1, total: steps });
    work.subject({ phase: 'running' });
    const engine = engineLink.current();
    const { ran, gpu, undo } = await this.reuseOrRun(engine, asked);
    try {
      work.progress({ done: 2, total: steps });
      const name = containers.nameOf(ran.id);
      work.subject({ phase: 'waitingForHealth', name, containerId: ran.id, hostPort: ran.hostPort, gpu });
      await untilHealthy(containers, engine, ran.id, healthDeadlineMs, work.signal);
    } catch (error) {
      // What failed by itself stays, with its log; what somebody called off goes. Its volume stays either way.
      if (work.signal.aborted) await undo();
      throw error;
    }
    work.progress({ done: steps, total: steps });
    work.subject({ phase: 'done' });
  }

  /** Pulls the image where the engine has none, or waits for a pull of it that is under way; that one is not ours to cancel. */
  private async ensureImage(image: string, work: Work): Promise<void> {
    const { engineLink, pulls, tasks } = this.options;
    if (await hasImage(engineLink.current(), image)) return;
    const from = this.pullFrom(image) === image ? 'registry' : 'mirror';
    let isOurs = true;
    const { taskId } = await pulls.pull({ image, from }).catch((error: unknown) => {
      if (!isFailure(error, 'TASK_ALREADY_RUNNING')) throw error;
      isOurs = false;
      return { taskId: error.details.id };
    });
    work.subject({ pullTaskId: taskId });
    const cancel = () => void (isOurs && tasks.cancel(taskId));
    work.signal.addEventListener('abort', cancel, { once: true });
    if (work.signal.aborted) cancel();
    const { failure } = await tasks.ended(taskId);
    work.signal.removeEventListener('abort', cancel);
    work.signal.throwIfAborted();
    if (failure) throw new Failure(failure.code, failure.details as never);
  }

  /** Ours with the name and image asked for, as it is; else a new one under the first name that is free. */
  private async reuseOrRun(
    engine: Engine,
    asked: OllamaAsked & { image: string },
  ): Promise<{ ran: Ran; gpu: GpuGiven; undo: () => Promise<void> }> {
    const { containers } = this.options;
    const rows = await engine.listContainers();
    const ours = rows.find(
      ({ name, image, madeByWharf }) => madeByWharf && name === asked.name && writtenOut(image) === asked.image,
    );
    if (ours !== undefined) {
      const wasUp = ours.state === 'running';
      if (!wasUp) await containers.start(ours.id);
      const { spec } = await engine.containerSpec(ours.id);
      const { ports } = await engine.inspectContainer(ours.id);
      return {
        ran: {
          id: ours.id,
          hostPort: ports.find(({ containerPort }) => containerPort === ollamaPort)?.hostPort ?? null,
        },
        gpu: { state: spec.gpus === null ? 'notAsked' : 'given' },
        undo: async () => (wasUp ? undefined : containers.stop(ours.id, 0)),
      };
    }
    const { ran, gpu } = await this.runWithGpu(engine, asked, rows);
    return { ran, gpu, undo: () => containers.remove(ran.id, { force: true, volumes: true }) };
  }

  /** With the GPUs where the engine offers some; where it cannot keep that promise, without, and says so. */
  private async runWithGpu(
    engine: Engine,
    asked: OllamaAsked & { image: string },
    rows: readonly Container[],
  ): Promise<{ ran: Ran; gpu: GpuGiven }> {
    if (asked.gpus === 'none') return { ran: await this.run(asked, false, rows), gpu: { state: 'notAsked' } };
    const { hasRuntime, cdiDevices } = await engine.gpuSupport();
    if (!hasRuntime && cdiDevices.length === 0) {
      return { ran: await this.run(asked, false, rows), gpu: { state: 'notOffered' } };
    }
    try {
      return { ran: await this.run(asked, true, rows), gpu: { state: 'given' } };
    } catch (error) {
      if (!isFailure(error, 'GPU_UNAVAILABLE')) throw error;
      const { message } = error.details;
      return { ran: await this.run(asked, false, rows), gpu: { state: 'refused', message } };
    }
  }

  private async run(
    asked: OllamaAsked & { image: string },
    withGpu: boolean,
    rows: readonly Container[],
  ): Promise<Ran> {
    const { containers } = this.options;
    const taken = new Set(rows.map(({ name }) => name));
    const environment = this.options.proxies.ofMachine();
    let from = ollamaPort;
    for (let tried = 1; ; tried += 1) {
      const name = freeName(asked.name, taken);
      const hostPort = asked.isPublished ? await containers.suggestPort(from) : null;
      try {
        return await containers.run(ollamaRunRequest({ ...asked, name }, { withGpu, hostPort, environment }));
      } catch (error) {
        // Somebody was quicker: the next name, or the next port.
        if (tried === tries) throw error;
        if (isFailure(error, 'NAME_TAKEN')) taken.add(name);
        else if (isFailure(error, 'PORT_IN_USE')) from = error.details.port + 1;
        else throw error;
      }
    }
  }

  private imageOf({ image }: OllamaAsked): string {
    return writtenOut(image ?? this.options.image() ?? officialOllamaImage);
  }

  /** The mirror's name for the image where there is a mirror of its registry. */
  private pullFrom(image: string): string {
    const mirror = this.options.mirror();
    return (mirror === '' ? null : mirrored(image, mirror)) ?? image;
  }
}

function freeName(name: string, taken: ReadonlySet<string>): string {
  let free = name;
  for (let number = 2; taken.has(free); number += 1) free = `${name}-${number}`;
  return free;
}
