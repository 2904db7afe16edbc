import type { Action } from '../../electron/contract/actions';
import type { Api } from '../../electron/contract/api';
import { useWatched } from '../lib/useWatched';

const openActions = (api: Api, signal: AbortSignal) => api.actions.watch(undefined, { signal });

/** What was done to containers since Wharf started, newest first; undefined until main told. Watched while it is shown. */
export function useActions(): readonly Action[] | undefined {
  return useWatched(openActions)?.actions;
}
