import { useQuery } from '@tanstack/react-query';
import type { KeptLog } from '../../../electron/contract/lines';
import { useApi } from '../../lib/client';

const none = { logs: [] as KeptLog[], keepingCount: 0, leftOutCount: 0 };

/** What Wharf keeps of logs on disk, and of how many containers it does now; nothing while it is being asked. */
export function useKeeping() {
  const api = useApi();
  const { data } = useQuery({ queryKey: ['lines', 'kept'], queryFn: () => api.lines.kept() });
  return data ?? none;
}

/** The logs that Wharf keeps on disk, also of containers that are gone; none while it is being asked. */
export function useKeptLogs(): KeptLog[] {
  return useKeeping().logs;
}
