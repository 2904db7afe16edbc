import { randomUUID } from 'node:crypto';
import type { AnswerSettings, Ending } from '../../contract/answers';
import type { ConversationEvent, Message } from '../../contract/chat';
import { Failure, type FailureValue, isFailure } from '../../contract/failures';
import type { ChatTarget } from '../../contract/targets';
import { delay } from '../delay';
import type { Answerer, Answering } from './answering';
import { askForAnswer } from './askForAnswer';
import { hasOverflowed } from './contextUse';
import type { AnswerFacts, Turn } from './dialect';
import type { OpenRequest } from './requestLog';
import { notReached } from './upstreamFailure';

/** What comes between two writes of a growing answer is what a crash can lose. */
const journalEveryMs = 1_000;

/** How long the end of an answer waits for the length of the model's context, which was asked for at its beginning. */
const contextPatienceMs = 300;

/** What an answer needs of the conversation that it belongs to. */
export interface ChatAnswerContext {
  /** Writes the answer down as it stands, now or as soon as the disk takes it. */
  keep(message: Message): void;
  answering: Answering;
  /** What is sent, oldest first: the conversation up to this answer, and what of it came already. */
  turns(): Turn[];
  settings: AnswerSettings;
  /** The finished answer before this one on its branch; null where there is none. */
  previous(): Message | null;
  emit(event: ConversationEvent): void;
  /** Another container of the same name took over. */
  onRebind(target: ChatTarget): void;
  /** The answer is over, however it ended. */
  onEnd(): void;
}

/** One answer from its request to its end: queued, asked for, journaled while it grows, ended exactly once. */
export class ChatAnswer {
  private readonly controller = new AbortController();
  private readonly createdMs = performance.now();
  private startedMs = this.createdMs;
  private firstTokenMs: number | null = null;
  private facts: AnswerFacts | null = null;
  private journalTimer: NodeJS.Timeout | null = null;
  private request: OpenRequest | null = null;
  private contextTokens: Promise<number | null> = Promise.resolve(null);
  private overflow: { contextTokens: number | null; overflowed: boolean } | null = null;
  private isOver = false;

  /** @param message the answer as stored, `connecting`: without text, or with the text that it goes on from */
  constructor(
    readonly message: Message,
    private readonly context: ChatAnswerContext,
  ) {
    message.waiting = { position: null, sinceMs: Date.now() };
    this.tell();
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
    const { message, facts } = this;
    message.state = state;
    message.failure = failure;
    message.waiting = undefined;
    message.numbers = {
      firstTokenMs: this.firstTokenMs,
      totalMs: this.elapsedMs(),
      queuedMs: Math.round(this.startedMs - this.createdMs),
      promptTokens: facts?.promptTokens ?? null,
      completionTokens: facts?.completionTokens ?? null,
      loadMs: facts?.loadMs ?? null,
      promptMs: facts?.promptMs ?? null,
      generateMs: facts?.generateMs ?? null,
      finishReason: facts?.finishReason ?? null,
      contextTokens: this.overflow?.contextTokens ?? null,
      overflowed: this.overflow?.overflowed ?? false,
    };
    if (message.provenance && facts) {
      const { backend, model } = message.provenance;
      message.provenance = { ...message.provenance, backend: facts.backend ?? backend, model: facts.model ?? model };
    }
    this.close();
    this.context.keep(message);
    this.tell();
    this.context.onEnd();
  }

  /** Closes the connection and forgets what comes. */
  private close(): void {
    this.isOver = true;
    if (this.journalTimer) clearTimeout(this.journalTimer);
    this.controller.abort();
    if (!this.request) return;
    const { failure, provenance } = this.message;
    void this.context.answering.requests.end(this.request, {
      durationMs: this.elapsedMs(),
      model: provenance?.model ?? this.request.entry.model,
      promptTokens: this.facts?.promptTokens ?? null,
      completionTokens: this.facts?.completionTokens ?? null,
      failure,
    });
  }

  private async generate(target: ChatTarget): Promise<void> {
    const { answering } = this.context;
    const { signal } = this.controller;
    const { line, limit } = await answering.lineOf(target);
    const leave = await answering.queue.enter(line, limit, signal, (position) => this.wait('queued', position));
    if (!leave) return;
    try {
      this.startedMs = performance.now();
      if (this.message.state === 'queued') this.wait('connecting', null);
      await this.ask(target);
    } finally {
      leave();
    }
  }

  private async ask(target: ChatTarget): Promise<void> {
    const { message, context } = this;
    const { settings, answering } = context;
    const answerer = await answering.find(target);
    if (this.isOver) return;
    const { container, server, model } = answerer;
    if (container && target.kind === 'container' && container.id !== target.id) {
      context.onRebind({ ...target, id: container.id, name: container.name });
    }
    const system: Turn[] = settings.system.trim() === '' ? [] : [{ role: 'system', content: settings.system }];
    const turns = [...system, ...context.turns()];
    const requestId = randomUUID();
    message.provenance = {
      ...answerer.origin,
      backend: null,
      model,
      parameters: settings.parameters,
      hasSystem: system.length > 0,
      requestId,
    };
    this.tell();
    const request = answering.requests.begin(
      {
        id: requestId,
        conversationId: message.conversationId,
        messageId: message.id,
        startedAtMs: Date.now(),
        targetName: server.name,
        containerId: container?.id ?? null,
        model,
      },
      server.key,
    );
    this.request = request;
    try {
      const pieces = askForAnswer({
        name: server.name,
        dialect: answerer.dialect,
        baseUrl: server.baseUrl,
        key: server.key,
        prompt: { turns, model, parameters: settings.parameters },
        requestId,
        signal: this.controller.signal,
        allowLinkLocal: server.allowLinkLocal,
        recording: request,
        onConnected: () => {
          if (!this.isOver && message.state === 'connecting') this.wait('loading', null);
        },
      });
      for await (const piece of pieces) {
        if (this.isOver) return;
        if (piece.type === 'done') this.facts = piece.facts;
        else this.take(piece.type === 'text' ? piece.text : '', answerer);
      }
      await this.judgeContext(turns);
    } catch (error) {
      const failure = isFailure(error) ? error : notReached(error, server.name);
      throw await this.explained(failure, answerer);
    }
  }

  /** The same failure with what only others know: which models there are, what became of the container. */
  private async explained(failure: Error, answerer: Answerer): Promise<Error> {
    if (this.isOver) return failure;
    const { answering, settings } = this.context;
    if (isFailure(failure, 'CHAT_MODEL_MISSING')) {
      const models = await answering.modelNames(answerer);
      return new Failure('CHAT_MODEL_MISSING', { ...failure.details, models }, { cause: failure });
    }
    if (isFailure(failure, 'CHAT_CONTEXT_OVERFLOW')) {
      const contextTokens = settings.parameters.contextTokens ?? null;
      return new Failure('CHAT_CONTEXT_OVERFLOW', { ...failure.details, contextTokens }, { cause: failure });
    }
    const { container } = answerer;
    if (container && (isFailure(failure, 'CHAT_CUT_OFF') || isFailure(failure, 'CHAT_TARGET_UNREACHABLE'))) {
      const change = await answering.fateOf(container);
      if (change) return new Failure('CHAT_TARGET_CHANGED', { name: container.name, change }, { cause: failure });
    }
    return failure;
  }

  private take(text: string, answerer: Answerer): void {
    const { message, context } = this;
    if (message.state !== 'generating') {
      message.state = 'generating';
      message.waiting = undefined;
      this.tell();
      const model = message.provenance?.model ?? null;
      const asked = context.settings.parameters.contextTokens;
      if (asked !== undefined) this.contextTokens = Promise.resolve(asked);
      else if (model !== null) this.contextTokens = context.answering.contextTokens(answerer, model);
    }
    if (text === '') return;
    this.firstTokenMs ??= this.elapsedMs();
    const offset = message.text.length;
    message.text += text;
    context.emit({ type: 'delta', messageId: message.id, offset, text });
    this.journalTimer ??= setTimeout(() => {
      this.journalTimer = null;
      this.context.keep(this.message);
    }, journalEveryMs);
  }

  private async judgeContext(turns: readonly Turn[]): Promise<void> {
    const { message, facts, context } = this;
    if (this.isOver) return;
    const contextTokens = await Promise.race([this.contextTokens, delay(contextPatienceMs).then(() => null)]);
    const previous = context.previous();
    const promptTokens = previous?.numbers?.promptTokens ?? null;
    const isAlike =
      previous?.provenance?.model === (facts?.model ?? message.provenance?.model) &&
      previous?.provenance?.hasSystem === message.provenance?.hasSystem;
    const overflowed = hasOverflowed({
      contextTokens,
      promptTokens: facts?.promptTokens ?? null,
      completionTokens: facts?.completionTokens ?? null,
      sentLength: turns.reduce((sum, { content }) => sum + content.length, 0),
      before: previous && isAlike && promptTokens !== null ? { promptTokens, textLength: previous.text.length } : null,
    });
    this.overflow = { contextTokens, overflowed };
  }

  private wait(state: 'queued' | 'connecting' | 'loading', position: number | null): void {
    if (this.isOver) return;
    const { message } = this;
    const sinceMs = message.state === state ? (message.waiting?.sinceMs ?? Date.now()) : Date.now();
    message.state = state;
    message.waiting = { position, sinceMs };
    this.tell();
  }

  private tell(): void {
    this.context.emit({ type: 'message', message: { ...this.message } });
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
