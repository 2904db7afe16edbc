import { undoMs } from '../contract/chat';
import type { RequestLog } from './answers/requestLog';
import type { ConversationStore } from './conversationStore';

/** Drops for good what was removed, once nobody can take it back any more; what was sent and received goes with it. */
export class Purge {
  private timer: NodeJS.Timeout | null = null;

  constructor(private readonly requests: Pick<RequestLog, 'keepOnly'>) {}

  /** Something was removed. */
  later(store: ConversationStore): void {
    this.timer ??= setTimeout(() => {
      this.timer = null;
      try {
        if (store.purge(Date.now() - undoMs) > 0) this.later(store);
        void this.forgetRequests(store);
      } catch {
        // A disk that refuses now: the next opening purges.
      }
    }, undoMs + 1000);
    this.timer.unref();
  }

  /** Drops no more; what nobody can see goes from the requests at once. */
  async close(store: ConversationStore | null): Promise<void> {
    if (this.timer) clearTimeout(this.timer);
    if (store) await this.forgetRequests(store);
  }

  private forgetRequests(store: ConversationStore): Promise<void> {
    return this.requests.keepOnly((id) => store.conversation(id) !== null);
  }
}
