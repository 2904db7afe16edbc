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
  /** How it wants to be answered; left out while nobody has said. */
  settings: answerSettings.optional(),
  /** Set for one side of a comparison, which is not listed among the conversations. */
  comparisonId: z.string().optional(),
});
export type Conversation = z.infer<typeof conversation>;

/** One turn. `text` is untrusted Markdown for an assistant, plain text for a user. User messages are always `done`. */
const message = z.object({
  id: z.string(),
  conversationId: z.string(),
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

/** `snapshot` replaces all, `message` adds or replaces one, `delta` appends `text` at character `offset` (UTF-16) of a message. */
const conversationEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('snapshot'), conversation, messages: z.array(message) }),
  z.object({ type: z.literal('conversation'), conversation }),
  z.object({ type: z.literal('message'), message }),
  z.object({ type: z.literal('delta'), messageId: z.string(), offset: z.number(), text: z.string() }),
  z.object({ type: z.literal('removed') }),
]);
export type ConversationEvent = z.infer<typeof conversationEvent>;

/** Longest message a person may send, in UTF-16 units. */
export const messageLengthLimit = 200_000;

const one = z.strictObject({ conversationId: z.string() });

export const chat = {
  /** Watches the list of conversations, newest activity first. Every item is the whole list, latest wins. */
  watchConversations: oc
    .output(eventIterator(z.object({ conversations: z.array(conversation) })))
    .errors(declare('STORAGE_FAILED')),
  /** Starts an empty conversation with `target`. */
  create: oc
    .input(z.strictObject({ target: chatTarget.nullable().default(null) }))
    .output(conversation)
    .errors(declare('STORAGE_FAILED')),
  /** Gives a conversation another title. */
  rename: oc
    .input(z.strictObject({ conversationId: z.string(), title: z.string().trim().min(1).max(200) }))
    .errors(declare('CONVERSATION_MISSING', 'STORAGE_FAILED')),
  /** Lets somebody else answer from now on. */
  retarget: oc
    .input(z.strictObject({ conversationId: z.string(), target: chatTarget }))
    .errors(declare('CONVERSATION_MISSING', 'STORAGE_FAILED')),
  /** Removes a conversation for good; an answer under way is stopped. */
  remove: oc.input(one).errors(declare('CONVERSATION_MISSING', 'STORAGE_FAILED')),
  /**
   * Stores the user's message, then has the target answer it. Answers once the message is stored; what comes is watched.
   * `messageId` is chosen by the page (UUID): sending the same one twice stores it once.
   */
  send: oc
    .input(
      z.strictObject({
        conversationId: z.string(),
        messageId: z.uuid(),
        text: z.string().min(1).max(messageLengthLimit),
      }),
    )
    .output(z.object({ answerId: z.string() }))
    .errors(declare('CONVERSATION_MISSING', 'CHAT_BUSY', 'CHAT_NO_TARGET', 'STORAGE_FAILED')),
  /** Answers the last user message again after a failure, a stop or a cut; the unfinished answer is replaced. */
  retry: oc
    .input(one)
    .output(z.object({ answerId: z.string() }))
    .errors(declare('CONVERSATION_MISSING', 'CHAT_BUSY', 'CHAT_NO_TARGET', 'STORAGE_FAILED')),
  /** Stops the answer under way and keeps what came. Nothing under way is no error. */
  stop: oc.input(one).errors(declare('CONVERSATION_MISSING', 'STORAGE_FAILED')),
  /** Watches one conversation. First item: a snapshot; then messages and deltas, merged while the reader is busy. */
  watch: oc
    .input(one)
    .output(eventIterator(conversationEvent))
    .errors(declare('CONVERSATION_MISSING', 'STORAGE_FAILED')),
};
