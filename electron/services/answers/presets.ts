import { type AnswerPreset, presetList } from '../../contract/answerPresets';
import { WatchedJsonFile } from '../watchedJsonFile';

/** System prompts and parameters under a name, in one file. */
export class AnswerPresets {
  private readonly file: WatchedJsonFile<AnswerPreset[]>;

  constructor(file: string) {
    this.file = new WatchedJsonFile(file, presetList, []);
  }

  /** See `answerPresets.watch`. */
  async *watch(signal?: AbortSignal): AsyncGenerator<{ presets: AnswerPreset[] }, void, void> {
    for await (const list of this.file.watch(signal)) {
      yield { presets: [...list].sort((a, b) => a.name.localeCompare(b.name)) };
    }
  }

  /** See `answerPresets.put`. */
  async put(preset: AnswerPreset): Promise<void> {
    await this.file.change((list) => [...list.filter(({ id }) => id !== preset.id), preset]);
  }

  /** See `answerPresets.remove`. */
  async remove(id: string): Promise<void> {
    await this.file.change((list) => list.filter((preset) => preset.id !== id));
  }
}
