import type { LinesHead } from '../../../electron/contract/lines';

/** Lines [from, end) of a source, or rows of a filtered one; `end` is null while the part still grows. */
export interface LineRange {
  from: number;
  end: number | null;
}

/** The rows of a view: lines [firstIndex, endIndex). */
export interface LineRows {
  /** As main told last; null until it did. */
  head: LinesHead | null;
  firstIndex: number;
  endIndex: number;
  /** True while the view stays at the end. */
  following: boolean;
  /** Lines that came since the reader left the end. */
  arrived: number;
  /** Why the lines cannot be read or followed; null while they can. */
  failure: unknown;
  /** Counts the times that other rows took the place of these, so that no place in the list means the same any more. */
  generation: number;
  /** Counts every change, of lines too. */
  version: number;
}

/** Before anybody told anything. */
export const noRows: LineRows = {
  head: null,
  firstIndex: 0,
  endIndex: 0,
  following: true,
  arrived: 0,
  failure: null,
  generation: 0,
  version: 0,
};

/** Rows that a list holds at most, and how many stay when it is cut: Chromium lays out 33.5 million px, a row has 20. */
const rowLimit = 1_500_000;
const rowsKept = 1_000_000;

/** True for lines that a list cannot hold all. */
export const isTooMany = ({ first, end }: { first: number; end: number }): boolean => end - first > rowLimit;

/** The first row where a list of too many goes up to `end`. */
export const lastWindow = (end: number): number => end - rowsKept;

/** The rows around line `index` out of lines [first, end) that are too many. */
export function windowAround(index: number, { first, end }: { first: number; end: number }) {
  const firstIndex = Math.max(Math.min(Math.max(index - rowsKept / 2, first), end - rowsKept), first);
  return { firstIndex, endIndex: Math.min(firstIndex + rowsKept, end) };
}

/**
 * What changes of the rows once they begin at `first` and go up to `end`; null for nothing.
 * @param arrivedFrom lines from here up to `last` count as arrived while nobody follows
 */
export function grown(
  rows: LineRows,
  end: number,
  { first, arrivedFrom, last }: { first: number; arrivedFrom: number; last: number },
): Partial<LineRows> | null {
  const { following } = rows;
  const endIndex = Math.max(first, following ? end : Math.min(end, first + rowLimit));
  const arrived = following ? 0 : Math.max(0, last - arrivedFrom);
  if (first === rows.firstIndex && endIndex === rows.endIndex && arrived === rows.arrived) return null;
  // Rows that have none in common with those before are other rows.
  const generation = first < rows.endIndex && endIndex > rows.firstIndex ? rows.generation : rows.generation + 1;
  return { firstIndex: first, endIndex, arrived, generation };
}
