import { describe, expect, it } from 'vitest';
import { LiveEvents, LiveValue } from '../../electron/services/live';

describe('LiveValue', () => {
  it('queues every value for a reader that is slower than the writer', async () => {
    const live = new LiveValue(0);
    const reader = live.watch();
    expect((await reader.next()).value).toBe(0);
    for (let n = 1; n <= 1000; n += 1) live.set(n);
    expect((await reader.next()).value).toBe(1000);
    const next = reader.next();
    live.set(1001);
    expect((await next).value).toBe(1001);
  });

  it('keeps a reader that left while nothing happened', async () => {
    const live = new LiveValue(0);
    const leaving = new AbortController();
    const reader = live.watch(leaving.signal);
    await reader.next();
    const silent = reader.next();
    expect(live.readerCount).toBe(1);
    leaving.abort();
    expect((await silent).done).toBe(true);
    expect(live.readerCount).toBe(0);
  });

  it('opens a reader for a signal that is aborted already', async () => {
    const live = new LiveValue(0);
    const reader = live.watch(AbortSignal.abort());
    expect((await reader.next()).done).toBe(true);
    expect(live.readerCount).toBe(0);
  });
});

describe('LiveEvents', () => {
  it('loses a change between the snapshot and the first wait, or merges in the wrong order', async () => {
    let state = 'a';
    const live = new LiveEvents<string>(
      () => `snapshot ${state}`,
      (pending, next) => `${pending}+${next}`,
    );
    const reader = live.watch();
    expect((await reader.next()).value).toBe('snapshot a');
    state = 'abc';
    live.emit('b');
    live.emit('c');
    expect((await reader.next()).value).toBe('b+c');
    expect((await live.watch().next()).value).toBe('snapshot abc');
  });
});
