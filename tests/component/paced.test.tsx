import { render } from '@testing-library/react';
import { expect, it, vi } from 'vitest';
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
