import { useEffect, useState } from 'react';
import { keptSamples, type StatsEvent, type StatsSample } from '../../electron/contract/stats';
import { useApi } from '../lib/client';
import { followWatch } from '../lib/followWatch';
import { onceScrollRests } from '../lib/scrollRest';
import { usePageVisible } from '../lib/usePageVisible';

const none: readonly StatsSample[] = [];

/**
 * What a container used lately, oldest first; empty until main told. Watched only while the component is mounted, `on`, and
 * the window can be seen: use it in rows that are on the screen.
 */
export function useStats(
  id: string,
  { sampleCount = keptSamples, on = true }: { sampleCount?: number; on?: boolean } = {},
): readonly StatsSample[] {
  const api = useApi();
  const watched = usePageVisible() && on;
  const [known, setKnown] = useState<{ id: string; samples: readonly StatsSample[] }>({ id, samples: none });

  // Rows that only scroll by are not watched: each watch makes the engine count.
  useEffect(() => {
    if (!watched) return;
    const leaving = new AbortController();
    const { signal } = leaving;
    const forget = onceScrollRests(() => {
      void followWatch({
        open: () => api.stats.watch({ id, sampleCount }, { signal }),
        onItem: (event) =>
          setKnown((before) => ({
            id,
            samples: reduceStats(before.id === id ? before.samples : none, event, sampleCount),
          })),
        signal,
      });
    });
    return () => {
      forget();
      leaving.abort();
    };
  }, [api, id, sampleCount, watched]);

  return known.id === id ? known.samples : none;
}

/** The samples after an event, at most `sampleCount`. */
export function reduceStats(
  samples: readonly StatsSample[],
  event: StatsEvent,
  sampleCount: number,
): readonly StatsSample[] {
  return (event.replace ? event.samples : [...samples, ...event.samples]).slice(-sampleCount);
}
