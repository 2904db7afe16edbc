import { readdir, rm } from 'node:fs/promises';
import { storageFailed } from '../storageFailed';
import type { Block, StoredLine } from './block';
import { Segment, type SegmentPart } from './segment';

/** Segments that a full spool consists of: what one drop costs is a part of it. */
const segmentsPerSpool = 16;

/** The lines of a spool that are on disk: its segments, oldest first, without a hole. */
export class Segments {
  private list: Segment[] = [];

  /**
   * @param folder where their files are
   * @param maxBytes bytes on disk, at most; one segment more while writing
   * @param onDrop called before the oldest is dropped for space
   */
  constructor(
    private readonly folder: string,
    private readonly maxBytes: () => number,
    private readonly onDrop: () => void,
  ) {}

  /** Index of the oldest line; null where there is none. */
  get firstIndex(): number | null {
    return this.list[0]?.firstIndex ?? null;
  }

  /** Bytes on disk. */
  get sizeBytes(): number {
    return this.list.reduce((sum, one) => sum + one.sizeBytes, 0);
  }

  /**
   * Takes up what an earlier run left in the folder, as far as it is whole and in one piece.
   * @returns the index of the line after it, `nextIndex` where nothing is left; and whether there were files
   */
  async recover(nextIndex: number): Promise<{ endIndex: number; hadFiles: boolean }> {
    const names = await readdir(this.folder).catch(() => [] as string[]);
    const starts = names.flatMap((name) => /^(\d+)\.index$/.exec(name)?.[1] ?? []).map(Number);
    let endIndex = nextIndex;
    for (const firstIndex of starts.sort((a, b) => a - b)) {
      const segment = await Segment.recover(this.folder, firstIndex);
      if (!segment) continue;
      // Lines before a hole could not be told from those after it.
      if (this.list.length > 0 && endIndex !== firstIndex) await this.dropAll();
      await this.seal();
      this.list.push(segment);
      endIndex = segment.endIndex;
    }
    return { endIndex, hadFiles: names.length > 0 };
  }

  /** Adds a block after all lines so far; its folder must be there. */
  async append(block: Block): Promise<void> {
    let segment = this.list.at(-1);
    if (!segment || segment.isSealed || segment.sizeBytes >= this.maxBytes() / segmentsPerSpool) {
      await segment?.seal();
      segment = new Segment(this.folder, block.firstIndex);
      this.list.push(segment);
    }
    await segment.append(block);
  }

  /** Where the lines [fromIndex, toIndex) lie, as far as they are here, oldest first. */
  parts(fromIndex: number, toIndex: number): SegmentPart[] {
    return this.within(fromIndex, toIndex).map(({ segment, from, to }) => segment.part(from, to));
  }

  /**
   * Reads the lines [fromIndex, toIndex), as far as they are here.
   * @throws Failure STORAGE_FAILED
   */
  async read(fromIndex: number, toIndex: number, limitBytes: number): Promise<StoredLine[]> {
    const parts = this.within(fromIndex, toIndex);
    const lines: StoredLine[] = [];
    try {
      for (const { segment, from, to } of parts) lines.push(...(await segment.read(from, to, limitBytes)));
    } catch (error) {
      throw storageFailed(error);
    }
    return lines;
  }

  /**
   * Times of the lines [fromIndex, toIndex), as far as they are here, a list a segment.
   * @throws Failure STORAGE_FAILED
   */
  async times(fromIndex: number, toIndex: number): Promise<Float64Array[]> {
    const parts = this.within(fromIndex, toIndex);
    const times: Float64Array[] = [];
    try {
      for (const { segment, from, to } of parts) times.push(await segment.times(from, to));
    } catch (error) {
      throw storageFailed(error);
    }
    return times;
  }

  /**
   * Takes the lines of another folder before these; they get other indexes by `shift`.
   * @param isJoined asked once they are here: false where these do not begin where those end any more, which drops them
   */
  async takeBefore(older: Segments, shift: number, isJoined: () => boolean): Promise<void> {
    // From the newest: should this be cut short, what was moved joins on.
    for (const segment of [...older.list].reverse()) await segment.move(this.folder, segment.firstIndex + shift);
    await rm(older.folder, { recursive: true, force: true });
    const taken = older.list;
    older.list = [];
    if (isJoined()) this.list = [...taken, ...this.list];
    else for (const segment of taken) await segment.drop();
  }

  /** Removes the oldest segments for space. */
  async dropOldest(): Promise<void> {
    let { sizeBytes } = this;
    while (sizeBytes > this.maxBytes() && this.list.length > 1) {
      const oldest = this.list.shift() as Segment;
      sizeBytes -= oldest.sizeBytes;
      this.onDrop();
      await oldest.drop();
    }
  }

  /** Removes the segments that end before `index`, all but the last. */
  async dropBefore(index: number): Promise<void> {
    while (this.list.length > 1 && (this.list[0] as Segment).endIndex <= index) {
      await (this.list.shift() as Segment).drop();
    }
  }

  async dropAll(): Promise<void> {
    const { list } = this;
    this.list = [];
    for (const segment of list) await segment.drop();
  }

  /** The next block begins a segment of its own. */
  async seal(): Promise<void> {
    await this.list.at(-1)?.seal();
  }

  /** Lets go of all files. */
  async close(): Promise<void> {
    await Promise.all(this.list.map((segment) => segment.close()));
  }

  private within(fromIndex: number, toIndex: number) {
    return this.list.flatMap((segment) => {
      const from = Math.max(fromIndex, segment.firstIndex);
      const to = Math.min(toIndex, segment.endIndex);
      return from < to ? [{ segment, from, to }] : [];
    });
  }
}
