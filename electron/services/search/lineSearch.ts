import { Failure, type FailureValue } from '../../contract/failures';
import type { Line, LinesHead, SearchProgress } from '../../contract/lines';
import { failureOf } from '../failureOf';
import { LiveValue } from '../live';
import { emptyHead, type ReadableLines, readScattered } from '../readableLines';
import type { StoredLine } from '../spool/block';
import { Hits } from './hits';
import type { LineFinder } from './searchPool';

/** Hits are counted down and up from here, as the search goes back and lines come. */
const firstHitIndex = 1_000_000_000;

/** Lines of the first part that is searched, so that its hits are shown at once, and of the largest. */
const firstPart = 20_000;
const largestPart = 500_000;

/**
 * One search: goes back from the newest line to the oldest, then keeps up with what comes. Its hits are lines of their own
 * with indexes that stay.
 */
export class LineSearch implements ReadableLines {
  readonly progress: LiveValue<SearchProgress>;
  readonly head: LiveValue<LinesHead>;
  /** Hits from `firstHitIndex` down, newest first, and from it up. */
  private older = new Hits();
  private newer = new Hits();
  /** Lines [from, to) were searched. */
  private searchedFrom = 0;
  private searchedTo = 0;
  private generation = 0;

  constructor(
    readonly id: string,
    private readonly lines: ReadableLines,
    private readonly finder: LineFinder,
    /** Whose lines are searched; null for a task's and for merged ones, which say it themselves. */
    private readonly containerId: string | null,
    private readonly logDefect: (error: unknown) => string,
  ) {
    this.progress = new LiveValue<SearchProgress>({
      searchId: id,
      firstHit: firstHitIndex,
      endHit: firstHitIndex,
      searchedCount: 0,
      lineCount: 0,
      state: 'searching',
      failure: null,
    });
    this.head = new LiveValue<LinesHead>({
      ...emptyHead('live'),
      firstIndex: firstHitIndex,
      endIndex: firstHitIndex,
    });
  }

  /** Searches until `signal` aborts; never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    try {
      this.startOver(this.lines.head.value);
      for await (const head of this.lines.head.watch(signal)) {
        if (head.generation !== this.generation) this.startOver(head);
        await this.catchUp(signal);
        if (signal.aborted) return;
        this.show('done', null);
      }
    } catch (error) {
      if (!signal.aborted) this.show('failed', failureOf(error, this.logDefect));
    }
  }

  /** Reads hits [fromHit, toHit). */
  async read(fromHit: number, toHit: number): Promise<Line[]> {
    const lines = await this.readHits((from, to) => this.lines.read(from, to), fromHit, toHit);
    return lines.map(({ line, hit }) => {
      const containerId = line.from?.containerId ?? this.containerId;
      return { ...line, index: hit, from: { containerId, index: line.index } };
    });
  }

  async readStored(fromHit: number, toHit: number): Promise<StoredLine[]> {
    const lines = await this.readHits((from, to) => this.lines.readStored(from, to), fromHit, toHit);
    return lines.map(({ line, hit }) => ({ ...line, index: hit }));
  }

  async times(fromHit: number, toHit: number): Promise<Float64Array> {
    const lines = await this.read(fromHit, toHit);
    return Float64Array.from(lines, (line) => line.atMs ?? Number.NaN);
  }

  /** What was found is not searched again. */
  async find(): Promise<number[]> {
    throw new Failure('SEARCH_MISSING', { id: this.id });
  }

  /** The hit before or after line `index`. */
  nearest(index: number, direction: 'next' | 'previous'): { hit: number | null; index: number | null } {
    const { firstHit, endHit } = this.progress.value;
    let low = firstHit;
    let high = endHit;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (direction === 'next' ? this.hit(middle) <= index : this.hit(middle) < index) low = middle + 1;
      else high = middle;
    }
    const hit = direction === 'next' ? low : low - 1;
    return hit >= firstHit && hit < endHit ? { hit, index: this.hit(hit) } : { hit: null, index: null };
  }

  private async readHits<L extends { index: number }>(
    read: (from: number, to: number) => Promise<L[]>,
    fromHit: number,
    toHit: number,
  ): Promise<{ line: L; hit: number }[]> {
    const { firstHit, endHit } = this.progress.value;
    const from = Math.max(fromHit, firstHit);
    const indexes = Array.from({ length: Math.max(0, Math.min(toHit, endHit) - from) }, (_, at) => this.hit(from + at));
    const lines = new Map((await readScattered(read, indexes)).map((line) => [line.index, line]));
    return indexes.flatMap((index, at) => {
      const line = lines.get(index);
      return line ? [{ line, hit: from + at }] : [];
    });
  }

  private hit(ordinal: number): number {
    const at = ordinal - firstHitIndex;
    return at < 0 ? this.older.at(-1 - at) : this.newer.at(at);
  }

  private startOver(head: LinesHead): void {
    this.older = new Hits();
    this.newer = new Hits();
    this.searchedFrom = head.endIndex;
    this.searchedTo = head.endIndex;
    this.generation = head.generation;
  }

  /** Searches what was not yet: first what came, then back. */
  private async catchUp(signal: AbortSignal): Promise<void> {
    let part = firstPart;
    while (!signal.aborted) {
      const { firstIndex, endIndex, generation } = this.lines.head.value;
      if (generation !== this.generation) this.startOver(this.lines.head.value);
      if (this.searchedTo < endIndex) {
        const to = Math.min(endIndex, this.searchedTo + largestPart);
        const hits = await this.lines.find(this.finder, Math.max(this.searchedTo, firstIndex), to, signal);
        this.newer.append(hits);
        this.searchedTo = to;
      } else if (this.searchedFrom > firstIndex) {
        const from = Math.max(firstIndex, this.searchedFrom - part);
        const hits = await this.lines.find(this.finder, from, this.searchedFrom, signal);
        this.older.appendReversed(hits);
        this.searchedFrom = from;
        part = Math.min(part * 4, largestPart);
      } else {
        return;
      }
      this.show('searching', null);
    }
  }

  private show(state: SearchProgress['state'], failure: FailureValue | null): void {
    const { firstIndex, endIndex } = this.lines.head.value;
    // Hits in lines that are gone are gone with them; lines that come back are searched again.
    this.searchedFrom = Math.max(this.searchedFrom, Math.min(firstIndex, this.searchedTo));
    const { older, newer } = this;
    while (older.count > 0 && older.at(older.count - 1) < firstIndex) older.pop();
    let dropped = 0;
    if (older.count === 0) while (dropped < newer.count && newer.at(dropped) < firstIndex) dropped += 1;
    const firstHit = firstHitIndex - older.count + dropped;
    const endHit = firstHitIndex + newer.count;
    this.progress.set({
      searchId: this.id,
      firstHit,
      endHit,
      searchedCount: Math.max(0, this.searchedTo - Math.max(firstIndex, this.searchedFrom)),
      lineCount: endIndex - firstIndex,
      state,
      failure,
    });
    this.head.set({
      ...this.head.value,
      firstIndex: firstHit,
      endIndex: endHit,
      generation: this.generation,
      state: state === 'searching' ? 'live' : state === 'done' ? 'ended' : 'failed',
      failure,
    });
  }
}
