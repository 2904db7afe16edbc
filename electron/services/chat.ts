import { randomUUID } from 'node:crypto';
import type { Conversation, ConversationEvent, Message } from '../contract/chat';
import { Failure } from '../contract/failures';
import type { ChatTarget } from '../contract/targets';
import { ChatAnswer } from './answers/answer';
import type { Containers } from './containers';
import { mergeEvents, type PendingEvents } from './conversationEvents';
import type { ConversationStore } from './conversationStore';
import type { Conversations } from './conversations';
import { delay } from './delay';
import { LiveEvents, LiveValue } from './live';

/** A page draws a frame each 16 ms: events that come closer are merged. */
const eventPaceMs = 16;

/** Characters of the first message that become the title. */
const titleLength = 60;

export interface ChatOptions {
  conversations: Conversations;
  containers: Pick<Containers, 'table'>;
}

/** Conversations with containers: main owns them, stores every message before anything is asked, and journals answers. */
export class Chat {
  private readonly answers = new Map<string, ChatAnswer>();
  private readonly live = new Map<string, LiveEvents<PendingEvents>>();
  private readonly list = new LiveValue<{ conversations: Conversation[] }>({ conversations: [] });

  constructor(private readonly options: ChatOptions) {}

  /** Answers under way and open watches; tests count them. */
  get activity(): { answers: number; readers: number } {
    let readers = this.list.readerCount;
    for (const live of this.live.values()) readers += live.readerCount;
    return { answers: this.answers.size, readers };
  }

  /** See `chat.watchConversations`. */
  async *watchConversations(signal?: AbortSignal): AsyncGenerator<{ conversations: Conversation[] }, void, void> {
    this.showList(await this.store());
    yield* this.list.watch(signal);
  }

  /** See `chat.create`. */
  async create(target: ChatTarget | null): Promise<Conversation> {
    const store = await this.store();
    const now = Date.now();
    const conversation: Conversation = { id: randomUUID(), title: '', createdAtMs: now, updatedAtMs: now, target };
    store.putConversation(conversation);
    this.showList(store);
    return conversation;
  }

  /** See `chat.rename`. */
  async rename(conversationId: string, title: string): Promise<void> {
    const store = await this.store();
    this.change(store, { ...found(store, conversationId), title });
  }

  /** See `chat.retarget`. An answer under way goes on with whom it was asked of. */
  async retarget(conversationId: string, target: ChatTarget): Promise<void> {
    const store = await this.store();
    this.change(store, { ...found(store, conversationId), target });
  }

  /** See `chat.remove`. */
  async remove(conversationId: string): Promise<void> {
    const store = await this.store();
    found(store, conversationId);
    this.answers.get(conversationId)?.abandon();
    this.answers.delete(conversationId);
    store.removeConversation(conversationId);
    this.emit(conversationId, { type: 'removed' });
    this.showList(store);
  }

  /** See `chat.send`. */
  async send(conversationId: string, messageId: string, text: string): Promise<{ answerId: string }> {
    const store = await this.store();
    const conversation = found(store, conversationId);
    const sent = store.messages(conversationId);
    const at = sent.findIndex((message) => message.id === messageId);
    const answered = sent[at + 1];
    if (at >= 0 && answered) return { answerId: answered.id };
    if (at < 0 && store.message(messageId)) throw new Error('the message id belongs to another conversation');

    const target = this.targetOf(conversation);
    const now = Date.now();
    const question: Message = {
      id: messageId,
      conversationId,
      role: 'user',
      text,
      createdAtMs: now,
      state: 'done',
      failure: null,
      provenance: null,
      numbers: null,
    };
    const answer: Message = { ...question, id: randomUUID(), role: 'assistant', text: '', state: 'connecting' };
    const title = conversation.title || text.trim().replace(/\s+/g, ' ').slice(0, titleLength);
    store.together(() => {
      store.putMessage(question);
      store.putMessage(answer);
      store.putConversation({ ...conversation, title, updatedAtMs: now });
    });
    this.emit(conversationId, { type: 'message', message: question });
    this.changed(store, { ...conversation, title, updatedAtMs: now });
    this.begin(store, answer, target);
    return { answerId: answer.id };
  }

  /** See `chat.retry`. A finished answer is left as it is. */
  async retry(conversationId: string): Promise<{ answerId: string }> {
    const store = await this.store();
    const conversation = found(store, conversationId);
    const last = store.messages(conversationId).at(-1);
    if (!last) throw new Error('there is no message to answer');
    if (last.role === 'assistant' && last.state === 'done') return { answerId: last.id };
    const target = this.targetOf(conversation);
    const answer: Message = {
      id: last.role === 'assistant' ? last.id : randomUUID(),
      conversationId,
      role: 'assistant',
      text: '',
      createdAtMs: Date.now(),
      state: 'connecting',
      failure: null,
      provenance: null,
      numbers: null,
    };
    store.putMessage(answer);
    this.begin(store, answer, target);
    return { answerId: answer.id };
  }

  /** See `chat.stop`. */
  async stop(conversationId: string): Promise<void> {
    found(await this.store(), conversationId);
    this.answers.get(conversationId)?.end('stopped', null);
  }

  /** See `chat.watch`. Ends after `removed`. */
  async *watch(conversationId: string, signal?: AbortSignal): AsyncGenerator<ConversationEvent, void, void> {
    const store = await this.store();
    found(store, conversationId);
    const live = this.live.get(conversationId) ?? new LiveEvents<PendingEvents>(() => 'snapshot', mergeEvents);
    this.live.set(conversationId, live);
    try {
      for await (const pending of live.watch(signal)) {
        const events = pending === 'snapshot' ? [this.snapshot(store, conversationId)] : pending;
        yield* events;
        if (events.some((event) => event.type === 'removed')) return;
        await delay(eventPaceMs, signal);
      }
    } finally {
      if (live.readerCount === 0) this.live.delete(conversationId);
    }
  }

  /** Ends answers under way, keeping what came, and closes the store. */
  async close(): Promise<void> {
    for (const answer of this.answers.values()) {
      answer.end('cutOff', new Failure('APP_CLOSED', {}).toValue());
    }
    await this.options.conversations.close();
  }

  private store(): Promise<ConversationStore> {
    return this.options.conversations.store();
  }

  private targetOf(conversation: Conversation): ChatTarget {
    if (this.answers.has(conversation.id)) throw new Failure('CHAT_BUSY', { conversationId: conversation.id });
    if (!conversation.target) throw new Failure('CHAT_NO_TARGET', {});
    return conversation.target;
  }

  private begin(store: ConversationStore, message: Message, target: ChatTarget): void {
    const { conversationId } = message;
    const answer = new ChatAnswer(message, {
      store,
      turns: () =>
        store
          .messages(conversationId)
          .filter((one) => one.id !== message.id && one.text !== '')
          .map(({ role, text }) => ({ role, content: text })),
      rows: () => this.options.containers.table(),
      emit: (event) => this.emit(conversationId, event),
      onRebind: (to) => {
        const conversation = store.conversation(conversationId);
        if (conversation) this.change(store, { ...conversation, target: to });
      },
      onEnd: () => this.answers.delete(conversationId),
    });
    this.answers.set(conversationId, answer);
    answer.begin(target);
  }

  private change(store: ConversationStore, conversation: Conversation): void {
    store.putConversation(conversation);
    this.changed(store, conversation);
  }

  private changed(store: ConversationStore, conversation: Conversation): void {
    this.emit(conversation.id, { type: 'conversation', conversation });
    this.showList(store);
  }

  private showList(store: ConversationStore): void {
    this.list.set({ conversations: store.conversations().filter((one) => one.comparisonId === undefined) });
  }

  private emit(conversationId: string, event: ConversationEvent): void {
    this.live.get(conversationId)?.emit([event]);
  }

  private snapshot(store: ConversationStore, conversationId: string): ConversationEvent {
    const conversation = store.conversation(conversationId);
    if (!conversation) return { type: 'removed' };
    const running = this.answers.get(conversationId)?.message;
    const messages = store.messages(conversationId).map((one) => (one.id === running?.id ? { ...running } : one));
    return { type: 'snapshot', conversation, messages };
  }
}

function found(store: ConversationStore, id: string): Conversation {
  const conversation = store.conversation(id);
  if (!conversation) throw new Failure('CONVERSATION_MISSING', { id });
  return conversation;
}
