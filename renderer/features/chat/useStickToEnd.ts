import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';
import { useReader } from '../../lib/useReader';

/** px from the end that still count as being there. */
const nearPx = 24;

/** What a reader does to scroll, beside pressing the scroll bar. */
const intents = ['wheel', 'touchmove', 'keydown'] as const;

interface StickToEnd {
  isAtEnd: boolean;
  toEnd: () => void;
  letGo: () => void;
}

/**
 * Keeps a scrolling element at its end while its content grows, until the reader scrolls up; back at the end it sticks
 * again.
 * @param scroller the element that scrolls; its first child is what grows
 * @returns whether it sticks, `toEnd` to go there, and `letGo`, after which the place is kept while content changes
 */
export function useStickToEnd(scroller: RefObject<HTMLElement | null>): StickToEnd {
  const [isAtEnd, setAtEnd] = useState(true);
  const sticks = useRef(true);
  const reader = useReader();

  const toEnd = useCallback(() => {
    const element = scroller.current;
    if (!element) return;
    sticks.current = true;
    setAtEnd(true);
    element.scrollTop = element.scrollHeight;
  }, [scroller]);

  const letGo = useCallback(() => {
    sticks.current = false;
  }, []);

  useEffect(() => {
    const element = scroller.current;
    const content = element?.firstElementChild;
    if (!element || !content) return;
    let top = element.scrollTop;
    let height = element.scrollHeight;
    const onScroll = () => {
      const isNear = element.scrollHeight - element.clientHeight - element.scrollTop <= nearPx;
      // Parts that are laid out only when seen turn out smaller than they were held for, and the browser moves the top up
      // with them: it was the reader where one is at it, or where nothing else has changed.
      const byReader = element.scrollTop < top && (reader.isScrolling() || element.scrollHeight === height);
      if (isNear) sticks.current = true;
      else if (byReader) sticks.current = false;
      else if (sticks.current) element.scrollTop = element.scrollHeight;
      top = element.scrollTop;
      height = element.scrollHeight;
      setAtEnd(sticks.current);
    };
    const resized = new ResizeObserver(() => {
      if (sticks.current) element.scrollTop = element.scrollHeight;
    });
    element.addEventListener('scroll', onScroll, { passive: true });
    for (const intent of intents) element.addEventListener(intent, reader.intend, { passive: true });
    element.addEventListener('pointerdown', reader.press);
    resized.observe(element);
    resized.observe(content);
    return () => {
      element.removeEventListener('scroll', onScroll);
      for (const intent of intents) element.removeEventListener(intent, reader.intend);
      element.removeEventListener('pointerdown', reader.press);
      resized.disconnect();
    };
  }, [scroller, reader]);

  return { isAtEnd, toEnd, letGo };
}
