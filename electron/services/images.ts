import { Failure, isFailure } from '../contract/failures';
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

  /** Ends the list's timers and watches. */
  close(): void {
    this.list.close();
  }

  private async usersOf(engine: Engine, reference: string): Promise<string[]> {
    const { id } = await engine.inspectImage(reference);
    const rows = await engine.listContainers();
    return rows.filter((row) => row.imageId === id).map((row) => row.name);
  }
}
