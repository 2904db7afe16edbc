import { dockerCommand } from '../contract/commands';
import { labels } from '../contract/containerSpec';
import type { DiskUse as DiskUseAnswer } from '../contract/diskUse';
import { Failure, isFailure } from '../contract/failures';
import type { TaskSubject } from '../contract/tasks';
import { officialBaseImage, ownBaseImage } from '../docker/baseImage.mjs';
import type { EngineLink } from './engine';
import type { Tasks, TaskWork } from './tasks';

type PruneSubject = Extract<TaskSubject, { kind: 'prune' }>;

/** What `DiskUse` works with. */
export interface DiskUseOptions {
  engineLink: EngineLink;
  tasks: Tasks;
  /** The base image that the person set; null for none. */
  baseImage(): string | null;
  /** Lists the images again. */
  relist(): Promise<void>;
}

/** The engine's disk: what takes how much, and removal of what nothing uses. */
export class DiskUse {
  constructor(private readonly options: DiskUseOptions) {}

  /** See `disk.read`. */
  async read(): Promise<DiskUseAnswer> {
    const { images, containers, volumes, buildCache, unusedImages, unusedCache } = await this.options.engineLink
      .current()
      .diskUse();
    const bases = new Set([officialBaseImage, ownBaseImage, this.options.baseImage()]);
    return {
      images,
      containers,
      volumes,
      buildCache,
      unusedImages: unusedImages
        .map(({ labels: given, ...image }) => ({
          ...image,
          builtByWharf: labels.built in given,
          isBase: image.tags.some((tag) => bases.has(tag)),
        }))
        .sort((left, right) => right.ownBytes - left.ownBytes || left.id.localeCompare(right.id)),
      unusedCache: [...unusedCache].sort((left, right) => right.sizeBytes - left.sizeBytes),
    };
  }

  /**
   * Starts to remove what was previewed.
   * @throws TASK_ALREADY_RUNNING while another removal runs, and what `EngineLink.current` throws
   */
  async prune(request: { references: string[]; buildCache: boolean }): Promise<{ taskId: string }> {
    const { engineLink, tasks } = this.options;
    const running = tasks.running((subject) => subject.kind === 'prune');
    if (running) throw new Failure('TASK_ALREADY_RUNNING', { id: running.id });
    engineLink.current();
    const subject: PruneSubject = {
      kind: 'prune',
      imageCount: request.references.length,
      withBuildCache: request.buildCache,
      freedBytes: null,
      kept: [],
    };
    const command = dockerCommand.prune(request.references, request.buildCache);
    const taskId = tasks.start(subject, command, (work) => this.work(request, work));
    return { taskId };
  }

  private async work(
    { references, buildCache }: { references: string[]; buildCache: boolean },
    work: TaskWork<PruneSubject>,
  ): Promise<void> {
    const engine = this.options.engineLink.current();
    const total = references.length + (buildCache ? 1 : 0);
    const layersBefore = (await engine.diskUse(work.signal)).layersBytes;
    const kept: string[] = [];
    let freedCacheBytes = 0;
    try {
      for (const [index, reference] of references.entries()) {
        if (work.signal.aborted) throw work.signal.reason;
        work.progress({ done: index, total });
        const isKept = await this.remove(reference);
        if (isKept) kept.push(reference);
        work.output.append({
          stream: 'stdout',
          atMs: Date.now(),
          text: `${isKept ? 'Kept' : 'Removed'}: ${reference}`,
        });
      }
      if (buildCache) freedCacheBytes = await engine.pruneBuildCache(work.signal);
      work.progress({ done: total, total });
      const layersAfter = (await engine.diskUse(work.signal)).layersBytes;
      work.subject({ kept, freedBytes: Math.max(0, layersBefore - layersAfter) + freedCacheBytes });
    } finally {
      await this.options.relist();
    }
  }

  /** True where the image stays, since something needs it by now. One that is gone already needs no removing. */
  private async remove(reference: string): Promise<boolean> {
    try {
      await this.options.engineLink.current().removeImage(reference);
      return false;
    } catch (error) {
      if (isFailure(error, 'IMAGE_IN_USE')) return true;
      if (isFailure(error, 'IMAGE_MISSING')) return false;
      throw error;
    }
  }
}
