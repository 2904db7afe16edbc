import { linePattern } from '../../../electron/contract/linePattern';
import type { AnsiLine } from './ansiLine';
import { type Ranges, rangesIn, visibleText } from './highlight';
import type { Find } from './logQuery';

/** A pattern that takes longer than this over one screen is given up: its hits are not marked. */
const limitMs = 300;

const none: Ranges = [];

/** What a marker asks a worker, and what that answers; `ready` comes once, when it has started. */
export interface MarkerQuestion {
  source: string;
  flags: string;
  texts: string[];
}
export type MarkerAnswer = 'ready' | [start: number, end: number][][];

/** The part of a `Worker` that a marker uses. */
export interface MarkerWorker {
  postMessage(question: MarkerQuestion): void;
  terminate(): void;
  onmessage: ((event: { data: MarkerAnswer }) => void) | null;
}

/** The expression that main searches with; null where there is none, or none that can be. */
function patternOf(find: Find): RegExp | null {
  try {
    return linePattern(find.text, find);
  } catch {
    // What is wrong with it is said by the search itself.
    return null;
  }
}

/**
 * Says where in the lines on the screen the hits are. A person's own expression runs in a worker, which is ended when it
 * takes too long: in the page it could stop everything.
 */
export class LineMarker {
  private readonly pattern: RegExp | null;
  private readonly known = new WeakMap<AnsiLine, Ranges>();
  private asked: AnsiLine[] = [];
  private waiting: AnsiLine[] = [];
  private worker: MarkerWorker | null = null;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private gaveUp = false;

  /**
   * @param find what to mark
   * @param makeWorker a fresh worker of `markerWorker.ts`
   * @param onMarked called when hits of lines that were asked for are known
   */
  constructor(
    private readonly find: Find,
    private readonly makeWorker: () => MarkerWorker,
    private readonly onMarked: () => void,
  ) {
    this.pattern = patternOf(find);
  }

  /** The hits in a line; none while they are being looked for. */
  rangesOf(ansi: AnsiLine): Ranges {
    if (this.pattern === null || this.gaveUp) return none;
    const known = this.known.get(ansi);
    if (known !== undefined) return known;
    if (!this.find.isRegex) {
      const ranges = rangesIn(visibleText(ansi), this.pattern);
      this.known.set(ansi, ranges);
      return ranges;
    }
    this.known.set(ansi, none);
    if (this.waiting.push(ansi) === 1) queueMicrotask(() => this.askNext());
    return none;
  }

  close(): void {
    this.gaveUp = true;
    this.worker?.terminate();
    if (this.timer) clearTimeout(this.timer);
  }

  private askNext(): void {
    if (this.gaveUp || this.asked.length > 0 || this.waiting.length === 0 || this.pattern === null) return;
    this.asked = this.waiting;
    this.waiting = [];
    if (this.worker === null) {
      this.worker = this.makeWorker();
      this.worker.onmessage = ({ data }) => (data === 'ready' ? this.ask() : this.onAnswer(data));
    } else this.ask();
  }

  /** The time counts from here: a worker may take longer to start than to answer. */
  private ask(): void {
    if (this.gaveUp || this.pattern === null || this.worker === null) return;
    this.timer = setTimeout(() => this.close(), limitMs);
    const { source, flags } = this.pattern;
    this.worker.postMessage({ source, flags, texts: this.asked.map(visibleText) });
  }

  private onAnswer(answer: Exclude<MarkerAnswer, 'ready'>): void {
    if (this.timer) clearTimeout(this.timer);
    this.asked.forEach((ansi, at) => this.known.set(ansi, answer[at] ?? none));
    this.asked = [];
    this.onMarked();
    this.askNext();
  }
}
