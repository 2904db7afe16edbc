import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import type { ModelSource, OfferedModel } from '../../../../electron/contract/targets';
import { useApi } from '../../../lib/client';

/** How long a list of models is shown without asking again. */
const freshMs = 15_000;

/** The models that a target offers, asked for while `isWanted`. */
export function useModels(source: ModelSource, isWanted: boolean): UseQueryResult<OfferedModel[]> {
  const api = useApi();
  return useQuery({
    queryKey: ['models', source.kind, source.kind === 'container' ? source.id : source.endpointId],
    queryFn: async ({ signal }) => (await api.targets.models(source, { signal })).models,
    enabled: isWanted,
    staleTime: freshMs,
  });
}
