import type { Container } from '../../../electron/contract/containers';
import type { EngineState } from '../../../electron/contract/engine';
import type { Image } from '../../../electron/contract/images';
import type { Task, TaskSubject } from '../../../electron/contract/tasks';

export type StepState = 'waiting' | 'busy' | 'done' | 'failed';
type BuildAndRunTask = Task & { subject: Extract<TaskSubject, { kind: 'buildAndRun' }> };

/** Where a newcomer stands: the three steps, and what each of them found. */
export interface FirstSteps {
  engine: StepState;
  image: StepState;
  container: StepState;
  /** The newest image of the bundled API. */
  builtImage: Image | null;
  /** The container that the chat can talk to, best first: healthy, then on its way. */
  apiContainer: Container | null;
  /** The last "Build and run". */
  task: BuildAndRunTask | null;
}

interface Known {
  engine: EngineState | undefined;
  images: Image[];
  containers: Container[];
  /** Newest first. */
  tasks: Task[];
}

const answers = ({ state, health }: Container) => state === 'running' && (health === 'healthy' || health === 'none');
const isComing = ({ state, health }: Container) => state === 'running' && health === 'starting';

/** Works out the three steps from what is known. A failure counts until something newer has made it good. */
export function firstSteps({ engine, images, containers, tasks }: Known): FirstSteps {
  const task = tasks.find((one): one is BuildAndRunTask => one.subject.kind === 'buildAndRun') ?? null;
  const builtImage = images.find(({ servesApi, tags }) => servesApi && tags.length > 0) ?? null;
  const serving = containers.filter(({ servesApi }) => servesApi);
  const ofTask = serving.find(({ id }) => id === task?.subject.containerId);
  const apiContainer =
    (ofTask && answers(ofTask) ? ofTask : serving.find(answers)) ??
    (ofTask && isComing(ofTask) ? ofTask : serving.find(isComing)) ??
    null;

  const runs = task?.state === 'running' ? task.subject.phase : null;
  const failedIn = task?.state === 'failed' ? task.subject.phase : null;
  const endedAtMs = task?.finishedAtMs ?? 0;

  const image = ((): StepState => {
    if (runs === 'building') return 'busy';
    if (failedIn === 'building' && (builtImage?.createdAtMs ?? 0) < endedAtMs) return 'failed';
    return builtImage === null ? 'waiting' : 'done';
  })();
  const container = ((): StepState => {
    if (runs === 'running' || runs === 'waitingForHealth') return 'busy';
    if (apiContainer !== null && answers(apiContainer)) return 'done';
    if (apiContainer !== null) return 'busy';
    return failedIn === 'running' || failedIn === 'waitingForHealth' ? 'failed' : 'waiting';
  })();
  return { engine: engineStep(engine), image, container, builtImage, apiContainer, task };
}

function engineStep(engine: EngineState | undefined): StepState {
  if (engine === undefined || engine.phase === 'connecting') return 'busy';
  return engine.phase === 'ready' ? 'done' : 'failed';
}
