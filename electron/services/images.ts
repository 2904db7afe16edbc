import { Failure, isFailure } from '../contract/failures';
import type { HistoryStep, ImageDetail } from '../contract/images';
import type { Engine } from '../docker/engine';
import type { Containers } from './containers';
import type { EngineLink } from './engine';
import { ImageList, type ImageListTiming, type ImagesItem } from './imageList';

/** What `Images` works with. */
export interface ImagesOptions {
  engineLink: EngineLink;
  containers: Containers;
  /** Takes one line for the app log. */
  log(line: string): void;
  timing?: Partial<ImageListTiming>;
}

/** The images of the engine in use: the live list, removal. */
export class Images {
  private readonly list: ImageList;

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

  /** Lists again soon; resolves when a list that began after this call is in. */
  relist(): Promise<void> {
    return this.list.relist();
  }

  /**
   * Removes a tag, or the image where it was its last one.
   * @throws IMAGE_MISSING, IMAGE_IN_USE with the names of the containers, IMAGE_HAS_TAGS, IMAGE_HAS_CHILDREN
   */
  async remove(reference: string): Promise<void> {
    const engine = this.options.engineLink.current();
    try {
      await engine.removeImage(reference);
    } catch (error) {
      if (!isFailure(error, 'IMAGE_IN_USE')) throw error;
      throw await refusedRemoval(engine, reference, error);
    }
    await this.list.relist();
  }

  /**
   * Gives an image one more tag.
   * @throws IMAGE_MISSING
   */
  async tag(reference: string, tag: string): Promise<void> {
    await this.options.engineLink.current().tagImage(reference, tag);
    await this.list.relist();
  }

  /** Everything an image says of itself. See `images.inspect`. */
  inspect(reference: string): Promise<ImageDetail> {
    return this.options.engineLink.current().describeImage(reference);
  }

  /** The steps that made an image. See `images.history`. */
  async history(reference: string): Promise<{ steps: HistoryStep[] }> {
    return { steps: await this.options.engineLink.current().imageHistory(reference) };
  }

  /** Ends the list's timers and watches. */
  close(): void {
    this.list.close();
  }
}

/**
 * Why an engine would not remove an image: it answers the same conflict for containers that use it, for several tags and for
 * images made from it. What it keeps to itself stays IMAGE_IN_USE without names.
 */
async function refusedRemoval(engine: Engine, reference: string, cause: Failure): Promise<Failure> {
  const { id, tags } = await engine.inspectImage(reference);
  const rows = await engine.listContainers();
  const containers = rows.filter((row) => row.imageId === id).map((row) => row.name);
  if (containers.length === 0 && tags.length > 1) {
    return new Failure('IMAGE_HAS_TAGS', { image: reference, tags }, { cause });
  }
  const children = containers.length === 0 ? await engine.childImages(id) : [];
  return children.length > 0
    ? new Failure('IMAGE_HAS_CHILDREN', { image: reference, children }, { cause })
    : new Failure('IMAGE_IN_USE', { image: reference, containers }, { cause });
}
