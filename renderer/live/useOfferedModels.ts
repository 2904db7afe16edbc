import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import type { ModelSource, OfferedModel } from '../../electron/contract/targets';
import { useApi } from '../lib/client';

/** How long a list of models is shown without asking again; ms. */
const freshMs = 15_000;

/** The models that are offered at a place; not asked for where there is none. */
export function useOfferedModels(source: ModelSource | null): UseQueryResult<OfferedModel[]> {
  const api = useApi();
  return useQuery({
    queryKey: ['models', source],
    enabled: source !== null,
    staleTime: freshMs,
    retry: false,
    queryFn: async ({ signal }) => (source === null ? [] : (await api.targets.models(source, { signal })).models),
  });
}
