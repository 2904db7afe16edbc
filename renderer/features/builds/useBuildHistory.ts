import { useEffect, useState } from 'react';
import type { BuildSummary } from '../../../electron/contract/builds';
import { useApi } from '../../lib/client';
import { followWatch } from '../../lib/followWatch';

/** All remembered builds, newest first; undefined until main told. */
export function useBuildHistory(): readonly BuildSummary[] | undefined {
  const api = useApi();
  const [builds, setBuilds] = useState<readonly BuildSummary[]>();
  useEffect(() => {
    const leaving = new AbortController();
    const { signal } = leaving;
    void followWatch({
      open: () => api.builds.watchHistory(undefined, { signal }),
      onItem: (item) => setBuilds(item.builds),
      onFailure: () => 'again',
      signal,
    });
    return () => leaving.abort();
  }, [api]);
  return builds;
}
