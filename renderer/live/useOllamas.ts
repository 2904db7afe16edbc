import type { Api } from '../../electron/contract/api';
import type { Ollama } from '../../electron/contract/models';
import { useWatched } from '../lib/useWatched';

const open = (api: Api, signal: AbortSignal) => api.models.watchOllamas(undefined, { signal });

/** The places where an Ollama may be; undefined until main told. */
export function useOllamas(): Ollama[] | undefined {
  return useWatched(open)?.ollamas;
}
