import type { Line } from '../contract/lines';
import type { LineWriter, WrittenLine } from './lineWriter';
import { LiveValue } from './live';
import { emptyHead, type ReadableLines } from './readableLines';
import type { LineFinder } from './search/searchPool';
import { shownLine } from './spool/shownLine';
import type { Spool } from './spool/spool';
import { TaskPart } from './taskPart';

/** The output of one task, in a spool. */
export class TaskLines implements ReadableLines, LineWriter {
  readonly head = new LiveValue(emptyHead('live'));
  private readonly spool: Spool;
  private readonly parts = new Map<string, TaskPart>();
  private isOver = false;
  private isShownSoon = false;

  /** @param makeSpool makes its spool, which calls back when lines were dropped or the disk failed */
  constructor(makeSpool: (onChange: () => void) => Spool) {
    this.spool = makeSpool(() => this.showAll());
  }

  append({ stream, atMs, text, part }: WrittenLine): number {
    // A line of a spool is one line whatever was written.
    const bytes = Buffer.from(text.replaceAll('\n', ' '));
    const index = this.spool.append({ stream, atMs, bytes, nanoseconds: 0, continues: false, hasBreak: true });
    if (part !== undefined) this.part(part).append(index);
    this.showSoon();
    return index;
  }

  end(): void {
    this.isOver = true;
    this.showAll();
  }

  /** A part of the task; that of a step which writes later is there before its first line. */
  part(name: string): TaskPart {
    const known = this.parts.get(name) ?? new TaskPart(this);
    this.parts.set(name, known);
    return known;
  }

  async read(fromIndex: number, toIndex: number): Promise<Line[]> {
    return (await this.spool.read(fromIndex, toIndex)).map(shownLine);
  }

  readStored(fromIndex: number, toIndex: number) {
    return this.spool.read(fromIndex, toIndex);
  }

  times(fromIndex: number, toIndex: number) {
    return this.spool.times(fromIndex, toIndex);
  }

  find(finder: LineFinder, from: number, to: number, signal: AbortSignal) {
    return finder.find(this.spool, from, to, signal);
  }

  /** Removes it from the disk. */
  remove(): Promise<void> {
    return this.spool.remove();
  }

  /** A flood costs one head a turn, not one a line: main's thread also moves the windows' frames. */
  private showSoon(): void {
    if (this.isShownSoon) return;
    this.isShownSoon = true;
    setImmediate(() => {
      this.isShownSoon = false;
      this.showAll();
    });
  }

  private showAll(): void {
    this.show();
    for (const part of this.parts.values()) part.follow();
  }

  private show(): void {
    const { firstIndex, endIndex, failure } = this.spool;
    this.head.set({
      ...this.head.value,
      firstIndex,
      endIndex,
      droppedCount: firstIndex,
      state: failure ? 'failed' : this.isOver ? 'ended' : 'live',
      failure: failure?.toValue() ?? null,
    });
  }
}
