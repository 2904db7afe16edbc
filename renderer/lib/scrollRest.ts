/** So long nothing may have been scrolled. */
const restMs = 120;

/** What waits, with when it did not wait yet; one timer for all of it, since every row of a table waits. */
const waiting = new Map<() => void, number>();
let timer: ReturnType<typeof setTimeout> | undefined;
let scrolledAtMs = Number.NEGATIVE_INFINITY;

const onScroll = () => {
  scrolledAtMs = performance.now();
};
if (typeof window !== 'undefined') window.addEventListener('scroll', onScroll, { capture: true, passive: true });

/**
 * Calls `act` once when nothing has been scrolled for a moment, and not before that moment is over.
 * @returns how to call it off
 */
export function onceScrollRests(act: () => void): () => void {
  const own = () => act();
  waiting.set(own, performance.now());
  timer ??= setTimeout(look, restMs);
  return () => waiting.delete(own);
}

function look(): void {
  timer = undefined;
  const nowMs = performance.now();
  let nextMs = Number.POSITIVE_INFINITY;
  for (const [act, sinceMs] of waiting) {
    const leftMs = Math.max(sinceMs, scrolledAtMs) + restMs - nowMs;
    if (leftMs > 0) {
      nextMs = Math.min(nextMs, leftMs);
      continue;
    }
    waiting.delete(act);
    act();
  }
  if (waiting.size > 0) timer ??= setTimeout(look, nextMs);
}
