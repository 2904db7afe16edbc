import type { ReadableLines } from './readableLines';

/** Lines whose times are read at once. */
export const timesAtOnce = 20_000;

/** Lines of one piece of the order. */
export const pieceLines = 65_536;

/** One number, a place, tells the member (times this) and the index of its line. */
export const memberUnit = 2 ** 44;

/** Which lines of a member are in the order. */
export interface MemberRange {
  firstIndex: number;
  generation: number;
  /** Lines before it are in the order. */
  takenTo: number;
  /** Time of the last line that had one. */
  lastMs: number;
}

/** From the first to the last line of each member among places. */
export function memberRanges(places: Float64Array): { member: number; from: number; to: number }[] {
  const ranges = new Map<number, { member: number; from: number; to: number }>();
  for (const place of places) {
    const member = Math.floor(place / memberUnit);
    const index = place - member * memberUnit;
    const range = ranges.get(member);
    if (!range) ranges.set(member, { member, from: index, to: index + 1 });
    else if (index < range.from) range.from = index;
    else if (index >= range.to) range.to = index + 1;
  }
  return [...ranges.values()];
}

/** Goes through the times of one log from its newest line back. */
export class BackwardCursor {
  /** What the member's state is once its lines up to here are in the order. */
  readonly range: MemberRange;
  /** Time of the line that comes next; that of the one after it where it has none. */
  atMs = Number.POSITIVE_INFINITY;
  private times: Float64Array = new Float64Array(0);
  private timesFrom: number;
  private at: number;

  constructor(
    private readonly lines: ReadableLines,
    readonly member: number,
  ) {
    const { firstIndex, endIndex, generation } = lines.head.value;
    this.range = { firstIndex, generation, takenTo: endIndex, lastMs: Number.NEGATIVE_INFINITY };
    this.at = endIndex;
    this.timesFrom = endIndex;
  }

  get isOver(): boolean {
    return this.at <= this.range.firstIndex;
  }

  /** True where the next line's time is known, or there is none. */
  get isLoaded(): boolean {
    return this.isOver || this.at > this.timesFrom;
  }

  async load(): Promise<void> {
    const from = Math.max(this.range.firstIndex, this.at - timesAtOnce);
    this.times = await this.lines.times(from, this.at);
    this.timesFrom = this.at - this.times.length;
    // The rest was dropped meanwhile.
    if (this.times.length === 0) this.at = this.range.firstIndex;
    else this.look();
  }

  /** The place of the next line; goes on to the one before it. */
  take(): number {
    this.at -= 1;
    const place = this.member * memberUnit + this.at;
    if (this.at > this.timesFrom) this.look();
    return place;
  }

  private look(): void {
    const time = this.times[this.at - 1 - this.timesFrom] as number;
    if (!Number.isNaN(time)) this.atMs = time;
    if (this.range.lastMs === Number.NEGATIVE_INFINITY && !Number.isNaN(time)) this.range.lastMs = time;
  }
}

/** Places, growing. */
export class Places {
  private places = new Float64Array(pieceLines);
  count = 0;

  push(place: number): void {
    if (this.count === this.places.length) {
      const grown = new Float64Array(this.count * 2);
      grown.set(this.places);
      this.places = grown;
    }
    this.places[this.count] = place;
    this.count += 1;
  }

  /** All of them from the last to the first, in pieces of that length. */
  reversed(pieceLength: number): Float64Array[] {
    const pieces: Float64Array[] = [];
    for (let at = 0; at < this.count; at += pieceLength) {
      const piece = new Float64Array(pieceLength);
      const end = Math.min(pieceLength, this.count - at);
      for (let place = 0; place < end; place += 1) piece[place] = this.places[this.count - 1 - at - place] as number;
      pieces.push(piece);
    }
    return pieces;
  }
}
