/** What to read of a container's log. */
export interface LogOptions {
  follow: boolean;
  /** Only lines later than this RFC 3339 time stamp with nanoseconds, as the engine wrote it. */
  since: string | null;
  /** Only the last so many lines; null: all. */
  tail: number | null;
}

/** One line as the container wrote it. */
export interface LogLine {
  stream: 'stdout' | 'stderr';
  /** RFC 3339 with nanoseconds, as the engine stamps it; empty where it gave none. */
  time: string;
  text: string;
  /** Bytes cut away from an over-long line. */
  cutBytes: number;
}

/** Lines that arrived together. */
export type LogBatch = LogLine[];
