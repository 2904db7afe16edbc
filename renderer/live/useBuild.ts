import { useEffect, useState } from 'react';
import type { BuildState } from '../../electron/contract/builds';
import { useApi } from '../lib/client';
import { toFailure } from '../lib/failures';
import { followWatch } from '../lib/followWatch';

/** A build as it stands: undefined until main told, null where there is no such task (any more). Nothing for a null id. */
export function useBuild(taskId: string | null): BuildState | null | undefined {
  const api = useApi();
  const [known, setKnown] = useState<{ taskId: string; build: BuildState | null }>();

  useEffect(() => {
    if (taskId === null) return;
    const leaving = new AbortController();
    const { signal } = leaving;
    void followWatch({
      open: () => api.builds.watch({ taskId }, { signal }),
      onItem: (build) => {
        setKnown({ taskId, build });
        if (build.state !== 'packing' && build.state !== 'running') leaving.abort();
      },
      onFailure: (error) => {
        if (toFailure(error).code !== 'TASK_MISSING') return 'again';
        setKnown({ taskId, build: null });
        return 'stop';
      },
      signal,
    });
    return () => leaving.abort();
  }, [api, taskId]);

  return known?.taskId === taskId ? known?.build : undefined;
}
