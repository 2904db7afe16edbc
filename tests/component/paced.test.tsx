import { act, render } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { usePaced } from '../../renderer/lib/usePaced';

/** Draws `value` in `costMs` and writes down what it drew. */
function Drawing({ value, isChanging, costMs, drawn }: DrawingProps) {
  const shown = usePaced(value, isChanging);
  if (drawn.at(-1) !== shown) {
    drawn.push(shown);
    const until = performance.now() + costMs;
    while (performance.now() < until);
  }
  return <p>{shown}</p>;
}
interface DrawingProps {
  value: number;
  isChanging: boolean;
  costMs: number;
  drawn: number[];
}

const task = () => new Promise((resolve) => setTimeout(resolve));

async function drawMany(costMs: number): Promise<{ drawn: number[]; end: (isChanging: boolean) => void }> {
  const drawn: number[] = [];
  const { rerender } = render(<Drawing value={0} isChanging costMs={costMs} drawn={drawn} />);
  for (let value = 1; value <= 12; value++) {
    await task();
    rerender(<Drawing value={value} isChanging costMs={costMs} drawn={drawn} />);
  }
  const end = (isChanging: boolean) =>
    rerender(<Drawing value={13} isChanging={isChanging} costMs={costMs} drawn={drawn} />);
  return { drawn, end };
}

it('keeps the page busy with values that take long to draw, instead of leaving some out', async () => {
  const { drawn } = await drawMany(30);
  expect(drawn.length).toBeLessThan(8);
});

it('never draws the last value where nothing comes after it', async () => {
  const { drawn, end } = await drawMany(30);
  end(true);
  await vi.waitFor(() => expect(drawn.at(-1)).toBe(13));
});

it('holds the last value back although no more is to come', async () => {
  const { drawn, end } = await drawMany(30);
  end(false);
  expect(drawn.at(-1)).toBe(13);
});

describe('a rest that becomes known, or longer, while a value waits for its end', () => {
  /** What hears that a drawing was painted, the oldest first. */
  let unpainted: (() => void)[];
  let show: (value: number) => void;
  let drawn: number[];
  let unmount: () => void;
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    unpainted = [];
    vi.stubGlobal(
      'MessageChannel',
      class {
        readonly port1 = { onmessage: () => undefined, close: () => undefined };
        readonly port2 = { postMessage: () => unpainted.push(() => this.port1.onmessage()) };
      },
    );
    drawn = [];
    const view = render(<Drawing value={0} isChanging costMs={0} drawn={drawn} />);
    show = (value) => view.rerender(<Drawing value={value} isChanging costMs={0} drawn={drawn} />);
    unmount = view.unmount;
    // Two drawings whose frames are late: the first rests from 40 to 120 ms.
    pass(20);
    show(1);
    pass(20);
    unpainted.shift()?.();
    show(2);
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });
  const pass = (ms: number) => act(() => void vi.advanceTimersByTime(ms));

  it('leaves the last value undrawn because its timer came before the end', () => {
    pass(50);
    unpainted.shift()?.();
    pass(30);
    expect(drawn).toEqual([0, 1]);
    pass(200);
    expect(drawn).toEqual([0, 1, 2]);
  });

  it('leaves the last value undrawn because it grew between the timer and the drawing', () => {
    act(() => {
      vi.advanceTimersByTime(80);
      unpainted.shift()?.();
    });
    expect(drawn).toEqual([0, 1]);
    pass(200);
    expect(drawn).toEqual([0, 1, 2]);
  });

  it('draws a page that is gone', () => {
    unmount();
    expect(vi.getTimerCount()).toBe(0);
  });
});
