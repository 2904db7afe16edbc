import { useEffect, useState } from 'react';
import type { Action } from '../../electron/contract/actions';
import { useApi } from '../lib/client';
import { followWatch } from '../lib/followWatch';

/** What was done to containers since Wharf started, newest first; undefined until main told. Watched while it is shown. */
export function useActions(): readonly Action[] | undefined {
  const api = useApi();
  const [actions, setActions] = useState<readonly Action[]>();
  useEffect(() => {
    const leaving = new AbortController();
    const { signal } = leaving;
    void followWatch({
      open: () => api.actions.watch(undefined, { signal }),
      onItem: (item) => setActions(item.actions),
      signal,
    });
    return () => leaving.abort();
  }, [api]);
  return actions;
}
