import { buildRequest, bundledTag } from '../../contract/builds';
import { dockerCommand, ollamaCommand } from '../../contract/commands';
import { labels } from '../../contract/containerSpec';
import { Failure } from '../../contract/failures';
import { mirrored, writtenOut } from '../../contract/imageNames';
import {
  type MachineGpu,
  type OllamaAsked,
  type OllamaPlan,
  type OllamaStep,
  officialOllamaImage,
  ollamaPort,
  ollamaRunRequest,
  stepsOfOllama,
} from '../../contract/ollamaContainer';
import { specOfRequest } from '../../contract/runRequest';
import type { TaskSubject } from '../../contract/tasks';
import type { Builds } from '../builds';
import type { Containers } from '../containers';
import type { EngineLink } from '../engine';
import { hasImage } from '../hasImage';
import { neededTask } from '../neededTask';
import type { Pulls } from '../pulls';
import type { Tasks, TaskWork } from '../tasks';
import { untilHealthy } from '../untilHealthy';
import { machineGpus } from './machineGpus';
import { ensureModel, type ModelStepOptions } from './modelStep';
import { OllamaPlaces, type Resolved } from './ollamaPlaces';
import type { OllamaProxies } from './ollamaProxies';
import { buildService, type RunService, runService, serviceRequest } from './serviceStep';

/** What `OllamaRuns` works with. */
export interface OllamaRunsOptions {
  engineLink: EngineLink;
  tasks: Tasks;
  pulls: Pulls;
  containers: Containers;
  proxies: Pick<OllamaProxies, 'ofMachine'>;
  builds: Pick<Builds, 'start' | 'commandOf'>;
  ollamas: ModelStepOptions['ollamas'];
  modelPulls: ModelStepOptions['modelPulls'];
  /** The image to run; null for the official one. */
  image(): string | null;
  /** Registry that mirrors Docker Hub; empty for none. */
  mirror(): string;
  /** What the bundled image is called; tests give their own. */
  serviceTag?: string;
  /** A container that is not healthy by then is reported; ms. */
  healthDeadlineMs?: number;
}

type Subject = Extract<TaskSubject, { kind: 'runOllama' }>;
type Work = TaskWork<Subject>;
/** Tells that a step begins, and what is known by then. */
type Enter = (step: OllamaStep, known?: Partial<Subject>) => void;

const defaultHealthDeadlineMs = 120_000;

/** Runs Ollama in containers, as tasks. */
export class OllamaRuns {
  private readonly places: OllamaPlaces;
  private starting: Promise<string> | null = null;

  constructor(private readonly options: OllamaRunsOptions) {
    this.places = new OllamaPlaces(options);
  }

  /** See `ollamaContainer.plan`. */
  async plan(asked: OllamaAsked): Promise<OllamaPlan> {
    const engine = this.options.engineLink.current();
    const image = this.imageOf(asked);
    const serviceImage = asked.service && writtenOut(asked.service.image ?? this.options.serviceTag ?? bundledTag);
    const [support, imageIsHere, networks, serviceIsHere] = await Promise.all([
      engine.gpuSupport(),
      hasImage(engine, image),
      engine.networkNames(),
      serviceImage !== null && hasImage(engine, serviceImage),
    ]);
    const service =
      serviceImage === null ? null : { image: serviceImage, isBuilt: asked.service?.image === null && !serviceIsHere };
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
      ...(await this.linesAfter(asked, service)),
    ];
    return { image, imageIsHere, offersGpu, service, command: lines.join(' && ') };
  }

  /** The lines of the model and of the service. */
  private async linesAfter(asked: OllamaAsked, service: OllamaPlan['service']): Promise<string[]> {
    const { name, network, model } = asked;
    if (model === null) return [];
    const words = ['pull', ...(asked.allowPlainHttp ? ['--insecure'] : []), model];
    const lines = [ollamaCommand({ containerName: name, baseUrl: '' }, words)];
    if (service === null || asked.service === null) return lines;
    const { image } = service;
    const build = buildRequest.parse({ source: { kind: 'bundled' }, tag: image });
    if (service.isBuilt) lines.push(await this.options.builds.commandOf(build));
    const wish = { image, name: asked.service.name, network, ollama: { id: '', name }, model };
    const spec = specOfRequest(serviceRequest(wish), { hostPorts: [null], imageUser: '' });
    return [...lines, dockerCommand.run(spec)];
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
    const { image, command, service } = await this.plan(asked);
    const name = asked.service?.name ?? '';
    const subject: Subject = {
      kind: 'runOllama',
      name: asked.name,
      image,
      phase: 'pullingImage',
      pullTaskId: null,
      containerId: null,
      hostPort: null,
      gpu: null,
      model: asked.model,
      modelPullTaskId: null,
      endpointId: null,
      service: service && { ...service, name, buildTaskId: null, containerId: null, hostPort: null },
    };
    return this.options.tasks.start(
      subject,
      command,
      (work) => this.work({ ...asked, image }, subject, work),
      () => this.begin(asked),
    );
  }

  private async work(asked: Resolved, { model, service }: Subject, work: Work): Promise<void> {
    const steps = stepsOfOllama({ model, service });
    const enter: Enter = (phase, known = {}) => {
      work.signal.throwIfAborted();
      work.progress({ done: steps.indexOf(phase), total: steps.length });
      work.subject({ phase, ...known });
    };
    enter('pullingImage');
    await this.ensureImage(asked.image, work);
    enter('running');
    const ollama = await this.runHealthy(asked, enter, work.signal);
    if (model !== null) {
      enter('pullingModel');
      await ensureModel(this.options, { containerId: ollama.id, model, allowPlainHttp: asked.allowPlainHttp }, work);
    }
    if (model !== null && service !== null) await this.serve(service, { asked, ollama, model, enter }, work);
    work.progress({ done: steps.length, total: steps.length });
    work.subject({ phase: 'done' });
  }

  /** Ollama's container, healthy. */
  private async runHealthy(asked: Resolved, enter: Enter, signal: AbortSignal): Promise<{ id: string; name: string }> {
    const { containers, engineLink, healthDeadlineMs = defaultHealthDeadlineMs } = this.options;
    const engine = engineLink.current();
    const {
      ran: { id, hostPort },
      gpu,
      undo,
    } = await this.places.reuseOrRun(engine, asked);
    try {
      const name = containers.nameOf(id);
      enter('waitingForHealth', { name, containerId: id, hostPort, gpu });
      await untilHealthy(containers, engine, id, healthDeadlineMs, signal);
      return { id, name };
    } catch (error) {
      // What failed by itself stays, with its log; what somebody called off goes. Its volume stays either way.
      if (signal.aborted) await undo();
      throw error;
    }
  }

  /** The service in front of a healthy Ollama that has the model. */
  private async serve(
    service: RunService,
    run: { asked: Resolved; ollama: { id: string; name: string }; model: string; enter: Enter },
    work: Work,
  ): Promise<void> {
    const { healthDeadlineMs: deadlineMs = defaultHealthDeadlineMs } = this.options;
    const { asked, ollama, model, enter } = run;
    let told = service;
    const serviceWork = {
      signal: work.signal,
      tell: (change: Partial<RunService>) => {
        told = { ...told, ...change };
        work.subject({ service: told });
      },
    };
    if (service.isBuilt) {
      enter('buildingService');
      await buildService(this.options, service.image, serviceWork);
    }
    enter('runningService');
    const { image, name } = service;
    const wish = { image, name, network: asked.network, ollama, model };
    await runService(this.options, wish, { begun: () => enter('waitingForService'), deadlineMs }, serviceWork);
  }

  /** Pulls the image where the engine has none, or waits for a pull of it that is under way; that one is not ours to cancel. */
  private async ensureImage(image: string, work: Work): Promise<void> {
    const { engineLink, pulls, tasks } = this.options;
    if (await hasImage(engineLink.current(), image)) return;
    const from = this.pullFrom(image) === image ? 'registry' : 'mirror';
    await neededTask(
      tasks,
      () => pulls.pull({ image, from }),
      (pullTaskId) => work.subject({ pullTaskId }),
      work.signal,
    );
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
