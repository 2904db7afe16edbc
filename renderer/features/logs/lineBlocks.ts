import type { Line } from '../../../electron/contract/lines';
import { type AnsiLine, type AnsiStyle, parseAnsiLine, plainStyle } from './ansiLine';
import { nextEntry, type OpenEntry } from './entryLines';

/** Lines of one block; a block is what is kept or forgotten at a time. */
export const linesPerBlock = 200;

/** UTF-16 units of text kept at most, and blocks: far more than any screen, little enough for any machine. */
const textLimit = 16_000_000;
const blockLimit = 50;

/** A line, what it looks like, and the entry that it belongs to. */
export interface ShownLine {
  line: Line;
  ansi: AnsiLine;
  /** Index of the first line of its entry: its own, for most lines. */
  entryHead: number;
}

/** What a line was found to be, given what stood before it. */
interface ParsedLine {
  start: AnsiStyle;
  ansi: AnsiLine;
  before: OpenEntry | null;
  entry: OpenEntry | null;
  shown: ShownLine;
}

interface Block {
  lines: (Line | undefined)[];
  /** Parsed with the style that stood before the line; parsed again where that changed. */
  parsed: (ParsedLine | undefined)[];
  endStyle: AnsiStyle;
  endEntry: OpenEntry | null;
  parsedAtVersion: number;
  textLength: number;
}

/** The lines that were read, by index, as many as fit; the block used longest ago goes first. */
export class LineBlocks {
  private blocks = new Map<number, Block>();
  private textLength = 0;
  /** Lines of an entry by the index of its first one; only entries of more than one line. */
  private readonly entryLengths = new Map<number, number>();
  /** Counts changes. */
  private version = 0;
  /** True once a line with a time stamp, with a level, or that may be JSON, was among them. */
  hasTimes = false;
  hasLevels = false;
  hasJson = false;

  /** Adds lines that were read; a line that is there already stays. */
  add(lines: readonly Line[]): void {
    for (const line of lines) {
      const number = Math.floor(line.index / linesPerBlock);
      const block = this.blocks.get(number) ?? this.open(number);
      const offset = line.index % linesPerBlock;
      if (block.lines[offset] !== undefined) continue;
      block.lines[offset] = line;
      if (line.atMs !== null && line.stream !== 'mark') this.hasTimes = true;
      if (line.level !== null) this.hasLevels = true;
      if (line.text.startsWith('{')) this.hasJson = true;
      block.textLength += line.text.length;
      this.textLength += line.text.length;
    }
    this.version += 1;
    this.forgetOldest();
  }

  private has(index: number): boolean {
    return this.blocks.get(Math.floor(index / linesPerBlock))?.lines[index % linesPerBlock] !== undefined;
  }

  /** The part of [from, to) between the first and the last line that is not loaded. */
  gap(from: number, to: number): { fromIndex: number; toIndex: number } {
    let fromIndex = from;
    let toIndex = to;
    while (fromIndex < toIndex && this.has(fromIndex)) fromIndex++;
    while (toIndex > fromIndex && this.has(toIndex - 1)) toIndex--;
    return { fromIndex, toIndex };
  }

  /** The line at `index` and its looks, undefined while it is not loaded. */
  line(index: number): ShownLine | undefined {
    const number = Math.floor(index / linesPerBlock);
    const block = this.blocks.get(number);
    if (block === undefined) return undefined;
    this.touch(number, block);
    this.parse(number, block);
    return block.parsed[index % linesPerBlock]?.shown;
  }

  /** Lines of the entry that begins at `head`, as far as they are loaded; 1 for most. */
  entryLength(head: number): number {
    return this.entryLengths.get(head) ?? 1;
  }

  clear(): void {
    this.blocks.clear();
    this.entryLengths.clear();
    this.textLength = 0;
    this.version += 1;
  }

  private open(number: number): Block {
    const block = { lines: [], parsed: [], endStyle: plainStyle, endEntry: null, parsedAtVersion: -1, textLength: 0 };
    this.blocks.set(number, block);
    return block;
  }

  private touch(number: number, block: Block): void {
    this.blocks.delete(number);
    this.blocks.set(number, block);
  }

  private parse(number: number, block: Block): void {
    if (block.parsedAtVersion === this.version) return;
    block.parsedAtVersion = this.version;
    const before = this.blocks.get(number - 1);
    if (before) this.parse(number - 1, before);
    let style = before?.endStyle ?? plainStyle;
    let entry = before?.lines.length === linesPerBlock ? before.endEntry : null;
    for (let offset = 0; offset < block.lines.length; offset++) {
      const line = block.lines[offset];
      if (line === undefined) {
        entry = null;
        continue;
      }
      const isMark = line.stream === 'mark';
      const start = isMark ? plainStyle : style;
      const known = block.parsed[offset];
      const isKnown = known?.start === start && known.before === entry;
      const parsed = isKnown ? known : this.parsed(line, start, entry, known);
      block.parsed[offset] = parsed;
      entry = parsed.entry;
      if (!isMark) style = parsed.ansi.endStyle;
      if (entry && entry.length > 1) this.entryLengths.set(entry.head, entry.length);
    }
    block.endStyle = style;
    block.endEntry = entry;
  }

  private parsed(line: Line, start: AnsiStyle, before: OpenEntry | null, known: ParsedLine | undefined): ParsedLine {
    const ansi = known?.start === start ? known.ansi : parseAnsiLine(line.text, start);
    const entry = nextEntry(before, line);
    const entryHead = entry?.head ?? line.index;
    const isSame = known?.ansi === ansi && known.shown.entryHead === entryHead;
    return { start, ansi, before, entry, shown: isSame ? known.shown : { line, ansi, entryHead } };
  }

  private forgetOldest(): void {
    for (const [number, block] of this.blocks) {
      if (this.blocks.size <= blockLimit && (this.textLength <= textLimit || this.blocks.size <= 2)) return;
      this.blocks.delete(number);
      for (let offset = 0; offset < linesPerBlock; offset++) this.entryLengths.delete(number * linesPerBlock + offset);
      this.textLength -= block.textLength;
    }
  }
}
