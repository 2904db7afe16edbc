import type { Container } from '../contract/containers';
import { isFailure } from '../contract/failures';
import type { LinesHead } from '../contract/lines';
import type { LogBatch, LogLine } from '../docker/logs';
import type { Containers } from './containers';
import { delay } from './delay';
import type { EngineLink } from './engine';
import { failureOf } from './failureOf';
import { firstTailIndex, type KeptLines } from './keptLines';
import { LiveValue } from './live';
import { logTime } from './logTime';
import { OlderLines } from './olderLines';
import { emptyHead, type ReadableLines } from './readableLines';
import { compareTimes } from './resumePoint';
import type { LineFinder } from './search/searchPool';

/** What a container's log is read from, and what tells that a stopped container runs again. */
export interface LogSource {
  engineLink: Pick<EngineLink, 'current' | 'check'>;
  containers: Pick<Containers, 'watch' | 'table'>;
  /** Writes an unexpected error down and answers the id that finds it in the app log. */
  logDefect: (error: unknown) => string;
}

/** Waits of the log. */
export interface LogWaits {
  /** How long the stream stays open after its last follower left. */
  graceMs: number;
  /** A follow can go silent for good on rotation: after so long without a line the log is asked whether there are more. */
  silenceMs: number;
  /** First and longest wait before a lost stream is opened again. */
  retryMs: { first: number; longest: number };
  /** Lines that are read first, from the end, of a log that has more. */
  tailLines: number;
}

export const logWaits: LogWaits = {
  graceMs: 3_000,
  silenceMs: 30_000,
  retryMs: { first: 100, longest: 2_000 },
  tailLines: 2_000,
};

/**
 * Why reading stopped: the engine ended the stream, the stream went silent although there was more to read, or the part
 * of the log that was asked for begins after what is known.
 */
type Pass = 'ended' | 'stalled' | 'tooFar';

const isUp = (container: Container) => container.state === 'running' || container.state === 'paused';

/**
 * The log of one container, in a spool: read as long as somebody follows it, once for all followers, and opened again
 * where it stopped after whatever loses the stream. Of a long log its tail is read first, and what is older beside it.
 */
export class ContainerLog implements ReadableLines {
  readonly head = new LiveValue<LinesHead>(emptyHead('opening'));
  private readonly older: OlderLines;
  private followers = 0;
  private reading: AbortController | null = null;
  private graceTimer: NodeJS.Timeout | null = null;
  private restartToMark: number | null = null;

  constructor(
    readonly kept: KeptLines,
    private readonly source: LogSource,
    private readonly waits: LogWaits,
  ) {
    this.older = new OlderLines(kept, source.engineLink, waits.retryMs.longest, () => this.show());
    this.show();
  }

  get isFollowed(): boolean {
    return this.followers > 0;
  }

  /** True while the engine's stream is open or being opened. */
  get isReading(): boolean {
    return this.reading !== null;
  }

  /** One more follower: opens the stream where it is not. */
  enter(): void {
    this.followers += 1;
    if (this.graceTimer) clearTimeout(this.graceTimer);
    this.graceTimer = null;
    if (this.reading) return;
    const controller = new AbortController();
    this.reading = controller;
    this.show('opening', null);
    void this.keepReading(controller.signal).finally(() => {
      if (this.reading === controller) this.reading = null;
    });
  }

  /** One follower less: the stream closes some time after the last one. */
  leave(): void {
    this.followers -= 1;
    if (this.followers === 0) this.graceTimer = setTimeout(() => this.close(), this.waits.graceMs);
  }

  /** Closes the stream. Lines stay. */
  close(): void {
    if (this.graceTimer) clearTimeout(this.graceTimer);
    this.graceTimer = null;
    this.reading?.abort();
    this.reading = null;
  }

  /** Closes the stream and writes down what is in memory. */
  async end(): Promise<void> {
    this.close();
    this.older.stop();
    await this.older.done();
    await this.kept.close();
  }

  read(fromIndex: number, toIndex: number) {
    return this.kept.read(fromIndex, toIndex);
  }

  readWhole(fromIndex: number, toIndex: number) {
    return this.kept.readStored(fromIndex, toIndex, true);
  }

  times(fromIndex: number, toIndex: number) {
    return this.kept.times(fromIndex, toIndex);
  }

  find(finder: LineFinder, from: number, to: number, signal: AbortSignal) {
    return finder.find(this.kept.spool, from, to, signal);
  }

  /** Forgets the lines so far. @returns how many ms `unclear` can take that back */
  clear(): number {
    this.older.stop();
    const undoMs = this.kept.clear();
    this.show();
    return undoMs;
  }

  /** Brings back what `clear` took; false where it is too late. */
  unclear(): boolean {
    const restored = this.kept.unclear();
    if (restored && this.reading) this.older.start(this.reading.signal);
    this.show();
    return restored;
  }

  /** The spool dropped lines, or takes no more: then there is nothing to read for. */
  spoolChanged(): void {
    this.show();
    if (this.kept.spool.failure) this.close();
  }

  /** Goes on with another container of the same name. */
  async switchTo(container: Pick<Container, 'id' | 'createdAtMs'>): Promise<void> {
    const { kept } = this;
    if (container.id === kept.id) return;
    this.older.stop();
    if (!kept.isFresh) kept.mark({ kind: 'recreated', fromMs: kept.newestAtMs, toMs: container.createdAtMs });
    kept.startOver(container.id);
    this.restartToMark = null;
    this.show();
    await kept.save({ startedAtMs: null, tailIndex: null });
  }

  /** Tells followers which lines there are now. */
  private show(state = this.head.value.state, failure = this.head.value.failure): void {
    const { firstIndex, droppedCount, spool } = this.kept;
    const { endIndex } = spool;
    const range = { ...this.head.value, firstIndex, endIndex, droppedCount, olderCount: this.olderCount() };
    const failed = spool.failure;
    this.head.set(
      failed
        ? { ...range, state: 'failed', failure: failed.toValue() }
        : { ...range, state, failure: state === 'live' || state === 'ended' ? null : failure },
    );
  }

  private olderCount(): number | null {
    return this.kept.wantsOlder ? (this.older.count ?? 0) : null;
  }

  private async keepReading(signal: AbortSignal): Promise<void> {
    const { spool } = this.kept;
    let retryMs = this.waits.retryMs.first;
    let endedRunMs: number | null = null;
    while (!signal.aborted && !spool.failure) {
      const endIndex = spool.endIndex;
      try {
        const container = await this.source.engineLink.current().inspectContainer(this.kept.id, signal);
        if (signal.aborted) return;
        const isRepeat = !isUp(container) && endedRunMs !== null && endedRunMs === container.finishedAtMs;
        if (!isRepeat) {
          await this.noteRun(container);
          if (this.kept.isFresh) await this.readTail(signal);
          if (signal.aborted) return;
          this.older.start(signal);
          if (isUp(container)) this.show('live');
          let pass = await this.readOnce(signal, this.waits.tailLines * 2);
          if (pass === 'tooFar') pass = await this.readOnce(signal, null);
          if (signal.aborted || spool.failure) return;
          endedRunMs = pass === 'ended' && !isUp(container) ? (container.finishedAtMs ?? 0) : null;
        }
        if (endedRunMs !== null) {
          this.show('ended');
          if (await this.untilRunning(signal, false)) endedRunMs = null;
        }
      } catch (error) {
        if (signal.aborted) return;
        if (isFailure(error, 'CONTAINER_MISSING') && !this.kept.isFresh) {
          this.show('ended');
          await this.untilRunning(signal, true);
          endedRunMs = null;
        } else if (!this.isPassing(error)) {
          return;
        }
      }
      retryMs = spool.endIndex > endIndex ? this.waits.retryMs.first : retryMs;
      await delay(retryMs, signal);
      retryMs = Math.min(retryMs * 2, this.waits.retryMs.longest);
    }
  }

  /** Shows a failure; false where trying again would not help. */
  private isPassing(error: unknown): boolean {
    const failure = failureOf(error, this.source.logDefect);
    const passes =
      failure.code === 'ENGINE_UNREACHABLE' ||
      failure.code === 'ENGINE_NOT_ANSWERING' ||
      failure.code === 'ENGINE_REFUSED' ||
      failure.code === 'LOG_STREAM_CORRUPTED';
    // A lost stream tells that the engine is gone before its next ping does.
    if (failure.code === 'ENGINE_UNREACHABLE') void this.source.engineLink.check();
    this.show(passes ? 'reconnecting' : 'failed', failure);
    return passes;
  }

  private async noteRun({ startedAtMs, name }: Container): Promise<void> {
    const known = this.kept.record;
    if (known.startedAtMs !== null && startedAtMs !== null && startedAtMs > known.startedAtMs) {
      this.restartToMark = startedAtMs;
    }
    if (startedAtMs === known.startedAtMs && name === known.name) return;
    await this.kept.save({ startedAtMs: startedAtMs ?? known.startedAtMs, name });
  }

  /**
   * Reads the last lines of a log that has more than those, so that there is something to see at once. A shorter one is
   * read from its beginning instead.
   */
  private async readTail(signal: AbortSignal): Promise<void> {
    const { tailLines } = this.waits;
    const tail: LogLine[] = [];
    const options = { follow: false, since: null, tail: tailLines };
    const engine = this.source.engineLink.current();
    for await (const batch of engine.logs(this.kept.id, options, signal)) tail.push(...batch);
    if (signal.aborted || tail.length < tailLines) return;
    const whole = tail.slice(afterFragments(tail));
    if (whole.length === 0) return;
    this.kept.spool.startAt(firstTailIndex);
    await this.kept.save({ zeroIndex: firstTailIndex, tailIndex: firstTailIndex });
    this.take(whole);
  }

  /**
   * Follows the log from where it was read to.
   * @param tail lines from its end to look for that place in, null for all: the engine finds a time only by reading
   *   everything before it
   */
  private async readOnce(signal: AbortSignal, tail: number | null): Promise<Pass> {
    const controller = new AbortController();
    const abort = () => controller.abort();
    signal.addEventListener('abort', abort, { once: true });
    const watchdog = new SilenceWatchdog(this.waits.silenceMs, async () => {
      if (await this.hasMore(controller.signal)) abort();
    });
    const { resumePoint, spool } = this.kept;
    try {
      const engine = this.source.engineLink.current();
      const since = resumePoint.resume(engine.facts.product === 'Docker');
      const options = { follow: true, since, tail: since === null ? null : tail };
      const newest = options.tail === null ? null : resumePoint.newest;
      let isReached = newest === null;
      for await (const batch of engine.logs(this.kept.id, options, controller.signal)) {
        if (controller.signal.aborted) break;
        watchdog.heard();
        if (!isReached && newest !== null) {
          const next = batch.find((line) => line.time !== '' && compareTimes(line.time, newest) >= 0);
          if (next && compareTimes(next.time, newest) > 0) return 'tooFar';
          isReached = next !== undefined;
        }
        this.take(batch);
        await spool.drained();
        if (spool.failure) break;
      }
      return controller.signal.aborted ? 'stalled' : 'ended';
    } finally {
      watchdog.stop();
      signal.removeEventListener('abort', abort);
      abort();
    }
  }

  private take(batch: LogBatch): void {
    const { kept } = this;
    for (const line of batch) {
      const novelty = kept.resumePoint.take(line);
      if (novelty === 'seen') continue;
      if (novelty === 'gap') kept.mark({ kind: 'gap', fromMs: kept.newestAtMs, toMs: logTime(line.time).atMs });
      if (this.restartToMark !== null && (logTime(line.time).atMs ?? 0) >= this.restartToMark) {
        kept.mark({ kind: 'restarted', fromMs: kept.newestAtMs, toMs: this.restartToMark });
        this.restartToMark = null;
      }
      kept.append(line);
    }
    this.show();
  }

  /** True where the log holds a newer line than was read, or the container is over and its stream did not end. */
  private async hasMore(signal: AbortSignal): Promise<boolean> {
    const engine = this.source.engineLink.current();
    const { id, spool, resumePoint } = this.kept;
    if (!isUp(await engine.inspectContainer(id, signal))) return true;
    const known = spool.endIndex;
    const newest = resumePoint.newest;
    const tail: LogBatch = [];
    for await (const batch of engine.logs(id, { follow: false, since: null, tail: 1 }, signal)) tail.push(...batch);
    const last = tail.at(-1);
    return last !== undefined && last.time !== newest && spool.endIndex === known;
  }

  /**
   * Resolves when the table of containers says that this one runs, or that another one has taken its name; true where the
   * log goes on with that.
   * @param isGone the container is known to be removed
   */
  private async untilRunning(signal: AbortSignal, isGone: boolean): Promise<boolean> {
    let gone = isGone;
    const { id, record } = this.kept;
    for await (const event of this.source.containers.watch(signal)) {
      if (event.type === 'stale') continue;
      const rows = event.type === 'snapshot' ? event.containers : event.upserted;
      const own = rows.find((row) => row.id === id);
      if (own && isUp(own)) return false;
      if (event.type === 'patch' && event.removed.includes(id)) gone = true;
      if (event.type === 'snapshot') gone = own === undefined;
      const heir = gone && (rows.find((row) => row.name === record.name) ?? this.namesake());
      if (!heir || heir.id === id) continue;
      await this.switchTo(heir);
      return true;
    }
    return false;
  }

  private namesake(): Container | undefined {
    return this.source.containers.table().find((row) => row.name === this.kept.record.name);
  }
}

/** Entries of a tail in which the first line of a channel may be the end of a long line that began before it. */
const fragmentWindow = 256;

/** Where the lines of a tail are certain to be whole: after the first of each channel. */
function afterFragments(tail: readonly LogLine[]): number {
  const firsts = (['stdout', 'stderr'] as const).map((stream) => tail.findIndex((line) => line.stream === stream));
  return Math.max(0, ...firsts.filter((at) => at < fragmentWindow)) + 1;
}

/** Calls `onSilence` each time nothing was heard for `silenceMs`. */
class SilenceWatchdog {
  private timer: NodeJS.Timeout;

  constructor(silenceMs: number, onSilence: () => Promise<void>) {
    this.timer = setTimeout(() => {
      // A check that fails says nothing about the stream: an engine that is gone breaks it by itself.
      onSilence().then(
        () => this.heard(),
        () => this.heard(),
      );
    }, silenceMs);
  }

  heard(): void {
    this.timer.refresh();
  }

  stop(): void {
    clearTimeout(this.timer);
  }
}
