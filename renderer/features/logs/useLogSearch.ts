import { type RefObject, useCallback, useEffect, useState } from 'react';
import type { FailureValue } from '../../../electron/contract/failures';
import type { LineSource, SearchProgress } from '../../../electron/contract/lines';
import { useApi } from '../../lib/client';
import { type LogLinesHandle, placeOf } from './LogLines';
import type { LineFeed } from './lineFeed';
import type { LineRows } from './lineRows';
import { findQuery, type LogQuestion, rowsQuery } from './logQuery';
import { useHitFeed } from './useLineFeed';
import { useLineSearch } from './useLineSearch';

/** The line that a search stands at. */
interface Here {
  /** Of the search, so that another one begins anew. */
  searchId: string;
  index: number;
  hit: number;
}

export interface LogSearch {
  /** The hits that are the rows; null where all lines are. */
  filtered: { feed: LineFeed; rows: LineRows; progress: SearchProgress } | null;
  /** The search for what is typed. */
  find: { progress: SearchProgress | null; failure: FailureValue | null };
  /** Index of the line that the search stands at, and which hit that is; null before the first step. */
  here: { index: number; hit: number } | null;
  step: (direction: 'next' | 'previous') => void;
  /** Brings a line to the screen, by its index where all lines stand: among hits, the one nearest to it. */
  reveal: (index: number) => void;
}

/**
 * The searches of a log view: the one whose hits are its rows, and the one for what is typed.
 * @param base feed of all lines, and its rows
 * @param handle of the list on the screen
 */
export function useLogSearch(
  source: LineSource,
  question: LogQuestion,
  base: LineFeed,
  baseRows: LineRows,
  handle: RefObject<LogLinesHandle | null>,
): LogSearch {
  const api = useApi();
  const rows = rowsQuery(question);
  const wanted = findQuery(question);
  const isOne = rows !== null && JSON.stringify(rows) === JSON.stringify(wanted);
  const rowsSearch = useLineSearch(source, rows);
  const ownSearch = useLineSearch(source, isOne ? null : wanted);
  const find = isOne ? rowsSearch : ownSearch;
  const rowsProgress = rowsSearch.progress;
  const hits = useHitFeed(rowsProgress?.searchId ?? null);
  const [here, setHere] = useState<Here | null>(null);
  const [asked, setAsked] = useState<{ index: number } | null>(null);
  const [row, setRow] = useState<number | null>(null);

  const isFiltered = rows !== null;
  const rowsId = isFiltered ? (rowsProgress?.searchId ?? null) : null;
  const feed = isFiltered ? (hits?.feed ?? null) : base;
  const shown = isFiltered ? hits?.rows : baseRows;
  const isListed = shown !== undefined && shown.endIndex > shown.firstIndex;

  // Which row the line is: among hits, the one nearest to it.
  useEffect(() => {
    if (asked === null || (isFiltered && rowsId === null)) return;
    if (rowsId === null) return setRow(asked.index);
    let isLeft = false;
    api.lines.nearestHit({ searchId: rowsId, index: asked.index - 1, direction: 'next' }).then(
      ({ hit }) => {
        if (!isLeft) setRow(hit);
      },
      () => undefined,
    );
    return () => {
      isLeft = true;
    };
  }, [api, asked, isFiltered, rowsId]);

  // The list may be drawn later than its row is known.
  useEffect(() => {
    if (row === null || !isListed || handle.current === null) return;
    handle.current.reveal(row);
    setRow(null);
    setAsked(null);
  }, [row, isListed, handle]);

  const reveal = useCallback((index: number) => setAsked({ index }), []);

  /** Index, where all lines stand, of the first or last line on the screen. */
  function edgeOfScreen(edge: 'top' | 'bottom'): number {
    const { from, to } = handle.current?.onScreen() ?? { from: 0, to: 0 };
    const shown = feed?.line(edge === 'top' ? from : Math.max(from, to - 1));
    return shown ? placeOf(shown, isFiltered) : 0;
  }

  async function step(direction: 'next' | 'previous'): Promise<void> {
    const { progress } = find;
    if (progress === null || progress.endHit <= progress.firstHit) return;
    const { searchId } = progress;
    const isStanding = here !== null && here.searchId === searchId;
    const from = isStanding ? here.index : direction === 'next' ? edgeOfScreen('top') - 1 : edgeOfScreen('bottom') + 1;
    const ask = (index: number) => api.lines.nearestHit({ searchId, index, direction });
    // Past the last one it goes on with the first.
    const around = direction === 'next' ? -1 : Number.MAX_SAFE_INTEGER;
    let found = await ask(from);
    if (found.index === null) found = await ask(around);
    if (found.index === null || found.hit === null) return;
    setHere({ searchId, index: found.index, hit: found.hit });
    reveal(found.index);
  }

  return {
    filtered: isFiltered && hits && rowsProgress ? { ...hits, progress: rowsProgress } : null,
    find,
    here: here !== null && here.searchId === find.progress?.searchId ? here : null,
    // A search that ended meanwhile has nothing to step to; the next one says its own word.
    step: (direction) => void step(direction).catch(() => undefined),
    reveal,
  };
}
