import { randomUUID } from 'node:crypto';
import { type AnswerSettings, plainSettings } from '../contract/answers';
import {
  type AttachedFile,
  type Conversation,
  type ConversationEvent,
  type ConversationsEvent,
  chosenPath,
  type Message,
  pathTo,
  undoMs,
} from '../contract/chat';
import { Failure } from '../contract/failures';
import type { ChatTarget } from '../contract/targets';
import { ChatAnswer } from './answers/answer';
import type { Answering } from './answers/answering';
import type { Turn } from './answers/dialect';
import { mergeEvents, type PendingEvents } from './conversationEvents';
import { ConversationList } from './conversationList';
import { type ConversationStore, describeAttachments } from './conversationStore';
import type { Conversations } from './conversations';
import { delay } from './delay';
import { LiveEvents, LiveValue } from './live';
import { promptText } from './promptText';
import { UnsavedMessages } from './unsavedMessages';

/** A page draws a frame each 16 ms: events that come closer are merged. */
const eventPaceMs = 16;

/** Characters of the first message that become the title. */
const titleLength = 60;

export interface ChatOptions {
  conversations: Conversations;
  answering: Answering;
}

/** What a person sends, see `chat.send`. */
export interface Sent {
  conversationId: string;
  messageId: string;
  text: string;
  /** Undefined: after what is shown last. */
  parentId?: string | null | undefined;
  attachments?: AttachedFile[];
}

/** Conversations with containers: main owns them, stores every message before anything is asked, and journals answers. */
export class Chat {
  /** Answers under way, by message id. */
  private readonly answers = new Map<string, ChatAnswer>();
  private readonly live = new Map<string, LiveEvents<PendingEvents>>();
  private readonly list = new ConversationList();
  private readonly unsaved = new UnsavedMessages((failure) => this.list.tellStorage({ failure }));
  private readonly sideList = new LiveValue<Conversation[]>([]);
  private lastCreatedAtMs = 0;
  /** Once something was read of it. */
  private openStore: ConversationStore | null = null;
  private purging: NodeJS.Timeout | null = null;

  constructor(private readonly options: ChatOptions) {}

  /** Answers under way and open watches; tests count them. */
  get activity(): { answers: number; readers: number } {
    let readers = this.list.readerCount + this.sideList.readerCount;
    for (const live of this.live.values()) readers += live.readerCount;
    return { answers: this.answers.size, readers };
  }

  /** See `chat.watchConversations`. */
  async *watchConversations(signal?: AbortSignal): AsyncGenerator<ConversationsEvent, void, void> {
    const store = await this.store();
    this.list.tellStorage({ brokenFile: store.notice('brokenFile') });
    yield* this.list.watch(() => store.conversations().filter(isListed), signal);
  }

  /** See `chat.dismissBrokenFile`. */
  async dismissBrokenFile(): Promise<void> {
    (await this.store()).putNotice('brokenFile', null);
    this.list.tellStorage({ brokenFile: null });
  }

  /** See `chat.create`. */
  async create(
    target: ChatTarget | null,
    more: Pick<Conversation, 'settings' | 'comparisonId'> = {},
  ): Promise<Conversation> {
    const store = await this.store();
    // Conversations have an order, also those that are made in the same moment.
    const now = Math.max(Date.now(), this.lastCreatedAtMs + 1);
    this.lastCreatedAtMs = now;
    const conversation: Conversation = {
      id: randomUUID(),
      title: '',
      createdAtMs: now,
      updatedAtMs: now,
      target,
      pinnedAtMs: null,
      ...more,
    };
    store.putConversation(conversation);
    this.show(conversation);
    return conversation;
  }

  /** See `chat.rename`. */
  async rename(conversationId: string, title: string): Promise<void> {
    const store = await this.store();
    this.change(store, { ...found(store, conversationId), title });
  }

  /** See `chat.pin`. */
  async pin(conversationId: string, pinned: boolean): Promise<void> {
    const store = await this.store();
    this.change(store, { ...found(store, conversationId), pinnedAtMs: pinned ? Date.now() : null });
  }

  /** See `chat.configure`. */
  async configure(conversationId: string, settings: AnswerSettings): Promise<void> {
    const store = await this.store();
    this.change(store, { ...found(store, conversationId), settings });
  }

  /** The sides of all comparisons, in the order in which they were made. */
  async sides(): Promise<Conversation[]> {
    return sidesOf(await this.store());
  }

  /** Yields the sides of all comparisons now and whenever one changes. */
  async *watchSides(signal?: AbortSignal): AsyncGenerator<Conversation[], void, void> {
    this.sideList.set(sidesOf(await this.store()));
    yield* this.sideList.watch(signal);
  }

  /** See `comparisons.keep`. */
  async keep(conversationId: string): Promise<void> {
    const store = await this.store();
    const { comparisonId: _, ...conversation } = found(store, conversationId);
    this.change(store, conversation);
    this.sideList.set(sidesOf(store));
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
    for (const answer of this.underWay(conversationId)) answer.end('stopped', null);
    store.removeConversation(conversationId);
    this.emit(conversationId, { type: 'removed' });
    this.list.remove(conversationId);
    this.sideList.set(sidesOf(store));
    this.purgeLater(store);
  }

  /** See `chat.restore`. */
  async restore(conversationId: string): Promise<void> {
    const conversation = (await this.store()).restoreConversation(conversationId);
    if (!conversation) throw new Failure('CONVERSATION_MISSING', { id: conversationId });
    this.show(conversation);
  }

  /** See `chat.send`. */
  async send({ conversationId, messageId, text, parentId, attachments = [] }: Sent): Promise<{ answerId: string }> {
    const store = await this.store();
    const conversation = found(store, conversationId);
    const messages = store.messages(conversationId);
    const isSent = messages.some(({ id }) => id === messageId);
    const answered = messages.find((message) => message.parentId === messageId);
    if (answered) return { answerId: answered.id };
    if (!isSent && store.isMessageTaken(messageId)) throw new Error('the message id belongs to another conversation');
    if (parentId) findMessage(messages, parentId);

    const target = this.targetOf(conversation);
    const now = Date.now();
    const question: Message = {
      ...emptyMessage(conversationId, parentId === undefined ? (chosenPath(messages).at(-1)?.id ?? null) : parentId),
      id: messageId,
      role: 'user',
      text,
      attachments: describeAttachments(attachments),
      state: 'done',
    };
    const answer = emptyMessage(conversationId, messageId);
    const words = text.trim() || (attachments[0]?.name ?? '');
    const title = conversation.title || words.replace(/\s+/g, ' ').slice(0, titleLength);
    store.together(() => {
      if (!isSent) store.putMessage(question, attachments);
      store.choose(question);
      store.putMessage(answer);
      store.putConversation({ ...conversation, title, updatedAtMs: now });
    });
    this.emit(conversationId, { type: 'message', message: question });
    this.changed({ ...conversation, title, updatedAtMs: now });
    this.begin(store, answer, target);
    return { answerId: answer.id };
  }

  /** See `chat.regenerate`. */
  async regenerate(conversationId: string, messageId: string): Promise<{ answerId: string }> {
    const store = await this.store();
    const conversation = found(store, conversationId);
    const message = findMessage(store.messages(conversationId), messageId);
    const target = this.targetOf(conversation);
    const questionId = message.role === 'user' ? message.id : message.parentId;
    const answer = emptyMessage(conversationId, questionId);
    if (message.role === 'assistant' && message.text === '') answer.id = message.id;
    this.answerWith(store, conversation, answer, target);
    return { answerId: answer.id };
  }

  /** See `chat.continueAnswer`. */
  async continueAnswer(conversationId: string, messageId: string): Promise<{ answerId: string }> {
    const store = await this.store();
    const conversation = found(store, conversationId);
    const message = findMessage(store.messages(conversationId), messageId);
    if (message.role !== 'assistant') throw new Error('only an answer can go on');
    const target = this.targetOf(conversation);
    this.answerWith(store, conversation, { ...message, state: 'connecting', failure: null }, target);
    return { answerId: message.id };
  }

  /** See `chat.choose`. */
  async choose(conversationId: string, messageId: string): Promise<void> {
    const store = await this.store();
    found(store, conversationId);
    const messages = store.messages(conversationId);
    findMessage(messages, messageId);
    store.together(() => {
      for (const message of pathTo(messages, messageId)) store.choose(message);
    });
    this.renew(conversationId);
  }

  /** See `chat.removeMessage`. */
  async removeMessage(conversationId: string, messageId: string): Promise<{ removed: number }> {
    const store = await this.store();
    found(store, conversationId);
    const messages = store.messages(conversationId);
    findMessage(messages, messageId);
    const gone = new Set([messageId]);
    // A message comes after the one that it follows.
    for (const { id, parentId } of messages) if (parentId !== null && gone.has(parentId)) gone.add(id);
    for (const answer of this.underWay(conversationId)) if (gone.has(answer.message.id)) answer.end('stopped', null);
    store.removeMessages([...gone]);
    this.renew(conversationId);
    this.purgeLater(store);
    return { removed: gone.size };
  }

  /** See `chat.restoreMessage`. */
  async restoreMessage(conversationId: string, messageId: string): Promise<void> {
    const store = await this.store();
    found(store, conversationId);
    const message = store.restoreMessages(conversationId, messageId);
    if (!message) throw new Failure('MESSAGE_MISSING', { id: messageId });
    await this.choose(conversationId, messageId);
  }

  /** See `chat.attachment`. */
  async attachment(conversationId: string, messageId: string, index: number): Promise<AttachedFile> {
    const store = await this.store();
    found(store, conversationId);
    const file = store.attachedFiles(messageId)[index];
    if (store.message(messageId)?.conversationId !== conversationId || !file) {
      throw new Failure('MESSAGE_MISSING', { id: messageId });
    }
    return file;
  }

  /** See `chat.stop`. */
  async stop(conversationId: string, messageId?: string): Promise<void> {
    found(await this.store(), conversationId);
    for (const answer of this.underWay(conversationId)) {
      if (messageId === undefined || answer.message.id === messageId) answer.end('stopped', null);
    }
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

  /** Other conversations came in. */
  showImported(): void {
    this.list.renew();
  }

  /** Ends answers under way, keeping what came, and closes the store. */
  async close(): Promise<void> {
    if (this.purging) clearTimeout(this.purging);
    for (const answer of this.answers.values()) {
      answer.end('cutOff', new Failure('APP_CLOSED', {}).toValue());
    }
    const { conversations, answering } = this.options;
    if (this.openStore) await this.forgetRequests(this.openStore);
    await answering.requests.close();
    await conversations.close((store) => this.unsaved.retry(store));
  }

  private async store(): Promise<ConversationStore> {
    this.openStore = await this.options.conversations.store();
    return this.openStore;
  }

  private underWay(conversationId: string): ChatAnswer[] {
    return [...this.answers.values()].filter(({ message }) => message.conversationId === conversationId);
  }

  private targetOf(conversation: Conversation): ChatTarget {
    if (this.underWay(conversation.id).length > 0) throw new Failure('CHAT_BUSY', { conversationId: conversation.id });
    if (!conversation.target) throw new Failure('CHAT_NO_TARGET', {});
    return conversation.target;
  }

  /** Stores an answer to be and asks for it. */
  private answerWith(store: ConversationStore, conversation: Conversation, answer: Message, target: ChatTarget): void {
    const active = { ...conversation, updatedAtMs: Date.now() };
    store.together(() => {
      store.putMessage(answer);
      store.choose(answer);
      store.putConversation(active);
    });
    this.changed(active);
    this.begin(store, answer, target);
  }

  private begin(store: ConversationStore, message: Message, target: ChatTarget): void {
    const { conversationId } = message;
    const answer = new ChatAnswer(message, {
      store: { putMessage: (grown) => this.unsaved.put(store, grown) },
      turns: () => turnsOf(store, message),
      answering: this.options.answering,
      settings: store.conversation(conversationId)?.settings ?? plainSettings,
      previous: () =>
        pathTo(store.messages(conversationId), message.id)
          .filter((one) => one.role === 'assistant' && one.state === 'done' && one.id !== message.id)
          .at(-1) ?? null,
      emit: (event) => this.emit(conversationId, event),
      onRebind: (to) => {
        const conversation = store.conversation(conversationId);
        if (conversation) this.change(store, { ...conversation, target: to });
      },
      onEnd: () => this.answers.delete(message.id),
    });
    this.answers.set(message.id, answer);
    answer.begin(target);
  }

  private change(store: ConversationStore, conversation: Conversation): void {
    store.putConversation(conversation);
    this.changed(conversation);
  }

  private changed(conversation: Conversation): void {
    this.emit(conversation.id, { type: 'conversation', conversation });
    this.show(conversation);
  }

  private show(conversation: Conversation): void {
    if (isListed(conversation)) this.list.put(conversation);
    else void this.store().then((store) => this.sideList.set(sidesOf(store)));
  }

  private emit(conversationId: string, event: ConversationEvent): void {
    this.live.get(conversationId)?.emit([event]);
  }

  /** More changed than an event tells. */
  private renew(conversationId: string): void {
    this.live.get(conversationId)?.emit('snapshot');
  }

  private purgeLater(store: ConversationStore): void {
    this.purging ??= setTimeout(() => {
      this.purging = null;
      try {
        if (store.purge(Date.now() - undoMs) > 0) this.purgeLater(store);
        void this.forgetRequests(store);
      } catch {
        // A disk that refuses now: the next opening purges.
      }
    }, undoMs + 1000);
    this.purging.unref();
  }

  /** What was sent and received goes with its conversation. */
  private forgetRequests(store: ConversationStore): Promise<void> {
    return this.options.answering.requests.keepOnly((id) => store.conversation(id) !== null);
  }

  private snapshot(store: ConversationStore, conversationId: string): ConversationEvent {
    const conversation = store.conversation(conversationId);
    if (!conversation) return { type: 'removed' };
    const messages = store.messages(conversationId).map((one) => {
      const growing = this.answers.get(one.id)?.message ?? this.unsaved.get(one.id);
      return growing ? { ...growing, isChosen: one.isChosen } : one;
    });
    return { type: 'snapshot', conversation, messages };
  }
}

/** What was said before an answer, those that came to nothing left out; last of all what of it came already. */
function turnsOf(store: ConversationStore, answer: Message): Turn[] {
  const filesOf = (one: Message) => (one.attachments.length === 0 ? [] : store.attachedFiles(one.id));
  return pathTo(store.messages(answer.conversationId), answer.id)
    .map((one) => ({ role: one.role, content: promptText(one.text, filesOf(one)) }))
    .filter(({ content }) => content !== '');
}

/** An answer that nobody has begun yet. */
function emptyMessage(conversationId: string, parentId: string | null): Message {
  return {
    id: randomUUID(),
    conversationId,
    parentId,
    isChosen: true,
    attachments: [],
    role: 'assistant',
    text: '',
    createdAtMs: Date.now(),
    state: 'connecting',
    failure: null,
    provenance: null,
    numbers: null,
  };
}

const sidesOf = (store: ConversationStore) =>
  store
    .conversations()
    .filter((one) => !isListed(one))
    .sort((a, b) => a.createdAtMs - b.createdAtMs);

const isListed = ({ comparisonId }: Conversation) => comparisonId === undefined;

function findMessage(messages: readonly Message[], id: string): Message {
  const message = messages.find((one) => one.id === id);
  if (!message) throw new Failure('MESSAGE_MISSING', { id });
  return message;
}

function found(store: ConversationStore, id: string): Conversation {
  const conversation = store.conversation(id);
  if (!conversation) throw new Failure('CONVERSATION_MISSING', { id });
  return conversation;
}
