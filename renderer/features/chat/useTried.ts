import { useCallback, useState } from 'react';
import type { FailureValue } from '../../../electron/contract/failures';
import { toFailure } from '../../lib/failures';

/** Calls that change a conversation, and why the last of them failed; null where it did not. */
export function useTried() {
  const [failure, setFailure] = useState<FailureValue | null>(null);
  const tried = useCallback((call: Promise<unknown>) => {
    call.then(
      () => setFailure(null),
      (error: unknown) => setFailure(toFailure(error)),
    );
  }, []);
  return { failure, setFailure, tried };
}
