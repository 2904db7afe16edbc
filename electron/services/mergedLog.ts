import type { Line, LinesHead } from '../contract/lines';
import { delay } from './delay';
import { failureOf } from './failureOf';
import { LiveValue } from './live';
import {
  BackwardCursor,
  type MemberRange,
  memberRanges,
  memberUnit,
  Places,
  pieceLines,
  timesAtOnce,
} from './mergedOrder';
import { emptyHead, type ReadableLines } from './readableLines';
import type { LineFinder } from './search/searchPool';
import type { StoredLine } from './spool/block';

/** Lines that a merged log holds, at most: eight bytes each in memory. The newest ones stay. */
const mergedLimit = 4_000_000;

const linesAtOnce = 1000;

/** New lines are put in order so often; they wait a turn for those that other containers wrote before them. */
const turnMs = 50;

/** A line that comes so much later than those around it belongs before what is in order already: its log has just opened. */
const lateMs = 2000;

/** One of the logs that are merged. */
export interface MergedMember {
  containerId: string;
  lines: ReadableLines;
}

interface MemberState extends MergedMember, MemberRange {}

/**
 * Several containers' logs as one, ordered by time. The order is kept in memory, the lines stay where they are. A line
 * keeps its index until older ones turn up in one of the logs or are dropped there: then all are put in order anew.
 */
export class MergedLog implements ReadableLines {
  readonly head = new LiveValue<LinesHead>(emptyHead('opening'));
  private readonly members: MemberState[];
  private pieces: Float64Array[] = [];
  private firstIndex = 0;
  private endIndex = 0;
  private generation = 0;
  private newestMs = Number.NEGATIVE_INFINITY;
  private wake: (() => void) | null = null;
  private changed = true;

  /** @param logDefect writes an unexpected error down and answers the id that finds it in the app log */
  constructor(
    members: readonly MergedMember[],
    private readonly logDefect: (error: unknown) => string,
  ) {
    this.members = members.map((member) => ({
      ...member,
      firstIndex: 0,
      generation: 0,
      takenTo: 0,
      lastMs: Number.NEGATIVE_INFINITY,
    }));
  }

  /** Keeps the order right until `signal` aborts or the lines cannot be read, which the head tells; never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    const onAbort = () => this.wake?.();
    signal.addEventListener('abort', onAbort, { once: true });
    for (const member of this.members) void this.watch(member, signal);
    try {
      await this.keepOrder(signal);
    } catch (error) {
      if (!signal.aborted) {
        this.head.set({ ...this.head.value, state: 'failed', failure: failureOf(error, this.logDefect) });
      }
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  private async keepOrder(signal: AbortSignal): Promise<void> {
    await delay(turnMs, signal);
    let isLeftOver = true;
    await this.rebuild();
    while (!signal.aborted) {
      if (!this.changed && !isLeftOver) {
        await new Promise<void>((resolve) => {
          this.wake = resolve;
        });
        this.wake = null;
      }
      this.changed = false;
      if (signal.aborted) break;
      if (this.members.some(isOther)) await this.rebuild();
      else if (await this.isLate()) {
        const startMs = Date.now();
        await this.rebuild();
        // A long log that is being read has older lines at every turn: most of the time stays for all else.
        await delay((Date.now() - startMs) * 4, signal);
      }
      isLeftOver = await this.takeNew();
      this.show();
      await delay(turnMs, signal);
    }
  }

  async read(fromIndex: number, toIndex: number): Promise<Line[]> {
    const found = await this.readMembers(fromIndex, toIndex, (lines, from, to) => lines.read(from, to));
    return found.map(({ line, index, member }) => {
      const { containerId } = this.members[member] as MemberState;
      return { ...line, index, from: { containerId, index: line.index } };
    });
  }

  async readStored(fromIndex: number, toIndex: number): Promise<StoredLine[]> {
    const found = await this.readMembers(fromIndex, toIndex, (lines, from, to) => lines.readStored(from, to));
    return found.map(({ line, index }) => ({ ...line, index }));
  }

  async times(fromIndex: number, toIndex: number): Promise<Float64Array> {
    const lines = await this.read(fromIndex, toIndex);
    return Float64Array.from(lines, (line) => line.atMs ?? Number.NaN);
  }

  async find(finder: LineFinder, from: number, to: number, signal: AbortSignal): Promise<number[]> {
    const { start, places } = this.places(from, to);
    const hits = new Map<number, Set<number>>();
    await Promise.all(
      memberRanges(places).map(async (range) => {
        const { lines } = this.members[range.member] as MemberState;
        hits.set(range.member, new Set(Array.from(await lines.find(finder, range.from, range.to, signal))));
      }),
    );
    const found: number[] = [];
    for (const [at, place] of places.entries()) {
      const member = Math.floor(place / memberUnit);
      if (hits.get(member)?.has(place - member * memberUnit)) found.push(start + at);
    }
    return found;
  }

  private async watch(member: MemberState, signal: AbortSignal): Promise<void> {
    for await (const _ of member.lines.head.watch(signal)) {
      this.changed = true;
      this.wake?.();
    }
  }

  /** Members and line indexes of what is kept of [fromIndex, toIndex), which begins at `start`. */
  private places(fromIndex: number, toIndex: number): { start: number; places: Float64Array } {
    const start = Math.max(fromIndex, this.firstIndex);
    const places = new Float64Array(Math.max(0, Math.min(toIndex, this.endIndex) - start));
    for (let at = 0; at < places.length; at += 1) {
      const index = start + at - this.firstIndex;
      places[at] = (this.pieces[Math.floor(index / pieceLines)] as Float64Array)[index % pieceLines] as number;
    }
    return { start, places };
  }

  private async readMembers<L extends { index: number }>(
    fromIndex: number,
    toIndex: number,
    read: (lines: ReadableLines, from: number, to: number) => Promise<L[]>,
  ): Promise<{ line: L; index: number; member: number }[]> {
    const { start, places } = this.places(fromIndex, toIndex);
    const lines = new Map<number, L>();
    for (const { member, from, to } of memberRanges(places)) {
      for (let at = from; at < to; at += linesAtOnce) {
        const part = await read((this.members[member] as MemberState).lines, at, Math.min(to, at + linesAtOnce));
        for (const line of part) lines.set(member * memberUnit + line.index, line);
      }
    }
    return Array.from(places).flatMap((place, at) => {
      const line = lines.get(place);
      return line ? [{ line, index: start + at, member: Math.floor(place / memberUnit) }] : [];
    });
  }

  /** Puts all lines in order, from the newest back to as many as fit. */
  private async rebuild(): Promise<void> {
    const cursors = this.members.map((member, at) => new BackwardCursor(member.lines, at));
    const newestFirst = new Places();
    for (;;) {
      let latest: BackwardCursor | null = null;
      for (const cursor of cursors) {
        if (!cursor.isLoaded) await cursor.load();
        if (!cursor.isOver && (latest === null || cursor.atMs > latest.atMs)) latest = cursor;
      }
      if (latest === null || newestFirst.count === mergedLimit) break;
      newestFirst.push(latest.take());
    }
    this.pieces = newestFirst.reversed(pieceLines);
    if (this.endIndex > 0) this.generation += 1;
    this.firstIndex = 0;
    this.endIndex = newestFirst.count;
    for (const cursor of cursors) {
      const member = this.members[cursor.member] as MemberState;
      Object.assign(member, cursor.range);
      this.newestMs = Math.max(this.newestMs, member.lastMs);
    }
  }

  /** True where a log brings lines that are older than the order's end: it was opened, or filled, after the others. */
  private async isLate(): Promise<boolean> {
    const orderedMs = Math.max(...this.members.map(({ lastMs }) => lastMs));
    for (const { lines, takenTo } of this.members) {
      const [firstMs = Number.NaN] = await lines.times(takenTo, takenTo + 1);
      if (firstMs < orderedMs - lateMs) return true;
    }
    return false;
  }

  /** Adds the lines that came, up to the newest time of the turn before; true where some are left for the next turn. */
  private async takeNew(): Promise<boolean> {
    let untilMs = this.newestMs;
    let isLeftOver = false;
    const came: { member: MemberState; times: Float64Array; at: number }[] = [];
    for (const member of this.members) {
      const { endIndex } = member.lines.head.value;
      const to = Math.min(endIndex, member.takenTo + timesAtOnce);
      const times = await member.lines.times(member.takenTo, to);
      // Fewer where the oldest of them were dropped already.
      member.takenTo = Math.max(member.takenTo, to - times.length);
      for (let at = 0; at < times.length; at += 1) {
        if (Number.isNaN(times[at])) times[at] = at === 0 ? member.lastMs : (times[at - 1] as number);
        this.newestMs = Math.max(this.newestMs, times[at] as number);
      }
      // Others must not run ahead of what this one still has.
      if (to < endIndex) untilMs = Math.min(untilMs, times.at(-1) ?? untilMs);
      isLeftOver ||= to < endIndex;
      came.push({ member, times, at: 0 });
    }
    for (;;) {
      let earliest: (typeof came)[number] | null = null;
      for (const one of came) {
        if (one.at === one.times.length) continue;
        if (earliest === null || timeAt(one) < timeAt(earliest)) earliest = one;
      }
      if (earliest === null) break;
      if (timeAt(earliest) > untilMs) {
        isLeftOver = true;
        break;
      }
      const { member } = earliest;
      this.append(this.members.indexOf(member) * memberUnit + member.takenTo);
      member.takenTo += 1;
      member.lastMs = timeAt(earliest);
      earliest.at += 1;
    }
    return isLeftOver;
  }

  private append(place: number): void {
    const at = (this.endIndex - this.firstIndex) % pieceLines;
    if (at === 0) this.pieces.push(new Float64Array(pieceLines));
    (this.pieces.at(-1) as Float64Array)[at] = place;
    this.endIndex += 1;
    if (this.endIndex - this.firstIndex <= mergedLimit + pieceLines) return;
    this.pieces.shift();
    this.firstIndex += pieceLines;
  }

  private show(): void {
    const heads = this.members.map(({ lines }) => lines.head.value);
    const has = (state: LinesHead['state']) => heads.some((head) => head.state === state);
    const older = heads.flatMap(({ olderCount }) => olderCount ?? []);
    const kept = heads.reduce((sum, head) => sum + head.endIndex - head.firstIndex, 0);
    const dropped = heads.reduce((sum, head) => sum + head.droppedCount, 0);
    const waiting = this.members.reduce((sum, { lines, takenTo }) => sum + lines.head.value.endIndex - takenTo, 0);
    const isLive = has('live') || has('opening');
    this.head.set({
      firstIndex: this.firstIndex,
      endIndex: this.endIndex,
      droppedCount: dropped + Math.max(0, kept - waiting - (this.endIndex - this.firstIndex)),
      olderCount: older.length === 0 ? null : older.reduce((sum, count) => sum + count, 0),
      generation: this.generation,
      state: has('reconnecting') ? 'reconnecting' : isLive ? 'live' : has('ended') ? 'ended' : 'failed',
      failure: heads.find(({ failure }) => failure !== null)?.failure ?? null,
    });
  }
}

const timeAt = ({ times, at }: { times: Float64Array; at: number }) => times[at] as number;

/** True where a member has other lines before the ones that are in the order. */
function isOther({ lines, firstIndex, generation }: MemberState): boolean {
  const head = lines.head.value;
  return head.firstIndex !== firstIndex || head.generation !== generation;
}
