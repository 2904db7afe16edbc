/** A line on its way into a spool. */
export interface SpoolLine {
  /** Epoch ms; null where it has no time. */
  atMs: number | null;
  /** What its time stamp says beyond the millisecond, 0 to 999,999. */
  nanoseconds: number;
  stream: 'stdout' | 'stderr' | 'mark';
  /** As written, without its line break and without any other. */
  bytes: Buffer;
  /** Goes on with the line before of its stream: a piece of a line that was too long for one. */
  continues: boolean;
  /** False where it was written without a line break, or a piece follows. */
  hasBreak: boolean;
}

/** A line as a spool gives it back. */
export interface StoredLine extends SpoolLine {
  index: number;
  /** Bytes that the reader did not ask for. */
  cutBytes: number;
}

/**
 * What the index keeps of a line: three 64-bit floats. [0] time in ms, NaN for none; [1] offset of its text in bytes plus
 * length times 2^32; [2] channel, 4 for a missing line break, nanoseconds times 8, bytes that are missing times 2^23 (only
 * in spools of versions that cut long lines) and 2^52 for a piece that goes on. Every one of them stays a safe integer.
 */
const numbersPerLine = 3;
export const indexBytesPerLine = numbersPerLine * Float64Array.BYTES_PER_ELEMENT;
const lengthUnit = 2 ** 32;
const cutUnit = 2 ** 23;
const continuesUnit = 2 ** 52;
const streams = ['stdout', 'stderr', 'mark'] as const;
const lineFeed = 0x0a;

/** One line's place and facts, read from three numbers of an index. */
export type IndexEntry = Omit<StoredLine, 'bytes' | 'index'> & { offset: number; sizeBytes: number };

/** Reads entry `at` of an index. */
export function indexEntry(numbers: Float64Array, at: number): IndexEntry {
  const time = numbers[at * numbersPerLine] as number;
  const place = numbers[at * numbersPerLine + 1] as number;
  const rest = numbers[at * numbersPerLine + 2] as number;
  const sizeBytes = Math.floor(place / lengthUnit);
  const low = rest % cutUnit;
  return {
    atMs: Number.isNaN(time) ? null : time,
    nanoseconds: low >> 3,
    offset: place - sizeBytes * lengthUnit,
    sizeBytes,
    cutBytes: Math.floor((rest % continuesUnit) / cutUnit),
    continues: rest >= continuesUnit,
    stream: streams[low & 3] ?? 'mark',
    hasBreak: (low & 4) === 0,
  };
}

/** The number of an entry's channel: 0 stdout, 1 stderr, 2 mark. Cheaper than the whole entry. */
export function entryChannel(numbers: Float64Array, at: number): number {
  // Of a safe integer the operators on bits see the lowest 32, many times faster than a remainder.
  return (numbers[at * numbersPerLine + 2] as number) & 3;
}

/** Whether an entry goes on with the one before of its channel. */
export function entryContinues(numbers: Float64Array, at: number): boolean {
  return (numbers[at * numbersPerLine + 2] as number) >= continuesUnit;
}

/** Where the text of an entry begins in its segment, in bytes. */
export function entryOffset(numbers: Float64Array, at: number): number {
  return (numbers[at * numbersPerLine + 1] as number) >>> 0;
}

/** Length of an entry's text in bytes, without its line feed. */
export function entrySize(numbers: Float64Array, at: number): number {
  return Math.floor((numbers[at * numbersPerLine + 1] as number) / lengthUnit);
}

/** The time of an entry in epoch ms, NaN for none. */
export function entryTime(numbers: Float64Array, at: number): number {
  return numbers[at * numbersPerLine] as number;
}

/** At most `limitBytes` of a line; the rest counts as cut. `text` starts at the line. */
export function storedLine(index: number, entry: IndexEntry, text: Buffer, limitBytes: number): StoredLine {
  const { sizeBytes, offset: _, ...facts } = entry;
  let kept = Math.min(sizeBytes, limitBytes);
  // A cut never goes through a character: bytes 10xxxxxx continue one.
  while (kept > 0 && kept < sizeBytes && ((text[kept] as number) & 0xc0) === 0x80) kept -= 1;
  return { index, ...facts, bytes: text.subarray(0, kept), cutBytes: entry.cutBytes + sizeBytes - kept };
}

const firstTextBytes = 16 * 1024;
const firstLines = 128;
/** A block that grew beyond this in a flood is not kept for reuse. */
const reusableBytes = 1024 * 1024;

/** Lines in memory in the very form in which they go to disk: their texts, each with a line feed after it, and an index. */
export class Block {
  private text = Buffer.allocUnsafe(firstTextBytes);
  private numbers = new Float64Array(firstLines * numbersPerLine);
  private textBytes = 0;
  count = 0;

  constructor(public firstIndex: number) {}

  get endIndex(): number {
    return this.firstIndex + this.count;
  }

  /** Bytes that writing it will take. */
  get sizeBytes(): number {
    return this.textBytes + this.count * indexBytesPerLine;
  }

  get reusable(): boolean {
    return this.text.length <= reusableBytes && this.numbers.byteLength <= reusableBytes;
  }

  /** Empties it; the next line gets `firstIndex`. */
  restart(firstIndex: number): void {
    this.firstIndex = firstIndex;
    this.count = 0;
    this.textBytes = 0;
  }

  append(line: SpoolLine): void {
    const { bytes, atMs } = line;
    const end = this.textBytes + bytes.length;
    if (end + 1 > this.text.length) {
      const grown = Buffer.allocUnsafe(Math.max(end + 1, this.text.length * 2));
      this.text.copy(grown, 0, 0, this.textBytes);
      this.text = grown;
    }
    const at = this.count * numbersPerLine;
    if (at === this.numbers.length) {
      const grown = new Float64Array(this.numbers.length * 2);
      grown.set(this.numbers);
      this.numbers = grown;
    }
    this.text.set(bytes, this.textBytes);
    this.text[end] = lineFeed;
    const channel = line.stream === 'stdout' ? 0 : line.stream === 'stderr' ? 1 : 2;
    const low = channel + (line.hasBreak ? 0 : 4) + line.nanoseconds * 8;
    this.numbers[at] = atMs ?? Number.NaN;
    this.numbers[at + 1] = this.textBytes + bytes.length * lengthUnit;
    this.numbers[at + 2] = low + (line.continues ? continuesUnit : 0);
    this.textBytes = end + 1;
    this.count += 1;
  }

  /** Reads the line with the index `index`, which must be in it. Its bytes are a copy: the block is used again. */
  line(index: number, limitBytes: number): StoredLine {
    const entry = indexEntry(this.numbers, index - this.firstIndex);
    const line = storedLine(index, entry, this.text.subarray(entry.offset), limitBytes);
    return { ...line, bytes: Buffer.from(line.bytes) };
  }

  /** Times of the lines [from, to), which must be in it, in epoch ms; NaN for none. */
  times(from: number, to: number): Float64Array {
    return Float64Array.from({ length: to - from }, (_, at) => entryTime(this.numbers, from + at - this.firstIndex));
  }

  /** What goes to disk, for a segment that already holds `textOffset` bytes of text. */
  bytes(textOffset: number): { text: Buffer; index: Buffer } {
    const index = this.numbers.slice(0, this.count * numbersPerLine);
    for (let place = 1; place < index.length; place += numbersPerLine) index[place] = (index[place] ?? 0) + textOffset;
    return {
      text: this.text.subarray(0, this.textBytes),
      index: Buffer.from(index.buffer, index.byteOffset, index.byteLength),
    };
  }
}
