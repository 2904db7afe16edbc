/** UTF-16 units after which an open line is handed on as it is, so that output without line breaks takes no memory. */
export const outputLineLimit = 64 * 1024;

/**
 * Assembles the lines of one channel of a build's output. A carriage return starts the open line over, as on a terminal, so
 * that of a progress bar only its last state stays.
 */
export class OutputLines {
  private open = '';
  private readonly decoder = new TextDecoder();

  /** True where no line is open. */
  get isEmpty(): boolean {
    return this.open === '';
  }

  /** Adds text and answers the lines that it completed. */
  add(text: string): string[] {
    const parts = `${this.open}${text}`.split('\n');
    const rest = parts.pop() as string;
    const lines = parts.map((part) => afterReturns(part.replace(/\r+$/, '')));
    this.open = rest.endsWith('\r') ? `${afterReturns(rest.replace(/\r+$/, ''))}\r` : afterReturns(rest);
    while (this.open.length > outputLineLimit) {
      lines.push(this.open.slice(0, outputLineLimit));
      this.open = this.open.slice(outputLineLimit);
    }
    return lines;
  }

  /** Adds UTF-8 bytes; a character may be split between calls. */
  addBytes(bytes: Uint8Array): string[] {
    return this.add(this.decoder.decode(bytes, { stream: true }));
  }

  /** The open line, if there is one; nothing is open afterwards. */
  flush(): string[] {
    const rest = afterReturns(`${this.open}${this.decoder.decode()}`.replace(/\r+$/, ''));
    this.open = '';
    return rest === '' ? [] : [rest];
  }
}

function afterReturns(line: string): string {
  return line.slice(line.lastIndexOf('\r') + 1);
}
