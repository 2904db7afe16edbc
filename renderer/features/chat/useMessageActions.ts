import { useMemo, useRef } from 'react';
import type { Message } from '../../../electron/contract/chat';
import { useApi } from '../../lib/client';
import { useText } from '../../lib/i18n';
import { useTellDone } from '../../ui/useTellDone';
import { chatTexts } from './locale';
import type { MessageActions } from './MessageView';

/**
 * What can be done to the messages of a conversation; the same object while it is open.
 * @param tried told of every call, to show why it failed
 */
export function useMessageActions(
  conversationId: string | null,
  messages: readonly Message[],
  tried: (call: Promise<unknown>) => void,
  openFile: MessageActions['openFile'],
): Omit<MessageActions, 'edit'> {
  const t = useText(chatTexts);
  const api = useApi();
  const tellDone = useTellDone();
  const newest = useRef(messages);
  newest.current = messages;
  return useMemo(() => {
    const of = (messageId: string) => ({ conversationId: conversationId ?? '', messageId });
    return {
      regenerate: (id) => tried(api.chat.regenerate(of(id))),
      continueAnswer: (id) => tried(api.chat.continueAnswer(of(id))),
      step: (id, step) => {
        const message = newest.current.find((one) => one.id === id);
        const siblings = newest.current.filter(({ parentId }) => parentId === message?.parentId);
        const next = siblings[siblings.findIndex((one) => one.id === id) + step];
        if (next) tried(api.chat.choose(of(next.id)));
      },
      remove: (id) => {
        const undo = () => tried(api.chat.restoreMessage(of(id)));
        const removing = api.chat
          .removeMessage(of(id))
          .then(({ removed }) => tellDone(t('messagesRemoved', { count: removed }), undo));
        tried(removing);
      },
      openFile,
    };
  }, [api, conversationId, t, tellDone, tried, openFile]);
}
