import { ollamaCommand } from '../../contract/commands';
import { Failure, isFailure } from '../../contract/failures';
import type { TaskSubject } from '../../contract/tasks';
import type { Server } from '../answers/askServer';
import { ByteRate } from '../byteRate';
import { Paced } from '../paced';
import type { Tasks, TaskWork } from '../tasks';
import { type StreamLine, streamLines } from './client';
import { pullFailure } from './modelFailure';
import { writtenOutModel } from './modelNames';
import { emptyModelPull, type ModelPullProgress, movedBytes, reduceModelPull } from './modelPullProgress';
import type { Ollamas } from './ollamas';

type PullSubject = Extract<TaskSubject, { kind: 'pullModel' }>;

export interface ModelPullsOptions {
  ollamas: Pick<Ollamas, 'place'>;
  tasks: Tasks;
  /** Reads an Ollama's models again. */
  relist(endpointId: string): void;
}

/** See `models.pull`. */
export interface ModelPull {
  endpointId: string;
  model: string;
  allowPlainHttp: boolean;
}

/** How often a pull tells how far it is: the page draws no more. */
const tellEveryMs = 200;

/** Pulls models as tasks. */
export class ModelPulls {
  constructor(private readonly options: ModelPullsOptions) {}

  /**
   * Starts a pull and answers its task. The same one again goes on where a cancelled or cut one stopped: Ollama keeps the parts.
   * @throws Failure TASK_ALREADY_RUNNING, and what `Ollamas.place` throws
   */
  async pull(request: ModelPull): Promise<{ taskId: string }> {
    const { tasks, ollamas } = this.options;
    const { endpointId } = request;
    const model = writtenOutModel(request.model);
    const { server, containerName } = await ollamas.place(endpointId);
    const running = tasks.running(
      (subject) => subject.kind === 'pullModel' && subject.model === model && subject.endpointId === endpointId,
    );
    if (running) throw new Failure('TASK_ALREADY_RUNNING', { id: running.id });
    const { name: ollama, baseUrl } = server;
    const subject: PullSubject = { kind: 'pullModel', endpointId, ollama, model, phase: 'asking', layers: [] };
    const words = ['pull', ...(request.allowPlainHttp ? ['--insecure'] : []), model];
    const taskId = tasks.start(
      subject,
      ollamaCommand({ containerName, baseUrl }, words),
      (work) => this.work(server, request, model, work),
      () => this.pull(request),
    );
    return { taskId };
  }

  private async work(server: Server, request: ModelPull, model: string, work: TaskWork<PullSubject>): Promise<void> {
    const { signal } = work;
    const rate = new ByteRate();
    let pull: ModelPullProgress = emptyModelPull;
    let told = '';
    const tell = new Paced((progress: ModelPullProgress) => {
      const { layers, phase } = progress;
      const { done, total } = movedBytes(progress);
      work.subject({ phase, layers });
      work.progress({ done: layers.filter(({ state }) => state !== 'downloading').length, total: layers.length });
      if (total !== null) work.bytes(rate.at(done, total));
    }, tellEveryMs);
    const take = (line: StreamLine) => {
      if (line.error !== null) throw pullFailure(model, server.name, line.error);
      if (line.status !== null && line.status !== told) {
        told = line.status;
        work.output.append({ stream: 'stdout', atMs: Date.now(), text: told });
      }
      pull = reduceModelPull(pull, line);
    };
    try {
      const body = { model, stream: true, ...(request.allowPlainHttp ? { insecure: true } : {}) };
      for await (const lines of streamLines(server, '/api/pull', body, signal)) {
        for (const line of lines) take(line);
        tell.push(pull);
      }
    } catch (error) {
      throw asPullFailure(error, model, server.name, pull !== emptyModelPull || told !== '');
    } finally {
      tell.flush();
    }
    if (signal.aborted) throw signal.reason;
    if (pull.phase !== 'done') throw cut(model, server.name, '');
    this.options.relist(request.endpointId);
  }
}

/** An Ollama may refuse at once, with a status, in the same words; and may go away in the middle. */
function asPullFailure(error: unknown, model: string, ollama: string, hasBegun: boolean): unknown {
  if (isFailure(error, 'CHAT_UPSTREAM')) return pullFailure(model, ollama, error.details.message);
  if (isFailure(error, 'CHAT_MODEL_MISSING')) return pullFailure(model, ollama, 'not found');
  return hasBegun && !isFailure(error) ? cut(model, ollama, String(error)) : error;
}

const cut = (model: string, ollama: string, message: string) =>
  new Failure('MODEL_PULL_FAILED', { model, ollama, reason: 'cut', message });
