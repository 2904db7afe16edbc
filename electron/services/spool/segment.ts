import { type FileHandle, open, rename, rm, stat, truncate } from 'node:fs/promises';
import { type Block, entryTime, indexBytesPerLine, indexEntry, type StoredLine, storedLine } from './block';

/** Text of a range that is read in one piece; a longer one is read line by line, each as far as it is asked for. */
const readAtOnceBytes = 8 * 1024 * 1024;

/** How long files stay open for the next block, or the next read: hundreds of spools lie idle. */
const keptOpenMs = 1_000;

/** Where a part of a spool lies on disk: lines [from, to) of the segment that begins with line `firstIndex`. */
export interface SegmentPart {
  textPath: string;
  indexPath: string;
  firstIndex: number;
  from: number;
  to: number;
}

/** One pair of files of a spool, `<first index>.text` and `<first index>.index`: only ever appended to, dropped as a whole. */
export class Segment {
  private text: FileHandle | null = null;
  private index: FileHandle | null = null;
  private textBytes = 0;
  private sealed = false;
  private writersTimer: NodeJS.Timeout | null = null;
  private readers: Promise<{ text: FileHandle; index: FileHandle }> | null = null;
  private readersAtWork = 0;
  private readersTimer: NodeJS.Timeout | null = null;
  /** Lines that are on disk. */
  count = 0;

  constructor(
    private folder: string,
    public firstIndex: number,
  ) {}

  /**
   * Takes up a pair of files that an earlier run wrote, as far as it is whole: what was torn off at the end is cut away.
   * @returns null where no whole line is left; the files are removed then
   */
  static async recover(folder: string, firstIndex: number): Promise<Segment | null> {
    const segment = new Segment(folder, firstIndex);
    const textBytes = (await stat(segment.path('text')).catch(() => null))?.size ?? 0;
    const indexBytes = (await stat(segment.path('index')).catch(() => null))?.size ?? 0;
    let count = Math.floor(indexBytes / indexBytesPerLine);
    let end = 0;
    if (count > 0) {
      const file = await open(segment.path('index'), 'r');
      try {
        // From the end: a line counts once its text is there whole, and with it all before.
        for (; count > 0; count -= 1) {
          const entry = indexEntry(await readNumbers(file, count - 1, 1), 0);
          end = entry.offset + entry.sizeBytes + 1;
          if (end <= textBytes) break;
        }
      } finally {
        await file.close();
      }
    }
    if (count === 0) {
      await segment.drop();
      return null;
    }
    if (end < textBytes) await truncate(segment.path('text'), end);
    if (count * indexBytesPerLine < indexBytes) await truncate(segment.path('index'), count * indexBytesPerLine);
    segment.textBytes = end;
    segment.count = count;
    return segment;
  }

  get endIndex(): number {
    return this.firstIndex + this.count;
  }

  get sizeBytes(): number {
    return this.textBytes + this.count * indexBytesPerLine;
  }

  /** True where no further block goes into it. */
  get isSealed(): boolean {
    return this.sealed;
  }

  private path(kind: 'text' | 'index'): string {
    return `${this.folder}/${String(this.firstIndex).padStart(12, '0')}.${kind}`;
  }

  /** Where the lines [from, to), which must be in it, lie. */
  part(from: number, to: number): SegmentPart {
    return { textPath: this.path('text'), indexPath: this.path('index'), firstIndex: this.firstIndex, from, to };
  }

  /** Adds a block. Its lines count once all of it is on disk. */
  async append(block: Block): Promise<void> {
    if (this.writersTimer) clearTimeout(this.writersTimer);
    try {
      this.text ??= await open(this.path('text'), 'a', 0o600);
      this.index ??= await open(this.path('index'), 'a', 0o600);
      const { text, index } = block.bytes(this.textBytes);
      await this.text.appendFile(text);
      await this.index.appendFile(index);
      this.textBytes += text.length;
      this.count += block.count;
    } finally {
      // What an error this late lost is missed where it is read.
      this.writersTimer = setTimeout(() => void this.closeWriters().catch(() => undefined), keptOpenMs);
    }
  }

  /** Reads the lines [from, to), which must be in it; none where it was dropped meanwhile. */
  read(from: number, to: number, limitBytes: number): Promise<StoredLine[]> {
    return this.opened([], (text, index) =>
      readLines(text, index, { from, to, firstIndex: this.firstIndex, limitBytes }),
    );
  }

  /** Times of the lines [from, to), which must be in it, in epoch ms, NaN for none; empty where it was dropped meanwhile. */
  times(from: number, to: number): Promise<Float64Array> {
    return this.opened(new Float64Array(0), async (_text, index) => {
      const numbers = await readNumbers(index, from - this.firstIndex, to - from);
      return Float64Array.from({ length: to - from }, (_, at) => entryTime(numbers, at));
    });
  }

  /** No further block comes. */
  async seal(): Promise<void> {
    this.sealed = true;
    await this.closeWriters();
  }

  /** Moves both files into another folder, where the first line has the index `firstIndex`. */
  async move(folder: string, firstIndex: number): Promise<void> {
    await this.seal();
    const moved = new Segment(folder, firstIndex);
    await rename(this.path('text'), moved.path('text'));
    await rename(this.path('index'), moved.path('index'));
    await this.closeReaders();
    this.folder = folder;
    this.firstIndex = firstIndex;
  }

  /** Lets go of the files. */
  async close(): Promise<void> {
    await this.seal();
    await this.closeReaders();
  }

  /** Removes both files. */
  async drop(): Promise<void> {
    await this.close();
    await rm(this.path('text'), { force: true });
    await rm(this.path('index'), { force: true });
  }

  /** Runs `use` with both files open for reading; they stay open for a moment, since reads come in numbers. */
  private async opened<T>(otherwise: T, use: (text: FileHandle, index: FileHandle) => Promise<T>): Promise<T> {
    this.readersAtWork += 1;
    if (this.readersTimer) clearTimeout(this.readersTimer);
    this.readers ??= this.openReaders();
    try {
      const { text, index } = await this.readers;
      return await use(text, index);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return otherwise;
      throw error;
    } finally {
      this.readersAtWork -= 1;
      if (this.readersAtWork === 0) this.readersTimer = setTimeout(() => void this.closeReaders(), keptOpenMs);
    }
  }

  private async openReaders(): Promise<{ text: FileHandle; index: FileHandle }> {
    try {
      const index = await open(this.path('index'), 'r');
      try {
        return { index, text: await open(this.path('text'), 'r') };
      } catch (error) {
        await index.close();
        throw error;
      }
    } catch (error) {
      this.readers = null;
      throw error;
    }
  }

  private async closeWriters(): Promise<void> {
    if (this.writersTimer) clearTimeout(this.writersTimer);
    const { text, index } = this;
    this.text = null;
    this.index = null;
    await text?.close();
    await index?.close();
  }

  private async closeReaders(): Promise<void> {
    if (this.readersTimer) clearTimeout(this.readersTimer);
    const readers = await this.readers?.catch(() => null);
    if (this.readersAtWork > 0 || !readers) return;
    this.readers = null;
    await readers.text.close();
    await readers.index.close();
  }
}

async function readExactly(file: FileHandle, position: number, sizeBytes: number): Promise<Buffer> {
  const bytes = Buffer.alloc(sizeBytes);
  let filled = 0;
  while (filled < sizeBytes) {
    const { bytesRead } = await file.read(bytes, filled, sizeBytes - filled, position + filled);
    if (bytesRead === 0) throw new Error('spool file is shorter than its index');
    filled += bytesRead;
  }
  return bytes;
}

/** Entries [at, at + count) of an index file. */
async function readNumbers(index: FileHandle, at: number, count: number): Promise<Float64Array> {
  const bytes = await readExactly(index, at * indexBytesPerLine, count * indexBytesPerLine);
  return new Float64Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / Float64Array.BYTES_PER_ELEMENT);
}

async function readLines(
  text: FileHandle,
  index: FileHandle,
  range: { from: number; to: number; firstIndex: number; limitBytes: number },
): Promise<StoredLine[]> {
  const count = range.to - range.from;
  const numbers = await readNumbers(index, range.from - range.firstIndex, count);
  const entries = Array.from({ length: count }, (_, at) => indexEntry(numbers, at));
  const first = entries[0];
  const last = entries[count - 1];
  if (!first || !last) return [];

  const textBytes = last.offset + last.sizeBytes - first.offset;
  if (textBytes <= readAtOnceBytes) {
    const all = await readExactly(text, first.offset, textBytes);
    return entries.map((entry, at) =>
      storedLine(range.from + at, entry, all.subarray(entry.offset - first.offset), range.limitBytes),
    );
  }
  const lines: StoredLine[] = [];
  for (const [at, entry] of entries.entries()) {
    // One byte more than the limit tells whether the cut goes through a character.
    const part = await readExactly(text, entry.offset, Math.min(entry.sizeBytes, range.limitBytes + 1));
    lines.push(storedLine(range.from + at, entry, part, range.limitBytes));
  }
  return lines;
}
