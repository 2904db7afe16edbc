import type {
  BuildDetails,
  BuildRequest,
  BuildState,
  BuildSummary,
  ContextPreview,
  ContextRequest,
} from '../contract/builds';
import { dockerCommand } from '../contract/commands';
import { labels } from '../contract/containerSpec';
import { Failure } from '../contract/failures';
import { writtenOut } from '../contract/imageNames';
import type { TaskSubject } from '../contract/tasks';
import { baseImageBuildArg, officialBaseImage } from '../docker/baseImage.mjs';
import type { BuildOptions, RegistrySecret } from '../docker/build';
import { checkContext, openContext } from '../docker/buildContext';
import { type HostSurroundings, readBuildSettings } from '../docker/buildSettings';
import type { Engine } from '../docker/engine';
import { chooseBaseImage } from './baseImage';
import type { BuildHistory } from './buildHistory';
import { BuildProgress } from './buildProgress';
import { previewContext } from './contextPreview';
import type { EngineLink } from './engine';
import type { Images } from './images';
import { SettingsImages } from './settingsImages';
import type { Tasks, TaskWork } from './tasks';

type BuildSubject = Extract<TaskSubject, { kind: 'build' }>;

/** What `Builds` works with. */
export interface BuildsOptions {
  engineLink: EngineLink;
  tasks: Tasks;
  images: Images;
  history: BuildHistory;
  /** Folder of the bundled `api-image`. */
  imageFolder: string;
  /** The base image that the person set; null for none. */
  baseImage(): string | null;
  /** Registry that mirrors the official one; empty for none. */
  registryMirror(): string;
  host: HostSurroundings;
  /** Takes one line for the app log. */
  log(line: string): void;
  /** Secrets for the registries of these images, by registry; none without it. */
  credentials?(images: readonly string[]): Promise<Record<string, RegistrySecret>>;
  /** Labels that built images get besides ours. */
  extraLabels?: Record<string, string>;
}

/** Builds of images: starting them, how they stand, what came of them. */
export class Builds {
  /** Builds of this run by task id; `BuildHistory` has those of earlier ones. */
  private readonly underWay = new Map<string, BuildProgress>();
  /** Builds that are being started, by tag: a second click finds the first one's task. */
  private readonly starting = new Map<string, Promise<{ taskId: string }>>();

  private readonly settingsImages: SettingsImages;

  constructor(private readonly options: BuildsOptions) {
    this.settingsImages = new SettingsImages(options.log);
  }

  /**
   * Starts a build as a task. Answers once the folder is known to have a Dockerfile.
   * @throws TASK_ALREADY_RUNNING for a tag that is being built, CONTEXT_REFUSED, and what `EngineLink.current` throws
   */
  async start(request: BuildRequest): Promise<{ taskId: string }> {
    const tag = writtenOut(request.tag);
    const starting = this.starting.get(tag);
    const running = this.running(tag) ?? (starting && (await starting).taskId);
    if (running !== undefined) throw new Failure('TASK_ALREADY_RUNNING', { id: running });
    const started = this.begin({ ...request, tag }).finally(() => this.starting.delete(tag));
    this.starting.set(tag, started);
    return started;
  }

  /**
   * The `docker build` line that does what `start` would do now.
   * @throws what `EngineLink.current` throws
   */
  async commandOf(request: BuildRequest): Promise<string> {
    const buildArguments = await this.buildArguments(this.options.engineLink.current(), request);
    return dockerCommand.build({ ...request, buildArguments });
  }

  /**
   * Watches a build as it stands, latest wins; one of an earlier run is a single item.
   * @throws TASK_MISSING
   */
  async *watch(taskId: string, signal?: AbortSignal): AsyncGenerator<BuildState, void, void> {
    const build = this.underWay.get(taskId);
    if (build) yield* build.live.watch(signal);
    else yield (await this.options.history.read(taskId)).state;
  }

  /**
   * What is kept of a build beside its state.
   * @throws TASK_MISSING
   */
  async details(taskId: string): Promise<BuildDetails> {
    return this.underWay.get(taskId)?.details ?? (await this.options.history.read(taskId)).details;
  }

  /** Watches what is remembered of all builds, newest first. */
  async *watchHistory(signal?: AbortSignal): AsyncGenerator<{ builds: BuildSummary[] }, void, void> {
    for await (const builds of this.options.history.watch(signal)) yield { builds };
  }

  /** Forgets builds that are over. */
  async forget(taskIds: readonly string[]): Promise<void> {
    const { history, tasks } = this.options;
    const over = taskIds.filter((id) => tasks.get(id)?.state !== 'running');
    await history.forget(over);
    for (const id of over) this.underWay.delete(id);
  }

  /** Watches what a build of the folder would send. */
  watchContext(request: ContextRequest, signal?: AbortSignal): AsyncGenerator<ContextPreview, void, void> {
    const { host } = this.options;
    return previewContext({ folder: this.folderOf(request), ...request, host }, signal);
  }

  private folderOf({ source }: Pick<BuildRequest, 'source'>): string {
    return source.kind === 'bundled' ? this.options.imageFolder : source.path;
  }

  private running(tag: string): string | undefined {
    return this.options.tasks.running((subject) => subject.kind === 'build' && subject.tag === tag)?.id;
  }

  private async begin(request: BuildRequest): Promise<{ taskId: string }> {
    const { engineLink, tasks, history } = this.options;
    const engine = engineLink.current();
    const { tag, dockerfile } = request;
    await checkContext(this.folderOf(request), dockerfile);
    const buildArguments = await this.buildArguments(engine, request);
    const command = dockerCommand.build({ ...request, buildArguments });
    const builder = engine.facts.product === 'Docker' ? 'buildkit' : 'classic';
    const run = (work: TaskWork<BuildSubject>) => {
      const asked = { request, command, builder, buildArguments, startedAtMs: Date.now() } as const;
      const progress = new BuildProgress(asked, work, () => history.keep(progress));
      this.underWay.set(work.id, progress);
      history.keep(progress);
      return this.run(engine, { ...request, buildArguments }, builder, progress, work);
    };
    const taskId = tasks.start({ kind: 'build', tag, imageId: null }, command, run, () => this.start(request));
    void tasks.ended(taskId).then(async ({ failure }) => {
      this.underWay.get(taskId)?.over(failure);
      await history.settled();
    });
    this.forgetWithTasks();
    return { taskId };
  }

  /** What the person asked for, and the bundled Dockerfile's base image where it is not the one the Dockerfile names. */
  private async buildArguments(engine: Engine, request: BuildRequest): Promise<Record<string, string>> {
    if (request.source.kind !== 'bundled' || request.buildArguments[baseImageBuildArg]) return request.buildArguments;
    const image = await chooseBaseImage(engine, this.options.baseImage(), this.options.registryMirror());
    return { ...(image !== officialBaseImage && { [baseImageBuildArg]: image }), ...request.buildArguments };
  }

  private async run(
    engine: Engine,
    request: BuildRequest,
    builder: BuildState['builder'],
    progress: BuildProgress,
    work: TaskWork<BuildSubject>,
  ): Promise<void> {
    const { host, extraLabels, images, credentials } = this.options;
    const isBundled = request.source.kind === 'bundled';
    const settings = request.hostSettings ? await readBuildSettings(host) : { files: [], buildArguments: {} };
    // A folder of the person's own may copy everything into its image: it gets no file of ours.
    const extraFiles = isBundled ? settings.files : [];
    const contextOptions = { dockerfile: request.dockerfile, extraFiles };
    const context = await openContext(this.folderOf(request), contextOptions, work.signal);
    progress.packed(context);
    const options: BuildOptions = {
      builder,
      context,
      sending: progress,
      tag: request.tag,
      dockerfile: request.dockerfile,
      buildArguments: { ...settings.buildArguments, ...request.buildArguments },
      labels: { ...extraLabels, [labels.built]: 'true', ...(isBundled && { [labels.api]: 'true' }) },
      noCache: request.noCache,
      target: request.target,
      pull: request.pull,
      platform: request.platform,
      credentials: credentials ? await credentials(progress.state.baseImages) : {},
    };
    const cleanUp = extraFiles.length > 0 ? await this.settingsImages.watch(engine) : async () => {};
    try {
      for await (const event of engine.build(options, work.signal)) progress.take(event);
    } finally {
      await cleanUp();
    }
    const { failure, imageId } = progress.state;
    if (failure) throw new Failure(failure.code, failure.details as never);
    work.subject({ imageId });
    await images.relist();
  }

  private forgetWithTasks(): void {
    for (const id of this.underWay.keys()) if (!this.options.tasks.get(id)) this.underWay.delete(id);
  }
}
