import { mkdir, rm } from 'node:fs/promises';
import type { Failure } from '../../contract/failures';
import { storageFailed } from '../storageFailed';
import { Block, type SpoolLine, type StoredLine } from './block';
import type { SegmentPart } from './segment';
import { Segments } from './segments';

/** Bytes waiting for the disk above which a writer that can wait should wait (`drained`). */
const pendingLimitBytes = 4 * 1024 * 1024;

/** Lines go to disk together: when so many bytes wait, or after so long. What a crash loses the engine still has. */
const flushBytes = 256 * 1024;
const flushDelayMs = 200;

/** Text of one `read`, shared by its lines; each of them gets `leastLineBytes` at least, a single one all of itself. */
const readBudgetBytes = 8 * 1024 * 1024;
const leastLineBytes = 8 * 1024;

/**
 * Lines of one source, appended on one side and read at random on the other. They live on disk in segments with an
 * index; in memory is what the disk has not taken yet and the block before it, where most reads fall. At most `maxBytes`
 * (text and index) are kept: the oldest segment goes first and `firstIndex` moves. Files are private to the user.
 */
export class Spool {
  private readonly segments: Segments;
  private filling: Block;
  private writing: Block | null = null;
  /** The block that was written last, still readable without the disk. */
  private written: Block | null = null;
  private flushing: Promise<void> | null = null;
  private flushTimer: NodeJS.Timeout | null = null;
  private readonly waiting = new Set<() => void>();
  private folderMade = false;
  private closed = false;
  private failed: Failure<'STORAGE_FAILED'> | null = null;

  /**
   * @param folder its own folder, made with the first line
   * @param maxBytes bytes on disk, at most; one segment more while writing
   * @param onChange called when lines were dropped for space or the disk failed
   */
  constructor(
    private readonly folder: string,
    maxBytes: () => number,
    private readonly onChange: () => void,
  ) {
    this.segments = new Segments(folder, maxBytes, onChange);
    this.filling = new Block(0);
  }

  /**
   * Takes up what an earlier run left in the folder, as far as it is whole and in one piece.
   * @param nextIndex index of the next line where nothing is left
   */
  async recover(nextIndex: number): Promise<void> {
    const { endIndex, hadFiles } = await this.segments.recover(nextIndex);
    this.folderMade = hadFiles;
    this.filling.restart(endIndex);
  }

  /** Removes what is left in the folder; only before any line. */
  async empty(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Gives the first line the index `index`; only before any line. */
  startAt(index: number): void {
    this.filling.restart(index);
  }

  /** Index of the oldest line that is kept. */
  get firstIndex(): number {
    return this.segments.firstIndex ?? (this.writing ?? this.filling).firstIndex;
  }

  /** Index that the next line gets. */
  get endIndex(): number {
    return this.filling.endIndex;
  }

  /** Lines before it are on disk. */
  get storedEnd(): number {
    return (this.writing ?? this.filling).firstIndex;
  }

  /** Bytes on disk. */
  get sizeBytes(): number {
    return this.segments.sizeBytes;
  }

  /** Why nothing more is kept: the disk refused a write. Lines up to then stay readable. */
  get failure(): Failure<'STORAGE_FAILED'> | null {
    return this.failed;
  }

  /** Adds a line, readable at once, and answers its index. After a failure, or closed, it is not kept. */
  append(line: SpoolLine): number {
    const index = this.filling.endIndex;
    if (this.failed || this.closed) return index;
    this.filling.append(line);
    if (this.flushing) return index;
    if (this.filling.sizeBytes >= flushBytes) this.flushNow();
    else this.flushTimer ??= setTimeout(() => this.flushNow(), flushDelayMs);
    return index;
  }

  /** Resolves once little enough waits for the disk, at once where that is so; a writer that awaits it bounds the memory. */
  async drained(): Promise<void> {
    while (this.filling.sizeBytes > pendingLimitBytes && !this.failed && !this.closed) {
      await new Promise<void>((resolve) => {
        this.waiting.add(resolve);
      });
    }
  }

  /** Resolves when all lines so far are on disk, or the disk failed. */
  async stored(): Promise<void> {
    const end = this.endIndex;
    while (this.storedEnd < end && !this.failed && !this.closed) {
      this.flushNow();
      await this.flushing;
    }
  }

  /** Where the lines [fromIndex, toIndex) lie on disk, as far as they are there, oldest first. */
  parts(fromIndex: number, toIndex: number): SegmentPart[] {
    return this.segments.parts(fromIndex, toIndex);
  }

  /**
   * Reads the lines [fromIndex, toIndex) that are kept. The more are asked for the less of a very long one is given; what
   * is left out counts as cut.
   * @throws Failure STORAGE_FAILED where the disk cannot be read
   */
  async read(fromIndex: number, toIndex: number): Promise<StoredLine[]> {
    const from = Math.max(fromIndex, this.firstIndex);
    const to = Math.min(toIndex, this.endIndex);
    if (from >= to) return [];
    const share = Math.max(leastLineBytes, Math.floor(readBudgetBytes / (to - from)));
    const limitBytes = to - from === 1 ? Infinity : share;

    // Memory first and at once: a block is reused when its lines are on disk.
    const { blocks, start } = this.inMemory();
    const inMemory: StoredLine[] = [];
    for (const block of blocks) {
      const end = Math.min(to, block.endIndex);
      for (let index = Math.max(from, block.firstIndex); index < end; index += 1) {
        inMemory.push(block.line(index, limitBytes));
      }
    }
    const lines = await this.segments.read(from, Math.min(to, start), limitBytes);
    return lines.concat(inMemory);
  }

  /**
   * Times of the lines [fromIndex, toIndex) that are kept, in epoch ms, NaN for none; the last of them is that of the
   * last line asked for, so that fewer mean that the oldest are gone.
   * @throws Failure STORAGE_FAILED where the disk cannot be read
   */
  async times(fromIndex: number, toIndex: number): Promise<Float64Array> {
    const from = Math.max(fromIndex, this.firstIndex);
    const to = Math.min(toIndex, this.endIndex);
    if (from >= to) return new Float64Array(0);
    const { blocks, start } = this.inMemory();
    const inMemory = blocks.flatMap((block) => {
      const [first, end] = [Math.max(from, block.firstIndex), Math.min(to, block.endIndex)];
      return first < end ? [block.times(first, end)] : [];
    });
    const onDisk = await this.segments.times(from, Math.min(to, start));
    const all = [...onDisk, ...inMemory];
    const times = new Float64Array(all.reduce((sum, one) => sum + one.length, 0));
    let at = 0;
    for (const one of all) {
      times.set(one, at);
      at += one.length;
    }
    return times;
  }

  /**
   * Puts the lines of `older`, which takes no more, before these; they get the indexes up to `index`, the first of these.
   * Where these have been dropped from their beginning meanwhile, the older ones are gone too.
   */
  async prepend(older: Spool, index: number): Promise<void> {
    await older.stored();
    older.close();
    if (older.failed) throw older.failed;
    const shift = index - older.endIndex;
    try {
      await this.makeFolder();
      await this.segments.takeBefore(older.segments, shift, () => this.firstIndex === index);
    } catch (error) {
      throw storageFailed(error);
    }
    await this.segments.dropOldest();
  }

  /** Removes the lines before `index` from the disk, as far as whole segments go. */
  async dropBefore(index: number): Promise<void> {
    await this.stored();
    if (this.storedEnd <= index) {
      this.written = null;
      await this.segments.dropAll();
    }
    await this.segments.dropBefore(index);
  }

  /** Lets the next line begin a segment of its own, so that `dropBefore` can remove all lines so far. */
  async beginSegment(): Promise<void> {
    await this.stored();
    await this.segments.seal();
  }

  /** Takes no more lines; what there is goes to disk and stays. */
  async end(): Promise<void> {
    await this.stored();
    this.close();
    await this.flushing;
    await this.segments.close();
  }

  /** Stops keeping lines and removes all files. */
  async remove(): Promise<void> {
    this.close();
    await this.flushing;
    await this.segments.close();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** The blocks in memory, oldest first, and the first index in them; before it the disk has everything. */
  private inMemory(): { blocks: Block[]; start: number } {
    const blocks = [this.written, this.writing, this.filling].filter((block): block is Block => block !== null);
    return { blocks, start: (blocks[0] as Block).firstIndex };
  }

  private close(): void {
    this.closed = true;
    if (this.flushTimer) clearTimeout(this.flushTimer);
    this.flushTimer = null;
    this.wake();
  }

  private flushNow(): void {
    if (this.flushTimer) clearTimeout(this.flushTimer);
    this.flushTimer = null;
    this.flushing ??= this.flush();
  }

  private async flush(): Promise<void> {
    // The rest of a batch comes in the same turn and goes to disk with its first line.
    await new Promise<void>((resolve) => setImmediate(resolve));
    while (this.filling.count > 0 && !this.failed && !this.closed) {
      const block = this.filling;
      const spare = this.written?.reusable ? this.written : new Block(0);
      this.written = null;
      this.writing = block;
      spare.restart(block.endIndex);
      this.filling = spare;
      this.wake();
      try {
        await this.makeFolder();
        await this.segments.append(block);
        this.writing = null;
        this.written = block;
        await this.segments.dropOldest();
      } catch (error) {
        // What could not be written stays readable in memory, and nothing more is taken.
        this.failed = storageFailed(error);
        this.onChange();
      }
      if (this.filling.sizeBytes < flushBytes) break;
    }
    this.flushing = null;
    this.wake();
    if (this.filling.count > 0 && !this.failed && !this.closed) {
      this.flushTimer ??= setTimeout(() => this.flushNow(), flushDelayMs);
    }
  }

  private async makeFolder(): Promise<void> {
    if (this.folderMade) return;
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    this.folderMade = true;
  }

  private wake(): void {
    for (const resolve of this.waiting) resolve();
    this.waiting.clear();
  }
}
