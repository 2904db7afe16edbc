import { useEffect, useLayoutEffect, useReducer, useRef } from 'react';

/** Drawings that take less than this are never held back: half of a frame. */
const quickMs = 8;

/** So many times as long as a slow drawing took, the page is left to everything else; and at most so long. */
const restTimes = 2;
const longestRestMs = 150;

/**
 * The value to draw now. While it changes, each one is, as long as drawing is quick; after a slow drawing the next one
 * waits, so that the page answers to the person however much there is to draw.
 * @param value what there is to draw
 * @param isChanging more is to come; once false, `value` is drawn at once
 */
export function usePaced<T>(value: T, isChanging: boolean): T {
  const [, drawNow] = useReducer((count: number) => count + 1, 0);
  const drawn = useRef({ value, beganMs: 0, notBeforeMs: 0 });
  const beganMs = performance.now();
  if (!isChanging || beganMs >= drawn.current.notBeforeMs) drawn.current.value = value;
  drawn.current.beganMs = beganMs;
  const shown = drawn.current.value;

  useLayoutEffect(() => {
    // Comes once this frame is laid out and painted.
    const { port1, port2 } = new MessageChannel();
    const { beganMs: fromMs } = drawn.current;
    port1.onmessage = () => {
      const tookMs = performance.now() - fromMs;
      drawn.current.notBeforeMs =
        tookMs < quickMs ? 0 : performance.now() + Math.min(restTimes * tookMs, longestRestMs);
      port1.close();
    };
    port2.postMessage(null);
  }, [shown]);

  // After every rendering: one that came while the rest grew held the value back once more, and it must wait again.
  useEffect(() => {
    if (shown === value) return;
    const timer = setTimeout(drawNow, drawn.current.notBeforeMs - performance.now());
    return () => clearTimeout(timer);
  }, [shown, value, beganMs]);

  return shown;
}
