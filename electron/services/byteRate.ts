import type { Task } from '../contract/tasks';

/** Span in ms that a speed is taken over: long enough to be calm, short enough to follow a stall. */
const windowMs = 4_000;
/** Before this much has gone by a speed would be a guess. */
const shortestMs = 500;

/** Speed of something that is counted in bytes, from how far it was lately. */
export class ByteRate {
  private readonly samples: { atMs: number; done: number }[] = [];

  constructor(private readonly now: () => number = Date.now) {}

  /**
   * Takes how far the work is and answers it with its speed.
   * @param done bytes so far
   * @param total bytes in all as far as is known, or null
   */
  at(done: number, total: number | null): NonNullable<Task['bytes']> {
    const atMs = this.now();
    this.samples.push({ atMs, done });
    while ((this.samples[1]?.atMs ?? atMs) <= atMs - windowMs) this.samples.shift();
    const first = this.samples[0] as { atMs: number; done: number };
    const spanMs = atMs - first.atMs;
    const perSecond = spanMs < shortestMs ? null : Math.max(0, ((done - first.done) * 1000) / spanMs);
    return { done, total, perSecond };
  }
}
