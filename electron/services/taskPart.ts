import type { Line, LinesHead } from '../contract/lines';
import { LiveValue } from './live';
import { PartIndex } from './partIndex';
import type { ReadableLines } from './readableLines';

/** The lines of one part of a task, by their own numbers; they are kept with all the others. */
export class TaskPart implements ReadableLines {
  readonly head: LiveValue<LinesHead>;
  private readonly index = new PartIndex();

  /**
   * @param whole head of all lines of the task
   * @param readWhole reads lines of the task that are kept
   */
  constructor(
    whole: LinesHead,
    private readonly readWhole: (fromIndex: number, toIndex: number) => Promise<Line[]>,
  ) {
    this.head = new LiveValue({ ...whole, firstIndex: 0, endIndex: 0, droppedCount: 0 });
  }

  /** The next line of the part is line `wholeIndex` of the task, whose head is `whole`. */
  append(wholeIndex: number, whole: LinesHead): void {
    this.index.append(wholeIndex);
    this.follow(whole);
  }

  /** The task's head changed. */
  follow(whole: LinesHead): void {
    const firstIndex = this.index.firstFrom(whole.firstIndex);
    this.head.set({ ...whole, firstIndex, endIndex: this.index.endIndex, droppedCount: firstIndex });
  }

  async read(fromIndex: number, toIndex: number): Promise<Line[]> {
    const lines: Line[] = [];
    for (const piece of this.index.pieces(fromIndex, toIndex)) {
      const found = await this.readWhole(piece.from, piece.to);
      for (const line of found) lines.push({ ...line, index: line.index - piece.from + piece.part });
    }
    return lines;
  }
}
