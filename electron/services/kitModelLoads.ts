import { basename } from 'node:path';
import { Failure } from '../contract/failures';
import type { TaskSubject } from '../contract/tasks';
import { ByteRate } from './byteRate';
import type { EngineLink } from './engine';
import { type BroughtModels, putModels } from './imageArchive/kitModels';
import { fileFailure } from './imageArchive/pickedFile';
import { Paced } from './paced';
import type { Tasks, TaskWork } from './tasks';

/** What `KitModelLoads` works with. */
export interface KitModelLoadsOptions {
  engineLink: EngineLink;
  tasks: Tasks;
  /** The models of a kit that a task has loaded; undefined where it has not. */
  brought(taskId: string): BroughtModels | undefined;
}

type Subject = Extract<TaskSubject, { kind: 'loadModels' }>;

const tellEveryMs = 200;

/** Puts the models that a loaded kit brought into a container's Ollama, as tasks. */
export class KitModelLoads {
  constructor(private readonly options: KitModelLoadsOptions) {}

  /** See `imageArchives.loadModels`. */
  async begin({ taskId, containerId }: { taskId: string; containerId: string }): Promise<{ taskId: string }> {
    const { engineLink, tasks, brought } = this.options;
    const kit = brought(taskId);
    if (kit === undefined) throw new Failure('TASK_MISSING', { id: taskId });
    const running = tasks.running(({ kind }) => kind === 'loadModels');
    if (running) throw new Failure('TASK_ALREADY_RUNNING', { id: running.id });
    const { name } = await engineLink.current().inspectContainer(containerId);
    const subject: Subject = {
      kind: 'loadModels',
      fileName: basename(kit.path),
      models: kit.models.map((model) => model.name),
      containerId,
      containerName: name,
    };
    const command = `tar -xOf ${basename(kit.path)} … | docker cp - ${name}:…`;
    return {
      taskId: tasks.start(
        subject,
        command,
        (work) => this.work(kit, containerId, work),
        () => this.begin({ taskId, containerId }),
      ),
    };
  }

  private async work(kit: BroughtModels, containerId: string, work: TaskWork<Subject>): Promise<void> {
    const rate = new ByteRate();
    const tell = new Paced((done: number) => work.bytes(rate.at(done, total)), tellEveryMs);
    const parts = new Map(kit.models.flatMap((model) => model.parts).map((part) => [part.path, part.sizeBytes]));
    const total = [...parts.values()].reduce((sum, sizeBytes) => sum + sizeBytes, 0);
    let doneBytes = 0;
    const onBytes = (bytes: number) => {
      doneBytes += bytes;
      tell.push(doneBytes);
    };
    try {
      await putModels(this.options.engineLink.current(), containerId, kit, onBytes, work.signal);
    } catch (error) {
      throw fileFailure(error, kit.path);
    } finally {
      tell.flush();
    }
  }
}
