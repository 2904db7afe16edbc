import type { TaskSubject } from '../../contract/tasks';
import { neededTask } from '../neededTask';
import { installedModels } from '../ollama/client';
import { writtenOutModel } from '../ollama/modelNames';
import type { ModelPulls } from '../ollama/modelPulls';
import type { Ollamas } from '../ollama/ollamas';
import type { Tasks, TaskWork } from '../tasks';

/** What `ensureModel` works with. */
export interface ModelStepOptions {
  tasks: Tasks;
  ollamas: Pick<Ollamas, 'place' | 'ofContainer'>;
  modelPulls: Pick<ModelPulls, 'pull'>;
}

/**
 * Sees to it that the Ollama in a container has a model: pulls it where it has not, and goes on where a pull stopped.
 * @throws MODEL_PULL_FAILED, CHAT_TARGET_UNREACHABLE and what else asking an Ollama throws
 */
export async function ensureModel(
  { tasks, ollamas, modelPulls }: ModelStepOptions,
  wanted: { containerId: string; model: string; allowPlainHttp: boolean },
  work: TaskWork<Extract<TaskSubject, { kind: 'runOllama' }>>,
): Promise<void> {
  const { model, allowPlainHttp } = wanted;
  const endpointId = await ollamas.ofContainer(wanted.containerId);
  work.subject({ endpointId });
  const { server } = await ollamas.place(endpointId);
  // Ollama asks the registry even for what it has, which a closed network cannot answer.
  const name = writtenOutModel(model).toLowerCase();
  if ((await installedModels(server)).some((one) => one.name.toLowerCase() === name)) return;
  await neededTask(
    tasks,
    () => modelPulls.pull({ endpointId, model, allowPlainHttp }),
    (modelPullTaskId) => work.subject({ modelPullTaskId }),
    work.signal,
  );
}
