import type { Container } from '../contract/containers';
import { isFailure } from '../contract/failures';
import type { Line, LinesHead, LogMark } from '../contract/lines';
import type { LogBatch } from '../docker/logs';
import type { Containers } from './containers';
import { delay } from './delay';
import type { EngineLink } from './engine';
import { LiveValue } from './live';
import { markText } from './logMark';
import { emptyHead } from './readableLines';
import { ResumePoint } from './resumePoint';
import type { Spool } from './spool/spool';

/** What a container's log is read from, and what tells that a stopped container runs again. */
export interface LogSource {
  engineLink: Pick<EngineLink, 'current' | 'check'>;
  containers: Pick<Containers, 'watch'>;
}

/** Waits of the log. */
export interface LogWaits {
  /** How long the stream stays open after its last follower left. */
  graceMs: number;
  /** A follow can go silent for good on rotation: after so long without a line the log is asked whether there are more. */
  silenceMs: number;
  /** First and longest wait before a lost stream is opened again. */
  retryMs: { first: number; longest: number };
}

export const logWaits: LogWaits = { graceMs: 3_000, silenceMs: 30_000, retryMs: { first: 100, longest: 2_000 } };

/** Why reading stopped: the engine ended the stream, or the stream went silent although there was more to read. */
type Pass = 'ended' | 'stalled';

const isUp = (container: Container) => container.state === 'running' || container.state === 'paused';

/**
 * The log of one container, in a spool: read as long as somebody follows it, once for all followers, and opened again
 * where it stopped after whatever loses the stream.
 */
export class ContainerLog {
  readonly head = new LiveValue<LinesHead>(emptyHead('opening'));
  private newestAtMs: number | null = null;
  private clearedBefore = 0;
  private undo: { clearedBefore: number; timer: NodeJS.Timeout } | null = null;
  private readonly resumePoint = new ResumePoint();
  private followers = 0;
  private reading: AbortController | null = null;
  private graceTimer: NodeJS.Timeout | null = null;
  private startedAtMs: number | null = null;
  private restartToMark: number | null = null;

  constructor(
    readonly id: string,
    private readonly spool: Spool,
    private readonly source: LogSource,
    private readonly waits: LogWaits,
  ) {}

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

  /** The lines [fromIndex, toIndex) that are kept and not cleared. */
  read(fromIndex: number, toIndex: number): Promise<Line[]> {
    return this.spool.read(Math.max(fromIndex, this.clearedBefore), toIndex);
  }

  /** Hides the lines so far; `unclear` brings them back for `undoMs`. */
  clear(undoMs: number): void {
    const before = this.undo?.clearedBefore ?? this.clearedBefore;
    if (this.undo) clearTimeout(this.undo.timer);
    const timer = setTimeout(() => (this.undo = null), undoMs);
    this.undo = { clearedBefore: before, timer };
    this.clearedBefore = this.spool.endIndex;
    this.show();
  }

  /** Brings back what `clear` hid; false where it is too late. */
  unclear(): boolean {
    if (!this.undo) return false;
    clearTimeout(this.undo.timer);
    this.clearedBefore = this.undo.clearedBefore;
    this.undo = null;
    this.show();
    return true;
  }

  /** The spool dropped lines, or takes no more: then there is nothing to read for. */
  spoolChanged(): void {
    this.show();
    if (this.spool.failure) this.close();
  }

  /** Tells followers which lines there are now. */
  private show(state = this.head.value.state, failure = this.head.value.failure): void {
    const { endIndex } = this.spool;
    const range = {
      ...this.head.value,
      firstIndex: Math.max(this.spool.firstIndex, this.clearedBefore),
      endIndex,
      droppedCount: this.spool.firstIndex,
    };
    const failed = this.spool.failure;
    this.head.set(
      failed
        ? { ...range, state: 'failed', failure: failed.toValue() }
        : { ...range, state, failure: state === 'live' || state === 'ended' ? null : failure },
    );
  }

  private async keepReading(signal: AbortSignal): Promise<void> {
    let retryMs = this.waits.retryMs.first;
    let endedRunMs: number | null = null;
    while (!signal.aborted && !this.spool.failure) {
      const endIndex = this.spool.endIndex;
      try {
        const container = await this.source.engineLink.current().inspectContainer(this.id, signal);
        if (signal.aborted) return;
        const isRepeat = !isUp(container) && endedRunMs !== null && endedRunMs === container.finishedAtMs;
        if (!isRepeat) {
          this.noteRun(container);
          if (isUp(container)) this.show('live');
          const pass = await this.readOnce(signal);
          if (signal.aborted || this.spool.failure) return;
          endedRunMs = pass === 'ended' && !isUp(container) ? (container.finishedAtMs ?? 0) : null;
        }
        if (endedRunMs !== null) {
          this.show('ended');
          await this.untilRunning(signal);
        }
      } catch (error) {
        if (signal.aborted) return;
        if (!this.isPassing(error)) return;
      }
      retryMs = this.spool.endIndex > endIndex ? this.waits.retryMs.first : retryMs;
      await delay(retryMs, signal);
      retryMs = Math.min(retryMs * 2, this.waits.retryMs.longest);
    }
  }

  /** Shows a failure; false where trying again would not help. */
  private isPassing(error: unknown): boolean {
    if (!isFailure(error)) {
      this.show('failed');
      throw error;
    }
    const failure = error.toValue();
    const passes =
      failure.code === 'ENGINE_UNREACHABLE' ||
      failure.code === 'ENGINE_NOT_ANSWERING' ||
      failure.code === 'ENGINE_REFUSED' ||
      failure.code === 'LOG_STREAM_CORRUPTED';
    // A lost stream tells that the engine is gone before its next ping does.
    if (failure.code === 'ENGINE_UNREACHABLE') void this.source.engineLink.check();
    if (passes) this.show('reconnecting', failure);
    else if (failure.code === 'CONTAINER_MISSING' && this.spool.endIndex > 0) this.show('ended');
    else this.show('failed', failure);
    return passes;
  }

  private noteRun(container: Container): void {
    const startedAtMs = container.startedAtMs;
    if (this.startedAtMs !== null && startedAtMs !== null && startedAtMs > this.startedAtMs) {
      this.restartToMark = startedAtMs;
    }
    this.startedAtMs = startedAtMs ?? this.startedAtMs;
  }

  private async readOnce(signal: AbortSignal): Promise<Pass> {
    const controller = new AbortController();
    const abort = () => controller.abort();
    signal.addEventListener('abort', abort, { once: true });
    const watchdog = new SilenceWatchdog(this.waits.silenceMs, async () => {
      if (await this.hasMore(controller.signal)) abort();
    });
    try {
      const engine = this.source.engineLink.current();
      const since = this.resumePoint.resume(engine.facts.product === 'Docker');
      const options = { follow: true, since, tail: null };
      for await (const batch of engine.logs(this.id, options, controller.signal)) {
        if (controller.signal.aborted) break;
        watchdog.heard();
        this.take(batch);
        await this.spool.drained();
        if (this.spool.failure) break;
      }
      return controller.signal.aborted ? 'stalled' : 'ended';
    } finally {
      watchdog.stop();
      signal.removeEventListener('abort', abort);
      abort();
    }
  }

  private take(batch: LogBatch): void {
    for (const line of batch) {
      const novelty = this.resumePoint.take(line);
      if (novelty === 'seen') continue;
      const atMs = epochMs(line.time);
      if (novelty === 'gap') this.mark({ kind: 'gap', fromMs: this.newestAtMs, toMs: atMs }, atMs);
      if (this.restartToMark !== null && (atMs ?? 0) >= this.restartToMark) {
        this.mark({ kind: 'restarted', fromMs: this.newestAtMs, toMs: this.restartToMark }, this.restartToMark);
        this.restartToMark = null;
      }
      this.spool.append({ atMs, stream: line.stream, text: line.text, cutBytes: line.cutBytes });
      this.newestAtMs = atMs ?? this.newestAtMs;
    }
    this.show();
  }

  private mark(mark: LogMark, atMs: number | null): void {
    this.spool.append({ atMs, stream: 'mark', text: markText(mark), cutBytes: 0 });
  }

  /** True where the log holds a newer line than was read, or the container is over and its stream did not end. */
  private async hasMore(signal: AbortSignal): Promise<boolean> {
    const engine = this.source.engineLink.current();
    if (!isUp(await engine.inspectContainer(this.id, signal))) return true;
    const known = this.spool.endIndex;
    const newest = this.resumePoint.newest;
    const tail: LogBatch = [];
    for await (const batch of engine.logs(this.id, { follow: false, since: null, tail: 1 }, signal))
      tail.push(...batch);
    const last = tail.at(-1);
    return last !== undefined && last.time !== newest && this.spool.endIndex === known;
  }

  /** Resolves when the table of containers says that this one runs. */
  private async untilRunning(signal: AbortSignal): Promise<void> {
    for await (const event of this.source.containers.watch(signal)) {
      const rows = event.type === 'snapshot' ? event.containers : event.type === 'patch' ? event.upserted : [];
      if (rows.some((row) => row.id === this.id && isUp(row))) return;
    }
  }
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

let secondsText = '';
let secondsMs = 0;

/** An engine's time stamp as epoch ms; null for none. Parsing a date costs more than all else of a line: once a second. */
function epochMs(time: string): number | null {
  if (time === '') return null;
  if (time.length !== 30 || !time.endsWith('Z')) return Date.parse(time);
  const seconds = time.slice(0, 19);
  if (seconds !== secondsText) {
    secondsMs = Date.parse(`${seconds}Z`);
    secondsText = seconds;
  }
  return secondsMs + Number(time.slice(20, 23));
}
