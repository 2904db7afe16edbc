import { useEffect, useState } from 'react';
import type { ContextPreview, ContextRequest } from '../../../electron/contract/builds';
import type { FailureValue } from '../../../electron/contract/failures';
import { useApi } from '../../lib/client';
import { toFailure } from '../../lib/failures';
import { followWatch } from '../../lib/followWatch';

/** From the last key to the look: a path is typed letter by letter. */
const settleMs = 250;

/** What a build of a folder would send, as far as it was looked through, or why it cannot be looked through. */
export interface KnownContext {
  preview: ContextPreview | null;
  failure: FailureValue | null;
}

const unknown: KnownContext = { preview: null, failure: null };

/**
 * Follows what a build would send, and looks again when the window comes to the front: people change files elsewhere.
 * @param request null where there is nothing to look at yet
 */
export function useContextPreview(request: ContextRequest | null): KnownContext {
  const api = useApi();
  const key = request === null ? null : JSON.stringify(request);
  const [known, setKnown] = useState<KnownContext & { key: string | null }>({ ...unknown, key: null });
  const [looks, setLooks] = useState(0);

  useEffect(() => {
    const look = () => setLooks((count) => count + 1);
    window.addEventListener('focus', look);
    return () => window.removeEventListener('focus', look);
  }, []);

  useEffect(() => {
    if (key === null) return;
    const leaving = new AbortController();
    const { signal } = leaving;
    const timer = setTimeout(
      () => {
        void followWatch({
          open: () => api.builds.watchContext(JSON.parse(key) as ContextRequest, { signal }),
          onItem: (preview) => setKnown({ key, preview, failure: null }),
          onFailure: (error) => {
            setKnown({ key, preview: null, failure: toFailure(error) });
            return 'stop';
          },
          signal,
        });
      },
      looks === 0 ? settleMs : 0,
    );
    return () => {
      clearTimeout(timer);
      leaving.abort();
    };
  }, [api, key, looks]);

  return known.key === key ? known : unknown;
}
