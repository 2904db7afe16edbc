import { eventIterator, oc } from '@orpc/contract';
import * as z from 'zod';
import { answerNumbers, answerSettings, answerState, answerWaiting, provenance } from './answers';
import { declare, failureValue } from './failures';
import { chatTarget } from './targets';

const conversation = z.object({
  id: z.string(),
  /** First words of the first message until somebody renames it; empty while there is none. */
  title: z.string(),
  createdAtMs: z.number(),
  updatedAtMs: z.number(),
  target: chatTarget.nullable(),
  /** When it was pinned to the top of the list; null where it is not. */
  pinnedAtMs: z.number().nullable(),
  /** How it wants to be answered; left out while nobody has said. */
  settings: answerSettings.optional(),
  /** Set for one side of a comparison, which is not listed among the conversations. */
  comparisonId: z.string().optional(),
});
export type Conversation = z.infer<typeof conversation>;

/** A text file that went along with a message. `tokens` is an estimate (`contract/tokens`); `chat.attachment` gives the text. */
const attachment = z.object({ name: z.string(), sizeBytes: z.number(), tokens: z.number() });
export type Attachment = z.infer<typeof attachment>;

/**
 * One turn. `text` is untrusted Markdown for an assistant, plain text for a user. User messages are always `done`.
 * Messages of a conversation are a tree: asking or answering again adds a sibling below the same parent, and of all
 * siblings one is chosen (`chosenPath`).
 */
export const message = z.object({
  id: z.string(),
  conversationId: z.string(),
  /** The message it follows; null for a first one. */
  parentId: z.string().nullable(),
  /** True for the one among its siblings that is shown. */
  isChosen: z.boolean(),
  attachments: z.array(attachment),
  role: z.enum(['user', 'assistant']),
  text: z.string(),
  createdAtMs: z.number(),
  state: answerState,
  /** While it is under way. */
  waiting: answerWaiting.nullish(),
  failure: failureValue.nullable(),
  provenance: provenance.nullable(),
  numbers: answerNumbers.nullable(),
});
export type Message = z.infer<typeof message>;

/**
 * The messages that are shown, first to last: from the top, of each message's answers the chosen one, else the newest.
 * @param messages of one conversation, oldest first
 */
export function chosenPath<M extends Pick<Message, 'id' | 'parentId' | 'isChosen'>>(messages: readonly M[]): M[] {
  const shown = new Map<string | null, M>();
  for (const one of messages) {
    const rival = shown.get(one.parentId);
    if (rival === undefined || one.isChosen || !rival.isChosen) shown.set(one.parentId, one);
  }
  const path: M[] = [];
  for (let next = shown.get(null); next !== undefined; next = shown.get(next.id)) path.push(next);
  return path;
}

/** A message with all that it follows, first to last; empty where there is no such message. */
export function pathTo<M extends Pick<Message, 'id' | 'parentId'>>(messages: readonly M[], messageId: string): M[] {
  const byId = new Map(messages.map((one) => [one.id, one]));
  const path: M[] = [];
  for (let next = byId.get(messageId); next !== undefined; next = byId.get(next.parentId ?? '')) path.push(next);
  return path.reverse();
}

/**
 * `snapshot` replaces all, `message` adds one at the end of its siblings, where it is the chosen one, or replaces what is
 * known of one except whether it is chosen, `delta` appends `text` at character `offset` (UTF-16) of a message.
 */
const conversationEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('snapshot'), conversation, messages: z.array(message) }),
  z.object({ type: z.literal('conversation'), conversation }),
  z.object({ type: z.literal('message'), message }),
  z.object({ type: z.literal('delta'), messageId: z.string(), offset: z.number(), text: z.string() }),
  z.object({ type: z.literal('removed') }),
]);
export type ConversationEvent = z.infer<typeof conversationEvent>;

/**
 * How the conversations are kept. `brokenFile`: where a database that could not be read was moved, until somebody has
 * seen it. `failure`: why what is said now is not on disk, until it is.
 */
const storageState = z.object({ brokenFile: z.string().nullable(), failure: failureValue.nullable() });
export type StorageState = z.infer<typeof storageState>;

/** `snapshot` replaces all, `patch` changes some and takes some away. Without an order: see `inListOrder`. */
const conversationsEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('snapshot'), conversations: z.array(conversation), storage: storageState }),
  z.object({ type: z.literal('patch'), upserted: z.array(conversation), removed: z.array(z.string()) }),
  z.object({ type: z.literal('storage'), storage: storageState }),
]);
export type ConversationsEvent = z.infer<typeof conversationsEvent>;

/** Order of the list: pinned ones first, the latest pinned on top; then newest activity first. */
export function inListOrder(a: Conversation, b: Conversation): number {
  if (a.pinnedAtMs !== null || b.pinnedAtMs !== null) return (b.pinnedAtMs ?? 0) - (a.pinnedAtMs ?? 0);
  return b.updatedAtMs - a.updatedAtMs;
}

/** Longest message a person may send, in UTF-16 units. */
export const messageLengthLimit = 200_000;

/** Text files that may go along with one message: how many, and UTF-16 units of each and of all together. */
export const attachmentLimits = { count: 10, length: 500_000, totalLength: 1_000_000 };

/** How long a deletion can be taken back, in ms. After that, and with the next start, it is for good. */
export const undoMs = 60_000;

const one = z.strictObject({ conversationId: z.string() });
const oneMessage = z.strictObject({ conversationId: z.string(), messageId: z.string() });
const answerId = z.object({ answerId: z.string() });

/** A file as the page read it: decoded text. A folder in its name is dropped. */
const attachedFile = z.strictObject({
  name: z.string().min(1).max(255),
  text: z.string().max(attachmentLimits.length),
});
export type AttachedFile = z.infer<typeof attachedFile>;

const asking = declare('CONVERSATION_MISSING', 'MESSAGE_MISSING', 'CHAT_BUSY', 'CHAT_NO_TARGET', 'STORAGE_FAILED');

export const chat = {
  /** Watches the list of conversations and how they are kept. First item: a snapshot; then patches. */
  watchConversations: oc.output(eventIterator(conversationsEvent)).errors(declare('STORAGE_FAILED')),
  /** The moved database (`StorageState.brokenFile`) has been seen. */
  dismissBrokenFile: oc.errors(declare('STORAGE_FAILED')),
  /** Starts an empty conversation with `target`, to be answered with `settings`. */
  create: oc
    .input(z.strictObject({ target: chatTarget.nullable().default(null), settings: answerSettings.optional() }))
    .output(conversation)
    .errors(declare('STORAGE_FAILED')),
  /** Gives a conversation another title. */
  rename: oc
    .input(z.strictObject({ conversationId: z.string(), title: z.string().trim().min(1).max(200) }))
    .errors(declare('CONVERSATION_MISSING', 'STORAGE_FAILED')),
  /** Pins a conversation to the top of the list, or lets it go. */
  pin: oc
    .input(z.strictObject({ conversationId: z.string(), pinned: z.boolean() }))
    .errors(declare('CONVERSATION_MISSING', 'STORAGE_FAILED')),
  /** Changes the system prompt and the parameters of the answers to come. */
  configure: oc
    .input(z.strictObject({ conversationId: z.string(), settings: answerSettings }))
    .errors(declare('CONVERSATION_MISSING', 'STORAGE_FAILED')),
  /** Lets somebody else answer from now on. */
  retarget: oc
    .input(z.strictObject({ conversationId: z.string(), target: chatTarget }))
    .errors(declare('CONVERSATION_MISSING', 'STORAGE_FAILED')),
  /** Removes a conversation; an answer under way is stopped. `restore` takes it back for `undoMs`. */
  remove: oc.input(one).errors(declare('CONVERSATION_MISSING', 'STORAGE_FAILED')),
  /** Takes back a removal. */
  restore: oc.input(one).errors(declare('CONVERSATION_MISSING', 'STORAGE_FAILED')),
  /**
   * Stores the user's message, then has the target answer it. Answers once the message is stored; what comes is watched.
   * `messageId` is chosen by the page (UUID): sending the same one twice stores it once. It follows `parentId` (null: it
   * is a first message), where that is left out what is shown last; so a message is edited by sending another one with
   * its parent.
   */
  send: oc
    .input(
      z
        .strictObject({
          conversationId: z.string(),
          messageId: z.uuid(),
          text: z.string().max(messageLengthLimit),
          parentId: z.string().nullable().optional(),
          attachments: z
            .array(attachedFile)
            .max(attachmentLimits.count)
            .refine((files) => files.reduce((sum, { text }) => sum + text.length, 0) <= attachmentLimits.totalLength)
            .default([]),
        })
        .refine(({ text, attachments }) => text.trim() !== '' || attachments.length > 0),
    )
    .output(answerId)
    .errors(asking),
  /**
   * Answers a message again: the new answer becomes a sibling of what there is and is shown. `messageId` is an answer or
   * the message to be answered. An answer without any text is replaced.
   */
  regenerate: oc.input(oneMessage).output(answerId).errors(asking),
  /** Asks for the rest of an answer that was stopped, cut off or ended early; it goes on where its text ends. */
  continueAnswer: oc.input(oneMessage).output(answerId).errors(asking),
  /** Shows a message and all that it follows, instead of their siblings. Remembered. */
  choose: oc.input(oneMessage).errors(declare('CONVERSATION_MISSING', 'MESSAGE_MISSING', 'STORAGE_FAILED')),
  /** Removes a message and all that follow it; answers under way among them are stopped. Tells how many they are. */
  removeMessage: oc
    .input(oneMessage)
    .output(z.object({ removed: z.number() }))
    .errors(declare('CONVERSATION_MISSING', 'MESSAGE_MISSING', 'STORAGE_FAILED')),
  /** Takes back the removal of a message and of what followed it, and shows them. Possible for `undoMs`. */
  restoreMessage: oc.input(oneMessage).errors(declare('CONVERSATION_MISSING', 'MESSAGE_MISSING', 'STORAGE_FAILED')),
  /** The text of an attached file, `index` of `Message.attachments`. */
  attachment: oc
    .input(oneMessage.extend({ index: z.int().min(0) }))
    .output(z.object({ name: z.string(), text: z.string() }))
    .errors(declare('CONVERSATION_MISSING', 'MESSAGE_MISSING', 'STORAGE_FAILED')),
  /** Stops the answers under way, or the one named, and keeps what came. Nothing under way is no error. */
  stop: oc
    .input(one.extend({ messageId: z.string().optional() }))
    .errors(declare('CONVERSATION_MISSING', 'STORAGE_FAILED')),
  /** Watches one conversation. First item: a snapshot; then messages and deltas, merged while the reader is busy. */
  watch: oc
    .input(one)
    .output(eventIterator(conversationEvent))
    .errors(declare('CONVERSATION_MISSING', 'STORAGE_FAILED')),
};
