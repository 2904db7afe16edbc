/** What to read of a container's log. */
export interface LogOptions {
  follow: boolean;
  /** Only lines later than this RFC 3339 time stamp with nanoseconds, as the engine wrote it. */
  since: string | null;
  /** Only the last so many lines; null: all. */
  tail: number | null;
}

/** One line as the container wrote it, or a piece of a very long one. */
export interface LogLine {
  stream: 'stdout' | 'stderr';
  /** RFC 3339 with nanoseconds, as the engine stamps it; empty where it gave none. */
  time: string;
  /** As written, without the line break; may be a view of what arrived. `lineText` makes it readable. */
  bytes: Buffer;
  /** Goes on with the line before of this stream, which was too long for one piece; its time is that line's. */
  continues: boolean;
  /** False where a piece follows, or where the container ended, or started again, without a line break. */
  hasBreak: boolean;
}

/** Lines that arrived together. */
export type LogBatch = LogLine[];

/**
 * What a terminal leaves of a line: each carriage return starts it over, those at the end belong to the line break.
 * @param bytes UTF-8; what is invalid becomes U+FFFD
 */
export function lineText(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  if (!text.includes('\r')) return text;
  let end = text.length;
  while (end > 0 && text[end - 1] === '\r') end -= 1;
  return text.slice(text.lastIndexOf('\r', end - 1) + 1, end);
}
