import { useParams, useSearch } from '@tanstack/react-router';
import { useEffect } from 'react';
import { ChatPage } from '../../features/chat/ChatPage';
import { useText } from '../../lib/i18n';
import { appTexts } from '../locale';

/** The chat: one conversation, or a new one, with the container that the address names. */
export function ChatRoute() {
  const { conversationId = null }: { conversationId?: string | null } = useParams({ strict: false });
  const { container, message }: { container?: string; message?: string } = useSearch({ strict: false });
  const title = useText(appTexts)('chat');
  useEffect(() => {
    document.title = `${title} · Wharf`;
  }, [title]);
  return <ChatPage conversationId={conversationId} containerId={container} messageId={message} />;
}
