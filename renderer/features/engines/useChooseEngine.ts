import { useMutation } from '@tanstack/react-query';
import type { FailureValue } from '../../../electron/contract/failures';
import { useApi } from '../../lib/client';
import { toFailure } from '../../lib/failures';

/** What a person agreed to before a place is tried again. */
export type Consent = { kind: 'hostKey'; fingerprint: string } | { kind: 'plain' };

/** The choice of an engine under way. `id` is the place that is tried or failed, undefined where none is. */
export interface Choosing {
  id: string | null | undefined;
  isPending: boolean;
  failure: FailureValue | null;
  choose(id: string | null, consent?: Consent): void;
}

/** Chooses an engine, after agreeing to what it was refused for. `onChosen` once it is driven. */
export function useChooseEngine(onChosen: () => void): Choosing {
  const api = useApi();
  const { mutate, variables, isPending, error } = useMutation({
    mutationFn: async ({ id, consent }: { id: string | null; consent: Consent | undefined }) => {
      if (id !== null && consent?.kind === 'plain') await api.engine.allowPlain({ id });
      if (id !== null && consent?.kind === 'hostKey') {
        await api.engine.trustHost({ id, fingerprint: consent.fingerprint });
      }
      return api.engine.choose({ id });
    },
    onSuccess: onChosen,
  });
  return {
    id: variables?.id,
    isPending,
    failure: error === null ? null : toFailure(error),
    choose: (id, consent) => mutate({ id, consent }),
  };
}
