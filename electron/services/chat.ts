import { randomUUID } from 'node:crypto';
import type { AnswerSettings } from '../contract/answers';
import {
  type AttachedFile,
  type Conversation,
  type ConversationEvent,
  type ConversationsEvent,
  type Message,
  pathTo,
} from '../contract/chat';
import { Failure } from '../contract/failures';
import type { ChatTarget } from '../contract/targets';
import type { Answering } from './answers/answering';
import { AnswersUnderWay } from './answersUnderWay';
import { ChatWatches } from './chatWatches';
import type { ConversationStore } from './conversationStore';
import type { Conversations } from './conversations';
import { emptyMessage, findMessage, type Sent, sentMessage, titleFrom, withFollowing } from './messages';
import { Purge } from './purge';

export interface ChatOptions {
  conversations: Conversations;
  answering: Answering;
}

/** Conversations with containers: main owns them, stores every message before anything is asked, and journals answers. */
export class Chat {
  private readonly watches = new ChatWatches((messageId) => this.answers.newest(messageId));
  private readonly answers: AnswersUnderWay;
  private lastCreatedAtMs = 0;
  /** Once something was read of it. */
  private openStore: ConversationStore | null = null;
  private readonly purge: Purge;

  constructor(private readonly options: ChatOptions) {
    this.purge = new Purge(options.answering.requests);
    this.answers = new AnswersUnderWay({
      answering: options.answering,
      emit: (conversationId, event) => this.watches.emit(conversationId, event),
      onRebind: (store, conversationId, target) => {
        const conversation = store.conversation(conversationId);
        if (conversation) this.change(store, { ...conversation, target });
      },
      onStorage: (failure) => this.watches.tellStorage({ failure }),
    });
  }

  /** Answers under way and open watches; tests count them. */
  get activity(): { answers: number; readers: number } {
    return { answers: this.answers.count, readers: this.watches.readerCount };
  }

  /** See `chat.watchConversations`. */
  async *watchConversations(signal?: AbortSignal): AsyncGenerator<ConversationsEvent, void, void> {
    const store = await this.store();
    this.watches.tellStorage({ brokenFile: store.notice('brokenFile') });
    yield* this.watches.watchList(store, signal);
  }

  /** See `chat.dismissBrokenFile`. */
  async dismissBrokenFile(): Promise<void> {
    (await this.store()).putNotice('brokenFile', null);
    this.watches.tellStorage({ brokenFile: null });
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
    this.watches.show(store, conversation);
    return conversation;
  }

  /** See `chat.rename`. */
  async rename(conversationId: string, title: string): Promise<void> {
    const store = await this.store();
    this.change(store, { ...store.found(conversationId), title });
  }

  /** See `chat.pin`. */
  async pin(conversationId: string, pinned: boolean): Promise<void> {
    const store = await this.store();
    this.change(store, { ...store.found(conversationId), pinnedAtMs: pinned ? Date.now() : null });
  }

  /** See `chat.configure`. */
  async configure(conversationId: string, settings: AnswerSettings): Promise<void> {
    const store = await this.store();
    this.change(store, { ...store.found(conversationId), settings });
  }

  /** The sides of all comparisons, in the order in which they were made. */
  async sides(): Promise<Conversation[]> {
    return (await this.store()).sides();
  }

  /** Yields the sides of all comparisons now and whenever one changes. */
  async *watchSides(signal?: AbortSignal): AsyncGenerator<Conversation[], void, void> {
    yield* this.watches.watchSides(await this.store(), signal);
  }

  /** See `comparisons.keep`. */
  async keep(conversationId: string): Promise<void> {
    const store = await this.store();
    const { comparisonId: _, ...conversation } = store.found(conversationId);
    this.change(store, conversation);
    this.watches.sidesChanged(store);
  }

  /** See `chat.retarget`. An answer under way goes on with whom it was asked of. */
  async retarget(conversationId: string, target: ChatTarget): Promise<void> {
    const store = await this.store();
    this.change(store, { ...store.found(conversationId), target });
  }

  /** See `chat.remove`. */
  async remove(conversationId: string): Promise<void> {
    const store = await this.store();
    store.found(conversationId);
    this.answers.stop(conversationId);
    store.removeConversation(conversationId);
    this.watches.removed(store, conversationId);
    this.purge.later(store);
  }

  /** See `chat.restore`. */
  async restore(conversationId: string): Promise<void> {
    const store = await this.store();
    store.restoreConversation(conversationId);
    this.watches.show(store, store.found(conversationId));
  }

  /** See `chat.send`. */
  async send(sent: Sent): Promise<{ answerId: string }> {
    const { conversationId, messageId, parentId } = sent;
    const store = await this.store();
    const conversation = store.found(conversationId);
    const messages = store.messages(conversationId);
    const isSent = messages.some(({ id }) => id === messageId);
    const answered = messages.find((message) => message.parentId === messageId);
    if (answered) return { answerId: answered.id };
    if (!isSent && store.isMessageTaken(messageId)) throw new Error('the message id belongs to another conversation');
    if (parentId) findMessage(messages, parentId);

    const target = this.targetOf(conversation);
    const question = sentMessage(sent, messages);
    const answer = emptyMessage(conversationId, messageId);
    const active = { ...conversation, title: conversation.title || titleFrom(sent), updatedAtMs: Date.now() };
    store.together(() => {
      if (!isSent) store.putMessage(question, sent.attachments);
      store.choose(question);
      store.putMessage(answer);
      store.putConversation(active);
    });
    this.watches.emit(conversationId, { type: 'message', message: question });
    this.watches.changed(store, active);
    this.answers.begin(store, answer, target);
    return { answerId: answer.id };
  }

  /** See `chat.regenerate`. */
  async regenerate(conversationId: string, messageId: string): Promise<{ answerId: string }> {
    const store = await this.store();
    const conversation = store.found(conversationId);
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
    const conversation = store.found(conversationId);
    const message = findMessage(store.messages(conversationId), messageId);
    if (message.role !== 'assistant') throw new Error('only an answer can go on');
    const target = this.targetOf(conversation);
    this.answerWith(store, conversation, { ...message, state: 'connecting', failure: null }, target);
    return { answerId: message.id };
  }

  /** See `chat.choose`. */
  async choose(conversationId: string, messageId: string): Promise<void> {
    const store = await this.store();
    store.found(conversationId);
    const messages = store.messages(conversationId);
    findMessage(messages, messageId);
    store.together(() => {
      for (const message of pathTo(messages, messageId)) store.choose(message);
    });
    this.watches.renew(conversationId);
  }

  /** See `chat.removeMessage`. */
  async removeMessage(conversationId: string, messageId: string): Promise<{ removed: number }> {
    const store = await this.store();
    store.found(conversationId);
    const messages = store.messages(conversationId);
    findMessage(messages, messageId);
    const gone = withFollowing(messages, messageId);
    this.answers.stop(conversationId, (id) => gone.has(id));
    store.removeMessages([...gone]);
    this.watches.renew(conversationId);
    this.purge.later(store);
    return { removed: gone.size };
  }

  /** See `chat.restoreMessage`. */
  async restoreMessage(conversationId: string, messageId: string): Promise<void> {
    const store = await this.store();
    store.found(conversationId);
    if (!store.restoreMessages(conversationId, messageId)) throw new Failure('MESSAGE_MISSING', { id: messageId });
    await this.choose(conversationId, messageId);
  }

  /** See `chat.attachment`. */
  async attachment(conversationId: string, messageId: string, index: number): Promise<AttachedFile> {
    const store = await this.store();
    store.found(conversationId);
    const file = store.attachedFiles(messageId)[index];
    if (store.message(messageId)?.conversationId !== conversationId || !file) {
      throw new Failure('MESSAGE_MISSING', { id: messageId });
    }
    return file;
  }

  /** See `chat.stop`. */
  async stop(conversationId: string, messageId?: string): Promise<void> {
    (await this.store()).found(conversationId);
    this.answers.stop(conversationId, (id) => messageId === undefined || id === messageId);
  }

  /** See `chat.watch`. Ends after `removed`. */
  async *watch(conversationId: string, signal?: AbortSignal): AsyncGenerator<ConversationEvent, void, void> {
    const store = await this.store();
    store.found(conversationId);
    yield* this.watches.watch(store, conversationId, signal);
  }

  /** Other conversations came in. */
  showImported(): void {
    this.watches.renewList();
  }

  /** Ends answers under way, keeping what came, and closes the store. */
  async close(): Promise<void> {
    this.answers.cutOff();
    const { conversations, answering } = this.options;
    await this.purge.close(this.openStore);
    await answering.requests.close();
    await conversations.close((store) => this.answers.retry(store));
  }

  private async store(): Promise<ConversationStore> {
    this.openStore = await this.options.conversations.store();
    return this.openStore;
  }

  private targetOf(conversation: Conversation): ChatTarget {
    if (this.answers.isAnswering(conversation.id)) throw new Failure('CHAT_BUSY', { conversationId: conversation.id });
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
    this.watches.changed(store, active);
    this.answers.begin(store, answer, target);
  }

  private change(store: ConversationStore, conversation: Conversation): void {
    store.putConversation(conversation);
    this.watches.changed(store, conversation);
  }
}
