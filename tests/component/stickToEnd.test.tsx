import { act, render } from '@testing-library/react';
import { useRef } from 'react';
import { beforeEach, describe, expect, it } from 'vitest';
import { useStickToEnd } from '../../renderer/features/chat/useStickToEnd';

let isAtEnd = true;

function Scroller() {
  const scroller = useRef<HTMLDivElement>(null);
  ({ isAtEnd } = useStickToEnd(scroller));
  return (
    <div ref={scroller} data-testid="scroller">
      <div />
    </div>
  );
}

describe('the end of a conversation', () => {
  let element: HTMLElement;
  let height: number;
  /** The browser's word that the place changed, with what is there now. */
  const scrolled = (top: number, whole = height) => {
    height = whole;
    element.scrollTop = top;
    act(() => void element.dispatchEvent(new Event('scroll')));
  };
  beforeEach(() => {
    element = render(<Scroller />).getByTestId('scroller');
    height = 2000;
    Object.defineProperties(element, { scrollHeight: { get: () => height }, clientHeight: { value: 500 } });
    scrolled(1500);
  });

  it('is left because a part turned out smaller than it was held for', () => {
    // 600 less above, 300 more below, before anybody looked.
    scrolled(900, 1700);
    expect(isAtEnd).toBe(true);
    expect(element.scrollTop).toBe(1700);
  });

  it('holds a reader who scrolls up, with the wheel while it grows or without anything that tells', () => {
    element.dispatchEvent(new Event('wheel'));
    scrolled(1200, 2100);
    expect(isAtEnd).toBe(false);
    scrolled(1600);
    expect(isAtEnd).toBe(true);
    scrolled(1000);
    expect(isAtEnd).toBe(false);
  });

  it("pulls the scroll bar out of the reader's hand while it grows", () => {
    element.dispatchEvent(new Event('pointerdown'));
    scrolled(1520, 2020);
    scrolled(1200, 2100);
    expect(isAtEnd).toBe(false);
  });

  it('takes a click that is over for a reader who scrolls', () => {
    element.dispatchEvent(new Event('pointerdown'));
    window.dispatchEvent(new MouseEvent('pointerup'));
    scrolled(900, 1700);
    expect(isAtEnd).toBe(true);
  });
});
