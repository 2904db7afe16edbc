import { useQuery } from '@tanstack/react-query';
import type { MachineGpu } from '../../electron/contract/ollamaContainer';
import { useApi } from '../lib/client';

const none: readonly MachineGpu[] = [];

/** GPUs of this machine as its driver measures them, asked for while `isWanted`; none where it has no such driver. */
export function useGpus(isWanted: boolean): readonly MachineGpu[] {
  const api = useApi();
  const { data } = useQuery({
    queryKey: ['machineGpus'],
    enabled: isWanted,
    staleTime: 10_000,
    retry: false,
    queryFn: async ({ signal }) => (await api.ollamaContainer.machineGpus(undefined, { signal })).gpus,
  });
  return data ?? none;
}
