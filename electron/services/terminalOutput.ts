/** What a terminal printed, as far as it is kept: the last `limit` characters (UTF-16 units), addressed by offset. */
export class TerminalOutput {
  private chunks: string[] = [];
  private first = 0;
  private end = 0;

  constructor(private readonly limit: number) {}

  /** Offset of the first character that is kept. */
  get firstOffset(): number {
    return this.first;
  }

  /** Offset behind the last character. */
  get endOffset(): number {
    return this.end;
  }

  /** Adds text; the oldest goes where there is too much. */
  append(text: string): void {
    if (text === '') return;
    this.chunks.push(text);
    this.end += text.length;
    let drop = 0;
    while (drop < this.chunks.length - 1 && this.end - this.first - (this.chunks[drop]?.length ?? 0) >= this.limit) {
      this.first += this.chunks[drop]?.length ?? 0;
      drop += 1;
    }
    if (drop > 0) this.chunks.splice(0, drop);
  }

  /** Text from `fromOffset`, or from the first kept, on, at most `length` characters. */
  read(fromOffset: number, length: number): { text: string; fromOffset: number; toOffset: number } {
    const from = Math.min(Math.max(fromOffset, this.first), this.end);
    let skip = from - this.first;
    let text = '';
    for (const chunk of this.chunks) {
      if (skip >= chunk.length) {
        skip -= chunk.length;
        continue;
      }
      text += chunk.slice(skip, skip + length - text.length);
      skip = 0;
      if (text.length >= length) break;
    }
    return { text, fromOffset: from, toOffset: from + text.length };
  }
}
