import { dockerCommand, labels } from '../contract/commands';
import { Failure, isFailure } from '../contract/failures';
import type { BuildRequest, BuildState } from '../contract/images';
import type { TaskSubject } from '../contract/tasks';
import { baseImageBuildArg, officialBaseImage, splitReference } from '../docker/baseImage.mjs';
import type { BuildOptions } from '../docker/build';
import { checkContext, openContext } from '../docker/buildContext';
import { type HostSurroundings, readBuildSettings } from '../docker/buildSettings';
import type { Engine } from '../docker/engine';
import { chooseBaseImage } from './baseImage';
import { BuildProgress } from './buildProgress';
import type { Containers } from './containers';
import type { EngineLink } from './engine';
import { ImageList, type ImageListTiming, type ImagesItem } from './imageList';
import type { Tasks, TaskWork } from './tasks';

type BuildSubject = Extract<TaskSubject, { kind: 'build' }>;

/** What `Images` works with. */
export interface ImagesOptions {
  engineLink: EngineLink;
  containers: Containers;
  tasks: Tasks;
  /** Folder of the bundled `api-image`. */
  imageFolder: string;
  /** The base image that the person set; null for none. */
  baseImage(): string | null;
  /** Registry that mirrors the official one; empty for none. */
  registryMirror: string;
  host: HostSurroundings;
  /** Takes one line for the app log. */
  log(line: string): void;
  /** Labels that built images get besides ours. */
  extraLabels?: Record<string, string>;
  timing?: Partial<ImageListTiming>;
}

const dockerfileName = 'Dockerfile';

/** The images of the engine in use: the live list, builds, removal. */
export class Images {
  private readonly list: ImageList;
  /** Builds by task id, for as long as the task is remembered. */
  private readonly builds = new Map<string, BuildProgress>();
  /** Builds that are being started, by tag: a second click finds the first one's task. */
  private readonly starting = new Map<string, Promise<{ taskId: string }>>();

  constructor(private readonly options: ImagesOptions) {
    this.list = new ImageList(options.engineLink, options.containers, options.log, options.timing);
  }

  /** How many watches of the list are open; tests count them. */
  get readerCount(): number {
    return this.list.readerCount;
  }

  /** Watches all images, newest first. See `images.watch`. */
  watch(signal?: AbortSignal): AsyncGenerator<ImagesItem, void, void> {
    return this.list.watch(signal);
  }

  /**
   * Starts a build as a task. Answers once the folder is known to have a Dockerfile.
   * @throws TASK_ALREADY_RUNNING for a tag that is being built, CONTEXT_REFUSED, and what `EngineLink.current` throws
   */
  async build(request: BuildRequest): Promise<{ taskId: string }> {
    const tag = withVersion(request.tag);
    const starting = this.starting.get(tag);
    const running = this.running(tag) ?? (starting && (await starting).taskId);
    if (running !== undefined) throw new Failure('TASK_ALREADY_RUNNING', { id: running });
    const started = this.begin({ ...request, tag }).finally(() => this.starting.delete(tag));
    this.starting.set(tag, started);
    return started;
  }

  /**
   * The `docker build` line that does what `build` would do now.
   * @throws what `EngineLink.current` throws
   */
  async commandOf(request: BuildRequest): Promise<string> {
    const buildArguments = await this.buildArguments(this.options.engineLink.current(), request);
    return dockerCommand.build({ ...request, buildArguments });
  }

  /**
   * Watches a build as it stands, latest wins.
   * @throws TASK_MISSING
   */
  watchBuild(taskId: string, signal?: AbortSignal): AsyncGenerator<BuildState, void, void> {
    const build = this.builds.get(taskId);
    if (!build) throw new Failure('TASK_MISSING', { id: taskId });
    return build.live.watch(signal);
  }

  /**
   * Removes a tag, or the image where it was its last one.
   * @throws IMAGE_MISSING, IMAGE_IN_USE with the names of the containers
   */
  async remove(reference: string): Promise<void> {
    const engine = this.options.engineLink.current();
    try {
      await engine.removeImage(reference);
    } catch (error) {
      if (!isFailure(error, 'IMAGE_IN_USE')) throw error;
      const containers = await this.usersOf(engine, reference);
      throw new Failure('IMAGE_IN_USE', { image: reference, containers }, { cause: error });
    }
    await this.list.relist();
  }

  /** Ends the list's timers and watches. Builds are tasks and end with those. */
  close(): void {
    this.list.close();
  }

  private running(tag: string): string | undefined {
    return this.options.tasks.running((subject) => subject.kind === 'build' && subject.tag === tag)?.id;
  }

  private async begin(request: BuildRequest): Promise<{ taskId: string }> {
    const { engineLink, tasks, imageFolder } = this.options;
    const engine = engineLink.current();
    const { tag, source } = request;
    const folder = source.kind === 'bundled' ? imageFolder : source.path;
    await checkContext(folder, dockerfileName);
    const buildArguments = await this.buildArguments(engine, request);
    const command = dockerCommand.build({ ...request, buildArguments });
    const builder = engine.facts.product === 'Docker' ? 'buildkit' : 'classic';
    const run = (work: TaskWork<BuildSubject>) => {
      const progress = new BuildProgress({ tag, builder, buildArguments }, work);
      this.builds.set(work.id, progress);
      return this.run(engine, request, { folder, builder, buildArguments }, progress, work);
    };
    const subject: BuildSubject = { kind: 'build', tag, imageId: null };
    const taskId = tasks.start(subject, command, run, () => this.build(request));
    void tasks.ended(taskId).then(({ failure }) => this.builds.get(taskId)?.over(failure));
    this.forgetWithTasks();
    return { taskId };
  }

  /** What the person asked for, and the bundled Dockerfile's base image where it is not the one the Dockerfile names. */
  private async buildArguments(engine: Engine, request: BuildRequest): Promise<Record<string, string>> {
    if (request.source.kind !== 'bundled') return request.buildArguments;
    const image = await chooseBaseImage(engine, this.options.baseImage(), this.options.registryMirror);
    return { ...(image !== officialBaseImage && { [baseImageBuildArg]: image }), ...request.buildArguments };
  }

  private async run(
    engine: Engine,
    request: BuildRequest,
    asked: { folder: string; builder: BuildState['builder']; buildArguments: Record<string, string> },
    progress: BuildProgress,
    work: TaskWork<BuildSubject>,
  ): Promise<void> {
    const { host, extraLabels } = this.options;
    const isBundled = request.source.kind === 'bundled';
    const settings = isBundled ? await readBuildSettings(host) : { files: [], buildArguments: {} };
    const contextOptions = { dockerfile: dockerfileName, extraFiles: settings.files };
    const context = await openContext(asked.folder, contextOptions, work.signal);
    progress.packed(context.contextBytes, context.dockerfile);
    const options: BuildOptions = {
      builder: asked.builder,
      context: context.pack(),
      tag: request.tag,
      dockerfile: dockerfileName,
      buildArguments: { ...settings.buildArguments, ...asked.buildArguments },
      labels: { ...extraLabels, ...(isBundled && { [labels.api]: 'true' }) },
      noCache: request.noCache,
    };
    for await (const event of engine.build(options, work.signal)) progress.take(event);
    const { failure, imageId } = progress.state;
    if (failure) throw new Failure(failure.code, failure.details as never);
    work.subject({ imageId });
    await this.list.relist();
  }

  private async usersOf(engine: Engine, reference: string): Promise<string[]> {
    const { id } = await engine.inspectImage(reference);
    const rows = await engine.listContainers();
    return rows.filter((row) => row.imageId === id).map((row) => row.name);
  }

  private forgetWithTasks(): void {
    for (const id of this.builds.keys()) if (!this.options.tasks.get(id)) this.builds.delete(id);
  }
}

/** A reference with its tag written out, as the engine lists it. */
function withVersion(reference: string): string {
  const { name, tag } = splitReference(reference);
  return `${name}:${tag}`;
}
