import { dockerCommand } from '../contract/commands';
import { Failure } from '../contract/failures';
import { mirrored, parseReference, writtenOut } from '../contract/imageNames';
import type { PullLayer } from '../contract/imageTransfers';
import type { TaskSubject } from '../contract/tasks';
import { emptyPull, type PullProgress, pulledBytes, pulledLayers } from '../docker/pullProgress';
import type { RegistryCredentials } from '../docker/registryCredentials';
import { ByteRate } from './byteRate';
import type { EngineLink } from './engine';
import { Paced } from './paced';
import type { Tasks, TaskWork } from './tasks';

type PullSubject = Extract<TaskSubject, { kind: 'pull' }>;

/** What `Pulls` works with. */
export interface PullsOptions {
  engineLink: EngineLink;
  tasks: Tasks;
  /** Lists the images again. */
  relist(): Promise<void>;
  /** Registry that mirrors Docker Hub; empty for none. */
  mirror(): string;
  /** Account at a registry, as the docker command has it. */
  credentials(registry: string): Promise<RegistryCredentials>;
}

/** What a person asks for; see `images.pull`. */
export interface PullRequest {
  image: string;
  from: 'registry' | 'mirror';
}

/** How often a pull tells how far it is: the page draws no more, and every window gets each telling. */
const tellEveryMs = 200;

/** Pulls images as tasks. */
export class Pulls {
  constructor(private readonly options: PullsOptions) {}

  /**
   * Starts a pull and answers its task.
   * @throws TASK_ALREADY_RUNNING for an image that is being pulled, MIRROR_NOT_USABLE, and what `EngineLink.current` throws
   */
  async pull(request: PullRequest): Promise<{ taskId: string }> {
    const { engineLink, tasks } = this.options;
    const image = writtenOut(request.image);
    const from = request.from === 'mirror' ? this.atMirror(image) : image;
    const running = tasks.running((subject) => subject.kind === 'pull' && subject.image === image);
    if (running) throw new Failure('TASK_ALREADY_RUNNING', { id: running.id });
    engineLink.current();
    const subject: PullSubject = { kind: 'pull', image, from, layers: [], imageId: null };
    const taskId = tasks.start(
      subject,
      dockerCommand.pull(image, from),
      (work) => this.work(image, from, work),
      () => this.pull(request),
    );
    return { taskId };
  }

  private atMirror(image: string): string {
    const mirror = this.options.mirror();
    if (mirror === '') throw new Failure('MIRROR_NOT_USABLE', { image, reason: 'unset' });
    const reference = mirrored(image, mirror);
    if (reference === null) throw new Failure('MIRROR_NOT_USABLE', { image, reason: 'otherRegistry' });
    return reference;
  }

  private async work(image: string, from: string, work: TaskWork<PullSubject>): Promise<void> {
    const engine = this.options.engineLink.current();
    const rate = new ByteRate();
    const credentials = await this.options.credentials(parseReference(from).registry);
    if (credentials.source === 'helperFailed')
      say(work, `${credentials.helper} could not be asked: pulling without an account`);
    let told = emptyPull;
    const tell = new Paced((progress: PullProgress) => {
      const { done, total } = pulledBytes(progress);
      work.subject({ layers: progress.layers });
      work.progress(pulledLayers(progress));
      work.bytes(rate.at(done, total));
    }, tellEveryMs);
    try {
      await engine.pullImage(from, {
        credentials,
        signal: work.signal,
        onProgress: (progress) => {
          for (const layer of changedLayers(told, progress)) say(work, `${layer.id}: ${words[layer.state]}`);
          told = progress;
          tell.push(progress);
        },
      });
    } finally {
      tell.flush();
    }
    const { id } = await engine.inspectImage(from);
    if (from !== image) {
      await engine.tagImage(id, image);
      await engine.removeImage(from);
    }
    work.subject({ imageId: id });
    await this.options.relist();
  }
}

/** Docker's own words, as its command prints them. */
const words: Record<PullLayer['state'], string> = {
  waiting: 'Waiting',
  downloading: 'Downloading',
  retrying: 'Retrying',
  verifying: 'Verifying Checksum',
  downloaded: 'Download complete',
  extracting: 'Extracting',
  done: 'Pull complete',
  present: 'Already exists',
};

/** Layers that are in another state now. */
function changedLayers(before: PullProgress, now: PullProgress): PullLayer[] {
  const states = new Map(before.layers.map(({ id, state }) => [id, state]));
  return now.layers.filter(({ id, state }) => states.get(id) !== state);
}

function say(work: TaskWork, text: string): void {
  work.output.append({ stream: 'stdout', atMs: Date.now(), text });
}
