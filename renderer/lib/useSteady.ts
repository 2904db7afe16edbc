import { useCallback, useRef } from 'react';

/** A function that stays the same over renders and does what the newest `callback` does: for parts that render seldom. */
export function useSteady<A extends unknown[], R>(callback: (...values: A) => R): (...values: A) => R {
  const newest = useRef(callback);
  newest.current = callback;
  return useCallback((...values: A) => newest.current(...values), []);
}
