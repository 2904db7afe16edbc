import type { Message } from '../../../electron/contract/chat';
import { Markdown } from '../../ui/Markdown';
import { type ConversationFeed, useNewestText } from './conversationFeed';
import { isUnderWay } from './reduceConversation';

interface AnswerTextProps {
  message: Message;
  feed: ConversationFeed | null;
}

/** The text of an answer: the only part of the page that is drawn again with each token. */
export function AnswerText({ message, feed }: AnswerTextProps) {
  const text = useNewestText(feed, message);
  return text === '' ? null : <Markdown text={text} isStreaming={isUnderWay(message)} />;
}
