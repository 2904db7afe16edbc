import { isEnding } from '../../../electron/contract/answers';
import { type Conversation, type ConversationEvent, chosenPath, type Message } from '../../../electron/contract/chat';
import { assertNever } from '../../../electron/contract/failures';

/** One conversation as far as it was told. */
export interface ConversationState {
  /** `opening` until the first snapshot; `removed` once it is deleted, here or in another window. */
  phase: 'opening' | 'open' | 'removed';
  conversation: Conversation | null;
  /** All of its messages, oldest first. */
  messages: readonly Message[];
  /** Those that are shown, first to last. */
  path: readonly Message[];
}

export const openingConversation: ConversationState = { phase: 'opening', conversation: null, messages: [], path: [] };

/** The state after an event, and whether something before the event is missing, so that only a snapshot can help. */
export interface Reduced {
  state: ConversationState;
  isGap: boolean;
}

const fine = (state: ConversationState): Reduced => ({ state, isGap: false });

const withMessages = (state: ConversationState, messages: readonly Message[]): Reduced =>
  fine({ ...state, messages, path: chosenPath(messages) });

function isSame(a: Message, b: Message): boolean {
  return a.text === b.text && JSON.stringify({ ...a, text: '' }) === JSON.stringify({ ...b, text: '' });
}

/** Messages of a snapshot; those that did not change stay the objects they were, so that nothing is drawn again. */
function keepKnown(known: readonly Message[], messages: readonly Message[]): Message[] {
  const byId = new Map(known.map((message) => [message.id, message]));
  return messages.map((message) => {
    const before = byId.get(message.id);
    return before && isSame(before, message) ? before : message;
  });
}

function replaced(messages: readonly Message[], message: Message): Message[] {
  return messages.map((known) => (known.id === message.id ? message : known));
}

/** A message after all others; its siblings make way for it. */
function added(messages: readonly Message[], message: Message): Message[] {
  const isRival = (one: Message) => message.isChosen && one.isChosen && one.parentId === message.parentId;
  return [...messages.map((one) => (isRival(one) ? { ...one, isChosen: false } : one)), message];
}

/**
 * Applies one event. A delta says where its text belongs, so that one that came before is not added twice, and one that
 * leaves a hole is told from one that fits. Messages that do not change keep their identity.
 */
export function reduceConversation(state: ConversationState, event: ConversationEvent): Reduced {
  const { messages } = state;
  switch (event.type) {
    case 'snapshot':
      return withMessages(
        { ...state, phase: 'open', conversation: event.conversation },
        keepKnown(messages, event.messages),
      );
    case 'conversation':
      return fine({ ...state, conversation: event.conversation });
    case 'message': {
      const { message } = event;
      const known = messages.find(({ id }) => id === message.id);
      // Which sibling is shown may have changed while the answer grew.
      if (known) return withMessages(state, replaced(messages, { ...message, isChosen: known.isChosen }));
      const isGap = message.parentId !== null && !messages.some(({ id }) => id === message.parentId);
      return isGap ? { state, isGap } : withMessages(state, added(messages, message));
    }
    case 'delta': {
      const message = messages.find(({ id }) => id === event.messageId);
      if (message === undefined || event.offset > message.text.length) return { state, isGap: true };
      const fresh = event.text.slice(message.text.length - event.offset);
      if (fresh === '') return fine(state);
      const text = message.text + fresh;
      return withMessages(
        state,
        replaced(messages, { ...message, text, state: isUnderWay(message) ? 'generating' : message.state }),
      );
    }
    case 'removed':
      return fine({ ...state, phase: 'removed' });
    default:
      return assertNever(event);
  }
}

/** True while the message may still change. */
export function isUnderWay(message: Message | undefined): boolean {
  return message !== undefined && !isEnding(message.state);
}
