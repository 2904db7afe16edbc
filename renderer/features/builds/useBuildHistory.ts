import type { Api } from '../../../electron/contract/api';
import type { BuildSummary } from '../../../electron/contract/builds';
import { useWatched } from '../../lib/useWatched';

const openHistory = (api: Api, signal: AbortSignal) => api.builds.watchHistory(undefined, { signal });

/** All remembered builds, newest first; undefined until main told. */
export function useBuildHistory(): readonly BuildSummary[] | undefined {
  return useWatched(openHistory)?.builds;
}
