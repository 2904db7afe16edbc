import type { Line } from '../../../electron/contract/lines';
import { withoutColors } from './ansiLine';

/** The entry that a line may go on with: a log statement and the lines that belong to it, e.g. its traceback. */
export interface OpenEntry {
  /** Index of its first line. */
  head: number;
  /** Lines in it so far. */
  length: number;
  /** What its lines were last, which says how it may go on. */
  kind: 'plain' | 'python' | 'pythonEnd' | 'go' | 'rust';
  stream: Line['stream'];
  containerId: string | null;
  atMs: number | null;
  /** Its newest line, without colours. */
  last: string;
  /** Index of that line where all lines stand: those of a search have others between them. */
  lastPlace: number;
}

/** Lines of one entry at most, so that an indented file poured into a log stays a log. */
const entryLimit = 2000;

/** A traceback is printed in one go: what comes later than this belongs to something else. */
const togetherMs = 250;

const blank = /^\s*$/;
const indented = /^[\t ]+\S/;
const pythonStart = /^(?:Traceback \(most recent call last\):|\s*\+ Exception Group Traceback)/;
const pythonChain =
  /^(?:During handling of the above exception, another exception occurred:|The above exception was the direct cause of)/;
const pythonLast = /^[A-Za-z_][\w.]*(?::\s|:?$)/;
const javaMore = /^(?:Caused by|Suppressed): /;
const javaName = /^(?:[\w$]+\.)+[\w$]*(?:Exception|Error|Throwable)(?:: |$)/;
const goPanic = /(?:^|\s)(?:panic|fatal error): |: panic serving /;
const goMore = /^(?:goroutine \d+ \[|\[signal |created by |exit status \d+|[\w./*()[\]{}$-]+\(.*\)$|runtime\.)/;
const rustPanic = /^thread '.*' (?:\(\d+\) )?panicked at /;
const rustMore = /^(?:stack backtrace:|note: )/;
const closing = /^[}\])]+[,;]?$/;
const soundsWrong = /\b(?:error|exception|critical|fatal|failed|severe|panic)\b/i;

/** How `text` goes on with an entry, null where it begins one of its own. */
function continuation(entry: OpenEntry, text: string): OpenEntry['kind'] | null {
  const { kind, last } = entry;
  if (pythonStart.test(text))
    return kind === 'python' || soundsWrong.test(last) || pythonChain.test(last) ? 'python' : null;
  if (indented.test(text)) return kind === 'pythonEnd' ? 'plain' : kind;
  if (blank.test(text)) return kind === 'plain' ? null : kind;
  if (javaMore.test(text)) return kind;
  switch (kind) {
    case 'python':
      if (pythonChain.test(text)) return 'python';
      return pythonLast.test(text) && !blank.test(last) ? 'pythonEnd' : null;
    case 'pythonEnd':
      return pythonChain.test(text) ? 'python' : null;
    case 'go':
      return goMore.test(text) ? 'go' : null;
    case 'rust':
      return rustMore.test(text) ? 'rust' : null;
    case 'plain':
      if (goPanic.test(last) && goMore.test(text)) return 'go';
      if (javaName.test(text) && soundsWrong.test(last)) return 'plain';
      return closing.test(text) && indented.test(last) ? 'plain' : null;
    default:
      return null;
  }
}

const kindOfHead = (text: string): OpenEntry['kind'] =>
  pythonStart.test(text) ? 'python' : goPanic.test(text) ? 'go' : rustPanic.test(text) ? 'rust' : 'plain';

/**
 * Puts `line` to the entry before it, or begins one with it: tracebacks of Python, Java, Go, Rust and JavaScript, and
 * whatever is indented under a line. Lines of another stream, of another container or much later never join.
 * @param open the entry that the line before belongs to; null where none does
 */
export function nextEntry(open: OpenEntry | null, line: Line): OpenEntry | null {
  if (line.stream === 'mark') return null;
  const text = withoutColors(line.text);
  const { stream, atMs } = line;
  const containerId = line.from?.containerId ?? null;
  const place = line.from?.index ?? line.index;
  const own = { stream, containerId, atMs, last: text, lastPlace: place };
  const joins =
    open !== null &&
    open.stream === stream &&
    open.containerId === containerId &&
    open.lastPlace === place - 1 &&
    open.length < entryLimit &&
    (open.atMs === null || atMs === null || atMs - open.atMs <= togetherMs);
  const kind = joins ? continuation(open, text) : null;
  return kind !== null && open !== null
    ? { ...open, ...own, kind, length: open.length + 1 }
    : { ...own, head: line.index, length: 1, kind: kindOfHead(text) };
}
