import { type SettingsChange, type Settings as SettingsValues, settingsValues } from '../contract/settings';
import { JsonFile } from './jsonFile';
import { LiveValue } from './live';

/** What a person has set, kept in one JSON file that only they can read. */
export class Settings {
  private readonly live: LiveValue<SettingsValues>;

  private constructor(private readonly file: JsonFile<SettingsValues>) {
    this.live = new LiveValue(file.value);
  }

  /** Reads the file; a missing or broken one gives the defaults, a broken one is kept beside as `.broken`. */
  static async open(file: string): Promise<Settings> {
    return new Settings(await JsonFile.open(file, (value) => settingsValues.parse(value ?? {})));
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
    const next = await this.file.change((values) => settingsValues.parse({ ...values, ...change }));
    this.live.set(next);
    return next;
  }
}
