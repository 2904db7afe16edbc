import type { Line } from '../../contract/lines';
import { guessLevel, withoutAnsi } from '../../contract/logText';
import { markOf } from '../logMark';

/** A line on its way into a spool. */
export type SpoolLine = Pick<Line, 'atMs' | 'stream' | 'text' | 'cutBytes'>;

/**
 * What the index keeps of a line: three 64-bit floats. [0] time in ms, NaN for none; [1] offset of its text in bytes plus
 * length times 2^32; [2] cut bytes times 4 plus channel. Every one of them stays a safe integer.
 */
const numbersPerLine = 3;
export const indexBytesPerLine = numbersPerLine * Float64Array.BYTES_PER_ELEMENT;
const lengthUnit = 2 ** 32;
const streams = ['stdout', 'stderr', 'mark'] as const;

/** One line's place and facts, read from three numbers of an index. */
export interface IndexEntry {
  atMs: number | null;
  offset: number;
  sizeBytes: number;
  cutBytes: number;
  stream: SpoolLine['stream'];
}

/** Reads entry `at` of an index. */
export function indexEntry(numbers: Float64Array, at: number): IndexEntry {
  const time = numbers[at * numbersPerLine] as number;
  const place = numbers[at * numbersPerLine + 1] as number;
  const rest = numbers[at * numbersPerLine + 2] as number;
  const sizeBytes = Math.floor(place / lengthUnit);
  return {
    atMs: Number.isNaN(time) ? null : time,
    offset: place - sizeBytes * lengthUnit,
    sizeBytes,
    cutBytes: Math.floor(rest / 4),
    stream: streams[rest % 4] ?? 'mark',
  };
}

/** Decodes at most `limitBytes` of a line's text and counts the rest as cut. `text` starts at the line. */
export function decodeLine(index: number, entry: IndexEntry, text: Buffer, limitBytes: number): Line {
  const { atMs, stream, sizeBytes } = entry;
  let kept = Math.min(sizeBytes, limitBytes);
  // A cut never goes through a character: bytes 10xxxxxx continue one.
  while (kept > 0 && kept < sizeBytes && ((text[kept] as number) & 0xc0) === 0x80) kept -= 1;
  const decoded = text.toString('utf8', 0, kept);
  const cutBytes = entry.cutBytes + sizeBytes - kept;
  const mark = stream === 'mark' ? markOf(decoded) : null;
  const level = stream === 'mark' ? null : guessLevel(withoutAnsi(decoded));
  return { index, from: null, atMs, stream, text: mark ? mark.kind : decoded, cutBytes, level, mark };
}

const firstTextBytes = 64 * 1024;
const firstLines = 1024;
/** A block that grew beyond this in a flood is not kept for reuse. */
const reusableBytes = 1024 * 1024;

/** Lines in memory in the very form in which they go to disk: their texts end to end, and an index. */
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
    // UTF-8 takes three bytes at most for one UTF-16 unit.
    const most = this.textBytes + line.text.length * 3;
    if (most > this.text.length) {
      const grown = Buffer.allocUnsafe(Math.max(most, this.text.length * 2));
      this.text.copy(grown, 0, 0, this.textBytes);
      this.text = grown;
    }
    const at = this.count * numbersPerLine;
    if (at === this.numbers.length) {
      const grown = new Float64Array(this.numbers.length * 2);
      grown.set(this.numbers);
      this.numbers = grown;
    }
    const sizeBytes = this.text.write(line.text, this.textBytes, 'utf8');
    this.numbers[at] = line.atMs ?? Number.NaN;
    this.numbers[at + 1] = this.textBytes + sizeBytes * lengthUnit;
    this.numbers[at + 2] = line.cutBytes * 4 + streams.indexOf(line.stream);
    this.textBytes += sizeBytes;
    this.count += 1;
  }

  /** Reads the line with the index `index`, which must be in it. */
  line(index: number, limitBytes: number): Line {
    const entry = indexEntry(this.numbers, index - this.firstIndex);
    return decodeLine(index, entry, this.text.subarray(entry.offset), limitBytes);
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
