import type { Frame } from './demux';
import type { LogBatch } from './logs';

/** Bytes of a line that are kept; the rest is counted and dropped. */
export const lineLimitBytes = 1024 * 1024;

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
  private cutBytes = 0;
  private isOpen = false;
  private time = '';
  /** The open line was cut right before a carriage return: what follows starts it over. */
  private returnPending = false;
  /** Time stamp read so far; null while reading text. */
  private stamp: string | null = '';
  /** Bytes of the open line that came so far, kept or not. */
  private lineBytes = 0;

  constructor(private readonly stream: Frame['stream']) {}

  feed(frame: Frame, batch: LogBatch): void {
    const { bytes } = frame;
    const isUnframed = frame.message === 'unframed';
    if (frame.message === 'starts') {
      if (!this.isOpen && !this.stamp && this.feedWholeLine(bytes, batch)) return;
      this.expectStamp();
    }
    let at = 0;
    while (at < bytes.length) {
      if (this.stamp !== null) {
        at = this.readStamp(bytes, at, batch);
        continue;
      }
      const newline = bytes.indexOf(lineFeed, at);
      this.append(bytes.subarray(at, newline < 0 ? bytes.length : newline));
      if (newline < 0) return;
      at = newline + 1;
      this.finish(batch, isUnframed, true);
      if (isUnframed) this.expectStamp();
    }
  }

  /** The last line where the stream ended without a line break. */
  end(batch: LogBatch): void {
    this.stampIsText();
    if (this.isOpen) this.finish(batch, true, false);
  }

  /** The common case without a copy: one message that is one short line. False, and nothing done, where it is not. */
  private feedWholeLine(bytes: Buffer, batch: LogBatch): boolean {
    const last = bytes.length - 1;
    if (bytes[last] !== lineFeed || last > lineLimitBytes || !startsWithDockerStamp(bytes)) return false;
    if (bytes.indexOf(lineFeed, dockerStampLength + 1) !== last) return false;
    const time = bytes.toString('latin1', 0, dockerStampLength);
    const line = bytes.subarray(dockerStampLength + 1, last);
    batch.push({ stream: this.stream, time, bytes: line, cutBytes: 0, hasBreak: true });
    this.time = time;
    this.stamp = null;
    return true;
  }

  private expectStamp(): void {
    this.stampIsText();
    this.stamp = '';
  }

  private stampIsText(): void {
    if (this.stamp) this.append(Buffer.from(this.stamp, 'latin1'));
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
      this.stampIsText();
      return end;
    }
    // Parts of one line carry one time stamp; another one means that the open line will never get its line break.
    if (this.isOpen && stamp !== this.time) this.finish(batch, false, false);
    this.time = stamp;
    this.isOpen = true;
    this.stamp = null;
    return end + 1;
  }

  private append(bytes: Buffer): void {
    this.isOpen = true;
    this.lineBytes += bytes.length;
    if (this.openBytes + bytes.length <= lineLimitBytes && !this.returnPending) this.store(bytes);
    else this.appendOverLimit(bytes);
  }

  /** Of a line over the limit what a terminal would still show is kept rather than its beginning. */
  private appendOverLimit(bytes: Buffer): void {
    let end = bytes.length;
    while (end > 0 && bytes[end - 1] === carriageReturn) end -= 1;
    const start = bytes.subarray(0, end).lastIndexOf(carriageReturn) + 1;
    if (end > 0 && (start > 0 || this.returnPending)) {
      this.cutBytes += this.openBytes + start;
      this.openBytes = 0;
    }
    this.store(bytes.subarray(start));
    if (end > 0) this.returnPending = false;
    if (end < bytes.length) this.returnPending = true;
  }

  private store(bytes: Buffer): void {
    const kept = Math.min(bytes.length, lineLimitBytes - this.openBytes);
    if (this.openBytes + kept > this.open.length) {
      const grown = Buffer.allocUnsafe(Math.min(lineLimitBytes, Math.max(1024, 2 * (this.openBytes + kept))));
      this.open.copy(grown, 0, 0, this.openBytes);
      this.open = grown;
    }
    bytes.copy(this.open, this.openBytes, 0, kept);
    this.openBytes += kept;
    this.cutBytes += bytes.length - kept;
  }

  private finish(batch: LogBatch, mayHoldStamps: boolean, hasBreak: boolean): void {
    let line: Buffer = this.open.subarray(0, this.openBytes);
    // Without frames nothing but the stamp itself tells where a part begins; its nanoseconds cannot be guessed.
    if (mayHoldStamps && this.lineBytes > enginePartBytes && this.time !== '') line = without(line, `${this.time} `);
    const kept = this.cutBytes > 0 ? wholeCharacters(line) : line.length;
    batch.push({
      stream: this.stream,
      time: this.time,
      bytes: Buffer.from(line.subarray(0, kept)),
      cutBytes: this.cutBytes + line.length - kept,
      hasBreak,
    });
    if (this.open.length > 4 * enginePartBytes) this.open = Buffer.alloc(0);
    this.openBytes = 0;
    this.cutBytes = 0;
    this.lineBytes = 0;
    this.isOpen = false;
    this.returnPending = false;
  }
}

/**
 * Turns frames into lines: time stamps split off, parts of long lines joined, the bytes as they were written, lines over
 * `lineLimitBytes` cut and counted.
 * @param frames of `demux` or `unframed`, asked for with `timestamps=1`
 * @returns the lines completed by each chunk, in order; at a clean end also the last line without a line break. An error
 *   of the source passes through and drops the open line: who asks again from the last time stamp gets it whole.
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
