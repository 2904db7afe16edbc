import { useEffect, useMemo, useReducer, useState } from 'react';
import type { LineMarks } from './LogLines';
import type { LineFeed } from './lineFeed';
import { LineMarker, type MarkerWorker } from './lineMarker';
import { useLogPreferences } from './logPreferences';
import type { Find } from './logQuery';

function makeWorker(): MarkerWorker {
  return new Worker(new URL('./markerWorker.ts', import.meta.url), { type: 'module' }) as unknown as MarkerWorker;
}

/** A set of numbers that a click adds to or takes from; empty again with every new `owner`. */
function useToggled(owner: unknown): { has: (value: number) => boolean; toggle: (value: number) => void } {
  const [state, setState] = useState<{ owner: unknown; values: ReadonlySet<number> }>({ owner, values: new Set() });
  const values = state.owner === owner ? state.values : undefined;
  return useMemo(
    () => ({
      has: (value) => values?.has(value) ?? false,
      toggle: (value) => {
        const next = new Set(values);
        if (!next.delete(value)) next.add(value);
        setState({ owner, values: next });
      },
    }),
    [owner, values],
  );
}

/**
 * What is marked in the rows of `feed`: hits of what is searched for, folded entries, opened JSON.
 * @returns `marks` for the list, and what a click on a row does
 */
export function useLineMarks(
  feed: LineFeed,
  find: Find,
  found: number | null,
  chosen: LineMarks['chosen'],
  searchedFrom: number | null,
): { marks: LineMarks; toggleFold: (entryHead: number) => void; toggleOpen: (index: number) => void } {
  const { fold } = useLogPreferences();
  const [answers, onMarked] = useReducer((count: number) => count + 1, 0);
  const { text, isRegex, matchCase, wholeWord } = find;
  const marker = useMemo(
    () => new LineMarker({ text, isRegex, matchCase, wholeWord }, makeWorker, onMarked),
    [text, isRegex, matchCase, wholeWord],
  );
  useEffect(() => () => marker.close(), [marker]);
  const foldOwner = useMemo(() => ({ feed, fold }), [feed, fold]);
  const unlike = useToggled(foldOwner);
  const opened = useToggled(feed);
  const marks = useMemo(
    (): LineMarks => ({
      hitsOf: ({ ansi }) => marker.rangesOf(ansi),
      found,
      chosen,
      isFolded: (entryHead) => fold !== unlike.has(entryHead),
      isOpen: opened.has,
      searchedFrom,
      answers,
    }),
    [marker, answers, found, chosen, fold, unlike, opened, searchedFrom],
  );
  return { marks, toggleFold: unlike.toggle, toggleOpen: opened.toggle };
}
