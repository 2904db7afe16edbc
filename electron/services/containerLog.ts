import type { Container } from '../contract/containers';
import { isFailure } from '../contract/failures';
import type { LinesHead } from '../contract/lines';
import type { LogBatch } from '../docker/logs';
import { delay } from './delay';
import { failureOf } from './failureOf';
import { firstTailIndex, type KeptLines } from './keptLines';
import { LiveValue } from './live';
import type { LogSource } from './logSource';
import { hasNewer, wholeTail } from './logTail';
import { logTime } from './logTime';
import type { LogWaits } from './logWaits';
import { isUp, nextRun } from './nextRun';
import { OlderLines } from './olderLines';
import { emptyHead, type ReadableLines } from './readableLines';
import { compareTimes } from './resumePoint';
import type { LineFinder } from './search/searchPool';
import { SilenceWatchdog } from './silenceWatchdog';

/**
 * Why reading stopped: the engine ended the stream, the stream went silent although there was more to read, or the part
 * of the log that was asked for begins after what is known.
 */
type Pass = 'ended' | 'stalled' | 'tooFar';

/** Failures after which trying again may help. */
const passingCodes = new Set(['ENGINE_UNREACHABLE', 'ENGINE_NOT_ANSWERING', 'ENGINE_REFUSED', 'LOG_STREAM_CORRUPTED']);

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

  readStored(fromIndex: number, toIndex: number) {
    return this.kept.readStored(fromIndex, toIndex);
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
    const passes = passingCodes.has(failure.code);
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
    const engine = this.source.engineLink.current();
    const tail = await wholeTail(engine, this.kept.id, this.waits.tailLines, signal);
    if (tail.length === 0) return;
    this.kept.spool.startAt(firstTailIndex);
    await this.kept.save({ zeroIndex: firstTailIndex, tailIndex: firstTailIndex });
    this.take(tail);
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
      if (await hasNewer(this.source.engineLink.current(), this.kept, controller.signal)) abort();
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

  /** Waits for the container to run again, or for another one of its name; true where the log goes on with that. */
  private async untilRunning(signal: AbortSignal, isGone: boolean): Promise<boolean> {
    const { id, record } = this.kept;
    const next = await nextRun(this.source.containers, { id, name: record.name, isGone }, signal);
    if (next === null || next === 'runs') return false;
    await this.switchTo(next);
    return true;
  }
}
