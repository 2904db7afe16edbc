import { useCallback } from 'react';
import type { Api } from '../../../electron/contract/api';
import type { InstalledModel, ModelList, Ollama } from '../../../electron/contract/models';
import { useWatched } from '../../lib/useWatched';

/** The models of an Ollama; undefined until they were read. */
export function useModelList(endpointId: string): ModelList | undefined {
  const open = useCallback(
    (api: Api, signal: AbortSignal) => api.models.watch({ endpointId }, { signal }),
    [endpointId],
  );
  return useWatched(open);
}

/** The Ollama that a page is about: the one in its address, else the one that is used. */
export function shownOllama(ollamas: readonly Ollama[], wantedId: string | undefined): Ollama | null {
  return ollamas.find(({ endpointId }) => endpointId === wantedId) ?? ollamas.find(({ isUsed }) => isUsed) ?? null;
}

/** Other names of the same model, which keep its data when this one goes. */
export function otherNames(models: readonly InstalledModel[], model: InstalledModel | undefined): string[] {
  return models.filter(({ digest, name }) => digest === model?.digest && name !== model?.name).map(({ name }) => name);
}
