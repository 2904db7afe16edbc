import { type Preset, presetList } from '../contract/presets';
import { JsonFile } from './jsonFile';

/** System prompts and parameters under a name, in one file. */
export class Presets {
  private readonly file: JsonFile<Preset[]>;

  constructor(file: string) {
    this.file = new JsonFile(file, presetList, []);
  }

  /** See `presets.watch`. */
  async *watch(signal?: AbortSignal): AsyncGenerator<{ presets: Preset[] }, void, void> {
    for await (const list of this.file.watch(signal)) {
      yield { presets: [...list].sort((a, b) => a.name.localeCompare(b.name)) };
    }
  }

  /** See `presets.put`. */
  async put(preset: Preset): Promise<void> {
    await this.file.change((list) => [...list.filter(({ id }) => id !== preset.id), preset]);
  }

  /** See `presets.remove`. */
  async remove(id: string): Promise<void> {
    await this.file.change((list) => list.filter((preset) => preset.id !== id));
  }
}
