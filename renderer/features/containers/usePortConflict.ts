import { useQuery } from '@tanstack/react-query';
import { useDeferredValue } from 'react';
import { useApi } from '../../lib/client';

/** Why a port cannot be had, and the next one that can. */
export interface PortConflict {
  port: number;
  holder: { kind: 'container' | 'process'; name: string } | null;
  nextFreePort: number | null;
}

/** Who holds the port being typed; null where it is free, no port, or not known yet. Asked again every few seconds. */
export function usePortConflict(typed: string): PortConflict | null {
  const api = useApi();
  const text = useDeferredValue(typed.trim());
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  const { data } = useQuery({
    queryKey: ['portConflict', port],
    enabled: port >= 1 && port <= 65_535,
    staleTime: 0,
    refetchInterval: 3000,
    queryFn: async ({ signal }): Promise<PortConflict | null> => {
      const { free, holder } = await api.containers.portHolder({ port }, { signal });
      if (free) return null;
      const from = Math.min(port + 1, 65_535);
      const next = await api.containers.suggestPort({ from }, { signal });
      return { port, holder, nextFreePort: next.port };
    },
  });
  return port === Number(typed.trim()) ? (data ?? null) : null;
}
