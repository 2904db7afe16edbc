import type * as z from 'zod';
import { JsonFile } from './jsonFile';
import { LiveValue } from './live';

/** A `JsonFile` that is read with its first use and can be watched. A broken file begins as `empty`. */
export class WatchedJsonFile<T> {
  private readonly live: LiveValue<T>;
  private opening: Promise<JsonFile<T>> | null = null;

  constructor(
    private readonly file: string,
    private readonly schema: z.ZodType<T>,
    private readonly empty: T,
  ) {
    this.live = new LiveValue(empty);
  }

  /** Open watches; tests count them. */
  get readerCount(): number {
    return this.live.readerCount;
  }

  /** The value as it stands. */
  async value(): Promise<T> {
    return (await this.open()).value;
  }

  /** Yields the value now and whenever it changes. */
  async *watch(signal?: AbortSignal): AsyncGenerator<T, void, void> {
    await this.open();
    yield* this.live.watch(signal);
  }

  /**
   * Replaces the value by what `next` makes of it, once that is on disk. One change at a time; what `next` throws is thrown.
   * @throws Failure STORAGE_FAILED where the file cannot be written; nothing changes then
   */
  async change(next: (value: T) => T): Promise<T> {
    const value = await (await this.open()).change(next);
    this.live.set(value);
    return value;
  }

  private open(): Promise<JsonFile<T>> {
    this.opening ??= JsonFile.open(this.file, (read) =>
      read === undefined ? this.empty : this.schema.parse(read),
    ).then((file) => {
      this.live.set(file.value);
      return file;
    });
    return this.opening;
  }
}
