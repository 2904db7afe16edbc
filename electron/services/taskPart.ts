import type { Line, LinesHead } from '../contract/lines';
import { LiveValue } from './live';
import { PartIndex } from './partIndex';
import type { ReadableLines } from './readableLines';
import type { LineFinder } from './search/searchPool';
import type { StoredLine } from './spool/block';

/** The lines of one part of a task, by their own numbers; they are kept with all the others. */
export class TaskPart implements ReadableLines {
  readonly head: LiveValue<LinesHead>;
  private readonly index = new PartIndex();

  /** @param whole all lines of the task */
  constructor(private readonly whole: ReadableLines) {
    this.head = new LiveValue({ ...whole.head.value, firstIndex: 0, endIndex: 0, droppedCount: 0 });
  }

  /** The next line of the part is line `wholeIndex` of the task; told with the task's next head (`follow`). */
  append(wholeIndex: number): void {
    this.index.append(wholeIndex);
  }

  /** The task's head changed. */
  follow(): void {
    const whole = this.whole.head.value;
    const firstIndex = this.index.firstFrom(whole.firstIndex);
    this.head.set({ ...whole, firstIndex, endIndex: this.index.endIndex, droppedCount: firstIndex });
  }

  read(fromIndex: number, toIndex: number): Promise<Line[]> {
    return this.readPieces((from, to) => this.whole.read(from, to), fromIndex, toIndex);
  }

  readStored(fromIndex: number, toIndex: number): Promise<StoredLine[]> {
    return this.readPieces((from, to) => this.whole.readStored(from, to), fromIndex, toIndex);
  }

  async times(fromIndex: number, toIndex: number): Promise<Float64Array> {
    const lines = await this.read(fromIndex, toIndex);
    return Float64Array.from(lines, (line) => line.atMs ?? Number.NaN);
  }

  async find(finder: LineFinder, fromIndex: number, toIndex: number, signal: AbortSignal): Promise<number[]> {
    const pieces = this.index.pieces(fromIndex, toIndex);
    const [first, last] = [pieces[0], pieces.at(-1)];
    if (!first || !last) return [];
    const found = Array.from(await this.whole.find(finder, first.from, last.to, signal));
    return pieces.flatMap((piece) =>
      found.filter((index) => index >= piece.from && index < piece.to).map((index) => index - piece.from + piece.part),
    );
  }

  private async readPieces<L extends { index: number }>(
    read: (from: number, to: number) => Promise<L[]>,
    fromIndex: number,
    toIndex: number,
  ): Promise<L[]> {
    const lines: L[] = [];
    for (const piece of this.index.pieces(fromIndex, toIndex)) {
      const found = await read(piece.from, piece.to);
      for (const line of found) lines.push({ ...line, index: line.index - piece.from + piece.part });
    }
    return lines;
  }
}
