import { mkdir, rm } from 'node:fs/promises';
import type { Failure } from '../../contract/failures';
import type { Line } from '../../contract/lines';
import { storageFailed } from '../storageFailed';
import { Block, type SpoolLine } from './block';
import { Segment } from './segment';

/** Bytes waiting for the disk above which a writer that can wait should wait (`drained`). */
const pendingLimitBytes = 4 * 1024 * 1024;

/** Text of one `read`, shared by its lines; each of them gets `leastLineBytes` at least, a single one all of itself. */
const readBudgetBytes = 8 * 1024 * 1024;
const leastLineBytes = 8 * 1024;

/** Segments that a full spool consists of: what one drop costs is a part of it. */
const segmentsPerSpool = 16;

/**
 * Lines of one source, appended on one side and read at random on the other. They live on disk in segments with an
 * index; in memory is only what the disk has not taken yet, readable all the same. At most `maxBytes` (text and index)
 * are kept: the oldest segment goes first and `firstIndex` moves. Files are private to the user.
 */
export class Spool {
  private readonly segments: Segment[] = [];
  private filling = new Block(0);
  private writing: Block | null = null;
  private spare: Block | null = null;
  private flushing: Promise<void> | null = null;
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
    private readonly maxBytes: number,
    private readonly onChange: () => void,
  ) {}

  /** Index of the oldest line that is kept. */
  get firstIndex(): number {
    return this.segments[0]?.firstIndex ?? (this.writing ?? this.filling).firstIndex;
  }

  /** Index that the next line gets. */
  get endIndex(): number {
    return this.filling.endIndex;
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
    this.flushing ??= this.flush();
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

  /**
   * Reads the lines [fromIndex, toIndex) that are kept. The more are asked for the less of a very long one is given; what
   * is left out counts as cut.
   * @throws Failure STORAGE_FAILED where the disk cannot be read
   */
  async read(fromIndex: number, toIndex: number): Promise<Line[]> {
    const from = Math.max(fromIndex, this.firstIndex);
    const to = Math.min(toIndex, this.endIndex);
    if (from >= to) return [];
    const limitBytes = to - from === 1 ? Infinity : Math.max(leastLineBytes, Math.floor(readBudgetBytes / (to - from)));

    // Memory first and at once: a block is reused as soon as its lines are on disk.
    const inMemory: Line[] = [];
    const blocks = this.writing ? [this.writing, this.filling] : [this.filling];
    for (const block of blocks) {
      const end = Math.min(to, block.endIndex);
      for (let index = Math.max(from, block.firstIndex); index < end; index += 1) {
        inMemory.push(block.line(index, limitBytes));
      }
    }
    const diskEnd = (this.writing ?? this.filling).firstIndex;
    const onDisk = this.segments.map((segment) => ({
      segment,
      from: Math.max(from, segment.firstIndex),
      to: Math.min(to, diskEnd, segment.endIndex),
    }));
    const lines: Line[] = [];
    try {
      for (const part of onDisk) {
        if (part.from < part.to) lines.push(...(await part.segment.read(part.from, part.to, limitBytes)));
      }
    } catch (error) {
      throw storageFailed(error);
    }
    return lines.concat(inMemory);
  }

  /** Stops keeping lines and removes all files. */
  async remove(): Promise<void> {
    this.closed = true;
    await this.flushing;
    await Promise.all(this.segments.map((segment) => segment.seal()));
    await rm(this.folder, { recursive: true, force: true });
  }

  private async flush(): Promise<void> {
    // The rest of a batch comes in the same turn and goes to disk with its first line.
    await new Promise<void>((resolve) => setImmediate(resolve));
    while (this.filling.count > 0 && !this.failed && !this.closed) {
      const block = this.filling;
      this.writing = block;
      this.filling = this.spare ?? new Block(0);
      this.filling.restart(block.endIndex);
      this.spare = null;
      this.wake();
      try {
        await this.store(block);
        this.writing = null;
        if (block.reusable) this.spare = block;
        await this.dropOldest();
      } catch (error) {
        // What could not be written stays readable in memory, and nothing more is taken.
        this.failed = storageFailed(error);
        this.onChange();
      }
    }
    this.flushing = null;
    this.wake();
  }

  private async store(block: Block): Promise<void> {
    if (!this.folderMade) {
      await mkdir(this.folder, { recursive: true, mode: 0o700 });
      this.folderMade = true;
    }
    let segment = this.segments.at(-1);
    if (!segment || segment.sizeBytes >= this.maxBytes / segmentsPerSpool) {
      await segment?.seal();
      segment = new Segment(this.folder, block.firstIndex);
      this.segments.push(segment);
    }
    await segment.append(block);
  }

  private async dropOldest(): Promise<void> {
    let sizeBytes = this.segments.reduce((sum, one) => sum + one.sizeBytes, 0);
    while (sizeBytes > this.maxBytes && this.segments.length > 1) {
      const oldest = this.segments.shift() as Segment;
      sizeBytes -= oldest.sizeBytes;
      this.onChange();
      await oldest.drop();
    }
  }

  private wake(): void {
    for (const resolve of this.waiting) resolve();
    this.waiting.clear();
  }
}
