import { mkdir, readdir, rm } from 'node:fs/promises';
import type { Failure } from '../../contract/failures';
import { storageFailed } from '../storageFailed';
import { Block, type SpoolLine, type StoredLine } from './block';
import { Segment, type SegmentPart } from './segment';

/** Bytes waiting for the disk above which a writer that can wait should wait (`drained`). */
const pendingLimitBytes = 4 * 1024 * 1024;

/** Lines go to disk together: when so many bytes wait, or after so long. What a crash loses the engine still has. */
const flushBytes = 256 * 1024;
const flushDelayMs = 200;

/** Text of one `read`, shared by its lines; each of them gets `leastLineBytes` at least, a single one all of itself. */
const readBudgetBytes = 8 * 1024 * 1024;
const leastLineBytes = 8 * 1024;

/** Segments that a full spool consists of: what one drop costs is a part of it. */
const segmentsPerSpool = 16;

/**
 * Lines of one source, appended on one side and read at random on the other. They live on disk in segments with an
 * index; in memory is what the disk has not taken yet and the block before it, where most reads fall. At most `maxBytes`
 * (text and index) are kept: the oldest segment goes first and `firstIndex` moves. Files are private to the user.
 */
export class Spool {
  private segments: Segment[] = [];
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
    private readonly maxBytes: () => number,
    private readonly onChange: () => void,
  ) {
    this.filling = new Block(0);
  }

  /**
   * Takes up what an earlier run left in the folder, as far as it is whole and in one piece.
   * @param nextIndex index of the next line where nothing is left
   */
  async recover(nextIndex: number): Promise<void> {
    const names = await readdir(this.folder).catch(() => [] as string[]);
    this.folderMade = names.length > 0;
    const starts = names.flatMap((name) => /^(\d+)\.index$/.exec(name)?.[1] ?? []).map(Number);
    let endIndex = nextIndex;
    for (const firstIndex of starts.sort((a, b) => a - b)) {
      const segment = await Segment.recover(this.folder, firstIndex);
      if (!segment) continue;
      // Lines before a hole could not be told from those after it.
      if (this.segments.length > 0 && endIndex !== firstIndex) await this.dropAll();
      await this.segments.at(-1)?.seal();
      this.segments.push(segment);
      endIndex = segment.endIndex;
    }
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
    return this.segments[0]?.firstIndex ?? (this.writing ?? this.filling).firstIndex;
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
    return this.segments.reduce((sum, one) => sum + one.sizeBytes, 0);
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
    return this.segments.flatMap((segment) => {
      const from = Math.max(fromIndex, segment.firstIndex);
      const to = Math.min(toIndex, segment.endIndex);
      return from < to ? [segment.part(from, to)] : [];
    });
  }

  /**
   * Reads the lines [fromIndex, toIndex) that are kept. The more are asked for the less of a very long one is given; what
   * is left out counts as cut.
   * @param isWhole gives all of every line, however long
   * @throws Failure STORAGE_FAILED where the disk cannot be read
   */
  async read(fromIndex: number, toIndex: number, isWhole = false): Promise<StoredLine[]> {
    const from = Math.max(fromIndex, this.firstIndex);
    const to = Math.min(toIndex, this.endIndex);
    if (from >= to) return [];
    const share = Math.max(leastLineBytes, Math.floor(readBudgetBytes / (to - from)));
    const limitBytes = isWhole || to - from === 1 ? Infinity : share;

    // Memory first and at once: a block is reused when its lines are on disk.
    const { blocks, start } = this.inMemory();
    const inMemory: StoredLine[] = [];
    for (const block of blocks) {
      const end = Math.min(to, block.endIndex);
      for (let index = Math.max(from, block.firstIndex); index < end; index += 1) {
        inMemory.push(block.line(index, limitBytes));
      }
    }
    const parts = this.onDisk(from, Math.min(to, start));
    const lines: StoredLine[] = [];
    try {
      for (const part of parts) lines.push(...(await part.segment.read(part.from, part.to, limitBytes)));
    } catch (error) {
      throw storageFailed(error);
    }
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
    const parts = this.onDisk(from, Math.min(to, start));
    const onDisk: Float64Array[] = [];
    try {
      for (const part of parts) onDisk.push(await part.segment.times(part.from, part.to));
    } catch (error) {
      throw storageFailed(error);
    }
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
      // From the newest: should this be cut short, what was moved joins on.
      for (const segment of [...older.segments].reverse()) await segment.move(this.folder, segment.firstIndex + shift);
      await rm(older.folder, { recursive: true, force: true });
    } catch (error) {
      throw storageFailed(error);
    }
    const { segments } = older;
    older.segments = [];
    if (this.firstIndex === index) this.segments = [...segments, ...this.segments];
    else for (const segment of segments) await segment.drop();
    await this.dropOldest();
  }

  /** Removes the lines before `index` from the disk, as far as whole segments go. */
  async dropBefore(index: number): Promise<void> {
    await this.stored();
    if (this.storedEnd <= index) {
      this.written = null;
      await this.dropAll();
    }
    while (this.segments.length > 1 && (this.segments[0] as Segment).endIndex <= index) {
      await (this.segments.shift() as Segment).drop();
    }
  }

  /** Lets the next line begin a segment of its own, so that `dropBefore` can remove all lines so far. */
  async beginSegment(): Promise<void> {
    await this.stored();
    await this.segments.at(-1)?.seal();
  }

  /** Takes no more lines; what there is goes to disk and stays. */
  async end(): Promise<void> {
    await this.stored();
    this.close();
    await this.flushing;
    await Promise.all(this.segments.map((segment) => segment.close()));
  }

  /** Stops keeping lines and removes all files. */
  async remove(): Promise<void> {
    this.close();
    await this.flushing;
    await Promise.all(this.segments.map((segment) => segment.close()));
    await rm(this.folder, { recursive: true, force: true });
  }

  /** The blocks in memory, oldest first, and the first index in them; before it the disk has everything. */
  private inMemory(): { blocks: Block[]; start: number } {
    const blocks = [this.written, this.writing, this.filling].filter((block): block is Block => block !== null);
    return { blocks, start: (blocks[0] as Block).firstIndex };
  }

  private onDisk(fromIndex: number, toIndex: number) {
    return this.segments.flatMap((segment) => {
      const from = Math.max(fromIndex, segment.firstIndex);
      const to = Math.min(toIndex, segment.endIndex);
      return from < to ? [{ segment, from, to }] : [];
    });
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
        await this.store(block);
        this.writing = null;
        this.written = block;
        await this.dropOldest();
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

  private async store(block: Block): Promise<void> {
    await this.makeFolder();
    let segment = this.segments.at(-1);
    if (!segment || segment.isSealed || segment.sizeBytes >= this.maxBytes() / segmentsPerSpool) {
      await segment?.seal();
      segment = new Segment(this.folder, block.firstIndex);
      this.segments.push(segment);
    }
    await segment.append(block);
  }

  private async dropOldest(): Promise<void> {
    let { sizeBytes } = this;
    while (sizeBytes > this.maxBytes() && this.segments.length > 1) {
      const oldest = this.segments.shift() as Segment;
      sizeBytes -= oldest.sizeBytes;
      this.onChange();
      await oldest.drop();
    }
  }

  private async dropAll(): Promise<void> {
    const { segments } = this;
    this.segments = [];
    for (const segment of segments) await segment.drop();
  }

  private wake(): void {
    for (const resolve of this.waiting) resolve();
    this.waiting.clear();
  }
}
