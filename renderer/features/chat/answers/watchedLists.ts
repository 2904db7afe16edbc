import type { Api } from '../../../../electron/contract/api';
import { useWatched } from '../../../lib/useWatched';

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
