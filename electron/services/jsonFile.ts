import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type * as z from 'zod';
import { LiveValue } from './live';
import { storageFailed } from './storageFailed';

/**
 * One JSON value in a file that only the person can read (0600), read with its first use. A broken file is kept beside as
 * `.broken` and the value begins as `empty`.
 */
export class JsonFile<T> {
  private readonly live: LiveValue<T>;
  private reading: Promise<void> | null = null;
  private writing: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly file: string,
    private readonly schema: z.ZodType<T>,
    empty: T,
  ) {
    this.live = new LiveValue(empty);
  }

  /** Open watches; tests count them. */
  get readerCount(): number {
    return this.live.readerCount;
  }

  /** The value as it stands. */
  async value(): Promise<T> {
    this.reading ??= this.read();
    await this.reading;
    return this.live.value;
  }

  /** Yields the value now and whenever it changes. */
  async *watch(signal?: AbortSignal): AsyncGenerator<T, void, void> {
    await this.value();
    yield* this.live.watch(signal);
  }

  /**
   * Replaces the value by what `next` makes of it, once that is on disk. One change at a time; what `next` throws is thrown.
   * @throws Failure STORAGE_FAILED where the file cannot be written; nothing changes then
   */
  change(next: (value: T) => T): Promise<T> {
    const change = this.writing.then(async () => {
      const value = next(await this.value());
      try {
        await mkdir(dirname(this.file), { recursive: true, mode: 0o700 });
        // Written beside and moved over it: a crash leaves the old file or the new one, never half of one.
        await writeFile(`${this.file}.new`, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
        await rename(`${this.file}.new`, this.file);
      } catch (error) {
        throw storageFailed(error);
      }
      this.live.set(value);
      return value;
    });
    this.writing = change.catch(() => undefined);
    return change;
  }

  private async read(): Promise<void> {
    let text: string;
    try {
      text = await readFile(this.file, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
      throw storageFailed(error);
    }
    try {
      this.live.set(this.schema.parse(JSON.parse(text)));
    } catch {
      await rename(this.file, `${this.file}.broken`);
    }
  }
}
