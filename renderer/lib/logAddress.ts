/** What an address says about a log: what is looked for, what is left out, which part, which line. All of it optional. */
export interface LogAddress {
  /** What is searched for. */
  find?: string;
  /** How it is meant, a letter each: `c` case matters, `w` whole words, `r` regular expression, `o` only such lines. */
  how?: string;
  /** Lines that hold this are left out. */
  hide?: string;
  /** Levels that are shown, with commas between them; `none` for lines without one. */
  levels?: string;
  /** The one channel that is shown. */
  stream?: 'stdout' | 'stderr';
  /** Epoch ms: lines at or after, and lines before. */
  since?: number;
  until?: number;
  /** Only so many of the newest lines, and what comes after them. */
  tail?: number;
  /** A line: its index, and its time in epoch ms, which finds it again where indexes have changed. */
  line?: number;
  at?: number;
}

const text = (value: unknown, longest: number) =>
  typeof value === 'string' && value !== ''
    ? value.slice(0, longest)
    : typeof value === 'number'
      ? String(value)
      : undefined;
const whole = (value: unknown) =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : undefined;

/** Reads what an address says; anything else in it is left out. */
export function logAddressOf(search: Record<string, unknown>): LogAddress {
  return {
    find: text(search.find, 1000),
    how: text(search.how, 8),
    hide: text(search.hide, 1000),
    levels: text(search.levels, 80),
    stream: search.stream === 'stdout' || search.stream === 'stderr' ? search.stream : undefined,
    since: whole(search.since),
    until: whole(search.until),
    tail: whole(search.tail),
    line: whole(search.line),
    at: whole(search.at),
  };
}
