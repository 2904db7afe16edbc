import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import type { LineSource, LinesHead } from '../../../electron/contract/lines';
import { useApi } from '../../lib/client';
import { toFailure } from '../../lib/failures';
import { followWatch } from '../../lib/followWatch';
import { LineFeed, type LineRange, type LineRows } from './lineFeed';

/** Failures after which following again would fail again. */
const finalCodes = new Set(['CONTAINER_MISSING', 'TASK_MISSING']);

/** Heads that arrive within a frame count as one, the last of them. */
function eachFrame(take: (head: LinesHead) => void, signal: AbortSignal): (head: LinesHead) => void {
  let newest: LinesHead | null = null;
  return (head) => {
    const isWaiting = newest !== null;
    newest = head;
    if (isWaiting) return;
    requestAnimationFrame(() => {
      if (newest && !signal.aborted) take(newest);
      newest = null;
    });
  };
}

/**
 * Follows `source` while the component is mounted.
 * @param range the part of it to show, null for all
 * @returns the feed to read lines from, its rows as they stand, and `retry` to follow anew after a failure
 */
export function useLineFeed(
  source: LineSource,
  range: LineRange | null,
): { feed: LineFeed; rows: LineRows; retry: () => void } {
  const api = useApi();
  const [attempt, setAttempt] = useState(0);
  const key = JSON.stringify(source);
  const sameSource = useMemo(() => JSON.parse(key) as LineSource, [key]);

  const feed = useMemo(() => {
    return new LineFeed({
      read: (part) => api.lines.read({ source: sameSource, ...part }),
      later: (callback, delayMs) => {
        const timer = setTimeout(callback, delayMs);
        return () => clearTimeout(timer);
      },
    });
  }, [api, sameSource]);

  const from = range?.from;
  const end = range?.end ?? null;
  useEffect(() => feed.show(from === undefined ? null : { from, end }), [feed, from, end]);

  useEffect(() => {
    const leaving = new AbortController();
    const { signal } = leaving;
    void followWatch({
      open: () => api.lines.follow(sameSource, { signal }),
      onItem: eachFrame((head) => feed.onHead(head), signal),
      onFailure: (error) => {
        feed.onFailure(error);
        return finalCodes.has(toFailure(error).code) ? 'stop' : 'again';
      },
      signal,
    });
    return () => leaving.abort();
  }, [api, feed, sameSource, attempt]);

  useEffect(() => () => feed.close(), [feed]);

  const retry = () => {
    feed.retry();
    setAttempt((count) => count + 1);
  };
  return { feed, rows: useSyncExternalStore(feed.subscribe, feed.snapshot), retry };
}
