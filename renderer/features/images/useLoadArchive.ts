import { useMutation } from '@tanstack/react-query';
import { archiveExtensions } from '../../../electron/contract/drops';
import type { FailureValue } from '../../../electron/contract/failures';
import { useApi } from '../../lib/client';
import { toFailure } from '../../lib/failures';

/** Lets the person pick an archive or a kit and begins to load it; `onBegun` gets the task. */
export function useLoadArchive(onBegun: (taskId: string) => void): {
  begin: () => void;
  isPending: boolean;
  failure: FailureValue | null;
  reset: () => void;
} {
  const api = useApi();
  const load = useMutation({
    mutationFn: async () => {
      const { picked } = await api.host.pickOpenFile({ extensions: archiveExtensions });
      return picked === null ? null : api.imageArchives.load({ grant: picked.grant });
    },
    onSuccess: (begun) => begun !== null && onBegun(begun.taskId),
  });
  return {
    begin: () => {
      if (!load.isPending) load.mutate();
    },
    isPending: load.isPending,
    failure: load.error === null ? null : toFailure(load.error),
    reset: load.reset,
  };
}
