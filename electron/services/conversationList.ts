import type { Conversation, ConversationsEvent, StorageState } from '../contract/chat';
import { LiveEvents } from './live';

const snapshot = 'snapshot';
type Pending = ConversationsEvent | typeof snapshot;

/** Two patches as one; with anything else a fresh snapshot, which is read when the reader comes for it. */
function merged(pending: Pending, next: Pending): Pending {
  if (pending === snapshot || next === snapshot || pending.type !== 'patch' || next.type !== 'patch') return snapshot;
  const upserted = new Map(pending.upserted.map((one) => [one.id, one]));
  const removed = new Set(pending.removed);
  for (const one of next.upserted) {
    upserted.set(one.id, one);
    removed.delete(one.id);
  }
  for (const id of next.removed) {
    upserted.delete(id);
    removed.add(id);
  }
  return { type: 'patch', upserted: [...upserted.values()], removed: [...removed] };
}

/** The list of conversations as windows watch it: all of it once, then what changed; ten thousand are not sent again. */
export class ConversationList {
  private readonly live = new LiveEvents<Pending>(() => snapshot, merged);
  private state: StorageState = { brokenFile: null, failure: null };

  get readerCount(): number {
    return this.live.readerCount;
  }

  get storage(): StorageState {
    return this.state;
  }

  /** @param all reads every conversation, for a snapshot */
  async *watch(all: () => Conversation[], signal?: AbortSignal): AsyncGenerator<ConversationsEvent, void, void> {
    for await (const event of this.live.watch(signal)) {
      yield event === snapshot ? { type: 'snapshot', conversations: all(), storage: this.state } : event;
    }
  }

  put(...conversations: Conversation[]): void {
    this.live.emit({ type: 'patch', upserted: conversations, removed: [] });
  }

  remove(conversationId: string): void {
    this.live.emit({ type: 'patch', upserted: [], removed: [conversationId] });
  }

  /** Everything may have changed. */
  renew(): void {
    this.live.emit(snapshot);
  }

  tellStorage(change: Partial<StorageState>): void {
    const next = { ...this.state, ...change };
    if (next.brokenFile === this.state.brokenFile && (next.failure === null) === (this.state.failure === null)) return;
    this.state = next;
    this.live.emit({ type: 'storage', storage: next });
  }
}
