import { useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { Conversation } from '../../../electron/contract/chat';
import { useApi } from '../../lib/client';
import { useText } from '../../lib/i18n';
import { places } from '../../lib/places';
import { useTellDone } from '../../ui/useTellDone';
import { useTellFailure } from '../../ui/useTellFailure';
import { chatTexts } from './locale';

/** What can be done to a conversation as a whole, from its row and from its head. */
export interface ConversationActions {
  rename: (conversationId: string, title: string) => void;
  pin: (conversation: Conversation, pinned: boolean) => void;
  /** Removes it at once; the corner offers to take that back. */
  remove: (conversation: Conversation, isOpen: boolean) => void;
}

/** @see ConversationActions */
export function useConversationActions(): ConversationActions {
  const t = useText(chatTexts);
  const api = useApi();
  const navigate = useNavigate();
  const tellDone = useTellDone();
  const tellFailure = useTellFailure();
  return useMemo(
    () => ({
      rename: (conversationId, title) => {
        api.chat.rename({ conversationId, title: title.slice(0, 200) }).catch(tellFailure);
      },
      pin: ({ id }, pinned) => {
        api.chat.pin({ conversationId: id, pinned }).catch(tellFailure);
      },
      remove: ({ id, title }, isOpen) => {
        const undo = () => {
          api.chat.restore({ conversationId: id }).then(() => {
            if (isOpen) void navigate(places.conversation(id));
          }, tellFailure);
        };
        api.chat.remove({ conversationId: id }).then(() => {
          if (isOpen) void navigate(places.chat());
          tellDone(t('removed', { title: title || t('untitled') }), undo);
        }, tellFailure);
      },
    }),
    [api, navigate, t, tellDone, tellFailure],
  );
}
