import type { LogLine } from '../docker/logs';

/** Both channels are stamped by their own writer in the engine, so the file can be out of order by a little. */
const overlapMs = 250;

/** Lines of a channel that are remembered: more are not repeated by one rotation at any rate the engine reaches. */
const recentLimit = 8_192;

interface Channel {
  /** Newest time stamp seen; null before the first. */
  time: string | null;
  /** Lines seen with exactly this time stamp. */
  count: number;
  /** While reading again: lines with it that came again. */
  repeated: number;
  isCatchingUp: boolean;
  /** Pieces that continue the newest line, and those of the line that came last. */
  pieces: number;
  piecesCame: number;
  /** Whose pieces come: those of a new line are new, of the newest one those that did not come before. */
  cameLast: 'new' | 'newest' | 'older';
  /** The last lines as time stamp and fingerprint, overwritten in turn: different lines may share a stamp. */
  recent: string[];
  fingerprints: Int32Array;
  recentAt: number;
  /** Where in `recent` a repetition goes on. */
  repetitionAt: number;
}

const fresh = (): Channel => ({
  time: null,
  count: 0,
  repeated: 0,
  isCatchingUp: false,
  pieces: 0,
  piecesCame: 0,
  cameLast: 'older',
  recent: [],
  fingerprints: new Int32Array(recentLimit),
  recentAt: 0,
  repetitionAt: 0,
});

/** The newest time stamp of each channel, null for none, and how many of its lines have exactly it. */
export interface ResumePosition {
  stdout: { time: string | null; count: number };
  stderr: { time: string | null; count: number };
}

/** What a line of a stream that was opened again is. `gap`: new, and what came before it is gone from the engine. */
export type Novelty = 'new' | 'seen' | 'gap';

/**
 * Remembers how far a log was read, so that a stream opened again goes on there without gap or duplicate, and one that
 * repeats itself is not believed: Docker 20.10 sends lines again while it rotates a followed json-file log. A channel's
 * time stamps go back only with the clock; several lines may share one.
 */
export class ResumePoint {
  private readonly channels = { stdout: fresh(), stderr: fresh() };
  private since: string | null = null;
  private stampsAreUnique = false;

  /** Time stamp of the newest line; null before the first. */
  get newest(): string | null {
    const { stdout, stderr } = this.channels;
    if (stdout.time === null || stderr.time === null) return stdout.time ?? stderr.time;
    return compareTimes(stdout.time, stderr.time) < 0 ? stderr.time : stdout.time;
  }

  /**
   * Begins reading again.
   * @param stampsAreUnique each line has a time stamp of its own: Docker stamps lines, Podman what it reads at once
   * @returns the `since` to ask for: a little before the newest line, null for everything
   */
  resume(stampsAreUnique: boolean): string | null {
    this.stampsAreUnique = stampsAreUnique;
    const newest = this.newest;
    this.since = newest === null ? null : new Date(Date.parse(newest) - overlapMs).toISOString();
    for (const channel of Object.values(this.channels)) {
      channel.isCatchingUp = channel.time !== null;
      channel.repeated = 0;
    }
    return this.since;
  }

  /** How far each channel was read, to be kept where the lines themselves are not. */
  position(): ResumePosition {
    const { stdout, stderr } = this.channels;
    return { stdout: { time: stdout.time, count: stdout.count }, stderr: { time: stderr.time, count: stderr.count } };
  }

  /** Goes on from a position. */
  restore({ stdout, stderr }: ResumePosition): void {
    // Of a line that was so far only read in part the rest is not wanted either: this is where a log was cleared.
    Object.assign(this.channels.stdout, stdout, { pieces: Infinity });
    Object.assign(this.channels.stderr, stderr, { pieces: Infinity });
  }

  /**
   * Takes the next line of the stream and says whether it is new.
   * @param sizeBytes its length, where `bytes` is only its beginning
   */
  take(line: LogLine, sizeBytes = line.bytes.length): Novelty {
    // Only the engine's own words about its log have no time stamp; they are not part of it.
    if (line.time === '') return 'new';
    const channel = this.channels[line.stream];
    if (line.continues) return takePiece(channel);
    const novelty = this.takeStart(channel, line, sizeBytes);
    const isNewest = line.time === channel.time && (this.stampsAreUnique || channel.repeated === channel.count);
    channel.cameLast = novelty !== 'seen' ? 'new' : isNewest ? 'newest' : 'older';
    channel.piecesCame = 0;
    if (novelty !== 'seen') channel.pieces = 0;
    return novelty;
  }

  private takeStart(channel: Channel, line: LogLine, sizeBytes: number): Novelty {
    let novelty: Novelty = 'new';
    if (channel.isCatchingUp && channel.time !== null) {
      const order = compareTimes(line.time, channel.time);
      if (order < 0) return 'seen';
      if (order === 0 && channel.repeated < channel.count) {
        channel.repeated += 1;
        return 'seen';
      }
      const wasAskedFor = this.since === null || compareTimes(channel.time, this.since) > 0;
      if (wasAskedFor && channel.repeated === 0) novelty = 'gap';
      channel.isCatchingUp = false;
    }
    const mark = this.stampsAreUnique ? fingerprint(line.bytes, sizeBytes) : 0;
    if (this.stampsAreUnique && isRepeated(channel, line.time, mark)) return 'seen';
    if (line.time === channel.time) {
      channel.count += 1;
    } else {
      channel.time = line.time;
      channel.count = 1;
    }
    if (this.stampsAreUnique) {
      channel.recent[channel.recentAt] = line.time;
      channel.fingerprints[channel.recentAt] = mark;
      channel.recentAt = (channel.recentAt + 1) % recentLimit;
    }
    return novelty;
  }
}

function takePiece(channel: Channel): Novelty {
  channel.piecesCame += 1;
  const { cameLast, piecesCame, pieces } = channel;
  if (cameLast === 'older' || (cameLast === 'newest' && piecesCame <= pieces)) return 'seen';
  channel.pieces = piecesCame;
  return 'new';
}

/** True for a line that came before. One from an earlier time that did not is new: the clock was set back. */
function isRepeated(channel: Channel, time: string, mark: number): boolean {
  if (channel.time === null || compareTimes(time, channel.time) > 0) return false;
  const isAt = (at: number) => channel.recent[at] === time && channel.fingerprints[at] === mark;
  // A repetition goes on line by line: only its first one has to be looked for.
  let at = isAt(channel.repetitionAt) ? channel.repetitionAt : channel.recent.indexOf(time);
  while (at >= 0 && !isAt(at)) at = channel.recent.indexOf(time, at + 1);
  if (at < 0) return false;
  channel.repetitionAt = (at + 1) % recentLimit;
  return true;
}

/** Bytes of a line that its fingerprint is made of; with its length they tell lines of one time stamp apart. */
const fingerprintLength = 128;

/** FNV-1a over the start of a line and its length. */
export function fingerprint(bytes: Buffer, sizeBytes = bytes.length): number {
  let hash = 0x811c9dc5 ^ sizeBytes;
  const end = Math.min(bytes.length, fingerprintLength);
  for (let at = 0; at < end; at += 1) hash = Math.imul(hash ^ (bytes[at] as number), 0x01000193);
  return hash | 0;
}

/** Orders two RFC 3339 time stamps of any fraction and zone; negative where `a` is earlier. */
export function compareTimes(a: string, b: string): number {
  if (a.length === b.length && a.endsWith('Z') && b.endsWith('Z')) return a < b ? -1 : a > b ? 1 : 0;
  const seconds = Math.floor(Date.parse(a) / 1000) - Math.floor(Date.parse(b) / 1000);
  return seconds !== 0 ? seconds : nanoseconds(a) - nanoseconds(b);
}

function nanoseconds(time: string): number {
  return Number((/\.(\d{1,9})/.exec(time)?.[1] ?? '').padEnd(9, '0'));
}
