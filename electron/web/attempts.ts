/** Counts attempts within a moving span of time. */
export class Attempts {
  #timesMs: number[] = [];

  /**
   * @param limit more than so many within `spanMs` are too many
   * @param now tests have a clock of their own
   */
  constructor(
    private readonly limit: number,
    private readonly spanMs: number,
    private readonly now: () => number = Date.now,
  ) {}

  /** Counts one. */
  add(): void {
    this.#timesMs.push(this.now());
  }

  /** True while the limit is reached; old attempts are forgotten. */
  tooMany(): boolean {
    this.#timesMs = this.#timesMs.filter((at) => at + this.spanMs > this.now());
    return this.#timesMs.length >= this.limit;
  }
}
