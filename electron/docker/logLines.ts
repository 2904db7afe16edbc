import type { Frame } from './demux';
import type { LogBatch } from './logs';

/** A longer line comes in pieces of this size at most, so that none has to be in memory whole. */
export const pieceLimitBytes = 1024 * 1024;

/**
 * The engine cuts longer lines into parts of this size, each with the line's time stamp again (moby,
 * `daemon/logger/copier.go`). Parts can arrive longer: json-file writes U+FFFD for a character that it cut in two.
 */
const enginePartBytes = 16 * 1024;

/** Longest RFC 3339 time stamp with nanoseconds: `2006-01-02T15:04:05.000000000+09:00`. */
const stampLimit = 35;
const stampPattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const space = 0x20;

/** Docker's own stamp has a fixed width: 29 characters, `Z` and a space (moby, `RFC3339NanoFixed`). */
const dockerStampLength = 30;

function startsWithDockerStamp(bytes: Buffer): boolean {
  return (
    bytes.length > dockerStampLength &&
    bytes[dockerStampLength] === space &&
    bytes[dockerStampLength - 1] === 0x5a &&
    bytes[4] === 0x2d &&
    bytes[10] === 0x54 &&
    bytes[13] === 0x3a &&
    bytes[19] === 0x2e
  );
}

/** True for the characters that a time stamp is made of: digits and `+-.:TZ`. */
function isStampByte(byte: number): boolean {
  return (
    (byte >= 0x30 && byte <= 0x3a) || byte === 0x2b || byte === 0x2d || byte === 0x2e || byte === 0x54 || byte === 0x5a
  );
}

/** Length without an incomplete UTF-8 sequence at the end, which only a cut leaves behind. */
function wholeCharacters(bytes: Buffer): number {
  const { length } = bytes;
  for (let back = 1; back <= 3 && back <= length; back += 1) {
    const byte = bytes[length - back] as number;
    if (byte < 0x80) return length;
    if (byte >= 0xc0) {
      const size = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return back < size ? length - back : length;
    }
  }
  return length;
}

/** The bytes without each occurrence of a text. */
function without(bytes: Buffer, text: string): Buffer {
  const between: Buffer[] = [];
  let from = 0;
  for (let at = bytes.indexOf(text); at >= 0; at = bytes.indexOf(text, from)) {
    between.push(bytes.subarray(from, at));
    from = at + text.length;
  }
  return Buffer.concat([...between, bytes.subarray(from)]);
}

/** Assembles the lines of one channel, byte for byte; carriage returns stay, since they are what was written. */
class ChannelLines {
  private open = Buffer.alloc(0);
  private openBytes = 0;
  private isOpen = false;
  private time = '';
  /** Time stamp read so far; null while reading text. */
  private stamp: string | null = '';
  /** Bytes of the open line that came so far, with those of pieces that are passed on. */
  private lineBytes = 0;
  /** A piece of the open line is passed on. */
  private continues = false;
  private isUnframed = false;

  constructor(private readonly stream: Frame['stream']) {}

  feed(frame: Frame, batch: LogBatch): void {
    const { bytes } = frame;
    this.isUnframed = frame.message === 'unframed';
    if (frame.message === 'starts') {
      if (!this.isOpen && !this.stamp && this.feedWholeLine(bytes, batch)) return;
      this.expectStamp(batch);
    }
    let at = 0;
    while (at < bytes.length) {
      if (this.stamp !== null) {
        at = this.readStamp(bytes, at, batch);
        continue;
      }
      const newline = bytes.indexOf(lineFeed, at);
      this.append(bytes.subarray(at, newline < 0 ? bytes.length : newline), batch);
      if (newline < 0) return;
      at = newline + 1;
      this.finish(batch, true);
      if (this.isUnframed) this.expectStamp(batch);
    }
  }

  /** The last line where the stream ended without a line break. */
  end(batch: LogBatch): void {
    this.stampIsText(batch);
    if (this.isOpen) this.finish(batch, false);
  }

  /** The common case without a copy: one message that is one short line. False, and nothing done, where it is not. */
  private feedWholeLine(bytes: Buffer, batch: LogBatch): boolean {
    const last = bytes.length - 1;
    if (bytes[last] !== lineFeed || last > pieceLimitBytes || !startsWithDockerStamp(bytes)) return false;
    if (bytes.indexOf(lineFeed, dockerStampLength + 1) !== last) return false;
    const time = bytes.toString('latin1', 0, dockerStampLength);
    const line = bytes.subarray(dockerStampLength + 1, last);
    batch.push({ stream: this.stream, time, bytes: line, continues: false, hasBreak: true });
    this.time = time;
    this.stamp = null;
    return true;
  }

  private expectStamp(batch: LogBatch): void {
    this.stampIsText(batch);
    this.stamp = '';
  }

  private stampIsText(batch: LogBatch): void {
    if (this.stamp) this.append(Buffer.from(this.stamp, 'latin1'), batch);
    this.stamp = null;
  }

  private readStamp(bytes: Buffer, from: number, batch: LogBatch): number {
    let end = from;
    const limit = Math.min(bytes.length, from + stampLimit + 1 - (this.stamp as string).length);
    while (end < limit && isStampByte(bytes[end] as number)) end += 1;
    const stamp = (this.stamp as string) + bytes.toString('latin1', from, end);
    this.stamp = stamp;
    if (end === bytes.length && stamp.length <= stampLimit) return end;
    if (bytes[end] !== space || !stampPattern.test(stamp)) {
      if (!this.isOpen) this.time = '';
      this.stampIsText(batch);
      return end;
    }
    // Parts of one line carry one time stamp; another one means that the open line will never get its line break.
    if (this.isOpen && stamp !== this.time) this.finish(batch, false);
    this.time = stamp;
    this.isOpen = true;
    this.stamp = null;
    return end + 1;
  }

  private append(bytes: Buffer, batch: LogBatch): void {
    this.isOpen = true;
    this.lineBytes += bytes.length;
    let at = 0;
    while (this.openBytes + bytes.length - at > pieceLimitBytes) {
      const end = at + pieceLimitBytes - this.openBytes;
      this.store(bytes.subarray(at, end));
      at = end;
      this.passPiece(batch);
    }
    this.store(bytes.subarray(at));
  }

  private store(bytes: Buffer): void {
    const end = this.openBytes + bytes.length;
    if (end > this.open.length) {
      const grown = Buffer.allocUnsafe(Math.min(pieceLimitBytes, Math.max(1024, 2 * end)));
      this.open.copy(grown, 0, 0, this.openBytes);
      this.open = grown;
    }
    bytes.copy(this.open, this.openBytes);
    this.openBytes = end;
  }

  /** Passes on what is open of a line, but for what the next piece should begin with. */
  private passPiece(batch: LogBatch): void {
    const line = this.withoutStamps();
    const end = this.pieceEnd(line);
    this.push(line.subarray(0, end), false, batch);
    this.continues = true;
    this.openBytes = line.copy(this.open, 0, end);
  }

  /** Where a piece ends: not within a stamp between parts, behind what a terminal drew over, not within a character. */
  private pieceEnd(line: Buffer): number {
    if (this.isUnframed && this.time !== '') {
      const stamp = Buffer.from(`${this.time} `);
      for (let size = stamp.length - 1; size > 0; size -= 1) {
        if (line.subarray(line.length - size).equals(stamp.subarray(0, size))) return line.length - size;
      }
    }
    const drawnOver = line.lastIndexOf(carriageReturn) + 1;
    return drawnOver > line.length / 2 ? drawnOver : wholeCharacters(line);
  }

  private finish(batch: LogBatch, hasBreak: boolean): void {
    this.push(this.withoutStamps(), hasBreak, batch);
    if (this.open.length > 4 * enginePartBytes) this.open = Buffer.alloc(0);
    this.openBytes = 0;
    this.lineBytes = 0;
    this.isOpen = false;
    this.continues = false;
  }

  private push(bytes: Buffer, hasBreak: boolean, batch: LogBatch): void {
    const { stream, time, continues } = this;
    batch.push({ stream, time, bytes: Buffer.from(bytes), continues, hasBreak });
  }

  /** What is open without the stamps of its parts; without frames nothing but the stamp tells where a part begins. */
  private withoutStamps(): Buffer {
    const line = this.open.subarray(0, this.openBytes);
    // Its nanoseconds cannot be guessed by who writes the line.
    const mayHold = this.isUnframed && this.lineBytes > enginePartBytes && this.time !== '';
    return mayHold ? without(line, `${this.time} `) : line;
  }
}

/**
 * Turns frames into lines: time stamps split off, parts of long lines joined, the bytes as they were written; lines over
 * `pieceLimitBytes` in pieces, always the same for the same line.
 * @param frames of `demux` or `unframed`, asked for with `timestamps=1`
 * @returns the lines completed by each chunk, in order; at a clean end also the last line without a line break. An error
 *   of the source passes through and drops the open line or piece: who asks again from the last time stamp gets it whole.
 */
export async function* logLines(frames: AsyncIterable<Frame[]>): AsyncGenerator<LogBatch, void, void> {
  const stdout = new ChannelLines('stdout');
  const stderr = new ChannelLines('stderr');
  for await (const arrived of frames) {
    const batch: LogBatch = [];
    for (const frame of arrived) (frame.stream === 'stdout' ? stdout : stderr).feed(frame, batch);
    if (batch.length > 0) yield batch;
  }
  const rest: LogBatch = [];
  stdout.end(rest);
  stderr.end(rest);
  if (rest.length > 0) yield rest;
}
