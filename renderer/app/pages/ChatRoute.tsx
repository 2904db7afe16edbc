import { useParams, useSearch } from '@tanstack/react-router';
import { ChatPage } from '../../features/chat/ChatPage';

/** The chat: one conversation, or a new one, with the container that the address names. */
export function ChatRoute() {
  const { conversationId = null }: { conversationId?: string | null } = useParams({ strict: false });
  const { container }: { container?: string } = useSearch({ strict: false });
  return <ChatPage conversationId={conversationId} containerId={container} />;
}
