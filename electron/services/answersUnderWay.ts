import { plainSettings } from '../contract/answers';
import { type ConversationEvent, type Message, pathTo } from '../contract/chat';
import { Failure, type FailureValue } from '../contract/failures';
import type { ChatTarget } from '../contract/targets';
import { ChatAnswer } from './answers/answer';
import type { Answering } from './answers/answering';
import type { Turn } from './answers/dialect';
import type { ConversationStore } from './conversationStore';
import { promptText } from './promptText';
import { UnsavedMessages } from './unsavedMessages';

interface AnswersOptions {
  answering: Answering;
  emit(conversationId: string, event: ConversationEvent): void;
  /** Another container of the same name took over. */
  onRebind(store: ConversationStore, conversationId: string, target: ChatTarget): void;
  /** Takes why the disk refuses answers, and null once it has taken all. */
  onStorage(failure: FailureValue | null): void;
}

/** The answers that grow, and those that the disk did not take yet. */
export class AnswersUnderWay {
  private readonly answers = new Map<string, ChatAnswer>();
  private readonly unsaved: UnsavedMessages;

  constructor(private readonly options: AnswersOptions) {
    this.unsaved = new UnsavedMessages(options.onStorage);
  }

  /** How many grow. */
  get count(): number {
    return this.answers.size;
  }

  /** Asks for an answer that is stored, and keeps what comes. */
  begin(store: ConversationStore, message: Message, target: ChatTarget): void {
    const { conversationId } = message;
    const answer = new ChatAnswer(message, {
      keep: (grown) => this.unsaved.put(store, grown),
      turns: () => turnsOf(store, message),
      answering: this.options.answering,
      settings: store.conversation(conversationId)?.settings ?? plainSettings,
      previous: () =>
        pathTo(store.messages(conversationId), message.id)
          .filter((one) => one.role === 'assistant' && one.state === 'done' && one.id !== message.id)
          .at(-1) ?? null,
      emit: (event) => this.options.emit(conversationId, event),
      onRebind: (to) => this.options.onRebind(store, conversationId, to),
      onEnd: () => this.answers.delete(message.id),
    });
    this.answers.set(message.id, answer);
    answer.begin(target);
  }

  /** True where an answer of this conversation grows. */
  isAnswering(conversationId: string): boolean {
    return this.of(conversationId).length > 0;
  }

  /** A message as it stands where the store does not have it so yet. */
  newest(messageId: string): Message | undefined {
    return this.answers.get(messageId)?.message ?? this.unsaved.get(messageId);
  }

  /** Ends answers of a conversation, keeping what came: all of them, or those that `isMeant` says. */
  stop(conversationId: string, isMeant: (messageId: string) => boolean = () => true): void {
    for (const answer of this.of(conversationId)) if (isMeant(answer.message.id)) answer.end('stopped', null);
  }

  /** Ends all of them, because Wharf is closed. */
  cutOff(): void {
    for (const answer of this.answers.values()) answer.end('cutOff', new Failure('APP_CLOSED', {}).toValue());
  }

  /** Tries once more to write what the disk refused. */
  retry(store: ConversationStore): void {
    this.unsaved.retry(store);
  }

  private of(conversationId: string): ChatAnswer[] {
    return [...this.answers.values()].filter(({ message }) => message.conversationId === conversationId);
  }
}

/** What was said before an answer, those that came to nothing left out; last of all what of it came already. */
function turnsOf(store: ConversationStore, answer: Message): Turn[] {
  const filesOf = (one: Message) => (one.attachments.length === 0 ? [] : store.attachedFiles(one.id));
  return pathTo(store.messages(answer.conversationId), answer.id)
    .map((one) => ({ role: one.role, content: promptText(one.text, filesOf(one)) }))
    .filter(({ content }) => content !== '');
}
