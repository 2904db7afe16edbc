import { entryChannel, entryContinues, entryOffset, entrySize, entryTime, indexBytesPerLine } from '../spool/block';

const markChannel = 2;

/** Where the lines of a part of a segment lie in its text, as its index has it: nobody counts line breaks. */
export class LinePlaces {
  readonly end: number;

  /**
   * @param numbers entries of the index
   * @param first index of the line that the first entry is of
   */
  constructor(
    private readonly numbers: Float64Array,
    readonly first: number,
  ) {
    this.end = first + numbers.length / (indexBytesPerLine / Float64Array.BYTES_PER_ELEMENT);
  }

  /** First byte of a line in the segment's text. */
  startOf(line: number): number {
    return entryOffset(this.numbers, line - this.first);
  }

  /** The byte after its last one: its line feed. */
  endOf(line: number): number {
    return this.startOf(line) + this.sizeOf(line);
  }

  /** Length of its text in bytes, without its line feed. */
  sizeOf(line: number): number {
    return entrySize(this.numbers, line - this.first);
  }

  /** Its channel: 0 stdout, 1 stderr. */
  channelOf(line: number): number {
    return entryChannel(this.numbers, line - this.first);
  }

  /** True for a piece of a line that began before. */
  continues(line: number): boolean {
    return entryContinues(this.numbers, line - this.first);
  }

  /** Its time in epoch ms, NaN for none. */
  timeOf(line: number): number {
    return entryTime(this.numbers, line - this.first);
  }

  /** True for what Wharf wrote between the lines. */
  isMark(line: number): boolean {
    return this.channelOf(line) === markChannel;
  }

  /** The line that byte `offset` belongs to; `from` is it or one before it, the nearer the cheaper. */
  lineAt(offset: number, from: number): number {
    let low = from;
    let step = 1;
    while (low + step < this.end && this.startOf(low + step) <= offset) {
      low += step;
      step *= 2;
    }
    let high = Math.min(low + step, this.end);
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (this.startOf(middle) <= offset) low = middle;
      else high = middle;
    }
    return low;
  }
}

/** Stands at one line of a text and moves on; `start` and `end` (of the line, without its line feed) are places in the text. */
export interface LineCursor {
  line: number;
  start: number;
  end: number;
  /** Moves to the line that holds place `at`. */
  to(at: number): void;
}

/** For a text whose characters are the bytes of the segment from `offset` on. */
export function placedCursor(places: LinePlaces, offset: number, line: number): LineCursor {
  const cursor: LineCursor = {
    line,
    start: places.startOf(line) - offset,
    end: places.endOf(line) - offset,
    to: (at) => {
      if (at <= cursor.end) return;
      // The next line is wanted more often than all others.
      cursor.line += 1;
      cursor.start = cursor.end + 1;
      if (cursor.line >= places.end) return;
      cursor.end = cursor.start + places.sizeOf(cursor.line);
      if (at <= cursor.end) return;
      cursor.line = places.lineAt(offset + at, cursor.line);
      cursor.start = places.startOf(cursor.line) - offset;
      cursor.end = places.endOf(cursor.line) - offset;
    },
  };
  return cursor;
}

/** For any text; each of its lines ends with a line feed. */
export function countedCursor(text: string, line: number): LineCursor {
  const cursor: LineCursor = {
    line,
    start: 0,
    end: text.indexOf('\n'),
    to: (at) => {
      while (cursor.end >= 0 && cursor.end < at) {
        cursor.line += 1;
        cursor.start = cursor.end + 1;
        cursor.end = text.indexOf('\n', cursor.start);
      }
    },
  };
  return cursor;
}
