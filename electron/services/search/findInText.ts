import { Buffer } from 'node:buffer';
import { closeSync, openSync, readSync } from 'node:fs';
import { lineExpression } from '../../contract/lineExpression';
import type { LineQuery } from '../../contract/lines';
import { continuesLine, guessLevel, logLevels, withoutAnsi } from '../../contract/logText';
import { indexBytesPerLine } from '../spool/block';
import type { SegmentPart } from '../spool/segment';
import { Hits } from './hits';
import { countedCursor, type LineCursor, LinePlaces, placedCursor } from './linePlaces';

/** Text that is searched at a time; also what a watchdog waits for. A longer line is searched whole. */
const chunkBytes = 1024 * 1024;

/** Lines before a part that are looked at for the level that its first lines continue. */
const linesBefore = 64;

/** Levels of lines that are remembered, one byte each. */
const rememberedLevels = 30_000_000;

const lineFeed = 0x0a;
const channels = ['stdout', 'stderr'] as const;

/** Numbers of levels in memory: 0 not known yet, 1 none, then the levels in order. */
const noLevel = 1;

/** A query made ready: what a line must hold and must not, and what its index must say. */
interface Compiled {
  wanted: RegExp | null;
  /** `wanted` is a text, not an expression: no match goes beyond its line. */
  isPlain: boolean;
  /** The text itself where bytes can be compared. */
  bytes: Buffer | null;
  unwanted: RegExp | null;
  levels: Set<number> | null;
  channels: Set<number> | null;
  fromMs: number;
  beforeMs: number;
  hasTimes: boolean;
}

function compile(query: LineQuery): Compiled {
  const { text, levels, streams, fromMs, beforeMs } = query;
  const unwanted = lineExpression(query.exclude, query);
  const isPlain = !text.includes('\n') && !query.isRegex;
  const isBytes = isPlain && text !== '' && query.matchCase && !query.wholeWord && unwanted === null;
  return {
    wanted: lineExpression(text, query),
    isPlain,
    bytes: isBytes && levels.length === 0 ? Buffer.from(text) : null,
    unwanted,
    levels:
      levels.length === 0 ? null : new Set(levels.map((level) => noLevel + 1 + logLevels.indexOf(level as never))),
    channels: streams.length === 0 ? null : new Set(streams.map((stream) => channels.indexOf(stream))),
    fromMs: fromMs ?? Number.NEGATIVE_INFINITY,
    beforeMs: beforeMs ?? Number.POSITIVE_INFINITY,
    hasTimes: fromMs !== null || beforeMs !== null,
  };
}

/** Searches spools on disk. One of it serves one search after the other and remembers the levels of lines. */
export class TextFinder {
  private readonly levels = new Map<string, Uint8Array>();

  /**
   * Finds the lines that fit in parts of a spool.
   * @param onChunk called after each chunk; answers false to stop
   * @returns their indexes, ascending
   * @throws SyntaxError; ENOENT where a part was dropped is no error
   */
  find(query: LineQuery, parts: readonly SegmentPart[], onChunk: () => boolean): Float64Array {
    const compiled = compile(query);
    const hits = new Hits();
    for (const part of parts) {
      const files: number[] = [];
      try {
        // One after the other: the second may be gone, and the first is closed all the same.
        for (const path of [part.indexPath, part.textPath]) files.push(openSync(path, 'r'));
        if (!this.findInPart(compiled, part, files[0] as number, files[1] as number, hits, onChunk)) break;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      } finally {
        for (const file of files) closeSync(file);
      }
    }
    return hits.all();
  }

  private findInPart(
    compiled: Compiled,
    part: SegmentPart,
    indexFile: number,
    textFile: number,
    hits: Hits,
    onChunk: () => boolean,
  ): boolean {
    const first = compiled.levels ? Math.max(part.firstIndex, part.from - linesBefore) : part.from;
    const places = readPlaces(indexFile, part, first);
    const levels = compiled.levels ? this.levelsOf(part) : null;
    const end = places.endOf(part.to - 1) + 1;

    let buffer = Buffer.allocUnsafe(chunkBytes);
    let kept = 0;
    let at = places.startOf(first);
    let line = first;
    let level = noLevel;
    const report = (found: number) => {
      if (found < part.from || places.isMark(found) || !fitsIndex(compiled, places, found)) return;
      if (levels && !compiled.levels?.has(levels[found - part.firstIndex] as number)) return;
      hits.push(found);
    };
    while (at < end) {
      if (kept === buffer.length) buffer = Buffer.concat([buffer], buffer.length * 2);
      const asked = Math.min(end - at, buffer.length - kept);
      const offset = at - kept;
      const bytesRead = readSync(textFile, buffer, kept, asked, at);
      if (bytesRead === 0) break;
      at += bytesRead;
      const filled = kept + bytesRead;
      const whole = buffer.lastIndexOf(lineFeed, filled - 1) + 1;
      if (whole > 0) {
        const bytes = buffer.subarray(0, whole);
        const lineAfter = places.lineAt(offset + whole - 1, line) + 1;
        const chunk = new Chunk(bytes, { places, offset, line, lineAfter });
        if (levels) level = fillLevels(chunk, { places, levels, first: part.firstIndex, level });
        findInChunk(chunk, compiled, report);
        line = lineAfter;
        buffer.copy(buffer, 0, whole, filled);
      }
      kept = filled - whole;
      if (!onChunk()) return false;
    }
    return true;
  }

  /** Levels of a segment's lines, as far as they are known; one byte a line from its first. */
  private levelsOf({ textPath, firstIndex, to }: SegmentPart): Uint8Array {
    const count = to - firstIndex;
    const known = this.levels.get(textPath);
    if (known && known.length >= count) return known;
    const levels = new Uint8Array(Math.ceil(count / 65_536) * 65_536);
    if (known) levels.set(known);
    this.levels.set(textPath, levels);
    let total = 0;
    for (const one of this.levels.values()) total += one.length;
    for (const [path, one] of this.levels) {
      if (total <= rememberedLevels || path === textPath) break;
      this.levels.delete(path);
      total -= one.length;
    }
    return levels;
  }
}

function readPlaces(file: number, { firstIndex, to }: SegmentPart, first: number): LinePlaces {
  const bytes = Buffer.alloc((to - first) * indexBytesPerLine);
  const bytesRead = readSync(file, bytes, 0, bytes.length, (first - firstIndex) * indexBytesPerLine);
  if (bytesRead < bytes.length) throw Object.assign(new Error('index is shorter than its lines'), { code: 'ENOENT' });
  return new LinePlaces(new Float64Array(bytes.buffer, bytes.byteOffset, bytes.length / 8), first);
}

function fitsIndex(
  { channels: wanted, fromMs, beforeMs, hasTimes }: Compiled,
  places: LinePlaces,
  line: number,
): boolean {
  if (wanted && !wanted.has(places.channelOf(line))) return false;
  if (!hasTimes) return true;
  const atMs = places.timeOf(line);
  return Number.isNaN(atMs) ? fromMs === Number.NEGATIVE_INFINITY : atMs >= fromMs && atMs < beforeMs;
}

/** Lines [line, lineAfter) as bytes, and as the text that is shown where somebody asks for that. */
class Chunk {
  readonly line: number;
  readonly lineAfter: number;
  /** True where the bytes are not what is shown: escape sequences, or lines drawn over. */
  readonly hasControls: boolean;
  private decoded: string | null = null;

  constructor(
    readonly bytes: Buffer,
    private readonly place: { places: LinePlaces; offset: number; line: number; lineAfter: number },
  ) {
    this.line = place.line;
    this.lineAfter = place.lineAfter;
    this.hasControls = bytes.includes(0x1b) || bytes.includes(0x0d) || bytes.includes('\u009b');
  }

  /** The lines as they are shown: what carriage returns drew over is gone (`lineText`), and escape sequences. */
  get text(): string {
    if (this.decoded !== null) return this.decoded;
    let text = this.bytes.toString('utf8');
    if (this.hasControls) {
      if (text.includes('\r')) text = text.replace(/\r+(?=\n)/g, '').replace(/[^\n]*\r/g, '');
      text = withoutAnsi(text);
    }
    this.decoded = text;
    return text;
  }

  /** Moves over the lines of the bytes. */
  byteCursor(): LineCursor {
    return placedCursor(this.place.places, this.place.offset, this.line);
  }

  /** Moves over the lines of the text. */
  textCursor(): LineCursor {
    // As long as the bytes: then each character is one of them.
    const isBytes = !this.hasControls && this.text.length === this.bytes.length;
    return isBytes ? this.byteCursor() : countedCursor(this.text, this.line);
  }
}

/** Reports the lines that fit what a query says of their text, ascending. */
function findInChunk(chunk: Chunk, compiled: Compiled, report: (line: number) => void): void {
  const { bytes, wanted, isPlain, unwanted } = compiled;
  if (bytes && !chunk.hasControls) return findBytes(chunk, bytes, report);
  const { line, lineAfter } = chunk;
  if (wanted && isPlain && unwanted === null) return findPlain(chunk, wanted, report);
  if (wanted) {
    eachMatch(chunk, wanted, ({ line, start, end }) => {
      if (unwanted === null || chunk.text.slice(start, end).search(unwanted) < 0) report(line);
    });
    return;
  }
  let next = line;
  if (unwanted) {
    eachMatch(chunk, unwanted, ({ line: without }) => {
      for (; next < without; next += 1) report(next);
      next = without + 1;
    });
  }
  for (; next < lineAfter; next += 1) report(next);
}

function findBytes(chunk: Chunk, wanted: Buffer, report: (line: number) => void): void {
  const cursor = chunk.byteCursor();
  for (let at = chunk.bytes.indexOf(wanted); at >= 0; at = chunk.bytes.indexOf(wanted, cursor.end)) {
    cursor.to(at);
    report(cursor.line);
  }
}

/** Finds a text: each match ends in the line where it begins, and nothing has to be made for it. */
function findPlain(chunk: Chunk, wanted: RegExp, report: (line: number) => void): void {
  const { text } = chunk;
  const cursor = chunk.textCursor();
  wanted.lastIndex = 0;
  while (wanted.test(text)) {
    cursor.to(wanted.lastIndex);
    report(cursor.line);
    wanted.lastIndex = cursor.end + 1;
  }
}

/** Calls back for each line that holds the pattern. */
function eachMatch(chunk: Chunk, pattern: RegExp, onLine: (at: LineCursor) => void): void {
  const { text } = chunk;
  const cursor = chunk.textCursor();
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match !== null && match.index < text.length; match = pattern.exec(text)) {
    cursor.to(match.index);
    const { start, end } = cursor;
    const isInside = match.index + match[0].length <= end || text.slice(start, end).search(pattern) >= 0;
    if (isInside) onLine(cursor);
    pattern.lastIndex = end + 1;
  }
}

/**
 * Guesses the levels of a chunk's lines that are not known; one that continues another counts as its level.
 * @returns the level that the next chunk goes on with
 */
function fillLevels(
  chunk: Chunk,
  known: { places: LinePlaces; levels: Uint8Array; first: number; level: number },
): number {
  const { places, levels, first } = known;
  const { line, lineAfter } = chunk;
  const own = levels.subarray(line - first, lineAfter - first);
  if (!own.includes(0)) return own[own.length - 1] as number;
  let { level } = known;
  const cursor = chunk.textCursor();
  for (let at = 0; at < own.length; at += 1) {
    const remembered = own[at] as number;
    if (remembered > 0) {
      level = remembered;
    } else if (places.continues(line + at)) {
      own[at] = level;
    } else {
      const head = chunk.text.slice(cursor.start, cursor.end);
      const guessed = guessLevel(head);
      if (guessed) level = noLevel + 1 + logLevels.indexOf(guessed);
      else if (!continuesLine(head)) level = noLevel;
      own[at] = level;
    }
    cursor.to(cursor.end + 1);
  }
  return level;
}
