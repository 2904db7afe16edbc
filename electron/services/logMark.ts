import type { LogMark } from '../contract/lines';
import type { SpoolLine } from './spool/block';

const prefix = 'wharf:';

/** A mark as a line of a spool. */
export function markLine(mark: LogMark): SpoolLine {
  const bytes = Buffer.from(`${prefix}${JSON.stringify(mark)}`);
  return { atMs: mark.toMs, nanoseconds: 0, stream: 'mark', bytes, continues: false, hasBreak: true };
}

/** The mark that `markLine` wrote; null for any other text of a `mark` line. */
export function markOf(text: string): LogMark | null {
  return text.startsWith(prefix) ? (JSON.parse(text.slice(prefix.length)) as LogMark) : null;
}
