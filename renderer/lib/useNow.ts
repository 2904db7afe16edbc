import { useSyncExternalStore } from 'react';

/** One clock for the window, so that all relative times of a page turn over together. */
function clock(everyMs: number) {
  const listeners = new Set<() => void>();
  let nowMs = Date.now();
  let timer: ReturnType<typeof setInterval> | undefined;
  const tick = () => {
    nowMs = Date.now();
    for (const listener of listeners) listener();
  };
  return {
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      if (timer === undefined) {
        nowMs = Date.now();
        timer = setInterval(tick, everyMs);
      }
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        clearInterval(timer);
        timer = undefined;
      };
    },
    now: () => nowMs,
  };
}

const clocks = { second: clock(1000), slow: clock(15_000) };

/** The time now in epoch ms; the component renders again every second, or every 15 seconds (`slow`). */
export function useNow(pace: 'second' | 'slow' = 'slow'): number {
  return useSyncExternalStore(clocks[pace].subscribe, clocks[pace].now);
}
