import { buildRequest } from '../../contract/builds';
import type { Container } from '../../contract/containers';
import { isFailure } from '../../contract/failures';
import { ollamaVariables } from '../../contract/ollamaContainer';
import { type RunRequest, runRequest } from '../../contract/runRequest';
import type { TaskSubject } from '../../contract/tasks';
import type { Engine } from '../../docker/engine';
import type { Builds } from '../builds';
import type { Containers } from '../containers';
import type { EngineLink } from '../engine';
import { neededTask } from '../neededTask';
import type { Tasks } from '../tasks';
import { untilHealthy } from '../untilHealthy';
import { freeName } from './freeName';

/** What `runService` works with. */
export interface ServiceStepOptions {
  engineLink: EngineLink;
  tasks: Tasks;
  builds: Pick<Builds, 'start'>;
  containers: Containers;
}

/** Which service is run, and which Ollama it asks. */
export interface ServiceWish {
  image: string;
  name: string;
  network: string;
  ollama: { id: string; name: string };
  model: string;
}

/** What is known of the service of a run. */
export type RunService = NonNullable<Extract<TaskSubject, { kind: 'runOllama' }>['service']>;

/** How a step tells of the service, and is told to stop. */
export interface ServiceWork {
  signal: AbortSignal;
  tell(change: Partial<RunService>): void;
}

/** Port that the bundled service listens on, as its Dockerfile says. */
const servicePort = 8000;
/** Names that are tried when somebody is quicker. */
const tries = 20;

/** The service's container: on Ollama's network, where it finds it by its name. */
export function serviceRequest({ image, name, network, ollama, model }: ServiceWish): RunRequest {
  return runRequest.parse({
    image,
    name,
    ports: [{ containerPort: servicePort }],
    environment: ollamaVariables(ollama.name, model),
    network: { kind: 'named', name: network, join: ollama.id === '' ? [] : [ollama.id] },
  });
}

/** Builds the bundled image as the service's. */
export async function buildService(
  { tasks, builds }: ServiceStepOptions,
  tag: string,
  work: ServiceWork,
): Promise<void> {
  await neededTask(
    tasks,
    () => builds.start(buildRequest.parse({ source: { kind: 'bundled' }, tag })),
    (buildTaskId) => work.tell({ buildTaskId }),
    work.signal,
  );
}

/**
 * Runs the service and waits until it is healthy. One of ours that was made from the very image for the same model is used
 * again; another one stays as it is, and the new one takes the next free name.
 * @param begun is called once its container runs
 * @param deadlineMs after which it is given up as unhealthy
 */
export async function runService(
  options: ServiceStepOptions,
  wish: ServiceWish,
  { begun, deadlineMs }: { begun: () => void; deadlineMs: number },
  work: ServiceWork,
): Promise<void> {
  const { engineLink, containers } = options;
  const engine = engineLink.current();
  work.signal.throwIfAborted();
  const { id, hostPort, undo } = await reuseOrRun(engine, containers, wish);
  try {
    work.tell({ name: containers.nameOf(id), containerId: id, hostPort });
    begun();
    await untilHealthy(containers, engine, id, deadlineMs, work.signal);
  } catch (error) {
    // As with Ollama: what failed by itself stays, with its log.
    if (work.signal.aborted) await undo();
    throw error;
  }
}

async function reuseOrRun(
  engine: Engine,
  containers: Containers,
  wish: ServiceWish,
): Promise<{ id: string; hostPort: number | null; undo: () => Promise<void> }> {
  const rows = await engine.listContainers();
  const { id: imageId } = await engine.inspectImage(wish.image);
  const taken = new Set(rows.map(({ name }) => name));
  for (const row of rows.filter((one) => one.madeByWharf && one.imageId === imageId)) {
    if (!isNameOf(row, wish.name) || !(await asks(engine, row, wish))) continue;
    await engine.connectNetwork(wish.network, wish.ollama.id);
    const wasUp = row.state === 'running';
    if (!wasUp) await containers.start(row.id);
    const { ports } = await engine.inspectContainer(row.id);
    const hostPort = ports.find(({ containerPort }) => containerPort === servicePort)?.hostPort ?? null;
    return { id: row.id, hostPort, undo: async () => (wasUp ? undefined : containers.stop(row.id, 0)) };
  }
  for (let tried = 1; ; tried += 1) {
    const name = freeName(wish.name, taken);
    try {
      const { id, hostPort } = await containers.run(serviceRequest({ ...wish, name }));
      return { id, hostPort, undo: () => containers.remove(id, { force: true, volumes: true }) };
    } catch (error) {
      if (!isFailure(error, 'NAME_TAKEN') || tried === tries) throw error;
      taken.add(name);
    }
  }
}

/** The name itself, or one that `freeName` makes of it. */
const isNameOf = (row: Container, name: string) =>
  row.name === name || (row.name.startsWith(`${name}-`) && /^\d+$/.test(row.name.slice(name.length + 1)));

/** Whether a container asks that Ollama for that model, on its network. */
async function asks(engine: Engine, row: Container, wish: ServiceWish): Promise<boolean> {
  const { spec } = await engine.containerSpec(row.id);
  const values = new Map(spec.environment.map(({ name, value }) => [name, value]));
  return (
    spec.network === wish.network &&
    ollamaVariables(wish.ollama.name, wish.model).every(({ name, value }) => values.get(name) === value)
  );
}
