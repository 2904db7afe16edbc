import { useQuery } from '@tanstack/react-query';
import type { MachineGpu } from '../../electron/contract/ollamaContainer';
import { useApi } from '../lib/client';

const none: readonly MachineGpu[] = [];

/** Models come into their memory and go. */
const measuredEveryMs = 10_000;

/** GPUs of this machine as its driver measures them, asked for while `isWanted`; none where it has no such driver. */
export function useGpus(isWanted: boolean): readonly MachineGpu[] {
  const api = useApi();
  const { data } = useQuery<readonly MachineGpu[]>({
    queryKey: ['machineGpus'],
    enabled: isWanted,
    staleTime: measuredEveryMs,
    // A machine without one does not get one meanwhile.
    refetchInterval: ({ state }) => (state.data?.length ? measuredEveryMs : false),
    retry: false,
    queryFn: async ({ signal }) => (await api.ollamaContainer.machineGpus(undefined, { signal })).gpus,
  });
  return data ?? none;
}
