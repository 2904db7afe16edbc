import { useQuery } from '@tanstack/react-query';
import type { BuildDetails, BuildState } from '../../../electron/contract/builds';
import { useApi } from '../../lib/client';

/**
 * What is kept of a build beside its state: its Dockerfile, once that was read, and the last lines of its steps, once it is
 * over. Undefined while it is asked for.
 */
export function useBuildDetails({ taskId, dockerfileHash, finishedAtMs }: BuildState): BuildDetails | undefined {
  const api = useApi();
  return useQuery({
    queryKey: ['buildDetails', taskId, dockerfileHash, finishedAtMs],
    queryFn: () => api.builds.details({ taskId }),
    staleTime: Number.POSITIVE_INFINITY,
  }).data;
}
