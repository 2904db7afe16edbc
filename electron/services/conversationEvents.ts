import type { ConversationEvent } from '../contract/chat';

/** Events that may wait for a busy reader one by one; beyond that a fresh snapshot is smaller. */
const pendingLimit = 8;

/** Two events as one, where the second makes the first needless; null where both are needed. */
function merged(pending: ConversationEvent, next: ConversationEvent): ConversationEvent | null {
  if (pending.type === 'removed' || next.type === 'removed') return { type: 'removed' };
  if (pending.type === 'conversation' && next.type === 'conversation') return next;
  if (pending.type === 'delta' && next.type === 'delta' && pending.messageId === next.messageId) {
    return { ...pending, text: pending.text + next.text };
  }
  if (pending.type === 'message' && next.type === 'message' && pending.message.id === next.message.id) return next;
  if (pending.type === 'message' && next.type === 'delta' && pending.message.id === next.messageId) {
    return { type: 'message', message: { ...pending.message, text: pending.message.text + next.text } };
  }
  if (pending.type === 'delta' && next.type === 'message' && pending.messageId === next.message.id) return next;
  return null;
}

/** What waits for a reader: events in order, or that it needs all of the state, which is read when it comes for it. */
export type PendingEvents = ConversationEvent[] | 'snapshot';

/** Merges what waits for a busy reader with what comes next, so that it stays small however slow the reader is. */
export function mergeEvents(pending: PendingEvents, next: PendingEvents): PendingEvents {
  if (pending === 'snapshot' || next === 'snapshot') return 'snapshot';
  const events = [...pending];
  for (const event of next) {
    const last = events.at(-1);
    const both = last && merged(last, event);
    if (both) events[events.length - 1] = both;
    else events.push(event);
  }
  return events.length > pendingLimit ? 'snapshot' : events;
}
