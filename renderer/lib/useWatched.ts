import { useEffect, useState } from 'react';
import type { Api } from '../../electron/contract/api';
import { useApi } from './client';
import { followWatch } from './followWatch';

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
