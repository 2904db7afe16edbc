import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Failure } from '../contract/failures';
import { type SettingsChange, type Settings as SettingsValues, settingsValues } from '../contract/settings';
import { LiveValue } from './live';

/** What a person has set, kept in one JSON file that only they can read. */
export class Settings {
  private readonly live: LiveValue<SettingsValues>;
  private writing: Promise<void> = Promise.resolve();

  private constructor(
    private readonly file: string,
    initial: SettingsValues,
  ) {
    this.live = new LiveValue(initial);
  }

  /** Reads the file; a missing or broken one gives the defaults, a broken one is kept beside as `.broken`. */
  static async open(file: string): Promise<Settings> {
    let text: string;
    try {
      text = await readFile(file, 'utf8');
    } catch {
      return new Settings(file, settingsValues.parse({}));
    }
    try {
      return new Settings(file, settingsValues.parse(JSON.parse(text)));
    } catch {
      await rename(file, `${file}.broken`);
      return new Settings(file, settingsValues.parse({}));
    }
  }

  get value(): SettingsValues {
    return this.live.value;
  }

  /** Yields all settings now and whenever one changes. */
  watch(signal?: AbortSignal): AsyncGenerator<SettingsValues, void, void> {
    return this.live.watch(signal);
  }

  /**
   * Changes some settings and answers all of them once they are on disk.
   * @throws STORAGE_FAILED where the file cannot be written; nothing changes then
   */
  async change(change: SettingsChange): Promise<SettingsValues> {
    const write = this.writing.then(async () => {
      const next = settingsValues.parse({ ...this.live.value, ...change });
      try {
        await mkdir(dirname(this.file), { recursive: true, mode: 0o700 });
        // Written beside and moved over it: a crash leaves the old file or the new one, never half of one.
        await writeFile(`${this.file}.new`, `${JSON.stringify(next, null, 2)}\n`, { mode: 0o600 });
        await rename(`${this.file}.new`, this.file);
      } catch (error) {
        throw new Failure('STORAGE_FAILED', { message: (error as Error).message }, { cause: error });
      }
      this.live.set(next);
      return next;
    });
    this.writing = write.then(
      () => undefined,
      () => undefined,
    );
    return write;
  }
}
