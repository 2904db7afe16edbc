import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import type { LineSource, LinesHead } from '../../../electron/contract/lines';
import { useApi } from '../../lib/client';
import { toFailure } from '../../lib/failures';
import { followWatch } from '../../lib/followWatch';
import { LineFeed } from './lineFeed';
import type { LineRange, LineRows } from './lineRows';

/** Failures after which following again would fail again. */
const finalCodes = new Set(['CONTAINER_MISSING', 'TASK_MISSING', 'SEARCH_MISSING']);

/** Screens a second that all feeds of a window read while they follow: more cannot be read, and each costs the page. */
const screensPerSecond = 30;
const leastPauseMs = 40;
let feedsShown = 0;

const pauseMs = () => Math.max(leastPauseMs, (feedsShown * 1000) / screensPerSecond);

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

/** A feed of `source`, made anew where that changes; null reads nothing. */
function useFeedOf(sourceKey: string | null): LineFeed | null {
  const api = useApi();
  const feed = useMemo(() => {
    if (sourceKey === null) return null;
    const source = JSON.parse(sourceKey) as LineSource;
    return new LineFeed({
      read: (part) => api.lines.read({ source, ...part }),
      later: (callback, delayMs) => {
        const timer = setTimeout(callback, delayMs);
        return () => clearTimeout(timer);
      },
      pauseMs,
    });
  }, [api, sourceKey]);
  useEffect(() => {
    if (feed === null) return;
    feedsShown += 1;
    feed.open();
    return () => {
      feedsShown -= 1;
      feed.close();
    };
  }, [feed]);
  return feed;
}

/** Tells `feed` the heads of a source. A new `attempt` follows anew. */
function useFollow(feed: LineFeed | null, sourceKey: string | null, attempt: number): void {
  const api = useApi();
  useEffect(() => {
    if (feed === null || sourceKey === null) return;
    const leaving = new AbortController();
    const { signal } = leaving;
    void followWatch({
      open: () => api.lines.follow(JSON.parse(sourceKey) as LineSource, { signal }),
      onItem: eachFrame((head) => feed.onHead(head), signal),
      onFailure: (error) => {
        feed.onFailure(error);
        return finalCodes.has(toFailure(error).code) ? 'stop' : 'again';
      },
      signal,
    });
    return () => leaving.abort();
  }, [api, feed, sourceKey, attempt]);
}

const noRows = { subscribe: () => () => {}, snapshot: () => null };

/** `useLineFeed` for the hits of a search; null while there is none. */
export function useHitFeed(searchId: string | null): { feed: LineFeed; rows: LineRows } | null {
  const sourceKey = searchId === null ? null : JSON.stringify({ kind: 'search', searchId });
  const feed = useFeedOf(sourceKey);
  useFollow(feed, sourceKey, 0);
  const { subscribe, snapshot } = feed ?? noRows;
  const rows = useSyncExternalStore<LineRows | null>(subscribe, snapshot);
  return feed === null || rows === null ? null : { feed, rows };
}

/**
 * Follows `source` while the component is mounted.
 * @param range the part of it to show, null for all
 * @param isResting true while something else is shown: the head is followed, no line is read
 * @returns the feed to read lines from, its rows as they stand, and `retry` to follow anew after a failure
 */
export function useLineFeed(
  source: LineSource,
  range: LineRange | null,
  isResting = false,
): { feed: LineFeed; rows: LineRows; retry: () => void } {
  const [attempt, setAttempt] = useState(0);
  const sourceKey = JSON.stringify(source);
  const feed = useFeedOf(sourceKey) as LineFeed;

  const from = range?.from;
  const end = range?.end ?? null;
  useEffect(() => feed.show(from === undefined ? null : { from, end }), [feed, from, end]);
  useEffect(() => feed.rest(isResting), [feed, isResting]);

  useFollow(feed, sourceKey, attempt);

  const retry = () => {
    feed.retry();
    setAttempt((count) => count + 1);
  };
  return { feed, rows: useSyncExternalStore(feed.subscribe, feed.snapshot), retry };
}
