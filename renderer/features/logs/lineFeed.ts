import type { Line, LinesHead } from '../../../electron/contract/lines';
import { LineBlocks, linesPerBlock, type ShownLine } from './lineBlocks';
import { headPauseMs, screenPauseMs } from './linePace';
import { grown, isTooMany, type LineRange, type LineRows, lastWindow, noRows, windowAround } from './lineRows';

/** Where a feed gets its lines: two entries of the contract, and when it may go on. */
export interface LineFeedPorts {
  read(range: { fromIndex: number; toIndex: number }): Promise<{ lines: Line[] }>;
  /** Calls back later; the pace of the feed. Answers what takes it back. */
  later(callback: () => void, delayMs: number): () => void;
  /** Least time between two screens while following; that of `linePace` where it is left out. */
  pauseMs?(): number;
}

/** Lines at the end that are read before anybody told how many fill the screen. */
const tailLines = 120;

/** Lines read above the screen at the end, which hide that a row was taller than thought. */
const tailMargin = 20;

const retryMs = 1000;

/**
 * What a log view shows, kept apart from how. Told the head of a source, it asks for the lines that are visible and for
 * no others. While it follows, the rows grow only once their lines are there: a flood costs one screen a reply.
 */
export class LineFeed {
  private readonly blocks = new LineBlocks();
  private readonly listeners = new Set<() => void>();
  private rows = noRows;
  private visible = { from: 0, to: 0 };
  private windowFrom = 0;
  private leftAtEnd = 0;
  private reading = false;
  private readAtMs = Number.NEGATIVE_INFINITY;
  private takeBack: (() => void) | null = null;
  private closed = false;
  private resting = false;
  /** Counts how often the same indexes came to mean other lines: what was asked for before is of no use. */
  private order = 0;
  private toldAtMs = Number.NEGATIVE_INFINITY;
  private takeBackTelling: (() => void) | null = null;

  /** @param range the part of the source to show; null for all of it */
  constructor(
    private readonly ports: LineFeedPorts,
    private range: LineRange | null = null,
  ) {}

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** The rows as they stand; the same object until something changed. */
  readonly snapshot = (): LineRows => this.rows;

  /** The line of row `position`, undefined while it is not loaded. */
  line(position: number): ShownLine | undefined {
    return this.blocks.line(position);
  }

  /** Rows of the entry that begins at row `head`, as far as they are loaded. */
  entryLength(head: number): number {
    return this.blocks.entryLength(head);
  }

  /** True once a line with a time stamp was read. */
  get hasTimes(): boolean {
    return this.blocks.hasTimes;
  }

  /** True once a line that may be JSON was read. */
  get hasJson(): boolean {
    return this.blocks.hasJson;
  }

  /** True once a line with a level was read. */
  get hasLevels(): boolean {
    return this.blocks.hasLevels;
  }

  /** Takes what main told. */
  onHead(head: LinesHead): void {
    const known = this.rows.head;
    // A source that starts over has other lines under the same numbers. Older lines may still come before the first.
    if (known && (head.endIndex < known.endIndex || head.generation !== known.generation)) {
      this.blocks.clear();
      this.order += 1;
      this.windowFrom = 0;
      const { generation } = this.rows;
      this.change({
        firstIndex: head.firstIndex,
        endIndex: head.firstIndex,
        arrived: 0,
        generation: generation + 1,
      });
      this.leftAtEnd = head.firstIndex;
    }
    this.take(head, known);
    if (!this.rows.following) this.grow(this.all().end);
    this.readOn();
  }

  /** The rows know the head at once; who watches them is told where it matters, else with the next rows or soon. */
  private take(head: LinesHead, known: LinesHead | null): void {
    const isMore =
      known !== null &&
      this.rows.following &&
      this.rows.failure === null &&
      known.state === head.state &&
      known.failure === head.failure &&
      known.olderCount === head.olderCount;
    const nowMs = performance.now();
    const pauseMs = headPauseMs(this.ports.pauseMs?.());
    if (!isMore || nowMs - this.toldAtMs >= pauseMs) this.change({ head, failure: null });
    else {
      this.rows = { ...this.rows, head };
      this.takeBackTelling ??= this.ports.later(() => {
        this.takeBackTelling = null;
        this.change({});
      }, pauseMs);
    }
  }

  onFailure(failure: unknown): void {
    this.change({ failure });
  }

  /** Shows another part of the source; the part of a running build step grows. */
  show(range: LineRange | null): void {
    if (this.range?.from === range?.from && this.range?.end === range?.end) return;
    this.range = range;
    if (!this.rows.following) this.grow(this.all().end);
    this.readOn();
  }

  /** Told which rows [from, to) are on the screen or near it, by line index. */
  see(from: number, to: number): void {
    this.visible = { from, to };
    this.readOn();
  }

  /** Stays at the end from now on, or stops doing so. */
  follow(following: boolean): void {
    if (following === this.rows.following) return;
    this.leftAtEnd = this.rows.endIndex;
    this.change({ following, arrived: 0 });
    if (!following) this.grow(this.all().end);
    this.readOn();
  }

  /** Brings line `index` among the rows where more lines exist than a list can hold. */
  reach(index: number): void {
    const { first, end } = this.all();
    if (!isTooMany({ first, end })) return;
    const rows = windowAround(index, { first, end });
    this.windowFrom = rows.firstIndex;
    this.change({ ...rows, generation: this.rows.generation + 1 });
    this.readOn();
  }

  /** True where more lines exist than a list can hold: the rows are a window of them. */
  get isWindow(): boolean {
    return isTooMany(this.all());
  }

  /** The lines that exist in the range, rows or not. */
  all(): { first: number; end: number } {
    const head = this.rows.head;
    if (head === null) return { first: 0, end: 0 };
    const first = Math.max(head.firstIndex, this.range?.from ?? 0);
    return { first, end: Math.max(first, Math.min(head.endIndex, this.range?.end ?? head.endIndex)) };
  }

  /** True where lines exist before the first row or after the last one that only `reach` brings. */
  beyond(): { before: boolean; after: boolean } {
    const { first, end } = this.all();
    return { before: this.rows.firstIndex > first, after: !this.rows.following && this.rows.endIndex < end };
  }

  /** Asks again after a failure. */
  retry(): void {
    this.change({ failure: null });
    this.readOn();
  }

  /** Reads nothing while it rests; its rows stay. */
  rest(resting: boolean): void {
    this.resting = resting;
    this.readOn();
  }

  /** Reads again after `close`. */
  open(): void {
    this.closed = false;
    this.readOn();
  }

  close(): void {
    this.closed = true;
    this.takeBack?.();
    this.takeBack = null;
    this.takeBackTelling?.();
    this.takeBackTelling = null;
  }

  /** Moves the end of the rows, and their start where lines are gone or too many. */
  private grow(end: number): void {
    const { first, end: last } = this.all();
    if (this.rows.following && isTooMany({ first: Math.max(this.windowFrom, first), end }))
      this.windowFrom = lastWindow(end);
    const change = grown(this.rows, end, {
      first: Math.max(this.windowFrom, first),
      arrivedFrom: Math.max(this.leftAtEnd, first),
      last,
    });
    if (change) this.change(change);
  }

  private change(change: Partial<LineRows>): void {
    this.toldAtMs = performance.now();
    this.takeBackTelling?.();
    this.takeBackTelling = null;
    this.rows = { ...this.rows, ...change, version: this.rows.version + 1 };
    for (const listener of this.listeners) listener();
  }

  /** The next lines to read: the screen's, and while following those that fill it at the end. */
  private missing(): { fromIndex: number; toIndex: number; grownEnd: number | null } | null {
    const { first, end } = this.all();
    if (this.rows.following) {
      const onScreen = this.visible.to - this.visible.from;
      const screen = onScreen === 0 ? tailLines : onScreen + tailMargin;
      return { ...this.blocks.gap(Math.max(first, end - screen), end), grownEnd: end };
    }
    const from = Math.max(first, Math.floor(this.visible.from / linesPerBlock) * linesPerBlock);
    const to = Math.min(end, Math.ceil(this.visible.to / linesPerBlock) * linesPerBlock);
    for (let block = from; block < to; block += linesPerBlock - (block % linesPerBlock)) {
      const gap = this.blocks.gap(block, Math.min(to, block + linesPerBlock - (block % linesPerBlock)));
      if (gap.fromIndex < gap.toIndex) return { ...gap, grownEnd: null };
    }
    return null;
  }

  /** One read at a time: what is visible when it comes back is asked for next, what was passed by is not. */
  private readOn(): void {
    if (this.reading || this.closed || this.resting || this.takeBack !== null || this.rows.head === null) return;
    const next = this.missing();
    if (next === null) return;
    if (next.fromIndex >= next.toIndex) {
      if (next.grownEnd !== null) this.grow(next.grownEnd);
      return;
    }
    const pauseMs =
      next.grownEnd === null
        ? 0
        : this.readAtMs +
          screenPauseMs(next.fromIndex > this.rows.endIndex, this.ports.pauseMs?.()) -
          performance.now();
    if (pauseMs > 0) return this.readLater(pauseMs);
    this.reading = true;
    this.readAtMs = performance.now();
    const { order } = this;
    this.ports.read({ fromIndex: next.fromIndex, toIndex: next.toIndex }).then(
      ({ lines }) => this.onRead(next, order === this.order ? lines : null),
      (failure: unknown) => {
        this.reading = false;
        if (this.closed) return;
        this.change({ failure });
        this.readLater(retryMs);
      },
    );
  }

  /** @param lines null where they belong to an order that is over */
  private onRead(asked: { fromIndex: number; toIndex: number; grownEnd: number | null }, lines: Line[] | null): void {
    this.reading = false;
    if (this.closed) return;
    if (lines === null) return this.readOn();
    this.blocks.add(lines);
    if (asked.grownEnd !== null) this.grow(asked.grownEnd);
    this.change({ failure: null });
    // Lines that are gone by now come with the next head; asking again at once would not bring them.
    if (lines.length > 0) this.readOn();
    else this.readLater(retryMs);
  }

  private readLater(delayMs: number): void {
    this.takeBack?.();
    this.takeBack = this.ports.later(() => {
      this.takeBack = null;
      this.readAtMs = Number.NEGATIVE_INFINITY;
      this.readOn();
    }, delayMs);
  }
}
