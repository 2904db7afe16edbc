import type { Message } from '../contract/chat';
import { type FailureValue, isFailure } from '../contract/failures';
import type { ConversationStore } from './conversationStore';

/** Between two tries to write what the disk refused, in ms. */
const retryEveryMs = 2_000;

/**
 * Answers on their way to disk. What the disk refuses is kept in memory and tried again until it is taken; meanwhile the
 * person is told, and what is shown comes from here.
 */
export class UnsavedMessages {
  private readonly waiting = new Map<string, Message>();
  private timer: NodeJS.Timeout | null = null;

  /** @param tell takes why the disk refuses, and null once it has taken everything */
  constructor(private readonly tell: (failure: FailureValue | null) => void) {}

  /** Writes a message, now or as soon as the disk takes it. */
  put(store: ConversationStore, message: Message): void {
    this.waiting.delete(message.id);
    try {
      store.putMessage(message);
    } catch (error) {
      if (!isFailure(error, 'STORAGE_FAILED')) throw error;
      this.waiting.set(message.id, { ...message });
      this.tell(error.toValue());
      this.timer ??= setTimeout(() => this.retry(store), retryEveryMs);
      this.timer.unref();
      return;
    }
    if (this.waiting.size === 0) this.tell(null);
  }

  /** What the disk does not have yet of a message. */
  get(messageId: string): Message | undefined {
    return this.waiting.get(messageId);
  }

  /** Tries once more what waits. */
  retry(store: ConversationStore): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    // A message that its conversation took along is written nowhere.
    for (const message of [...this.waiting.values()]) {
      if (store.conversation(message.conversationId) === null) this.waiting.delete(message.id);
      else this.put(store, message);
    }
    if (this.waiting.size === 0) this.tell(null);
  }
}
