import type { Conversation, ConversationEvent, Message } from '../../../electron/contract/chat';
import { assertNever } from '../../../electron/contract/failures';

/** One conversation as far as it was told. */
export interface ConversationState {
  /** `opening` until the first snapshot; `removed` once it is deleted, here or in another window. */
  phase: 'opening' | 'open' | 'removed';
  conversation: Conversation | null;
  messages: readonly Message[];
}

export const openingConversation: ConversationState = { phase: 'opening', conversation: null, messages: [] };

/** The state after an event, and whether something before the event is missing, so that only a snapshot can help. */
export interface Reduced {
  state: ConversationState;
  isGap: boolean;
}

const fine = (state: ConversationState): Reduced => ({ state, isGap: false });

function withMessage(state: ConversationState, message: Message): ConversationState {
  const isKnown = state.messages.some(({ id }) => id === message.id);
  const messages = isKnown
    ? state.messages.map((known) => (known.id === message.id ? message : known))
    : [...state.messages, message];
  return { ...state, messages };
}

/**
 * Applies one event. A delta says where its text belongs, so that one that came before is not added twice, and one that
 * leaves a hole is told from one that fits. Messages that do not change keep their identity.
 */
export function reduceConversation(state: ConversationState, event: ConversationEvent): Reduced {
  switch (event.type) {
    case 'snapshot':
      return fine({ phase: 'open', conversation: event.conversation, messages: event.messages });
    case 'conversation':
      return fine({ ...state, conversation: event.conversation });
    case 'message':
      return fine(withMessage(state, event.message));
    case 'delta': {
      const message = state.messages.find(({ id }) => id === event.messageId);
      if (message === undefined || event.offset > message.text.length) return { state, isGap: true };
      const fresh = event.text.slice(message.text.length - event.offset);
      if (fresh === '') return fine(state);
      const text = message.text + fresh;
      return fine(withMessage(state, { ...message, text, state: isUnderWay(message) ? 'generating' : message.state }));
    }
    case 'removed':
      return fine({ ...state, phase: 'removed' });
    default:
      return assertNever(event);
  }
}

const underWay: ReadonlySet<Message['state']> = new Set(['queued', 'connecting', 'loading', 'generating']);

/** True while the message may still change. */
export function isUnderWay(message: Message | undefined): boolean {
  return message !== undefined && underWay.has(message.state);
}
