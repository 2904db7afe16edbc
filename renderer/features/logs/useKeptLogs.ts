import { useQuery } from '@tanstack/react-query';
import type { KeptLog } from '../../../electron/contract/lines';
import { useApi } from '../../lib/client';

const none: KeptLog[] = [];

/** The logs that Wharf keeps on disk, also of containers that are gone; none while it is being asked. */
export function useKeptLogs(): KeptLog[] {
  const api = useApi();
  const { data } = useQuery({ queryKey: ['lines', 'kept'], queryFn: () => api.lines.kept() });
  return data?.logs ?? none;
}
