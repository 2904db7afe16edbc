import { type FileHandle, open, rm } from 'node:fs/promises';
import type { Line } from '../../contract/lines';
import { type Block, decodeLine, indexBytesPerLine, indexEntry } from './block';

/** Text of a range that is read in one piece; a longer one is read line by line, each as far as it is asked for. */
const readAtOnceBytes = 8 * 1024 * 1024;

/** One pair of files of a spool, `<first index>.text` and `<first index>.index`: only ever appended to, dropped as a whole. */
export class Segment {
  private text: FileHandle | null = null;
  private index: FileHandle | null = null;
  private textBytes = 0;
  /** Lines that are on disk. */
  count = 0;

  constructor(
    private readonly folder: string,
    readonly firstIndex: number,
  ) {}

  get endIndex(): number {
    return this.firstIndex + this.count;
  }

  get sizeBytes(): number {
    return this.textBytes + this.count * indexBytesPerLine;
  }

  private path(kind: 'text' | 'index'): string {
    return `${this.folder}/${String(this.firstIndex).padStart(12, '0')}.${kind}`;
  }

  /** Adds a block. Its lines count once all of it is on disk. */
  async append(block: Block): Promise<void> {
    this.text ??= await open(this.path('text'), 'wx', 0o600);
    this.index ??= await open(this.path('index'), 'wx', 0o600);
    const { text, index } = block.bytes(this.textBytes);
    await this.text.appendFile(text);
    await this.index.appendFile(index);
    this.textBytes += text.length;
    this.count += block.count;
  }

  /** Reads the lines [from, to), which must be in it; none where it was dropped meanwhile. */
  async read(from: number, to: number, limitBytes: number): Promise<Line[]> {
    const handles: FileHandle[] = [];
    try {
      const index = await open(this.path('index'), 'r');
      handles.push(index);
      const text = await open(this.path('text'), 'r');
      handles.push(text);
      return await readLines(text, index, { from, to, firstIndex: this.firstIndex, limitBytes });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    } finally {
      for (const handle of handles) await handle.close();
    }
  }

  /** No further block comes. */
  async seal(): Promise<void> {
    await this.text?.close();
    await this.index?.close();
    this.text = null;
    this.index = null;
  }

  /** Removes both files. */
  async drop(): Promise<void> {
    await this.seal();
    await rm(this.path('text'), { force: true });
    await rm(this.path('index'), { force: true });
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

async function readLines(
  text: FileHandle,
  index: FileHandle,
  range: { from: number; to: number; firstIndex: number; limitBytes: number },
): Promise<Line[]> {
  const count = range.to - range.from;
  const bytes = await readExactly(
    index,
    (range.from - range.firstIndex) * indexBytesPerLine,
    count * indexBytesPerLine,
  );
  const numbers = new Float64Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / Float64Array.BYTES_PER_ELEMENT);
  const entries = Array.from({ length: count }, (_, at) => indexEntry(numbers, at));
  const first = entries[0];
  const last = entries[count - 1];
  if (!first || !last) return [];

  const textBytes = last.offset + last.sizeBytes - first.offset;
  if (textBytes <= readAtOnceBytes) {
    const all = await readExactly(text, first.offset, textBytes);
    return entries.map((entry, at) =>
      decodeLine(range.from + at, entry, all.subarray(entry.offset - first.offset), range.limitBytes),
    );
  }
  const lines: Line[] = [];
  for (const [at, entry] of entries.entries()) {
    // One byte more than the limit tells whether the cut goes through a character.
    const part = await readExactly(text, entry.offset, Math.min(entry.sizeBytes, range.limitBytes + 1));
    lines.push(decodeLine(range.from + at, entry, part, range.limitBytes));
  }
  return lines;
}
