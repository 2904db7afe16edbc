import { basename } from 'node:path';
import { dockerCommand } from '../contract/commands';
import { Failure, isFailure } from '../contract/failures';
import type { TaskSubject } from '../contract/tasks';
import type { Engine, ImageDetails } from '../docker/engine';
import { readStream } from '../docker/stream';
import { ByteRate } from './byteRate';
import type { EngineLink } from './engine';
import type { FileGrants } from './fileGrants';
import { type ArchivedImages, checkDockerArchive, isNeededByCheck } from './imageArchive/dockerArchive';
import { type KitContent, type KitPreset, type KitSettings, kitEnd } from './imageArchive/kit';
import { type BroughtModels, type ChosenModel, tarOfModels, type WrittenPart } from './imageArchive/kitModels';
import { fileFailure } from './imageArchive/pickedFile';
import { archiveStream, checkArchive } from './imageArchive/readImageArchive';
import { TarBroken, TarScan } from './imageArchive/tarScan';
import { Paced } from './paced';
import type { Presets } from './presets';
import type { Tasks, TaskWork } from './tasks';
import { writeWhole } from './writeWhole';

type SaveSubject = Extract<TaskSubject, { kind: 'saveImages' }>;
type LoadSubject = Extract<TaskSubject, { kind: 'loadImages' }>;

/** What `ImageArchives` works with. */
export interface ImageArchivesOptions {
  engineLink: EngineLink;
  tasks: Tasks;
  fileGrants: FileGrants;
  /** Lists the images again. */
  relist(): Promise<void>;
  /** Settings that go into a kit; none of them is a secret. */
  kitSettings(): KitSettings;
  presets: Presets;
}

const tellEveryMs = 200;

/** Takes images elsewhere and brings them here, as files: archives and offline kits. */
export class ImageArchives {
  /** Tasks by the file that they write or read. */
  private readonly busy = new Map<string, string>();
  /** Presets of loaded kits by the task that loaded them. */
  private readonly broughtPresets = new Map<string, readonly KitPreset[]>();

  /** Models of loaded kits by the task that loaded them. */
  readonly broughtModels = new Map<string, BroughtModels>();

  constructor(private readonly options: ImageArchivesOptions) {}

  /**
   * Starts to write images into an archive.
   * @throws FILE_NOT_PICKED, IMAGE_MISSING, TASK_ALREADY_RUNNING for a file that is being written or read
   */
  save(request: { grant: string; images: string[] }): Promise<{ taskId: string }> {
    return this.beginSave(request, null);
  }

  /** Starts to write an offline kit; see `save`. */
  saveKit(request: {
    grant: string;
    images: string[];
    withSettings: boolean;
    withPresets: boolean;
    models: ChosenModel[];
  }): Promise<{ taskId: string }> {
    const { kitSettings, presets } = this.options;
    return this.beginSave(request, {
      settings: request.withSettings ? kitSettings() : null,
      presets: request.withPresets ? presets.toTakeAlong(request.images) : [],
      models: request.models,
    });
  }

  /**
   * Takes over the presets of a loaded kit.
   * @throws TASK_MISSING, STORAGE_FAILED
   */
  async takePresets({ taskId }: { taskId: string }): Promise<{ savedCount: number }> {
    const brought = this.broughtPresets.get(taskId);
    if (brought === undefined) throw new Failure('TASK_MISSING', { id: taskId });
    return { savedCount: await this.options.presets.take(brought) };
  }

  /**
   * Starts to load an archive or a kit.
   * @throws FILE_NOT_PICKED, TASK_ALREADY_RUNNING
   */
  async load({ grant }: { grant: string }): Promise<{ taskId: string }> {
    this.options.engineLink.current();
    return this.startLoad(this.options.fileGrants.redeem(grant, 'open'));
  }

  private async beginSave(
    request: { grant: string; images: string[] },
    kit: ChosenKit | null,
  ): Promise<{ taskId: string }> {
    const images = [...new Set(request.images)];
    const engine = this.options.engineLink.current();
    // Before the pick is used up: one that is gone already needs no file.
    for (const image of images) await engine.inspectImage(image);
    return this.startSave(this.options.fileGrants.redeem(request.grant, 'save'), images, kit);
  }

  private async startSave(path: string, images: string[], kit: ChosenKit | null): Promise<{ taskId: string }> {
    this.refuseBusy(path);
    const fileName = basename(path);
    const subject: SaveSubject = {
      kind: 'saveImages',
      images,
      fileName,
      isKit: kit !== null,
      sizeBytes: null,
      fingerprint: null,
    };
    const taskId = this.options.tasks.start(
      subject,
      dockerCommand.save(fileName, images),
      (work) => this.write(path, images, kit, work).finally(() => this.busy.delete(path)),
      () => this.startSave(path, images, kit),
    );
    this.busy.set(path, taskId);
    return { taskId };
  }

  private async startLoad(path: string): Promise<{ taskId: string }> {
    this.refuseBusy(path);
    const fileName = basename(path);
    const subject: LoadSubject = { kind: 'loadImages', fileName, phase: 'checking', images: [], kit: null };
    const taskId = this.options.tasks.start(
      subject,
      dockerCommand.load(fileName),
      (work) => this.read(path, work).finally(() => this.busy.delete(path)),
      () => this.startLoad(path),
    );
    this.busy.set(path, taskId);
    return { taskId };
  }

  private refuseBusy(path: string): void {
    const id = this.busy.get(path);
    if (id !== undefined) throw new Failure('TASK_ALREADY_RUNNING', { id });
  }

  private async write(
    path: string,
    images: readonly string[],
    kit: ChosenKit | null,
    work: TaskWork<SaveSubject>,
  ): Promise<void> {
    const engine = this.options.engineLink.current();
    const details = await Promise.all(images.map((image) => engine.inspectImage(image)));
    const expectedBytes = expectedSize(details);
    const tell = bytesTeller(work);
    const written = await writeWhole(path, async (file) => {
      const scan = new TarScan(isNeededByCheck);
      let sizeBytes = 0;
      try {
        for await (const chunk of engine.saveImages(images, work.signal)) {
          await file.write(chunk);
          await scan.write(chunk);
          sizeBytes += chunk.length;
          tell.push({ done: sizeBytes, total: Math.max(expectedBytes, sizeBytes) });
        }
        const entries = await scan.end();
        const checked = checkDockerArchive(entries);
        if ('refusal' in checked) throw new Failure('SAVE_CUT', { file: basename(path), part: checked.refusal.part });
        if (kit === null) return { sizeBytes, fingerprint: null };
        await file.truncate(scan.endOffset);
        const createdAtMs = Date.now();
        const modelParts: WrittenPart[] = [];
        let endOffset = scan.endOffset;
        const models = tarOfModels(engine, kit.models, {
          ...{ file: basename(path), mtimeMs: createdAtMs, parts: modelParts, signal: work.signal },
          onBytes: (bytes) => {
            sizeBytes += bytes;
            tell.push({ done: sizeBytes, total: Math.max(expectedBytes, sizeBytes) });
          },
        });
        for await (const chunk of readStream(models, work.signal)) {
          await file.write(chunk, 0, chunk.length, endOffset);
          endOffset += chunk.length;
        }
        work.signal.throwIfAborted();
        const { tags } = checked.images;
        const { bytes, fingerprint } = await kitEnd(entries, { ...kit, images: tags, modelParts, createdAtMs });
        await file.write(bytes, 0, bytes.length, endOffset);
        return { sizeBytes: endOffset + bytes.length, fingerprint };
      } catch (error) {
        if (error instanceof TarBroken) throw new Failure('SAVE_CUT', { file: basename(path), part: error.part });
        throw error;
      } finally {
        scan.destroy();
      }
    }).catch((error: unknown) => {
      throw fileFailure(error, path);
    });
    tell.push({ done: written.sizeBytes, total: written.sizeBytes });
    tell.flush();
    work.subject(written);
  }

  private async read(path: string, work: TaskWork<LoadSubject>): Promise<void> {
    const engine = this.options.engineLink.current();
    const checking = bytesTeller(work);
    const archive = await checkArchive(path, (done, total) => checking.push({ done, total }), work.signal).finally(() =>
      checking.flush(),
    );
    work.subject({ phase: 'loading', images: archive.images.tags, kit: archive.kit });
    const before = await presentImages(engine, archive.images);
    const loading = bytesTeller(work);
    const stream = archiveStream(path, archive, (done) => loading.push({ done, total: archive.imagesEndOffset }));
    try {
      const words = await engine.loadImages(stream, work.signal);
      for (const text of words) work.output.append({ stream: 'stdout', atMs: Date.now(), text });
    } catch (error) {
      await undoLoad(this.options.engineLink, archive.images, before);
      throw error;
    } finally {
      loading.flush();
      await this.options.relist();
    }
    if (archive.models.length > 0) {
      this.broughtModels.set(work.id, { path, changedAtMs: archive.changedAtMs, models: archive.models });
    }
    if (archive.presets.length > 0) this.broughtPresets.set(work.id, archive.presets);
    work.subject({ phase: 'done' });
  }
}

/** What a kit is to have besides its images. */
type ChosenKit = Omit<KitContent, 'modelParts'> & { models: readonly ChosenModel[] };

function bytesTeller(work: TaskWork): Paced<{ done: number; total: number }> {
  const rate = new ByteRate();
  return new Paced(({ done, total }) => work.bytes(rate.at(done, total)), tellEveryMs);
}

/** About how large an archive gets: an image that another one was made from takes no room of its own. */
function expectedSize(images: readonly ImageDetails[]): number {
  const isWithin = (image: ImageDetails, other: ImageDetails) =>
    image.layers.length > 0 && image.layers.every((layer, at) => other.layers[at] === layer);
  return images
    .filter(
      (image, at) =>
        !images.some(
          (other, otherAt) =>
            otherAt !== at && isWithin(image, other) && (otherAt < at || other.layers.length > image.layers.length),
        ),
    )
    .reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

/** Ids behind the names of an archive's images as they are on the engine now; null for what is not there. */
async function presentImages(engine: Engine, { tags, ids }: ArchivedImages): Promise<Map<string, string | null>> {
  const present = new Map<string, string | null>();
  for (const name of [...tags, ...ids]) present.set(name, await idOf(engine, name));
  return present;
}

async function idOf(engine: Engine, reference: string): Promise<string | null> {
  try {
    return (await engine.inspectImage(reference)).id;
  } catch (error) {
    if (isFailure(error, 'IMAGE_MISSING')) return null;
    throw error;
  }
}

/**
 * Takes back what a load did before it failed: the engine loads image by image and keeps those that came through. Tags that
 * moved go back; what was not there goes again, unless something uses it by now.
 */
async function undoLoad(
  engineLink: EngineLink,
  images: ArchivedImages,
  before: ReadonlyMap<string, string | null>,
): Promise<void> {
  try {
    const engine = engineLink.current();
    const after = await presentImages(engine, images);
    for (const name of [...images.tags, ...images.ids]) {
      const [was, is] = [before.get(name) ?? null, after.get(name) ?? null];
      if (is === null || is === was) continue;
      await (was === null ? engine.removeImage(name) : engine.tagImage(was, name)).catch(leaveUsed);
    }
  } catch (error) {
    // An engine that is gone can be asked nothing; why the load failed is what matters.
    if (!isFailure(error)) throw error;
  }
}

/** Used since it was loaded, or gone with its last tag. */
function leaveUsed(error: unknown): void {
  if (!isFailure(error, 'IMAGE_IN_USE') && !isFailure(error, 'IMAGE_MISSING')) throw error;
}
