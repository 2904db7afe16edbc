import { useEffect, useState } from 'react';
import type { Api } from '../../../../electron/contract/api';
import { useApi } from '../../../lib/client';
import { followWatch } from '../../../lib/followWatch';

/**
 * The latest item of a watch, followed while the component is mounted; undefined until the first.
 * @param open opens the watch; must stay the same function between renders
 */
export function useWatched<T>(open: (api: Api, signal: AbortSignal) => Promise<AsyncIterable<T>>): T | undefined {
  const api = useApi();
  const [item, setItem] = useState<T>();
  useEffect(() => {
    const leaving = new AbortController();
    setItem(undefined);
    void followWatch({ open: (signal) => open(api, signal), onItem: setItem, signal: leaving.signal });
    return () => leaving.abort();
  }, [api, open]);
  return item;
}

const openEndpoints = (api: Api, signal: AbortSignal) => api.targets.watchEndpoints(undefined, { signal });

/** The endpoints, the one on this machine first; undefined until main told. */
export function useEndpoints() {
  return useWatched(openEndpoints)?.endpoints;
}

const openPresets = (api: Api, signal: AbortSignal) => api.answerPresets.watch(undefined, { signal });

/** The presets by name; undefined until main told. */
export function usePresets() {
  return useWatched(openPresets)?.presets;
}

const openComparisons = (api: Api, signal: AbortSignal) => api.comparisons.watch(undefined, { signal });

/** The comparisons, newest activity first; undefined until main told. */
export function useComparisons() {
  return useWatched(openComparisons)?.comparisons;
}
