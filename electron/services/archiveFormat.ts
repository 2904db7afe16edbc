import * as z from 'zod';
import { isEnding } from '../contract/answers';
import { type AttachedFile, type Conversation, type Message, message } from '../contract/chat';

/** What stands at the top of Wharf's own file, and the version of its shape. */
export const archiveFormat = 'wharf.conversations';
export const archiveVersion = 1;

/** Begin and end of such a file; between them stand conversations with commas. */
export const archiveStart = `{\n"format": "${archiveFormat}",\n"version": ${archiveVersion},\n"conversations": [\n`;
export const archiveEnd = '\n]\n}\n';

/** What one conversation may bring along; a file that says more was not made by a chat. */
const limits = { messages: 20_000, files: 100, textLength: 8 * 1024 * 1024 };

const atMs = z.number().min(0).max(8.64e15).transform(Math.round);
const text = z.string().max(limits.textLength);

/** What happened to an answer is told as far as this version understands it. */
const archivedMessage = message.omit({ conversationId: true, attachments: true }).extend({
  id: z.string().min(1).max(200),
  parentId: z.string().max(200).nullable(),
  text,
  createdAtMs: atMs,
  // Whatever was under way when it was written has no end.
  state: message.shape.state.transform((state) => (isEnding(state) ? state : 'cutOff')),
  failure: message.shape.failure.catch(null),
  provenance: message.shape.provenance.catch(null),
  numbers: message.shape.numbers.catch(null),
  files: z
    .array(z.object({ name: z.string().min(1).max(255), text }))
    .max(limits.files)
    .default([]),
});
export type ArchivedMessage = z.infer<typeof archivedMessage>;

/** Messages stand after the one that they follow, each id once. */
function isTree(messages: readonly { id: string; parentId: string | null }[]): boolean {
  const seen = new Set<string>();
  return messages.every(({ id, parentId }) => {
    const fits = !seen.has(id) && (parentId === null || seen.has(parentId));
    seen.add(id);
    return fits;
  });
}

/** A conversation outside of the database. Without an `id` it was not Wharf's. */
export const archivedConversationShape = z.object({
  id: z.uuid().optional().catch(undefined),
  title: z.string().transform((title) => title.replace(/\s+/g, ' ').trim().slice(0, 200)),
  createdAtMs: atMs,
  updatedAtMs: atMs,
  messages: z.array(archivedMessage).min(1).max(limits.messages).refine(isTree),
});
export type ArchivedConversation = z.infer<typeof archivedConversationShape>;

/** A conversation as it is written out: everything but whom it talks to, which is only somebody on this machine. */
export function archivedConversation(
  { id, title, createdAtMs, updatedAtMs }: Conversation,
  messages: readonly Message[],
  filesOf: (messageId: string) => AttachedFile[],
): ArchivedConversation {
  return {
    id,
    title,
    createdAtMs,
    updatedAtMs,
    messages: messages.map(({ conversationId: _conversationId, attachments, ...rest }) => ({
      ...rest,
      state: rest.state as ArchivedMessage['state'],
      files: attachments.length === 0 ? [] : filesOf(rest.id),
    })),
  };
}
