import { isFailure } from '../contract/failures';
import type { LogLine } from '../docker/logs';
import { delay } from './delay';
import type { EngineLink } from './engine';
import type { KeptLines } from './keptLines';
import { markLine } from './logMark';
import { logTime, spoolLine } from './logTime';
import type { StoredLine } from './spool/block';
import type { Spool } from './spool/spool';
import { TailFinder } from './tailFinder';

/** A paused page counts along; telling it of each batch would cost more than reading it. */
const showEveryLines = 5_000;

/**
 * Reads what is older than the tail of a log: from the beginning up to where the tail begins, into a spool beside it,
 * which then gets its place before the tail in one piece. The engine reads only forward.
 */
export class OlderLines {
  private controller: AbortController | null = null;
  private running: Promise<void> = Promise.resolve();
  private readCount: number | null = null;

  /**
   * @param kept whose `record.tailIndex` says whether something older is wanted
   * @param onChange called when `count` changed or the older lines got their place
   */
  constructor(
    private readonly kept: KeptLines,
    private readonly engineLink: Pick<EngineLink, 'current'>,
    private readonly retryMs: number,
    private readonly onChange: () => void,
  ) {}

  /** Lines read so far; null while nothing older is being read. */
  get count(): number | null {
    return this.readCount;
  }

  /** Begins to read until `signal` aborts, where something older is wanted and not being read already. */
  start(signal: AbortSignal): void {
    if (this.kept.record.tailIndex === null || this.controller || signal.aborted) return;
    const controller = new AbortController();
    this.controller = controller;
    const abort = () => controller.abort();
    signal.addEventListener('abort', abort, { once: true });
    this.running = this.keepTrying(controller.signal).finally(() => {
      signal.removeEventListener('abort', abort);
      if (this.controller === controller) this.controller = null;
      this.tell(null);
    });
  }

  /** Stops reading; what was read is dropped. */
  stop(): void {
    this.controller?.abort();
    this.controller = null;
  }

  /** Resolves when nothing older is being read any more. */
  done(): Promise<void> {
    return this.running;
  }

  private async keepTrying(signal: AbortSignal): Promise<void> {
    for (let attempt = 0; !signal.aborted; attempt += 1) {
      const older = this.kept.olderSpool();
      try {
        // Left over where an earlier run ended in the middle.
        await older.empty();
        if (await this.readUpToTail(older, attempt > 0, signal)) return await this.place(older);
      } catch (error) {
        if (isFailure(error, 'CONTAINER_MISSING')) return await this.placeBroken(older);
        if (!isFailure(error)) throw error;
        if (isFailure(error, 'STORAGE_FAILED') || isFailure(error, 'LOGS_UNREADABLE')) return await older.remove();
      }
      await older.remove();
      await delay(this.retryMs, signal);
    }
  }

  /**
   * Reads from the beginning into `older`. True where it reached the tail.
   * @param byTime goes up to the tail's time where the tail itself was not found: the log was rotated away under it
   */
  private async readUpToTail(older: Spool, byTime: boolean, signal: AbortSignal): Promise<boolean> {
    const { kept } = this;
    const tailIndex = kept.record.tailIndex as number;
    const stored = await kept.spool.read(tailIndex, tailIndex + 100);
    const tail = stored.filter((line) => line.stream !== 'mark');
    const first = tail[0];
    // The tail itself has been dropped for space: there is no room for anything older.
    if (!first || kept.spool.firstIndex !== tailIndex) return true;
    const finder = new TailFinder(tail);
    const put = (line: LogLine) => older.append(spoolLine(line));
    const options = { follow: false, since: null, tail: null };
    let toldAt = 0;
    this.tell(0);
    for await (const batch of this.engineLink.current().logs(kept.id, options, signal)) {
      for (const line of batch) {
        if (byTime && isAtOrAfter(line, first)) return true;
        for (const before of finder.take(line)) put(before);
        if (finder.isFound) return true;
      }
      if (older.endIndex - toldAt >= showEveryLines) {
        toldAt = older.endIndex;
        this.tell(toldAt);
      }
      await older.drained();
      if (older.failure) throw older.failure;
    }
    return false;
  }

  private async place(older: Spool): Promise<void> {
    const { kept } = this;
    const tailIndex = kept.record.tailIndex as number;
    const zeroIndex = tailIndex - older.endIndex;
    await kept.spool.prepend(older, tailIndex);
    await kept.save({ zeroIndex, tailIndex: null });
    this.tell(null);
  }

  /** The container was removed in the middle: what was read is kept, and the hole behind it marked. */
  private async placeBroken(older: Spool): Promise<void> {
    if (older.endIndex === 0) return await older.remove();
    const fromMs = (await older.read(older.endIndex - 1, older.endIndex))[0]?.atMs ?? null;
    const tailIndex = this.kept.record.tailIndex as number;
    const toMs = (await this.kept.spool.read(tailIndex, tailIndex + 1))[0]?.atMs ?? null;
    older.append(markLine({ kind: 'gap', fromMs, toMs }));
    await this.place(older);
  }

  private tell(count: number | null): void {
    this.readCount = count;
    this.onChange();
  }
}

function isAtOrAfter(line: LogLine, first: StoredLine): boolean {
  const { atMs, nanoseconds } = logTime(line.time);
  return ((atMs ?? 0) - (first.atMs ?? 0) || nanoseconds - first.nanoseconds) >= 0;
}
