import { everyLine } from '../../../electron/contract/linePattern';
import type { LineQuery } from '../../../electron/contract/lines';
import { type LogLevel, logLevels } from '../../../electron/contract/logText';
import type { LogAddress } from '../../lib/logAddress';

/** A level that can be shown or hidden; `none`: lines that nothing speaks for a level. */
export type ShownLevel = LogLevel | 'none';
export const shownLevels: readonly ShownLevel[] = [...logLevels, 'none'];

/** What is typed into the search, and how it is meant. */
export interface Find {
  text: string;
  isRegex: boolean;
  matchCase: boolean;
  wholeWord: boolean;
}

/** A search and a filter, as an address holds them. */
export interface LogQuestion {
  find: Find;
  /** Only the lines with a hit are shown. */
  onlyHits: boolean;
  hide: string;
  /** Empty: all. */
  levels: ShownLevel[];
  stream: 'stdout' | 'stderr' | null;
  /** Epoch ms: the part of the log that is searched; null for no bound. */
  fromMs: number | null;
  beforeMs: number | null;
}

/** What the address asks for. */
export function questionOf({
  find = '',
  how = '',
  hide = '',
  levels = '',
  stream,
  since,
  until,
}: LogAddress): LogQuestion {
  const wanted = levels.split(',');
  return {
    find: {
      text: find,
      isRegex: how.includes('r'),
      matchCase: how.includes('c'),
      wholeWord: how.includes('w'),
    },
    onlyHits: how.includes('o'),
    hide,
    levels: shownLevels.filter((level) => wanted.includes(level)),
    stream: stream ?? null,
    fromMs: since ?? null,
    beforeMs: until ?? null,
  };
}

/** The address that asks for it; the part of the log is its own. */
export function addressOf({ find, onlyHits, hide, levels, stream }: LogQuestion): LogAddress {
  const letters = [find.matchCase && 'c', find.wholeWord && 'w', find.isRegex && 'r', onlyHits && 'o'];
  return {
    find: find.text || undefined,
    how: letters.filter(Boolean).join('') || undefined,
    hide: hide || undefined,
    levels: levels.join(',') || undefined,
    stream: stream ?? undefined,
  };
}

function filterOf({ hide, levels, stream, fromMs, beforeMs }: LogQuestion): LineQuery {
  return { ...everyLine, exclude: hide, levels, streams: stream === null ? [] : [stream], fromMs, beforeMs };
}

/** The search whose hits are the rows; null where every line is a row. */
export function rowsQuery(question: LogQuestion): LineQuery | null {
  if (question.onlyHits && question.find.text !== '') return findQuery(question);
  const { hide, levels, stream } = question;
  return hide === '' && levels.length === 0 && stream === null ? null : filterOf(question);
}

/** The search for what is typed, among the rows; null where nothing is. */
export function findQuery(question: LogQuestion): LineQuery | null {
  if (question.find.text === '') return null;
  return { ...filterOf(question), ...question.find };
}

/** The question without what leaves lines out: all lines, the search still marked in them. */
export const unfiltered = (question: LogQuestion): LogQuestion => ({
  ...question,
  onlyHits: false,
  hide: '',
  levels: [],
  stream: null,
});
