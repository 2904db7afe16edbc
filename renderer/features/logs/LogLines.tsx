import {
  type KeyboardEvent,
  type RefObject,
  useCallback,
  useEffect,
  useId,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { VList, type VListHandle } from 'virtua';
import { useFormat } from '../../lib/format';
import { useText } from '../../lib/i18n';
import { useNow } from '../../lib/useNow';
import { useReader } from '../../lib/useReader';
import { FieldNames } from './FieldNames';
import type { Ranges } from './highlight';
import { LogLine } from './LogLine';
import styles from './LogLines.module.css';
import type { ShownLine } from './lineBlocks';
import type { LineColumns } from './lineColumns';
import type { LineFeed } from './lineFeed';
import type { LineRows } from './lineRows';
import { logTexts } from './locale';
import { WholeLogRail } from './WholeLogRail';

/** px of a row that does not wrap, as the style sheet has it. */
const rowHeight = 20;

/** Rows read beyond the screen on either side. */
const overscanRows = 40;

/** How the toolbar moves the list, and what it reads off it. */
export interface LogLinesHandle {
  toStart: () => void;
  toEnd: () => void;
  /** Brings row `index` to the middle of the screen, and leaves the end for it. */
  reveal: (index: number) => void;
  /** Indices [from, to) of the rows on the screen. */
  onScreen: () => { from: number; to: number };
  focus: () => void;
}

/** What is marked, folded and open in a view; by row where nothing else is said. */
export interface LineMarks {
  hitsOf: (shown: ShownLine) => Ranges;
  /** Index of the line that the search stands at, where all lines stand. */
  found: number | null;
  /** Rows [from, to) that a person chose. */
  chosen: { from: number; to: number } | null;
  isFolded: (entryHead: number) => boolean;
  isOpen: (index: number) => boolean;
  /** Where rows are hits: the first index of what is searched, so that hidden lines can be counted; null elsewhere. */
  searchedFrom: number | null;
  /** Grows as more hits are known. */
  answers: number;
}

interface LogLinesProps {
  feed: LineFeed;
  rows: LineRows;
  wrap: boolean;
  columns: LineColumns;
  marks: LineMarks;
  handle: RefObject<LogLinesHandle | null>;
}

/** Index of a line where all lines stand. */
export const placeOf = ({ line }: ShownLine, isSearch: boolean): number =>
  isSearch ? (line.from?.index ?? line.index) : line.index;

/** Indices of the rows that fill a screen at the end: they are drawn before the list is scrolled to them. */
function lastRows(count: number, heightPx: number): number[] {
  const length = Math.min(count, Math.ceil(heightPx / rowHeight) + 1);
  return Array.from({ length }, (_, at) => count - length + at);
}

const blankRow = {
  shown: undefined,
  nowMs: 0,
  hits: [],
  state: null,
  foldedCount: 0,
  moreCount: 0,
  folded: false,
  hiddenBefore: 0,
  open: false,
} as const;

const upKeys = new Set(['ArrowUp', 'PageUp']);

/** The list of a log: it stays at the end until the reader scrolls up, and again once they are back there. */
export function LogLines({ feed, rows, wrap, columns, marks, handle }: LogLinesProps) {
  const t = useText(logTexts);
  const format = useFormat();
  const frame = useRef<HTMLDivElement>(null);
  const list = useRef<VListHandle>(null);
  const isFocused = useRef(false);
  const reader = useReader();
  const wanted = useRef<number | null>(null);
  const id = useId();
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
    // At the end nothing is scrolled to: what fills the screen is enough.
    const beyond = following ? 0 : overscanRows;
    feed.see(Math.max(0, from - beyond), to + beyond);
  }, [feed, onScreen, following]);

  useLayoutEffect(() => {
    const scroller = frame.current?.firstElementChild;
    if (!following || count === 0 || !scroller) return;
    // At once, so that no frame shows the old place; then again as rows that wrap are measured.
    scroller.scrollTop = scroller.scrollHeight;
    if (wrap) list.current?.scrollToIndex(count - 1, { align: 'end' });
  }, [following, count, first, wrap, columns, generation]);

  const { isFolded, isOpen } = marks;
  useLayoutEffect(() => {
    // Rows that open or fold change the height after they were measured.
    const now = feed.snapshot();
    if (now.following) list.current?.scrollToIndex(now.endIndex - now.firstIndex - 1, { align: 'end' });
  }, [feed, isFolded, isOpen]);

  // Other rows are another element: it takes over the focus, so that keys go on working.
  useLayoutEffect(() => {
    const scroller = frame.current?.firstElementChild;
    if (isFocused.current && scroller instanceof HTMLElement) scroller.focus({ preventScroll: true });
  }, [generation]);

  useEffect(see, [see]);

  // A row that was asked for while it was not among the rows is shown as soon as it is.
  useEffect(() => {
    if (wanted.current !== null) showWanted();
  });

  const toEnd = () => feed.follow(true);
  const toStart = () => {
    feed.follow(false);
    feed.reach(feed.all().first);
    requestAnimationFrame(() => list.current?.scrollToIndex(0, { align: 'start' }));
  };
  function showWanted() {
    const at = (wanted.current ?? 0) - first;
    if (list.current === null || at < 0 || at >= count) return;
    wanted.current = null;
    list.current.scrollToIndex(at, { align: 'center' });
  }

  const reveal = (index: number) => {
    feed.follow(false);
    if (index < first || index >= end) feed.reach(index);
    wanted.current = index;
    showWanted();
  };
  const focus = () => {
    const scroller = frame.current?.firstElementChild;
    if (scroller instanceof HTMLElement) scroller.focus({ preventScroll: true });
  };
  useImperativeHandle(handle, () => ({ toStart, toEnd, reveal, onScreen, focus }));

  function onScroll(offset: number) {
    see();
    const view = list.current;
    if (!view || !reader.isScrolling()) return;
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
    reader.intend();
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    // By key code: with a Korean layout the key itself is a letter of Hangul.
    if ((event.key === 'End' && !event.shiftKey) || (event.code === 'KeyG' && event.shiftKey)) {
      event.preventDefault();
      toEnd();
    } else if ((event.key === 'Home' || event.code === 'KeyG') && !event.shiftKey) {
      event.preventDefault();
      toStart();
    } else if (upKeys.has(event.key) && list.current && list.current.scrollSize > list.current.viewportSize) {
      feed.follow(false);
    }
  }

  function row(index: number) {
    const shown = feed.line(index);
    if (shown === undefined) return <LogLine key={index} {...blankRow} columns={columns} t={t} format={format} />;
    const { entryHead } = shown;
    const { searchedFrom, chosen } = marks;
    const isSearch = searchedFrom !== null;
    const length = entryHead === index ? feed.entryLength(index) : 1;
    const before = isSearch && index > first ? feed.line(index - 1) : undefined;
    const hiddenFrom = index === first ? (searchedFrom ?? 0) - 1 : before ? placeOf(before, true) : null;
    return (
      <LogLine
        key={index}
        t={t}
        format={format}
        shown={shown}
        columns={columns}
        nowMs={columns.timestamps === 'relative' ? nowMs : 0}
        hits={marks.hitsOf(shown)}
        state={
          marks.found === placeOf(shown, isSearch)
            ? 'found'
            : chosen && index >= chosen.from && index < chosen.to
              ? 'chosen'
              : null
        }
        foldedCount={length > 1 && marks.isFolded(index) ? length - 1 : 0}
        moreCount={length - 1}
        folded={entryHead !== index && marks.isFolded(entryHead)}
        hiddenBefore={isSearch && hiddenFrom !== null ? Math.max(0, placeOf(shown, true) - hiddenFrom - 1) : 0}
        open={marks.isOpen(index)}
      />
    );
  }

  const { before, after } = feed.beyond();
  const isMapped = before || after || feed.isWindow;
  return (
    <>
      {columns.fields.length > 0 && feed.hasJson && <FieldNames columns={columns} />}
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
          onWheel={reader.intend}
          onTouchMove={reader.intend}
          onPointerDown={reader.press}
          tabIndex={0}
          id={id}
          role="log"
          aria-live="off"
          aria-label={t('lines')}
          data-wrap={wrap ? 'on' : 'off'}
          data-mapped={isMapped || undefined}
        >
          {(_: unknown, at: number) => row(first + at)}
        </VList>
        {isMapped && (
          <WholeLogRail listId={id} all={feed.all()} onScreen={onScreen} onMove={reveal} version={rows.version} />
        )}
      </div>
    </>
  );
}
