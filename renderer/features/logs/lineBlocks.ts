import type { Line } from '../../../electron/contract/lines';
import { type AnsiLine, type AnsiStyle, parseAnsiLine, plainStyle } from './ansiLine';

/** Lines of one block; a block is what is kept or forgotten at a time. */
export const linesPerBlock = 200;

/** UTF-16 units of text kept at most, and blocks: far more than any screen, little enough for any machine. */
const textLimit = 16_000_000;
const blockLimit = 50;

/** A line and what it looks like. */
export interface ShownLine {
  line: Line;
  ansi: AnsiLine;
}

interface Block {
  lines: (Line | undefined)[];
  /** Parsed with the style that stood before the line; parsed again where that changed. */
  parsed: ({ start: AnsiStyle; ansi: AnsiLine } | undefined)[];
  endStyle: AnsiStyle;
  parsedAtVersion: number;
  textLength: number;
}

/** The lines that were read, by index, as many as fit; the block used longest ago goes first. */
export class LineBlocks {
  private blocks = new Map<number, Block>();
  private textLength = 0;
  /** Counts changes. */
  private version = 0;

  /** Adds lines that were read; a line that is there already stays. */
  add(lines: readonly Line[]): void {
    for (const line of lines) {
      const number = Math.floor(line.index / linesPerBlock);
      const block = this.blocks.get(number) ?? this.open(number);
      const offset = line.index % linesPerBlock;
      if (block.lines[offset] !== undefined) continue;
      block.lines[offset] = line;
      block.textLength += line.text.length;
      this.textLength += line.text.length;
    }
    this.version += 1;
    this.forgetOldest();
  }

  has(index: number): boolean {
    return this.blocks.get(Math.floor(index / linesPerBlock))?.lines[index % linesPerBlock] !== undefined;
  }

  /** The line at `index` and its looks, undefined while it is not loaded. */
  line(index: number): ShownLine | undefined {
    const number = Math.floor(index / linesPerBlock);
    const block = this.blocks.get(number);
    if (block === undefined) return undefined;
    this.touch(number, block);
    this.parse(number, block);
    const line = block.lines[index % linesPerBlock];
    const parsed = block.parsed[index % linesPerBlock];
    return line && parsed ? { line, ansi: parsed.ansi } : undefined;
  }

  clear(): void {
    this.blocks.clear();
    this.textLength = 0;
    this.version += 1;
  }

  private open(number: number): Block {
    const block = { lines: [], parsed: [], endStyle: plainStyle, parsedAtVersion: -1, textLength: 0 };
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
    for (let offset = 0; offset < block.lines.length; offset++) {
      const line = block.lines[offset];
      if (line === undefined || line.stream === 'mark') {
        if (line) block.parsed[offset] = { start: plainStyle, ansi: parseAnsiLine(line.text) };
        continue;
      }
      const known = block.parsed[offset];
      const parsed = known?.start === style ? known : { start: style, ansi: parseAnsiLine(line.text, style) };
      block.parsed[offset] = parsed;
      style = parsed.ansi.endStyle;
    }
    block.endStyle = style;
  }

  private forgetOldest(): void {
    for (const [number, block] of this.blocks) {
      if (this.blocks.size <= blockLimit && (this.textLength <= textLimit || this.blocks.size <= 2)) return;
      this.blocks.delete(number);
      this.textLength -= block.textLength;
    }
  }
}
