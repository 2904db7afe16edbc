import type { LogLine } from '../docker/logs';
import { logTime } from './logTime';
import { fingerprint } from './resumePoint';
import type { SpoolLine, StoredLine } from './spool/block';

/** Lines that must come as in the tail before its place is believed; time stamps alone may repeat. */
const linesToMatch = 64;

interface LineKey {
  stream: SpoolLine['stream'];
  atMs: number | null;
  nanoseconds: number;
  fingerprint: number;
}

/**
 * Finds, in a log that is read from its beginning, where the tail begins that was read before it. Lines are held back
 * while they may belong to the tail.
 */
export class TailFinder {
  private readonly tail: LineKey[];
  private held: { line: LogLine; key: LineKey }[] = [];

  /** @param tail the first lines of the tail, in order; at least one */
  constructor(tail: readonly StoredLine[]) {
    this.tail = tail.slice(0, linesToMatch).map((line) => ({
      stream: line.stream,
      atMs: line.atMs,
      nanoseconds: line.nanoseconds,
      fingerprint: fingerprint(line.bytes, line.bytes.length + line.cutBytes),
    }));
  }

  /** True once the tail began; what is held back then is the tail's. */
  get isFound(): boolean {
    return this.held.length === this.tail.length;
  }

  /** Takes the next line and answers the lines that are certain to come before the tail. */
  take(line: LogLine): LogLine[] {
    const { atMs, nanoseconds } = logTime(line.time);
    const first = this.tail[0] as LineKey;
    if (this.held.length === 0 && (atMs !== first.atMs || nanoseconds !== first.nanoseconds)) return [line];
    const key = { stream: line.stream, atMs, nanoseconds, fingerprint: fingerprint(line.bytes) };
    this.held.push({ line, key });
    const before: LogLine[] = [];
    while (!this.held.every((one, at) => isSame(one.key, this.tail[at] as LineKey))) {
      before.push((this.held.shift() as { line: LogLine }).line);
    }
    return before;
  }

  /** The lines held back where the log ended before the tail was found. */
  rest(): LogLine[] {
    return this.held.splice(0).map(({ line }) => line);
  }
}

function isSame(a: LineKey, b: LineKey): boolean {
  return (
    a.nanoseconds === b.nanoseconds && a.atMs === b.atMs && a.stream === b.stream && a.fingerprint === b.fingerprint
  );
}
