import { useQuery } from '@tanstack/react-query';
import { useDeferredValue } from 'react';
import { useApi } from '../../lib/client';

/** Why a port cannot be had, and the next one that can. */
export interface PortConflict {
  port: number;
  holder: { kind: 'container' | 'process'; name: string } | null;
  nextFreePort: number | null;
}

/**
 * Which of the ports being typed are held, and by whom; null for one that is free, no port, or not known yet. Asked again
 * every few seconds.
 * @param ownName a container whose ports are free for the one that takes its place
 */
export function usePortConflicts(typed: readonly string[], ownName: string | null): (PortConflict | null)[] {
  const api = useApi();
  const text = useDeferredValue(typed.map((one) => one.trim()).join(' '));
  const ports = [...new Set(text.split(' ').filter((one) => /^\d{1,5}$/.test(one)))]
    .map(Number)
    .filter((port) => port >= 1 && port <= 65_535);
  const { data } = useQuery<PortConflict[]>({
    queryKey: ['portConflicts', ports],
    enabled: ports.length > 0,
    staleTime: 0,
    refetchInterval: 3000,
    placeholderData: (before) => before,
    queryFn: async ({ signal }): Promise<PortConflict[]> => {
      const found = await Promise.all(
        ports.map(async (port): Promise<PortConflict[]> => {
          const { free, holder } = await api.containers.portHolder({ port }, { signal });
          if (free) return [];
          const next = await api.containers.suggestPort({ from: Math.min(port + 1, 65_535) }, { signal });
          return [{ port, holder, nextFreePort: next.port }];
        }),
      );
      return found.flat();
    },
  });
  return typed.map((one) => {
    const conflict = data?.find(({ port }) => port === Number(one.trim() || Number.NaN)) ?? null;
    return conflict?.holder?.kind === 'container' && conflict.holder.name === ownName ? null : conflict;
  });
}
