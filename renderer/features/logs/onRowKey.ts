import type { KeyboardEvent } from 'react';
import type { LogLinesHandle } from './LogLines';
import type { LineFeed } from './lineFeed';
import type { LineRows } from './lineRows';

interface RowKeyTargets {
  clicks: { chosen: { from: number; to: number } | null; choose: (rows: { from: number; to: number } | null) => void };
  feed: LineFeed;
  rows: LineRows;
  list: LogLinesHandle | null;
  toggleFold: (entryHead: number) => void;
  toggleOpen: (index: number) => void;
}

/** What keys do with the rows: Alt and an arrow choose one, Enter folds or opens it, Escape leaves it. */
export function onRowKey(event: KeyboardEvent, targets: RowKeyTargets): void {
  const { clicks, feed, rows, list, toggleFold, toggleOpen } = targets;
  const { chosen } = clicks;
  const chosenLine = chosen && feed.line(chosen.from);
  if (event.key === 'Escape' && chosen !== null) {
    event.preventDefault();
    clicks.choose(null);
  } else if (event.altKey && (event.key === 'ArrowUp' || event.key === 'ArrowDown')) {
    event.preventDefault();
    const { from, to } = list?.onScreen() ?? { from: 0, to: 0 };
    const step = event.key === 'ArrowUp' ? -1 : 1;
    const start = chosen ? chosen.from + step : event.key === 'ArrowUp' ? to - 1 : from;
    const next = Math.min(Math.max(start, rows.firstIndex), rows.endIndex - 1);
    clicks.choose({ from: next, to: next + 1 });
    if (next < from || next >= to - 1) list?.reveal(next);
  } else if (
    event.key === 'Enter' &&
    chosenLine &&
    event.target instanceof Element &&
    event.target.closest('[role=log]')
  ) {
    event.preventDefault();
    if (feed.entryLength(chosenLine.entryHead) > 1) toggleFold(chosenLine.entryHead);
    else toggleOpen(chosenLine.line.index);
  }
}
