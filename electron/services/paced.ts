/** Calls with the latest value at most every `everyMs`; the last value always arrives, by `flush` or by itself. */
export class Paced<T> {
  private timer: ReturnType<typeof setTimeout> | null = null;
  private pending: { value: T } | null = null;

  constructor(
    private readonly tell: (value: T) => void,
    private readonly everyMs: number,
  ) {}

  /** Tells `value` now, or soon where something was told just before. */
  push(value: T): void {
    this.pending = { value };
    if (this.timer !== null) return;
    this.tellPending();
    this.timer = setTimeout(() => {
      this.timer = null;
      if (this.pending !== null) this.push(this.pending.value);
    }, this.everyMs);
  }

  /** Tells what is still pending and stops. */
  flush(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    this.tellPending();
  }

  private tellPending(): void {
    const { pending } = this;
    this.pending = null;
    if (pending !== null) this.tell(pending.value);
  }
}
