import { type RefObject, useLayoutEffect, useState } from 'react';

/** Height of every row of a table, as `tokens.css` has it. */
export const rowHeightPx = 32;
/** Rows drawn beyond the screen on either side: keys and wheels reach them before they are asked for. */
const overscanRows = 12;
/** The window moves in steps, so that not every pixel of a scroll draws. */
const stepRows = 6;
/** Where nothing is laid out there is no height to go by. */
const rowsWithoutLayout = 60;

/** Rows [from, to) to draw. */
export interface RowWindow {
  from: number;
  to: number;
}

/**
 * Which rows of a long table to draw, by where it is scrolled to. All rows are equally high, so those before and
 * after the window are one empty row each.
 * @param body the `tbody`; what scrolls is its next ancestor that does
 * @param count rows there are
 */
export function useRowWindow(body: RefObject<HTMLElement | null>, count: number): RowWindow {
  const [shown, setShown] = useState<RowWindow>({ from: 0, to: rowsWithoutLayout });
  useLayoutEffect(() => {
    const element = body.current;
    const frame = element && scrollingAncestor(element);
    if (!element || !frame) return;
    const look = () => {
      const height = frame.clientHeight;
      if (height === 0) return;
      const above = frame.getBoundingClientRect().top - element.getBoundingClientRect().top;
      const first = Math.floor(above / rowHeightPx) - overscanRows;
      const from = Math.max(0, Math.floor(first / stepRows) * stepRows);
      const rows = Math.ceil(height / rowHeightPx) + 2 * overscanRows + stepRows;
      setShown((before) => (before.from === from && before.to === from + rows ? before : { from, to: from + rows }));
    };
    look();
    frame.addEventListener('scroll', look, { passive: true });
    const resized = typeof ResizeObserver === 'undefined' ? null : new ResizeObserver(look);
    resized?.observe(frame);
    return () => {
      frame.removeEventListener('scroll', look);
      resized?.disconnect();
    };
  }, [body]);
  const from = Math.min(shown.from, Math.max(0, count - (shown.to - shown.from)));
  return { from, to: Math.min(count, from + (shown.to - shown.from)) };
}

function scrollingAncestor(element: HTMLElement): HTMLElement | null {
  for (let at = element.parentElement; at !== null; at = at.parentElement) {
    if (/auto|scroll/.test(getComputedStyle(at).overflowY)) return at;
  }
  return null;
}
