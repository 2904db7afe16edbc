import { useNavigate } from '@tanstack/react-router';
import { useCallback } from 'react';
import { useApi } from '../../lib/client';
import { useText } from '../../lib/i18n';
import { places } from '../../lib/places';
import { useTellDone } from '../../ui/useTellDone';
import { useTellFailure } from '../../ui/useTellFailure';
import { logTexts } from './locale';

/** Opens the turn of the chat that a request id of a log line belongs to; says so where it belongs to none. */
export function useOpenTurn(): (requestId: string) => void {
  const t = useText(logTexts);
  const api = useApi();
  const navigate = useNavigate();
  const tellDone = useTellDone();
  const tellFailure = useTellFailure();
  return useCallback(
    (requestId) => {
      api.requests.find({ requestId }).then(({ turn }) => {
        if (turn) void navigate(places.conversation(turn.conversationId, { message: turn.messageId }));
        else tellDone(t('noTurn'));
      }, tellFailure);
    },
    [api, navigate, t, tellDone, tellFailure],
  );
}
