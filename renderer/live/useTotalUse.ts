import { useEffect, useState } from 'react';
import type { StatsTotal } from '../../electron/contract/stats';
import { useApi } from '../lib/client';
import { followWatch } from '../lib/followWatch';
import { usePageVisible } from '../lib/usePageVisible';
import { useEngineReady } from './useLive';

/** What all running containers use together; null until main told, and while no engine answers. Asked for only while the window can be seen. */
export function useTotalUse(): StatsTotal | null {
  const api = useApi();
  const visible = usePageVisible();
  const ready = useEngineReady();
  const watched = visible && ready;
  const [total, setTotal] = useState<StatsTotal | null>(null);

  useEffect(() => {
    if (!watched) return;
    const leaving = new AbortController();
    const { signal } = leaving;
    void followWatch({ open: () => api.stats.watchTotal(undefined, { signal }), onItem: setTotal, signal });
    return () => leaving.abort();
  }, [api, watched]);

  return watched ? total : null;
}
