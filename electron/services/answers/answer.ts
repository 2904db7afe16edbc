import { randomUUID } from 'node:crypto';
import type { ConversationEvent, Message } from '../../contract/chat';
import type { Container } from '../../contract/containers';
import { Failure, type FailureValue, isFailure } from '../../contract/failures';
import type { ChatTarget } from '../../contract/targets';
import type { ConversationStore } from '../conversationStore';
import { type AnswerFacts, askService, type Turn } from './askService';
import { findContainer } from './findContainer';

/** What comes between two writes of a growing answer is what a crash can lose. */
const journalEveryMs = 1_000;

/** What an answer needs of the conversation that it belongs to. */
export interface ChatAnswerContext {
  store: Pick<ConversationStore, 'putMessage'>;
  /** What is sent: the conversation up to this answer, oldest first. */
  turns(): Turn[];
  /** The containers as last known. */
  rows(): readonly Container[];
  emit(event: ConversationEvent): void;
  /** Another container of the same name took over. */
  onRebind(target: ChatTarget): void;
  /** The answer is over, however it ended. */
  onEnd(): void;
}

type Ending = Extract<Message['state'], 'done' | 'stopped' | 'cutOff' | 'failed'>;

/** One answer from its request to its end: asked for, journaled while it grows, ended exactly once. */
export class ChatAnswer {
  private readonly controller = new AbortController();
  private readonly startedMs = performance.now();
  private firstTokenMs: number | null = null;
  private facts: AnswerFacts | null = null;
  private journalTimer: NodeJS.Timeout | null = null;
  private isOver = false;

  /** @param message the answer as stored, `connecting`: without text, or with the text that it goes on from */
  constructor(
    readonly message: Message,
    private readonly context: ChatAnswerContext,
  ) {
    context.emit({ type: 'message', message: { ...message } });
  }

  /** Asks; everything that comes of it goes into the message. */
  begin(target: ChatTarget): void {
    this.generate(target).then(
      () => this.end('done', null),
      (error: unknown) => this.fail(error),
    );
  }

  /** Ends it: the connection is closed, what came is kept and stored. Does nothing where it is over. */
  end(state: Ending, failure: FailureValue | null): void {
    if (this.isOver) return;
    this.abandon();
    const { message } = this;
    message.state = state;
    message.failure = failure;
    message.numbers = {
      firstTokenMs: this.firstTokenMs,
      totalMs: this.elapsedMs(),
      promptTokens: this.facts?.promptTokens ?? null,
      completionTokens: this.facts?.completionTokens ?? null,
    };
    if (message.provenance && this.facts) {
      message.provenance = { ...message.provenance, backend: this.facts.backend, model: this.facts.model };
    }
    this.journal();
    this.context.emit({ type: 'message', message: { ...message } });
    this.context.onEnd();
  }

  /** Closes the connection and forgets what comes; nothing is stored any more. */
  abandon(): void {
    this.isOver = true;
    if (this.journalTimer) clearTimeout(this.journalTimer);
    this.controller.abort();
  }

  private async generate(target: ChatTarget): Promise<void> {
    const { message, context } = this;
    if (target.kind === 'endpoint') throw new Failure('ENDPOINT_MISSING', { name: target.name });
    const { container, baseUrl } = findContainer(context.rows(), target);
    if (container.id !== target.id) context.onRebind({ kind: 'container', id: container.id, name: container.name });
    const requestId = randomUUID();
    message.provenance = {
      containerId: container.id,
      containerName: container.name,
      image: container.image,
      imageId: container.imageId,
      backend: null,
      model: null,
      requestId,
    };
    context.emit({ type: 'message', message: { ...message } });
    try {
      const question = { baseUrl, turns: context.turns(), requestId, signal: this.controller.signal };
      for await (const piece of askService(question)) {
        if (this.isOver) return;
        if (piece.type === 'text') this.take(piece.text);
        else this.facts = piece.facts;
      }
    } catch (error) {
      throw isFailure(error) ? error : notReached(error, container.name);
    }
  }

  private take(text: string): void {
    const { message, context } = this;
    if (message.state === 'connecting') {
      this.firstTokenMs = this.elapsedMs();
      message.state = 'generating';
      context.emit({ type: 'message', message: { ...message } });
    }
    const offset = message.text.length;
    message.text += text;
    context.emit({ type: 'delta', messageId: message.id, offset, text });
    this.journalTimer ??= setTimeout(() => {
      this.journalTimer = null;
      this.journal();
    }, journalEveryMs);
  }

  /** Writes the answer down as it stands. A disk that refuses is said on the message, and the answer goes on. */
  private journal(): void {
    try {
      this.context.store.putMessage(this.message);
    } catch (error) {
      if (!isFailure(error, 'STORAGE_FAILED')) throw error;
      const isNews = this.message.failure === null;
      this.message.failure ??= error.toValue();
      if (isNews) this.context.emit({ type: 'message', message: { ...this.message } });
    }
  }

  private fail(error: unknown): void {
    if (this.isOver) return;
    if (!isFailure(error)) {
      this.end('failed', null);
      throw error;
    }
    this.end(error.code === 'CHAT_CUT_OFF' || this.message.text !== '' ? 'cutOff' : 'failed', error.toValue());
  }

  private elapsedMs(): number {
    return Math.round(performance.now() - this.startedMs);
  }
}

/** What a connection says that gave no answer at all. */
function notReached(error: unknown, name: string): Error {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (code.startsWith('HPE_')) {
    return new Failure('CHAT_UPSTREAM', { status: 0, message: String(error) }, { cause: error });
  }
  if (code === 'ETIMEDOUT') {
    return new Failure('CHAT_TARGET_UNREACHABLE', { name, reason: 'timeout' }, { cause: error });
  }
  // A published port whose service is not there accepts and hangs up: Docker's proxy listens in its place.
  if (['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'EHOSTUNREACH', 'ENETUNREACH', 'EADDRNOTAVAIL'].includes(code)) {
    return new Failure('CHAT_TARGET_UNREACHABLE', { name, reason: 'refused' }, { cause: error });
  }
  return error instanceof Error ? error : new Error(String(error));
}
