/** Numbers of one run: its first line in the part, and the index of that line in the whole. */
const numbersPerRun = 2;

/**
 * Which lines of a whole belong to one part, kept as runs of lines that follow one another: steps that run one by one cost
 * one run each, however much they write.
 */
export class PartIndex {
  private runs = new Float64Array(8);
  private runCount = 0;
  private count = 0;
  private nextWhole = -1;

  /** How many lines the part has had. */
  get endIndex(): number {
    return this.count;
  }

  /** The next line of the part is line `whole` of the whole. */
  append(whole: number): void {
    if (whole !== this.nextWhole) {
      const at = this.runCount * numbersPerRun;
      if (at === this.runs.length) {
        const grown = new Float64Array(this.runs.length * 2);
        grown.set(this.runs);
        this.runs = grown;
      }
      this.runs[at] = this.count;
      this.runs[at + 1] = whole;
      this.runCount += 1;
    }
    this.nextWhole = whole + 1;
    this.count += 1;
  }

  /** Index of the part's first line that is line `whole` of the whole or a later one. */
  firstFrom(whole: number): number {
    const run = this.lastRun((at) => this.wholeOf(at) <= whole);
    if (run === -1) return 0;
    return Math.min(this.partOf(run) + whole - this.wholeOf(run), this.endOf(run));
  }

  /** Where the part's lines [from, to) stand in the whole: pieces in order, `part` being the first one's index in the part. */
  pieces(from: number, to: number): { part: number; from: number; to: number }[] {
    const pieces: { part: number; from: number; to: number }[] = [];
    const end = Math.min(to, this.count);
    for (let run = this.lastRun((at) => this.partOf(at) <= from); run < this.runCount && from < end; run += 1) {
      const first = Math.max(from, this.partOf(run));
      const last = Math.min(end, this.endOf(run));
      if (first >= last) break;
      const offset = this.wholeOf(run) - this.partOf(run);
      pieces.push({ part: first, from: first + offset, to: last + offset });
    }
    return pieces;
  }

  /** The last run for which `holds`; it holds for those before it, too. -1 where it holds for none. */
  private lastRun(holds: (run: number) => boolean): number {
    let low = 0;
    let high = this.runCount;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (holds(middle)) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  private partOf(run: number): number {
    return this.runs[run * numbersPerRun] as number;
  }

  private wholeOf(run: number): number {
    return this.runs[run * numbersPerRun + 1] as number;
  }

  private endOf(run: number): number {
    return run + 1 < this.runCount ? this.partOf(run + 1) : this.count;
  }
}
