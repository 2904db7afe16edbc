import { useState } from 'react';
import { useConversations } from '../../live/useLive';
import styles from './ChatPage.module.css';
import { ConversationList } from './ConversationList';
import { OpenConversation, type OpenConversationProps } from './OpenConversation';
import { useOutbox } from './outbox';

/**
 * Changes with each other conversation that is shown. Where a new one became a real one it does not: the field must not be
 * made anew below the hands of who writes in it.
 */
function usePlace(conversationId: string | null): number {
  const [place, setPlace] = useState({ id: conversationId, count: 0 });
  if (place.id === conversationId) return place.count;
  const isMade = place.id === null && useOutbox.getState().madeId === conversationId;
  const next = { id: conversationId, count: isMade ? place.count : place.count + 1 };
  setPlace(next);
  return next.count;
}

/** Conversations: the list, and one of them. */
export function ChatPage(props: OpenConversationProps) {
  const conversations = useConversations();
  const place = usePlace(props.conversationId);
  return (
    <div className={styles.page}>
      <ConversationList conversations={conversations} openId={props.conversationId} />
      <OpenConversation key={place} {...props} />
    </div>
  );
}
