import { join } from 'node:path';
import type { Line, LogMark } from '../contract/lines';
import type { LogLine } from '../docker/logs';
import { markLine } from './logMark';
import { logStamp, spoolLine } from './logTime';
import { ResumePoint } from './resumePoint';
import type { StoredLine } from './spool/block';
import type { LogRecord, LogShelf, ShelvedLog } from './spool/logShelf';
import { shownLine } from './spool/shownLine';
import { Spool } from './spool/spool';
import { storageFailed } from './storageFailed';

/**
 * Index of the first line of a tail that is read before what is older than it: far more lines fit before it than a disk
 * can hold.
 */
export const firstTailIndex = 1_000_000_000;

/** Lines that are looked at to find out how far a log was read: more than repeat themselves on a rotation. */
const resumeLines = 50_000;
const resumeLinesAtOnce = 5_000;

/** Containers of one name that are remembered. */
const rememberedIds = 50;

/** How long what was cleared can be brought back. */
const clearUndoMs = 15_000;

/**
 * The lines of one container's log as Wharf keeps them: the spool on disk, what is known beside it, and how far the
 * engine was read.
 */
export class KeptLines {
  readonly spool: Spool;
  resumePoint = new ResumePoint();
  newestAtMs: number | null;
  private cleared: { before: number; undo: number; position: LogRecord['resume']; timer: NodeJS.Timeout } | null = null;

  private constructor(
    private readonly shelf: LogShelf,
    private readonly log: ShelvedLog,
    private readonly maxBytes: () => number,
    onChange: () => void,
  ) {
    this.spool = new Spool(log.folder, maxBytes, onChange);
    this.newestAtMs = log.record.newestAtMs;
  }

  /** Takes up what is on disk of a log. */
  static async open(shelf: LogShelf, log: ShelvedLog, maxBytes: () => number, onChange: () => void) {
    const kept = new KeptLines(shelf, log, maxBytes, onChange);
    await kept.spool.recover(log.record.nextIndex);
    if (log.record.resume) kept.resumePoint.restore(log.record.resume);
    await kept.restoreResumePoint();
    return kept;
  }

  get record(): LogRecord {
    return this.log.record;
  }

  /** The container that writes it now, or did last. */
  get id(): string {
    return this.log.record.ids.at(-1) as string;
  }

  /** True where neither a line nor a trace of one is kept. */
  get isFresh(): boolean {
    return this.spool.endIndex === this.spool.firstIndex && this.resumePoint.newest === null;
  }

  /** Index of the oldest line that is shown. */
  get firstIndex(): number {
    return Math.max(this.spool.firstIndex, this.clearedBefore);
  }

  /** Lines dropped for space. */
  get droppedCount(): number {
    return Math.max(0, this.spool.firstIndex - Math.max(this.record.zeroIndex, this.clearedBefore));
  }

  /** True where older lines than these are to come. */
  get wantsOlder(): boolean {
    const { tailIndex } = this.record;
    return tailIndex !== null && this.clearedBefore <= tailIndex;
  }

  private get clearedBefore(): number {
    return this.cleared?.before ?? this.record.clearedBefore;
  }

  /** Adds a line that the resume point found new. */
  append(line: LogLine): void {
    const stored = spoolLine(line);
    this.spool.append(stored);
    this.newestAtMs = stored.atMs ?? this.newestAtMs;
  }

  /** Adds a mark. */
  mark(mark: LogMark): void {
    this.spool.append(markLine(mark));
  }

  /** Lines of another container follow, which is read from its beginning. */
  startOver(id: string): void {
    const ids = [...this.record.ids.filter((known) => known !== id), id].slice(-rememberedIds);
    this.log.record = { ...this.record, ids };
    this.resumePoint = new ResumePoint();
  }

  /**
   * Keeps what is known of the log.
   * @throws Failure STORAGE_FAILED
   */
  async save(change: Partial<LogRecord>): Promise<void> {
    try {
      await this.shelf.save(this.log, change);
    } catch (error) {
      throw storageFailed(error);
    }
  }

  /** A spool for what is older than the tail, on the part of the disk that this one leaves. */
  olderSpool(): Spool {
    return new Spool(
      join(this.log.folder, 'older'),
      () => Math.max(0, this.maxBytes() - this.spool.sizeBytes),
      () => {},
    );
  }

  /** The lines [fromIndex, toIndex) that are shown. */
  async read(fromIndex: number, toIndex: number): Promise<Line[]> {
    return (await this.readStored(fromIndex, toIndex)).map(shownLine);
  }

  /** The same as they are stored. */
  readStored(fromIndex: number, toIndex: number): Promise<StoredLine[]> {
    return this.spool.read(Math.max(fromIndex, this.clearedBefore), toIndex);
  }

  /** Times of the lines [fromIndex, toIndex), see `Spool.times`. */
  times(fromIndex: number, toIndex: number): Promise<Float64Array> {
    return this.spool.times(Math.max(fromIndex, this.clearedBefore), toIndex);
  }

  /** Hides the lines so far, and removes them when it is too late for `unclear`. @returns the ms until then */
  clear(): number {
    const undo = this.cleared?.undo ?? this.record.clearedBefore;
    if (this.cleared) clearTimeout(this.cleared.timer);
    const timer = setTimeout(() => {
      // What cannot be removed now stays hidden, and is dropped for space in its time.
      this.removeCleared().catch(() => undefined);
    }, clearUndoMs);
    this.cleared = { before: this.spool.endIndex, undo, position: this.resumePoint.position(), timer };
    void this.spool.beginSegment();
    return clearUndoMs;
  }

  /** Brings back what `clear` hid; false where it is too late. */
  unclear(): boolean {
    if (!this.cleared) return false;
    clearTimeout(this.cleared.timer);
    this.cleared = null;
    return true;
  }

  /** Writes down what is in memory; lines and what is known of them stay on disk. */
  async close(): Promise<void> {
    if (this.cleared) clearTimeout(this.cleared.timer);
    await this.removeCleared();
    await this.spool.end();
    if (this.spool.endIndex > this.spool.firstIndex || this.record.resume)
      await this.save({ newestAtMs: this.newestAtMs });
  }

  /** Removes it from the disk. */
  async remove(): Promise<void> {
    if (this.cleared) clearTimeout(this.cleared.timer);
    await this.spool.remove();
    await this.shelf.remove(this.log);
  }

  private async removeCleared(): Promise<void> {
    if (!this.cleared) return;
    const { before, position } = this.cleared;
    this.cleared = null;
    await this.save({ clearedBefore: before, nextIndex: before, resume: position, tailIndex: null });
    await this.spool.dropBefore(before);
  }

  private async restoreResumePoint(): Promise<void> {
    const { endIndex } = this.spool;
    const parts: StoredLine[][] = [];
    let from = endIndex;
    const oldest = Math.max(this.spool.firstIndex, endIndex - resumeLines);
    while (from > oldest) {
      const part = await this.spool.read(Math.max(oldest, from - resumeLinesAtOnce), from);
      parts.unshift(part);
      from = Math.max(oldest, from - resumeLinesAtOnce);
      const newest = parts.at(-1)?.at(-1)?.atMs ?? 0;
      if (parts.length > 3 && (part[0]?.atMs ?? 0) < newest - 1000) break;
    }
    for (const line of parts.flat()) {
      if (line.stream === 'mark') continue;
      const sizeBytes = line.bytes.length + line.cutBytes;
      this.resumePoint.take({ ...line, stream: line.stream, time: logStamp(line) }, sizeBytes);
      this.newestAtMs = line.atMs ?? this.newestAtMs;
    }
  }
}
