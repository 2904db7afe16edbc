import { useEffect, useState } from 'react';
import type { FailureValue } from '../../electron/contract/failures';
import type { ContainerDetails } from '../../electron/contract/inspect';
import { useApi } from '../lib/client';
import { toFailure } from '../lib/failures';
import { followWatch } from '../lib/followWatch';

/** What a container is made of, kept right; undefined until main told. `failure` says why it cannot be told. */
export function useContainerDetails(id: string): {
  details: ContainerDetails | undefined;
  failure: FailureValue | null;
} {
  const api = useApi();
  const [known, setKnown] = useState<{ id: string; details?: ContainerDetails; failure: FailureValue | null }>();

  useEffect(() => {
    const leaving = new AbortController();
    const { signal } = leaving;
    void followWatch({
      open: () => api.inspect.watch({ id }, { signal }),
      onItem: (details) => setKnown({ id, details, failure: null }),
      onFailure: (error) => {
        const failure = toFailure(error);
        setKnown((before) => (before?.id === id ? { ...before, failure } : { id, failure }));
        return failure.code === 'CONTAINER_MISSING' ? 'stop' : 'again';
      },
      signal,
    });
    return () => leaving.abort();
  }, [api, id]);

  return known?.id === id ? { details: known.details, failure: known.failure } : { details: undefined, failure: null };
}
