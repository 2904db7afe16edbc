import { useCallback, useMemo, useRef, useState } from 'react';
import type { Container } from '../../../electron/contract/containers';

/** Which rows are chosen. */
export interface Selection {
  /** Chosen containers that are shown, in the order of the table. */
  chosen: readonly Container[];
  ids: ReadonlySet<string>;
  /** Chooses a row or leaves it; with `range`, all from the row that was clicked before. */
  toggle: (id: string, range: boolean) => void;
  /** All that are shown, or none where all are chosen already. */
  toggleAll: () => void;
  clear: () => void;
}

const nothing: ReadonlySet<string> = new Set();

/** Choosing rows: one by one, a range with Shift, all that are shown. What is not shown any more is not chosen. */
export function useSelection(rows: readonly Container[]): Selection {
  const [marked, setMarked] = useState(nothing);
  const last = useRef<string | null>(null);
  const shown = useRef(rows);
  shown.current = rows;

  const chosen = useMemo(() => (marked.size === 0 ? [] : rows.filter(({ id }) => marked.has(id))), [rows, marked]);
  const ids = useMemo(() => new Set(chosen.map(({ id }) => id)), [chosen]);

  const toggle = useCallback((id: string, range: boolean) => {
    const order = shown.current.map((row) => row.id);
    const from = last.current === null ? -1 : order.indexOf(last.current);
    const to = order.indexOf(id);
    last.current = id;
    setMarked((before) => {
      const next = new Set(before);
      const isOn = !before.has(id);
      const touched = range && from >= 0 && to >= 0 ? order.slice(Math.min(from, to), Math.max(from, to) + 1) : [id];
      for (const one of touched) {
        if (isOn) next.add(one);
        else next.delete(one);
      }
      return next;
    });
  }, []);
  const toggleAll = useCallback(() => {
    const order = shown.current.map((row) => row.id);
    setMarked((before) => (order.every((id) => before.has(id)) ? nothing : new Set(order)));
  }, []);
  const clear = useCallback(() => setMarked(nothing), []);

  return { chosen, ids, toggle, toggleAll, clear };
}
