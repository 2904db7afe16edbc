import { Buffer } from 'node:buffer';
import { closeSync, openSync, readSync } from 'node:fs';
import { linePattern } from '../../contract/linePattern';
import type { LineQuery } from '../../contract/lines';
import { continuesLine, guessLevel, logLevels, withoutAnsi } from '../../contract/logText';
import { entryChannel, entryTime, indexBytesPerLine, indexEntry } from '../spool/block';
import type { SegmentPart } from '../spool/segment';

/** Text that is searched at a time; also what a watchdog waits for. A longer line is searched whole. */
const chunkBytes = 1024 * 1024;

/** Lines before a part that are looked at for the level that its first lines continue. */
const linesBefore = 64;

/** Levels of lines that are remembered, one byte each. */
const rememberedLevels = 30_000_000;

const lineFeed = 0x0a;
const markStart = Buffer.from('wharf:{"kind"');
const channels = ['stdout', 'stderr'] as const;

/** Numbers of levels in memory: 0 not known yet, 1 none, then the levels in order. */
const noLevel = 1;

/** A query made ready: what a line must hold and must not, and what its index must say. */
interface Compiled {
  wanted: RegExp | null;
  /** The text itself where bytes can be compared. */
  bytes: Buffer | null;
  unwanted: RegExp | null;
  levels: Set<number> | null;
  channels: Set<number> | null;
  fromMs: number;
  beforeMs: number;
  needsIndex: boolean;
}

function compile(query: LineQuery): Compiled {
  const { text, levels, streams, fromMs, beforeMs } = query;
  const unwanted = linePattern(query.exclude, query);
  const isPlain =
    text !== '' && !text.includes('\n') && !query.isRegex && query.matchCase && !query.wholeWord && unwanted === null;
  return {
    wanted: linePattern(text, query),
    bytes: isPlain && levels.length === 0 ? Buffer.from(text) : null,
    unwanted,
    levels:
      levels.length === 0 ? null : new Set(levels.map((level) => noLevel + 1 + logLevels.indexOf(level as never))),
    channels: streams.length === 0 ? null : new Set(streams.map((stream) => channels.indexOf(stream))),
    fromMs: fromMs ?? Number.NEGATIVE_INFINITY,
    beforeMs: beforeMs ?? Number.POSITIVE_INFINITY,
    needsIndex: streams.length > 0 || fromMs !== null || beforeMs !== null,
  };
}

/** Indexes of lines, growing. */
class Hits {
  private indexes = new Float64Array(1024);
  private count = 0;

  push(index: number): void {
    if (this.count === this.indexes.length) {
      const grown = new Float64Array(this.count * 2);
      grown.set(this.indexes);
      this.indexes = grown;
    }
    this.indexes[this.count] = index;
    this.count += 1;
  }

  all(): Float64Array {
    return this.indexes.slice(0, this.count);
  }
}

/** Searches spools on disk. One of it serves one search after the other and remembers the levels of lines. */
export class TextFinder {
  private readonly levels = new Map<string, Uint8Array>();

  /**
   * Finds the lines that fit in parts of a spool.
   * @param onChunk called after each chunk; answers false to stop
   * @returns their indexes, ascending
   * @throws SEARCH_PATTERN_INVALID; ENOENT where a part was dropped is no error
   */
  find(query: LineQuery, parts: readonly SegmentPart[], onChunk: () => boolean): Float64Array {
    const compiled = compile(query);
    const hits = new Hits();
    for (const part of parts) {
      const files: number[] = [];
      try {
        files.push(openSync(part.indexPath, 'r'), openSync(part.textPath, 'r'));
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
    const numbers = compiled.needsIndex ? readIndex(indexFile, first - part.firstIndex, part.to - first) : null;
    const levels = compiled.levels ? this.levelsOf(part) : null;
    const start = indexEntry(readIndex(indexFile, first - part.firstIndex, 1), 0).offset;
    const last = indexEntry(readIndex(indexFile, part.to - 1 - part.firstIndex, 1), 0);
    const end = last.offset + last.sizeBytes + 1;

    let buffer = Buffer.allocUnsafe(chunkBytes);
    let kept = 0;
    let at = start;
    let line = first;
    let level = noLevel;
    const report = (found: number) => {
      if (found < part.from) return;
      if (numbers && !fitsIndex(compiled, numbers, found - first)) return;
      hits.push(found);
    };
    while (at < end) {
      if (kept === buffer.length) buffer = Buffer.concat([buffer], buffer.length * 2);
      const asked = Math.min(end - at, buffer.length - kept);
      const bytesRead = readSync(textFile, buffer, kept, asked, at);
      if (bytesRead === 0) break;
      at += bytesRead;
      const filled = kept + bytesRead;
      const whole = buffer.lastIndexOf(lineFeed, filled - 1) + 1;
      if (whole > 0) {
        const chunk = buffer.subarray(0, whole);
        if (compiled.bytes && !hasControls(chunk)) {
          line = findBytes(chunk, compiled.bytes, line, report);
        } else {
          const text = shownText(chunk);
          if (levels) {
            const known = { levels, first: part.firstIndex, level };
            level = fillLevels(text, line, known);
          }
          line = findPattern(text, compiled, line, (found, fits) => {
            if (levels && !compiled.levels?.has(levels[found - part.firstIndex] as number)) return;
            if (fits()) report(found);
          });
        }
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

function readIndex(file: number, at: number, count: number): Float64Array {
  const bytes = Buffer.alloc(count * indexBytesPerLine);
  const bytesRead = readSync(file, bytes, 0, bytes.length, at * indexBytesPerLine);
  if (bytesRead < bytes.length) throw Object.assign(new Error('index is shorter than its lines'), { code: 'ENOENT' });
  return new Float64Array(bytes.buffer, bytes.byteOffset, count * (indexBytesPerLine / 8));
}

function fitsIndex({ channels: wanted, fromMs, beforeMs }: Compiled, numbers: Float64Array, at: number): boolean {
  if (wanted && !wanted.has(entryChannel(numbers, at))) return false;
  const atMs = entryTime(numbers, at);
  return Number.isNaN(atMs) ? fromMs === Number.NEGATIVE_INFINITY : atMs >= fromMs && atMs < beforeMs;
}

/** True where a chunk's bytes are not its text: escape sequences, or lines drawn over. */
function hasControls(chunk: Buffer): boolean {
  if (chunk.includes(0x1b)) return true;
  return chunk.includes(0x0d) || chunk.includes('\u009b');
}

/** The lines of a chunk as they are shown: what carriage returns drew over is gone (`lineText`), and escape sequences. */
function shownText(chunk: Buffer): string {
  const text = chunk.toString('utf8');
  if (!text.includes('\r')) return withoutAnsi(text);
  return withoutAnsi(text.replace(/\r+(?=\n)/g, '').replace(/[^\n]*\r/g, ''));
}

/** Reports each line that holds `wanted`, and answers the number of the line after the chunk. */
function findBytes(chunk: Buffer, wanted: Buffer, firstLine: number, report: (line: number) => void): number {
  let line = firstLine;
  let lineStart = 0;
  for (let at = chunk.indexOf(wanted); at >= 0; at = chunk.indexOf(wanted, lineStart)) {
    for (let end = chunk.indexOf(lineFeed, lineStart); end < at; end = chunk.indexOf(lineFeed, lineStart)) {
      line += 1;
      lineStart = end + 1;
    }
    if (!isMark(chunk, lineStart)) report(line);
    line += 1;
    lineStart = chunk.indexOf(lineFeed, at) + 1;
  }
  return line + countLines(chunk, lineStart);
}

function isMark(chunk: Buffer, lineStart: number): boolean {
  return chunk[lineStart] === markStart[0] && chunk.subarray(lineStart, lineStart + markStart.length).equals(markStart);
}

function countLines(chunk: Buffer, from: number): number {
  let count = 0;
  for (let at = from; at < chunk.length; at += 1) if (chunk[at] === lineFeed) count += 1;
  return count;
}

/** Calls `report` for each line that holds what is wanted, with how to ask whether it also lacks what is not. */
function findPattern(
  text: string,
  { wanted, unwanted }: Compiled,
  firstLine: number,
  report: (line: number, fits: () => boolean) => void,
): number {
  let line = firstLine;
  let lineStart = 0;
  const check = (lineEnd: number) => {
    const start = lineStart;
    if (text.startsWith('wharf:{"kind"', start)) return;
    report(line, () => unwanted === null || text.slice(start, lineEnd).search(unwanted) < 0);
  };
  if (wanted) wanted.lastIndex = 0;
  for (;;) {
    if (wanted) {
      const match = wanted.exec(text);
      if (!match || match.index >= text.length) break;
      for (let end = text.indexOf('\n', lineStart); end < match.index; end = text.indexOf('\n', lineStart)) {
        line += 1;
        lineStart = end + 1;
      }
      const lineEnd = text.indexOf('\n', match.index);
      const isInside = match.index + match[0].length <= lineEnd || text.slice(lineStart, lineEnd).search(wanted) >= 0;
      if (isInside) check(lineEnd);
      line += 1;
      lineStart = lineEnd + 1;
      wanted.lastIndex = lineStart;
    } else {
      const lineEnd = text.indexOf('\n', lineStart);
      if (lineEnd < 0) break;
      check(lineEnd);
      line += 1;
      lineStart = lineEnd + 1;
    }
  }
  for (let end = text.indexOf('\n', lineStart); end >= 0; end = text.indexOf('\n', lineStart)) {
    line += 1;
    lineStart = end + 1;
  }
  return line;
}

/** Guesses the levels of a chunk's lines that are not known; one that continues another counts as its level. */
function fillLevels(
  text: string,
  firstLine: number,
  known: { levels: Uint8Array; first: number; level: number },
): number {
  const { levels, first } = known;
  let { level } = known;
  let line = firstLine;
  let start = 0;
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
    const remembered = levels[line - first] as number;
    if (remembered > 0) {
      level = remembered;
    } else {
      const head = text.slice(start, end);
      const guessed = guessLevel(head);
      if (guessed) level = noLevel + 1 + logLevels.indexOf(guessed);
      else if (!continuesLine(head)) level = noLevel;
      levels[line - first] = level;
    }
    line += 1;
    start = end + 1;
  }
  return level;
}
