import { beforeEach, describe, expect, it } from 'vitest';
import type { Line, LinesHead } from '../../electron/contract/lines';
import { LineFeed } from '../../renderer/features/logs/lineFeed';
import type { LineRange } from '../../renderer/features/logs/lineRows';
import { sampleHead, sampleLine } from '../fakes/samples';

/** A source of as many lines as its head says, and a clock that only the test moves. */
class Source {
  head: LinesHead = sampleHead();
  reads: {
    fromIndex: number;
    toIndex: number;
    answer: () => Promise<void>;
    fail: (error: unknown) => Promise<void>;
  }[] = [];
  timers: (() => void)[] = [];
  delaysMs: number[] = [];
  text = (index: number) => `line ${index}`;
  linesRead = 0;

  feed(range: LineRange | null = null): LineFeed {
    return new LineFeed(
      {
        read: (range) =>
          new Promise((resolve, reject) => {
            this.reads.push({
              ...range,
              answer: async () => {
                const lines: Line[] = [];
                const from = Math.max(range.fromIndex, this.head.firstIndex);
                for (let index = from; index < Math.min(range.toIndex, this.head.endIndex); index++) {
                  lines.push(sampleLine({ index, atMs: index, text: this.text(index) }));
                }
                this.linesRead += lines.length;
                resolve({ lines });
                await Promise.resolve();
              },
              fail: async (error) => {
                reject(error);
                await Promise.resolve();
                await Promise.resolve();
              },
            });
          }),
        later: (callback, delayMs) => {
          this.timers.push(callback);
          this.delaysMs.push(delayMs);
          return () => {
            this.timers = this.timers.filter((timer) => timer !== callback);
          };
        },
      },
      range,
    );
  }

  tell(feed: LineFeed, change: Partial<LinesHead>): void {
    this.head = { ...this.head, ...change };
    feed.onHead(this.head);
  }

  /** Answers everything that is asked for, and lets time pass, until nothing is asked for any more. */
  async settle(limit = 50): Promise<void> {
    for (let turn = 0; turn < limit; turn++) {
      const read = this.reads.shift();
      const timers = this.timers.splice(0);
      if (!read && timers.length === 0) return;
      await read?.answer();
      for (const timer of timers) timer();
    }
    throw new Error('it never stops asking');
  }
}

let source: Source;
beforeEach(() => {
  source = new Source();
});
const texts = (feed: LineFeed, from: number, to: number) =>
  Array.from({ length: to - from }, (_, at) => feed.line(from + at)?.line.text);

describe('at the end', () => {
  it('shows rows only once their lines are there: no blank screen in a flood', async () => {
    const feed = source.feed();
    source.tell(feed, { endIndex: 1000 });
    expect(feed.snapshot().endIndex).toBe(0);
    source.tell(feed, { endIndex: 50_000 });
    await source.reads.shift()?.answer();
    expect(feed.snapshot().endIndex).toBe(1000);
    await source.settle();
    expect(feed.snapshot()).toMatchObject({ firstIndex: 0, endIndex: 50_000, following: true, arrived: 0 });
    expect(texts(feed, 49_900, 50_000)).not.toContain(undefined);
  });

  it('asks for one screen a reply, however many lines arrived between', async () => {
    const feed = source.feed();
    source.tell(feed, { endIndex: 200_000 });
    for (let at = 1; at <= 100; at++) source.tell(feed, { endIndex: 200_000 * at });
    expect(source.reads).toHaveLength(1);
    await source.settle();
    expect(source.linesRead).toBeLessThanOrEqual(2 * 120);
  });

  it('spends 25 screens a second of the page on a flood that nobody can read', async () => {
    const pauseBefore = async (endIndex: number) => {
      source = new Source();
      const feed = source.feed();
      source.tell(feed, { endIndex: 20 });
      source.tell(feed, { endIndex });
      source.delaysMs = [];
      await source.reads.shift()?.answer();
      return Math.max(...source.delaysMs);
    };
    expect(await pauseBefore(40)).toBeLessThanOrEqual(40);
    expect(await pauseBefore(50_000)).toBeGreaterThan(40);
  });

  it('reads a line that arrives alone as one line, not the screen again', async () => {
    const feed = source.feed();
    source.tell(feed, { endIndex: 500 });
    await source.settle();
    const before = source.linesRead;
    source.tell(feed, { endIndex: 501 });
    await source.settle();
    expect(source.linesRead - before).toBe(1);
    expect(feed.line(500)?.line.text).toBe('line 500');
  });

  it('bounds the rows below what Chromium can lay out and keeps the end', async () => {
    const feed = source.feed();
    source.tell(feed, { endIndex: 5_000_000 });
    await source.settle();
    const { firstIndex, endIndex } = feed.snapshot();
    expect(endIndex).toBe(5_000_000);
    expect(endIndex - firstIndex).toBeLessThanOrEqual(1_500_000);
    expect(feed.beyond()).toEqual({ before: true, after: false });
    // What is said of the log is about all of it, not about the rows.
    expect([feed.all(), feed.isWindow]).toEqual([{ first: 0, end: 5_000_000 }, true]);
  });
});

describe('away from the end', () => {
  it('keeps the rows, counts what arrives, and asks for nothing that is not visible', async () => {
    const feed = source.feed();
    source.tell(feed, { endIndex: 1000 });
    await source.settle();
    feed.follow(false);
    feed.see(900, 950);
    await source.settle();
    const before = source.linesRead;
    source.tell(feed, { endIndex: 1700 });
    await source.settle();
    expect(feed.snapshot()).toMatchObject({ endIndex: 1700, arrived: 700, following: false });
    expect(source.linesRead).toBe(before);
    feed.follow(true);
    await source.settle();
    expect(feed.snapshot().arrived).toBe(0);
  });

  it('reads what stays on the screen and forgets what was only scrolled past', async () => {
    const feed = source.feed();
    source.tell(feed, { endIndex: 1_000_000 });
    await source.settle();
    feed.follow(false);
    const before = source.linesRead;
    for (let top = 0; top <= 900_000; top += 10_000) feed.see(top, top + 60);
    await source.settle();
    expect(texts(feed, 900_000, 900_060)).not.toContain(undefined);
    expect(source.linesRead - before).toBeLessThanOrEqual(2 * 200);
  });

  it('keeps memory bounded over a walk through a million lines', async () => {
    const feed = source.feed();
    source.tell(feed, { endIndex: 1_000_000 });
    feed.follow(false);
    for (let top = 0; top < 1_000_000; top += 20_000) {
      feed.see(top, top + 100);
      await source.settle();
    }
    const kept = Array.from({ length: 50 }, (_, at) => feed.line(at * 20_000)).filter(Boolean);
    expect(kept.length).toBeLessThanOrEqual(50);
    expect(feed.line(0)).toBeDefined();
    for (let top = 10_000; top < 200_000; top += 1000) {
      feed.see(top, top + 100);
      await source.settle();
    }
    expect(feed.line(20_000 * 40)).toBeUndefined();
  });

  it('bounds what very long lines take', async () => {
    source.text = () => 'x'.repeat(100_000);
    const feed = source.feed();
    source.tell(feed, { endIndex: 10_000 });
    feed.follow(false);
    for (const top of [0, 200, 400, 600]) {
      feed.see(top, top + 5);
      source.reads = source.reads.slice(0, 1);
      await source.settle();
    }
    expect(feed.line(0)).toBeUndefined();
    expect(feed.line(600)).toBeDefined();
  });

  it('reaches lines beyond the rows of the list', async () => {
    const feed = source.feed();
    source.tell(feed, { endIndex: 5_000_000 });
    await source.settle();
    feed.follow(false);
    feed.reach(0);
    feed.see(0, 50);
    await source.settle();
    expect(feed.snapshot().firstIndex).toBe(0);
    expect(feed.line(0)?.line.text).toBe('line 0');
    expect(feed.beyond()).toEqual({ before: false, after: true });
  });
});

describe('what goes wrong', () => {
  it('drops rows whose lines were dropped for space and does not ask for them for ever', async () => {
    const feed = source.feed();
    source.tell(feed, { endIndex: 1000 });
    await source.settle();
    feed.follow(false);
    feed.see(0, 50);
    source.head = { ...source.head, firstIndex: 400, endIndex: 1400 };
    await source.reads.shift()?.answer();
    expect(source.reads).toHaveLength(0);
    source.tell(feed, {});
    await source.settle();
    expect(feed.snapshot()).toMatchObject({ firstIndex: 400, endIndex: 1400 });
  });

  it('shows no line of before where the source started over under the same numbers', async () => {
    const feed = source.feed();
    source.tell(feed, { endIndex: 300 });
    await source.settle();
    source.text = (index) => `second life ${index}`;
    source.tell(feed, { endIndex: 10 });
    await source.settle();
    expect(feed.snapshot()).toMatchObject({ firstIndex: 0, endIndex: 10 });
    expect(feed.line(5)?.line.text).toBe('second life 5');
  });

  it('tells that lines cannot be read, and reads them when asked again', async () => {
    const feed = source.feed();
    source.tell(feed, { endIndex: 10 });
    await source.reads.shift()?.fail(new Error('disk'));
    expect(feed.snapshot().failure).toBeInstanceOf(Error);
    await source.settle();
    expect(feed.snapshot()).toMatchObject({ failure: null, endIndex: 10 });
  });

  it('asks for nothing once it is closed', async () => {
    const feed = source.feed();
    source.tell(feed, { endIndex: 10 });
    feed.close();
    await source.settle();
    feed.see(0, 5);
    expect(source.reads).toHaveLength(0);
  });
});

describe('a part of a source', () => {
  it('shows only that part, and more of it as it grows', async () => {
    const feed = source.feed({ from: 100, end: 150 });
    source.tell(feed, { endIndex: 1000 });
    await source.settle();
    expect(feed.snapshot()).toMatchObject({ firstIndex: 100, endIndex: 150 });
    feed.show({ from: 100, end: null });
    await source.settle();
    expect(feed.snapshot()).toMatchObject({ firstIndex: 100, endIndex: 1000 });
  });
});

describe('colours over lines', () => {
  it('carries a colour into the next block, also where that block was read first', async () => {
    source.text = (index) => (index === 199 ? '\x1b[31mred from here' : `line ${index}`);
    const feed = source.feed();
    source.tell(feed, { endIndex: 1000 });
    feed.follow(false);
    feed.see(200, 210);
    await source.settle();
    const colour = () => {
      const piece = feed.line(205)?.ansi.pieces[0];
      return piece?.kind === 'text' ? piece.style.foreground : undefined;
    };
    expect(colour()).toBeNull();
    feed.see(190, 210);
    await source.settle();
    expect(colour()).toEqual({ type: 'named', name: 'red' });
  });
});

describe('lines put in order anew', () => {
  it('take the place of those that were asked for before and come late', async () => {
    const feed = source.feed();
    source.text = (index) => `old ${index}`;
    source.tell(feed, { endIndex: 50 });
    const late = source.reads.shift();
    const old = late?.answer();
    source.text = (index) => `new ${index}`;
    source.tell(feed, { endIndex: 80, generation: 1 });
    await old;
    await source.settle();
    expect(texts(feed, 0, 80)).toEqual(Array.from({ length: 80 }, (_, index) => `new ${index}`));
  });

  it('leave the older ones that get their place before the first where they are', async () => {
    const feed = source.feed();
    source.tell(feed, { firstIndex: 5000, endIndex: 5100 });
    await source.settle();
    feed.follow(false);
    feed.see(5040, 5060);
    const { generation } = feed.snapshot();
    source.tell(feed, { firstIndex: 1000 });
    await source.settle();
    expect(feed.snapshot()).toMatchObject({ firstIndex: 1000, endIndex: 5100, generation, arrived: 0 });
    expect(feed.line(5050)?.line.text).toBe('line 5050');
  });
});

describe('heads of a flood', () => {
  it('are told to the view a few times a second, not each', async () => {
    const feed = source.feed();
    source.tell(feed, { endIndex: 1000 });
    await source.settle();
    let told = 0;
    feed.subscribe(() => (told += 1));
    for (let at = 1; at <= 200; at++) source.tell(feed, { endIndex: 1000 + at });
    expect(told).toBeLessThan(5);
    expect(feed.snapshot().head?.endIndex).toBe(1200);
    await source.settle();
    expect(feed.snapshot().endIndex).toBe(1200);
  });
});
