import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';

/** px from the end that still count as being there. */
const nearPx = 24;

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
    const onScroll = () => {
      const isNear = element.scrollHeight - element.clientHeight - element.scrollTop <= nearPx;
      // Content that grows never moves the top up: that is the reader.
      if (isNear) sticks.current = true;
      else if (element.scrollTop < top) sticks.current = false;
      top = element.scrollTop;
      setAtEnd(sticks.current);
    };
    const resized = new ResizeObserver(() => {
      if (sticks.current) element.scrollTop = element.scrollHeight;
    });
    element.addEventListener('scroll', onScroll, { passive: true });
    resized.observe(element);
    resized.observe(content);
    return () => {
      element.removeEventListener('scroll', onScroll);
      resized.disconnect();
    };
  }, [scroller]);

  return { isAtEnd, toEnd, letGo };
}
