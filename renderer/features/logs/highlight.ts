import type { AnsiLine, LinePiece } from './ansiLine';

/** Parts [start, end) of a line's visible text. */
export type Ranges = readonly (readonly [start: number, end: number])[];

/** Hits that are marked in one line: more would only cost time. */
const rangeLimit = 200;

/** The text of a line as a search sees it: without colours, hidden characters as themselves. */
export const visibleText = ({ pieces }: AnsiLine): string => pieces.map(({ text }) => text).join('');

/** Where `pattern` (with the flag `g`) is found in `text`. */
export function rangesIn(text: string, pattern: RegExp): [start: number, end: number][] {
  const ranges: [number, number][] = [];
  pattern.lastIndex = 0;
  for (const match of text.matchAll(pattern)) {
    if (match[0] === '') continue;
    ranges.push([match.index, match.index + match[0].length]);
    if (ranges.length >= rangeLimit) break;
  }
  return ranges;
}

/** Pieces of a line, cut where hits begin and end. */
export type MarkedPiece = LinePiece & { isHit: boolean };

/** Cuts `pieces` so that each of them is all hit or none. */
export function markedPieces(pieces: readonly LinePiece[], ranges: Ranges): MarkedPiece[] {
  const marked: MarkedPiece[] = [];
  let offset = 0;
  let at = 0;
  for (const piece of pieces) {
    const end = offset + piece.text.length;
    let from = offset;
    while (from < end) {
      while (at < ranges.length && (ranges[at]?.[1] ?? 0) <= from) at += 1;
      const [start, stop] = ranges[at] ?? [end, end];
      const isHit = start <= from;
      const to = Math.min(end, isHit ? stop : start);
      if (piece.kind === 'control') marked.push({ ...piece, isHit: isHit || start < end });
      else marked.push({ ...piece, text: piece.text.slice(from - offset, to - offset), isHit });
      from = piece.kind === 'control' ? end : to;
    }
    offset = end;
  }
  return marked;
}
