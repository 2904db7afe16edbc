import type { Container } from '../contract/containers';
import { isFailure } from '../contract/failures';
import type { Image } from '../contract/images';
import type { Containers } from './containers';
import { delay } from './delay';
import type { EngineLink } from './engine';
import { LiveValue } from './live';

/** Times in ms. */
export interface ImageListTiming {
  /** From the first event of a burst to the list. */
  settleMs: number;
  /** Between two lists that heal what events lost. */
  relistEveryMs: number;
  /** Before a list whose connection broke is asked for again. */
  retryMs: number;
}

const defaultTiming: ImageListTiming = { settleMs: 100, relistEveryMs: 60_000, retryMs: 500 };

/** What a watch of the images yields. */
export interface ImagesItem {
  images: Image[];
  stale: boolean;
}

/**
 * The engine's images, listed again whenever image events or the containers that use them say so. A burst of events is one
 * list, and there is never more than one under way.
 */
export class ImageList {
  private readonly live = new LiveValue<ImagesItem>({ images: [], stale: true });
  private readonly closing = new AbortController();
  private readonly timing: ImageListTiming;
  private readonly forget: (() => void)[];
  private readonly layerCounts = new Map<string, number>();
  private counting = false;
  private users = '';
  private dirty = false;
  private listing: Promise<void> | null = null;

  constructor(
    private readonly engineLink: EngineLink,
    private readonly containers: Containers,
    private readonly log: (line: string) => void,
    timing: Partial<ImageListTiming> = {},
  ) {
    this.timing = { ...defaultTiming, ...timing };
    this.forget = [engineLink.onReady(() => this.relist()), containers.onImageEvent(() => this.relist())];
    void this.noticeLoss();
    void this.noticeUsers();
    void this.heal();
  }

  /** How many watches are open; tests count them. */
  get readerCount(): number {
    return this.live.readerCount;
  }

  /** Yields all images now and whenever they change. */
  watch(signal?: AbortSignal): AsyncGenerator<ImagesItem, void, void> {
    return this.live.watch(signal);
  }

  /** Lists again soon; resolves when a list that began after this call is in. */
  relist(): Promise<void> {
    this.dirty = true;
    this.listing ??= this.listWhileDirty().finally(() => {
      this.listing = null;
    });
    return this.listing;
  }

  close(): void {
    this.closing.abort();
    for (const stop of this.forget) stop();
  }

  private async listWhileDirty(): Promise<void> {
    const { signal } = this.closing;
    while (this.dirty && !signal.aborted) {
      await delay(this.timing.settleMs, signal);
      this.dirty = false;
      if (signal.aborted) return;
      try {
        const images = await this.engineLink.current().listImages(this.containers.table(), signal);
        this.live.change({ images: images.map((image) => this.withLayers(image)), stale: false });
        void this.countLayers(signal);
      } catch (error) {
        this.live.change({ ...this.live.value, stale: true });
        if (!isFailure(error) && !signal.aborted) this.log(`list of images: ${String(error)}`);
        if (isFailure(error, 'ENGINE_UNREACHABLE') || isFailure(error, 'ENGINE_NOT_ANSWERING')) await this.retry();
      }
    }
  }

  /** A lost engine lists again when it is back; where only this connection broke, nothing else would ask. */
  private async retry(): Promise<void> {
    await this.engineLink.check();
    if (this.engineLink.state.value.phase !== 'ready') return;
    await delay(this.timing.retryMs, this.closing.signal);
    this.dirty = true;
  }

  private withLayers(image: Image): Image {
    return { ...image, layerCount: this.layerCounts.get(image.id) ?? null };
  }

  /** Lists do not tell how many layers an image has; what an id stands for never changes, so each is asked for once. */
  private async countLayers(signal: AbortSignal): Promise<void> {
    if (this.counting) return;
    this.counting = true;
    try {
      for (;;) {
        const next = this.live.value.images.find(({ id }) => !this.layerCounts.has(id));
        if (next === undefined || signal.aborted) break;
        const { layers } = await this.engineLink.current().inspectImage(next.id);
        this.layerCounts.set(next.id, layers.length);
      }
    } catch (error) {
      // An image that went meanwhile, or an engine: the next list brings it up again.
      if (!isFailure(error) && !signal.aborted) this.log(`layers of images: ${String(error)}`);
    } finally {
      this.counting = false;
    }
    const { images, stale } = this.live.value;
    const listed = new Set(images.map(({ id }) => id));
    for (const id of [...this.layerCounts.keys()]) if (!listed.has(id)) this.layerCounts.delete(id);
    if (!signal.aborted) this.live.change({ images: images.map((image) => this.withLayers(image)), stale });
  }

  private async noticeLoss(): Promise<void> {
    for await (const { phase } of this.engineLink.state.watch(this.closing.signal)) {
      if (phase !== 'ready') this.live.change({ ...this.live.value, stale: true });
    }
  }

  /** Container events are many; only who uses which image matters here. A new snapshot follows a lost event stream. */
  private async noticeUsers(): Promise<void> {
    for await (const event of this.containers.watch(this.closing.signal)) {
      const users = usersOf(this.containers.table());
      if (event.type === 'stale' || (event.type === 'patch' && users === this.users)) continue;
      this.users = users;
      void this.relist();
    }
  }

  private async heal(): Promise<void> {
    const { signal } = this.closing;
    while (!signal.aborted) {
      await delay(this.timing.relistEveryMs, signal);
      if (!signal.aborted && this.engineLink.state.value.phase === 'ready') void this.relist();
    }
  }
}

function usersOf(rows: readonly Container[]): string {
  return rows
    .map((row) => `${row.id} ${row.name} ${row.imageId}`)
    .sort()
    .join('\n');
}
