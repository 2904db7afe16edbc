import type { Conversation, ConversationEvent, ConversationsEvent, Message, StorageState } from '../contract/chat';
import { mergeEvents, type PendingEvents } from './conversationEvents';
import { ConversationList } from './conversationList';
import type { ConversationStore } from './conversationStore';
import { delay } from './delay';
import { LiveEvents, LiveValue } from './live';

/** Events that come closer are merged: a page draws a frame each 16 ms, and none should have to wait for the next but one. */
const eventPaceMs = 8;

/** What pages see of the chat: the list of conversations, the sides of comparisons, and each conversation that is open. */
export class ChatWatches {
  private readonly list = new ConversationList();
  private readonly sides = new LiveValue<Conversation[]>([]);
  private readonly open = new Map<string, LiveEvents<PendingEvents>>();

  /** @param newest a message that is ahead of the store */
  constructor(private readonly newest: (messageId: string) => Message | undefined) {}

  /** Open watches. */
  get readerCount(): number {
    let readers = this.list.readerCount + this.sides.readerCount;
    for (const live of this.open.values()) readers += live.readerCount;
    return readers;
  }

  /** Yields the conversations that are listed, then what changes; sides of comparisons are not among them. */
  watchList(store: ConversationStore, signal?: AbortSignal): AsyncGenerator<ConversationsEvent, void, void> {
    return this.list.watch(() => store.conversations().filter(isListed), signal);
  }

  /** Yields the sides of all comparisons now and whenever one changes. */
  watchSides(store: ConversationStore, signal?: AbortSignal): AsyncGenerator<Conversation[], void, void> {
    this.sides.set(store.sides());
    return this.sides.watch(signal);
  }

  /** Yields one conversation and what happens to it. Ends after `removed`. */
  async *watch(
    store: ConversationStore,
    conversationId: string,
    signal?: AbortSignal,
  ): AsyncGenerator<ConversationEvent, void, void> {
    const live = this.open.get(conversationId) ?? new LiveEvents<PendingEvents>(() => 'snapshot', mergeEvents);
    this.open.set(conversationId, live);
    try {
      for await (const pending of live.watch(signal)) {
        const events = pending === 'snapshot' ? [this.snapshot(store, conversationId)] : pending;
        yield* events;
        if (events.some((event) => event.type === 'removed')) return;
        await delay(eventPaceMs, signal);
      }
    } finally {
      if (live.readerCount === 0) this.open.delete(conversationId);
    }
  }

  /** Something happened in a conversation. */
  emit(conversationId: string, event: ConversationEvent): void {
    this.open.get(conversationId)?.emit([event]);
  }

  /** More changed in a conversation than an event tells. */
  renew(conversationId: string): void {
    this.open.get(conversationId)?.emit('snapshot');
  }

  /** A conversation is new or came back. */
  show(store: ConversationStore, conversation: Conversation): void {
    if (isListed(conversation)) this.list.put(conversation);
    else this.sides.set(store.sides());
  }

  /** What is known of a conversation changed. */
  changed(store: ConversationStore, conversation: Conversation): void {
    this.emit(conversation.id, { type: 'conversation', conversation });
    this.show(store, conversation);
  }

  /** A comparison has other sides than before. */
  sidesChanged(store: ConversationStore): void {
    this.sides.set(store.sides());
  }

  /** A conversation is gone. */
  removed(store: ConversationStore, conversationId: string): void {
    this.emit(conversationId, { type: 'removed' });
    this.list.remove(conversationId);
    this.sides.set(store.sides());
  }

  /** Any of the conversations may have changed. */
  renewList(): void {
    this.list.renew();
  }

  /** How the disk is doing. */
  tellStorage(change: Partial<StorageState>): void {
    this.list.tellStorage(change);
  }

  private snapshot(store: ConversationStore, conversationId: string): ConversationEvent {
    const conversation = store.conversation(conversationId);
    if (!conversation) return { type: 'removed' };
    const messages = store.messages(conversationId).map((one) => {
      const growing = this.newest(one.id);
      return growing ? { ...growing, isChosen: one.isChosen } : one;
    });
    return { type: 'snapshot', conversation, messages };
  }
}

const isListed = ({ comparisonId }: Conversation) => comparisonId === undefined;
