import { randomUUID } from 'node:crypto';
import { type AttachedFile, chosenPath, type Message } from '../contract/chat';
import { Failure } from '../contract/failures';
import { describeAttachments } from './conversationRows';

/** Characters of the first message that become the title. */
const titleLength = 60;

/** What a person sends, see `chat.send`. */
export interface Sent {
  conversationId: string;
  messageId: string;
  text: string;
  /** Undefined: after what is shown last. */
  parentId?: string | null | undefined;
  attachments?: AttachedFile[];
}

/** An answer that nobody has begun yet. */
export function emptyMessage(conversationId: string, parentId: string | null): Message {
  return {
    id: randomUUID(),
    conversationId,
    parentId,
    isChosen: true,
    attachments: [],
    role: 'assistant',
    text: '',
    createdAtMs: Date.now(),
    state: 'connecting',
    failure: null,
    provenance: null,
    numbers: null,
  };
}

/**
 * What a person sent, as a message.
 * @param messages what is there already, oldest first
 */
export function sentMessage(sent: Sent, messages: readonly Message[]): Message {
  const { conversationId, messageId, text, parentId, attachments = [] } = sent;
  return {
    ...emptyMessage(conversationId, parentId === undefined ? (chosenPath(messages).at(-1)?.id ?? null) : parentId),
    id: messageId,
    role: 'user',
    text,
    attachments: describeAttachments(attachments),
    state: 'done',
  };
}

/** What a conversation is called that begins so. */
export function titleFrom({ text, attachments = [] }: Sent): string {
  const words = text.trim() || (attachments[0]?.name ?? '');
  return words.replace(/\s+/g, ' ').slice(0, titleLength);
}

/** @throws Failure MESSAGE_MISSING */
export function findMessage(messages: readonly Message[], id: string): Message {
  const message = messages.find((one) => one.id === id);
  if (!message) throw new Failure('MESSAGE_MISSING', { id });
  return message;
}

/**
 * Ids of a message and of all that follow it.
 * @param messages all of the conversation, oldest first
 */
export function withFollowing(messages: readonly Message[], id: string): Set<string> {
  const ids = new Set([id]);
  // A message comes after the one that it follows.
  for (const message of messages) if (message.parentId !== null && ids.has(message.parentId)) ids.add(message.id);
  return ids;
}
