import type { LogMark } from '../contract/lines';

const prefix = 'wharf:';

/** A mark as the text of a spooled line. */
export function markText(mark: LogMark): string {
  return `${prefix}${JSON.stringify(mark)}`;
}

/** The mark that `markText` wrote; null for any other text of a `mark` line. */
export function markOf(text: string): LogMark | null {
  return text.startsWith(prefix) ? (JSON.parse(text.slice(prefix.length)) as LogMark) : null;
}
