import { useNavigate } from '@tanstack/react-router';
import type { AnswerSettings } from '../../../electron/contract/answers';
import type { ChatTarget } from '../../../electron/contract/targets';
import { useApi } from '../../lib/client';
import { toFailure } from '../../lib/failures';
import { places } from '../../lib/places';
import { newConversation, type Outgoing, useOutbox } from './outbox';

/**
 * Sends messages of one conversation; the first one of a new conversation makes it.
 * @param conversationId null for one that does not exist yet
 * @param target whom a new conversation talks to
 * @param settings how a new conversation wants to be answered
 */
export function useSend(
  conversationId: string | null,
  target: ChatTarget | null,
  settings: AnswerSettings | undefined,
): (message: Outgoing) => Promise<void> {
  const api = useApi();
  const navigate = useNavigate();
  const { setOutgoing, setMade } = useOutbox.getState();

  return async (message) => {
    let key = conversationId ?? newConversation;
    const sending: Outgoing = { ...message, state: 'sending', failure: null };
    setOutgoing(key, sending);
    try {
      if (key === newConversation) {
        const made = await api.chat.create({ target, ...(settings ? { settings } : {}) });
        key = made.id;
        setMade(made.id);
        await navigate({ ...places.conversation(made.id), replace: true });
      }
      const { messageId, text, attachments, parentId } = message;
      await api.chat.send({
        conversationId: key,
        messageId,
        text,
        attachments,
        ...(parentId === undefined ? {} : { parentId }),
      });
      setOutgoing(key, { ...sending, state: 'stored' });
    } catch (error) {
      setOutgoing(key, { ...sending, state: 'failed', failure: toFailure(error) });
    }
  };
}
