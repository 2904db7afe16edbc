import {
  type KeyboardEvent,
  type RefObject,
  useCallback,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { VList, type VListHandle } from 'virtua';
import { useText } from '../../lib/i18n';
import { useNow } from '../../lib/useNow';
import { LogLine } from './LogLine';
import styles from './LogLines.module.css';
import type { LineFeed, LineRows } from './lineFeed';
import { logTexts } from './locale';
import type { Timestamps } from './logPreferences';

/** px of a row that does not wrap, as the style sheet has it. */
const rowHeight = 20;

/** Rows read beyond the screen on either side. */
const overscanRows = 40;

/** A scroll belongs to the reader where a wheel, key, finger or button of theirs came so shortly before. */
const intentMs = 400;

/** How the toolbar moves the list, and what it reads off it. */
export interface LogLinesHandle {
  toStart: () => void;
  toEnd: () => void;
  /** Indices [from, to) of the lines on the screen. */
  onScreen: () => { from: number; to: number };
}

interface LogLinesProps {
  feed: LineFeed;
  rows: LineRows;
  wrap: boolean;
  timestamps: Timestamps;
  handle: RefObject<LogLinesHandle | null>;
}

/** Indices of the rows that fill a screen at the end: they are drawn before the list is scrolled to them. */
function lastRows(count: number, heightPx: number): number[] {
  const length = Math.min(count, Math.ceil(heightPx / rowHeight) + 1);
  return Array.from({ length }, (_, at) => count - length + at);
}

const upKeys = new Set(['ArrowUp', 'PageUp']);

/** The list of a log: it stays at the end until the reader scrolls up, and again once they are back there. */
export function LogLines({ feed, rows, wrap, timestamps, handle }: LogLinesProps) {
  const t = useText(logTexts);
  const frame = useRef<HTMLDivElement>(null);
  const list = useRef<VListHandle>(null);
  const isFocused = useRef(false);
  const intentAtMs = useRef(Number.NEGATIVE_INFINITY);
  const pointerDown = useRef(false);
  const nowMs = useNow();
  const { following } = rows;

  // Rows that come or go at the front are applied before those at the end: the list keeps its place for one at a time.
  const { firstIndex: first, generation } = rows;
  const [drawn, setDrawn] = useState({ first, end: rows.endIndex, generation });
  const isFrontMoved = drawn.first !== first && drawn.generation === generation && drawn.end > first;
  const end = isFrontMoved ? Math.min(drawn.end, rows.endIndex) : rows.endIndex;
  const count = end - first;

  useLayoutEffect(() => setDrawn({ first, end, generation }), [first, end, generation]);

  const onScreen = useCallback(() => {
    const view = list.current;
    if (!view || count === 0) return { from: first, to: first };
    const from = view.findItemIndex(view.scrollOffset);
    const to = view.findItemIndex(view.scrollOffset + view.viewportSize);
    return { from: first + from, to: Math.min(first + to + 1, end) };
  }, [first, end, count]);

  const see = useCallback(() => {
    const { from, to } = onScreen();
    feed.see(Math.max(0, from - overscanRows), to + overscanRows);
  }, [feed, onScreen]);

  useLayoutEffect(() => {
    const scroller = frame.current?.firstElementChild;
    if (!following || count === 0 || !scroller) return;
    // At once, so that no frame shows the old place; then again as rows that wrap are measured.
    scroller.scrollTop = scroller.scrollHeight;
    if (wrap) list.current?.scrollToIndex(count - 1, { align: 'end' });
  }, [following, count, first, wrap, timestamps, generation]);

  // Other rows are another element: it takes over the focus, so that keys go on working.
  useLayoutEffect(() => {
    const scroller = frame.current?.firstElementChild;
    if (isFocused.current && scroller instanceof HTMLElement) scroller.focus({ preventScroll: true });
  }, [generation]);

  useEffect(see, [see]);

  useEffect(() => {
    // A scrollbar that is let go tells nobody: the next move without a button does.
    const onPointer = (event: PointerEvent) => {
      if (event.buttons === 0) pointerDown.current = false;
    };
    const types = ['pointerup', 'pointercancel', 'pointermove'] as const;
    for (const type of types) window.addEventListener(type, onPointer);
    return () => {
      for (const type of types) window.removeEventListener(type, onPointer);
    };
  }, []);

  const toEnd = () => feed.follow(true);
  const toStart = () => {
    feed.follow(false);
    feed.reach(0);
    requestAnimationFrame(() => list.current?.scrollToIndex(0, { align: 'start' }));
  };
  useImperativeHandle(handle, () => ({ toStart, toEnd, onScreen }));

  const intend = () => {
    intentAtMs.current = performance.now();
  };

  function onScroll(offset: number) {
    see();
    const view = list.current;
    const isReader = pointerDown.current || performance.now() - intentAtMs.current < intentMs;
    if (!view || !isReader) return;
    const toBottom = view.scrollSize - view.viewportSize - offset;
    if (toBottom > rowHeight) feed.follow(false);
    else if (!feed.beyond().after) feed.follow(true);
    else reachOn(end - 1, 'end');
    if (offset < rowHeight && feed.beyond().before) reachOn(first, 'start');
  }

  /** Swaps in the rows around `index`, which stays where it is on the screen. */
  function reachOn(index: number, align: 'start' | 'end') {
    feed.reach(index);
    const { firstIndex } = feed.snapshot();
    requestAnimationFrame(() => list.current?.scrollToIndex(index - firstIndex, { align }));
  }

  function onKeyDown(event: KeyboardEvent) {
    intend();
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    if (event.key === 'End') {
      event.preventDefault();
      toEnd();
    } else if (event.key === 'Home') {
      event.preventDefault();
      toStart();
    } else if (upKeys.has(event.key) && list.current && list.current.scrollSize > list.current.viewportSize) {
      feed.follow(false);
    }
  }

  return (
    <div ref={frame} className={styles.frame}>
      <VList
        key={generation}
        ref={list}
        className={`mono ${styles.lines}`}
        data={{ length: count }}
        itemSize={rowHeight}
        bufferSize={rowHeight * 10}
        shift={isFrontMoved}
        keepMounted={following ? lastRows(count, list.current?.viewportSize ?? 0) : undefined}
        onScroll={onScroll}
        onResize={see}
        onKeyDown={onKeyDown}
        onFocus={() => {
          isFocused.current = true;
        }}
        onBlur={() => {
          isFocused.current = false;
        }}
        onWheel={intend}
        onTouchMove={intend}
        onPointerDown={() => {
          pointerDown.current = true;
        }}
        tabIndex={0}
        role="log"
        aria-live="off"
        aria-label={t('lines')}
        data-wrap={wrap ? 'on' : 'off'}
      >
        {(_: unknown, at: number) => {
          const shown = feed.line(first + at);
          return (
            <LogLine
              key={first + at}
              line={shown?.line}
              ansi={shown?.ansi}
              timestamps={timestamps}
              nowMs={timestamps === 'relative' ? nowMs : 0}
            />
          );
        }}
      </VList>
    </div>
  );
}
