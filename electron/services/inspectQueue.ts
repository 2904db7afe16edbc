/**
 * Asks for containers, a few at a time. An id that is added again while it waits is asked for once; while it is being
 * asked for, once more afterwards, since the answer may be older than what happened.
 */
export class InspectQueue {
  private readonly waiting = new Set<string>();
  private readonly running = new Set<string>();

  /**
   * @param inspect asks for one; never rejects
   * @param signal nothing is asked any more once it aborts
   */
  constructor(
    private readonly atOnce: number,
    private readonly inspect: (id: string) => Promise<void>,
    private readonly signal: AbortSignal,
  ) {}

  add(ids: Iterable<string>): void {
    for (const id of ids) this.waiting.add(id);
    this.next();
  }

  private next(): void {
    for (const id of this.waiting) {
      if (this.signal.aborted || this.running.size >= this.atOnce) return;
      if (this.running.has(id)) continue;
      this.waiting.delete(id);
      this.running.add(id);
      void this.inspect(id).finally(() => {
        this.running.delete(id);
        this.next();
      });
    }
  }
}
