import { useMutation } from '@tanstack/react-query';
import type { FailureValue } from '../../../electron/contract/failures';
import type { SettingsChange } from '../../../electron/contract/settings';
import { useApi } from '../../lib/client';
import { toFailure } from '../../lib/failures';

/** Stores a change at once. `failure` tells why the last one was not stored; the next one takes it away. */
export function useChangeSettings(): {
  change: (values: SettingsChange) => void;
  isPending: boolean;
  isSaved: boolean;
  failure: FailureValue | null;
} {
  const api = useApi();
  const { mutate, isPending, isSuccess, error } = useMutation({
    mutationFn: (values: SettingsChange) => api.settings.change(values),
  });
  return { change: mutate, isPending, isSaved: isSuccess, failure: error === null ? null : toFailure(error) };
}
