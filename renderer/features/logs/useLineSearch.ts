import { useEffect, useRef, useState } from 'react';
import type { FailureValue } from '../../../electron/contract/failures';
import type { LineQuery, LineSource, SearchProgress } from '../../../electron/contract/lines';
import { useApi } from '../../lib/client';
import { toFailure } from '../../lib/failures';
import { followWatch } from '../../lib/followWatch';

/** How a search stands; null while nothing is searched for, or its first word is not in yet. */
export interface LineSearch {
  progress: SearchProgress | null;
  /** Why it cannot be, in place of `progress`. */
  failure: FailureValue | null;
}

const nothing: LineSearch = { progress: null, failure: null };

/**
 * Searches `source` for as long as the component is mounted and the question stays the same; the next question ends it.
 * What was found before stays until the next search has said its first word, so that typing does not make rows blink.
 */
export function useLineSearch(source: LineSource, query: LineQuery | null): LineSearch {
  const api = useApi();
  const asked = query === null ? null : JSON.stringify({ source, query });
  const [search, setSearch] = useState<LineSearch & { asked: string | null }>({ ...nothing, asked: null });
  const newest = useRef(asked);
  newest.current = asked;

  useEffect(() => {
    if (asked === null) return setSearch({ ...nothing, asked: null });
    const leaving = new AbortController();
    const { signal } = leaving;
    let waiting: SearchProgress | null = null;
    const show = () => {
      if (waiting && !signal.aborted) setSearch({ progress: waiting, failure: waiting.failure, asked });
      waiting = null;
    };
    void followWatch({
      open: () => api.lines.search(JSON.parse(asked) as { source: LineSource; query: LineQuery }, { signal }),
      onItem: (progress) => {
        if (waiting === null) requestAnimationFrame(show);
        waiting = progress;
      },
      onFailure: (error) => {
        const failure = toFailure(error);
        setSearch({ progress: null, failure, asked });
        return failure.code === 'SEARCH_PATTERN_INVALID' || failure.code === 'SEARCH_MISSING' ? 'stop' : 'again';
      },
      signal,
    });
    return () => leaving.abort();
  }, [api, asked]);

  return asked === null ? nothing : search;
}
