import type { Line, LinesHead } from '../contract/lines';
import type { LiveValue } from './live';
import type { LineFinder } from './search/searchPool';
import type { StoredLine } from './spool/block';

/** Lines of any kind of source, as they are followed, read and searched. */
export interface ReadableLines {
  readonly head: LiveValue<LinesHead>;
  /** The lines [fromIndex, toIndex) that are kept. */
  read(fromIndex: number, toIndex: number): Promise<Line[]>;
  /**
   * The same as they were written. The more are asked for the less of a very long one is given, which its `cutBytes` tells;
   * one that is asked for alone is whole.
   */
  readStored(fromIndex: number, toIndex: number): Promise<StoredLine[]>;
  /** Times of the lines [fromIndex, toIndex) in epoch ms, NaN for none; where fewer come the oldest are gone. */
  times(fromIndex: number, toIndex: number): Promise<Float64Array>;
  /** Indexes of the lines in [from, to) that fit, ascending. */
  find(finder: LineFinder, from: number, to: number, signal: AbortSignal): Promise<ArrayLike<number>>;
}

/** The head of a source without lines. */
export const emptyHead = (state: LinesHead['state']): LinesHead => ({
  firstIndex: 0,
  endIndex: 0,
  droppedCount: 0,
  olderCount: null,
  generation: 0,
  state,
  failure: null,
});

/** Lines that are read at once to be written down. */
const writtenAtOnce = 2000;

/** The lines [from, to) as they were written, all of every line: in parts that take some megabytes at most. */
export async function* wholeLines(
  lines: Pick<ReadableLines, 'readStored'>,
  from: number,
  to: number,
): AsyncGenerator<StoredLine[], void, void> {
  for (let at = from; at < to; at += writtenAtOnce) {
    let together: StoredLine[] = [];
    for (const line of await lines.readStored(at, Math.min(to, at + writtenAtOnce))) {
      if (line.cutBytes === 0) {
        together.push(line);
        continue;
      }
      yield together;
      together = [];
      yield await lines.readStored(line.index, line.index + 1);
    }
    yield together;
  }
}

/** Lines between two wanted ones that are read along rather than asked for apart. */
const readAlong = 64;
const linesAtOnce = 1000;

/** Reads lines by their ascending indexes, neighbours together. @param read as of `ReadableLines` */
export async function readScattered<L extends { index: number }>(
  read: (fromIndex: number, toIndex: number) => Promise<L[]>,
  indexes: readonly number[],
): Promise<L[]> {
  const ranges: { from: number; to: number }[] = [];
  for (const index of indexes) {
    const last = ranges.at(-1);
    if (last && index - last.to <= readAlong && index - last.from < linesAtOnce) last.to = index + 1;
    else ranges.push({ from: index, to: index + 1 });
  }
  const wanted = new Set(indexes);
  const found = await Promise.all(ranges.map(({ from, to }) => read(from, to)));
  return found.flat().filter((line) => wanted.has(line.index));
}
