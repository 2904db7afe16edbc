import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Failure } from '../contract/failures';

/** A small value in a JSON file that only its owner can read. Written beside and moved over: whole or not at all. */
export class JsonFile<T> {
  private writing: Promise<void> = Promise.resolve();

  private constructor(
    private readonly file: string,
    private current: T,
  ) {}

  /**
   * Reads the file. One that is missing gives `parse(undefined)`, a broken one too and is kept beside as `.broken`.
   * @param parse checks what was read; throws for what is none of ours
   */
  static async open<T>(file: string, parse: (value: unknown) => T): Promise<JsonFile<T>> {
    let text: string;
    try {
      text = await readFile(file, 'utf8');
    } catch {
      return new JsonFile(file, parse(undefined));
    }
    try {
      return new JsonFile(file, parse(JSON.parse(text)));
    } catch {
      await rename(file, `${file}.broken`);
      return new JsonFile(file, parse(undefined));
    }
  }

  get value(): T {
    return this.current;
  }

  /**
   * Replaces the value once it is on disk; changes come one after the other.
   * @throws STORAGE_FAILED; nothing changes then
   */
  change(make: (value: T) => T): Promise<T> {
    const write = this.writing.then(async () => {
      const next = make(this.current);
      try {
        await mkdir(dirname(this.file), { recursive: true, mode: 0o700 });
        await writeFile(`${this.file}.new`, `${JSON.stringify(next, null, 2)}\n`, { mode: 0o600 });
        await rename(`${this.file}.new`, this.file);
      } catch (error) {
        throw new Failure('STORAGE_FAILED', { message: (error as Error).message }, { cause: error });
      }
      this.current = next;
      return next;
    });
    this.writing = write.then(
      () => undefined,
      () => undefined,
    );
    return write;
  }
}
