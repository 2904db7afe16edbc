import type { LogLine } from '../docker/logs';
import type { SpoolLine } from './spool/block';

/** A time stamp in two numbers: epoch ms, null for none, and what it says beyond the millisecond, 0 to 999,999. */
export interface LogTime {
  atMs: number | null;
  nanoseconds: number;
}

let secondsText = '';
let secondsMs = 0;

/** Reads an engine's time stamp. Parsing a date costs more than all else of a line: that is done once a second. */
export function logTime(time: string): LogTime {
  if (time === '') return { atMs: null, nanoseconds: 0 };
  if (time.length !== 30 || !time.endsWith('Z')) return otherTime(time);
  const seconds = time.slice(0, 19);
  if (seconds !== secondsText) {
    secondsMs = Date.parse(`${seconds}Z`);
    secondsText = seconds;
  }
  let fraction = 0;
  for (let at = 20; at < 29; at += 1) fraction = fraction * 10 + time.charCodeAt(at) - 48;
  return { atMs: secondsMs + Math.floor(fraction / 1_000_000), nanoseconds: fraction % 1_000_000 };
}

/** A stamp of another shape: fewer digits, or a zone (Podman). */
function otherTime(time: string): LogTime {
  const fraction = Number((/\.(\d{1,9})/.exec(time)?.[1] ?? '').padEnd(9, '0'));
  const seconds = Math.floor(Date.parse(time) / 1000);
  if (!Number.isFinite(seconds)) return { atMs: null, nanoseconds: 0 };
  return { atMs: seconds * 1000 + Math.floor(fraction / 1_000_000), nanoseconds: fraction % 1_000_000 };
}

/** The stamp as Docker writes it; empty for none. @example logStamp({ atMs: 0, nanoseconds: 5 }) // '1970-01-01T00:00:00.000000005Z' */
export function logStamp({ atMs, nanoseconds }: LogTime): string {
  if (atMs === null) return '';
  return `${new Date(atMs).toISOString().slice(0, -1)}${String(nanoseconds).padStart(6, '0')}Z`;
}

/** A line of the engine as a spool keeps it. */
export function spoolLine({ stream, time, bytes, continues, hasBreak }: LogLine): SpoolLine {
  // Written out: spreading two objects into a third takes longer than all else of a line.
  const { atMs, nanoseconds } = logTime(time);
  return { atMs, nanoseconds, stream, bytes, continues, hasBreak };
}
