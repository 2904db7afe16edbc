import type { Engine } from '../docker/engine';
import type { LogLine } from '../docker/logs';
import type { KeptLines } from './keptLines';
import { isUp } from './nextRun';

/** The last lines of a container's log, `count` at most. */
async function readTail(
  engine: Pick<Engine, 'logs'>,
  id: string,
  count: number,
  signal: AbortSignal,
): Promise<LogLine[]> {
  const tail: LogLine[] = [];
  for await (const batch of engine.logs(id, { follow: false, since: null, tail: count }, signal)) tail.push(...batch);
  return tail;
}

/**
 * The last lines of a log that has more than `count`, without those that may be the end of a longer one.
 * @returns none where the log is shorter, or `signal` aborted
 */
export async function wholeTail(
  engine: Pick<Engine, 'logs'>,
  id: string,
  count: number,
  signal: AbortSignal,
): Promise<LogLine[]> {
  const tail = await readTail(engine, id, count, signal);
  return signal.aborted || tail.length < count ? [] : tail.slice(afterFragments(tail));
}

/** True where the log holds a newer line than was read, or the container is over and its stream did not end. */
export async function hasNewer(
  engine: Pick<Engine, 'logs' | 'inspectContainer'>,
  { id, spool, resumePoint }: KeptLines,
  signal: AbortSignal,
): Promise<boolean> {
  if (!isUp(await engine.inspectContainer(id, signal))) return true;
  const known = spool.endIndex;
  const newest = resumePoint.newest;
  const last = (await readTail(engine, id, 1, signal)).at(-1);
  return last !== undefined && last.time !== newest && spool.endIndex === known;
}

/** Entries of a tail in which the first line of a channel may be the end of a long line that began before it. */
const fragmentWindow = 256;

/** Where the lines of a tail are certain to be whole: after the first of each channel. */
function afterFragments(tail: readonly LogLine[]): number {
  const firsts = (['stdout', 'stderr'] as const).map((stream) => tail.findIndex((line) => line.stream === stream));
  let whole = Math.max(0, ...firsts.filter((at) => at < fragmentWindow)) + 1;
  // Nor with a piece of a line that begins before it.
  for (const stream of ['stdout', 'stderr'] as const) {
    const isOwn = (line: LogLine, at: number) => at >= whole && line.stream === stream;
    for (let at = tail.findIndex(isOwn); tail[at]?.continues; at = tail.findIndex(isOwn)) whole = at + 1;
  }
  return whole;
}
