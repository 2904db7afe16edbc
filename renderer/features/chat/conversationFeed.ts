import { useEffect, useMemo, useSyncExternalStore } from 'react';
import type { ConversationEvent, Message } from '../../../electron/contract/chat';
import type { FailureValue } from '../../../electron/contract/failures';
import { useApi } from '../../lib/client';
import { toFailure } from '../../lib/failures';
import { followWatch } from '../../lib/followWatch';
import { type ConversationState, isUnderWay, openingConversation, reduceConversation } from './reduceConversation';

/** A conversation and why it cannot be followed; `failure` is null while it can. */
export interface FollowedConversation extends ConversationState {
  failure: FailureValue | null;
}

/** ms between updates of a window that nobody sees: frames are not drawn there. */
const hiddenPaceMs = 250;

function nextFrame(callback: () => void): void {
  if (document.hidden) setTimeout(callback, hiddenPaceMs);
  else requestAnimationFrame(callback);
}

/** True where the event only makes an answer longer that was being written before. */
function onlyGrows(state: ConversationState, event: ConversationEvent): boolean {
  if (event.type !== 'delta') return false;
  const message = state.messages.find(({ id }) => id === event.messageId);
  return message?.state === 'generating' && message.text !== '';
}

/**
 * Follows one conversation outside of React: events are applied once a frame, however many arrive. While an answer is
 * written only its text changes, which `newest` tells; everything else of the page can stand still.
 */
export class ConversationFeed {
  private readonly listeners = new Set<() => void>();
  private readonly leaving = new AbortController();
  private state: FollowedConversation = { ...openingConversation, failure: null };
  private shown = this.state;
  private waiting: ConversationEvent[] = [];
  private attempt = new AbortController();

  /** @param open opens the watch; its first item is a snapshot */
  constructor(private readonly open: (signal: AbortSignal) => Promise<AsyncIterable<ConversationEvent>>) {}

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** The conversation as of the last change that is more than the text of an answer under way. */
  readonly snapshot = (): FollowedConversation => this.shown;

  /** A message with all of its text so far. */
  newest(messageId: string): Message | undefined {
    return this.state.messages.find(({ id }) => id === messageId);
  }

  /** Begins to follow, until `close`. */
  start(): void {
    const { signal } = this.leaving;
    signal.addEventListener('abort', () => this.attempt.abort());
    void followWatch({
      open: () => {
        this.attempt = new AbortController();
        this.waiting = [];
        return this.open(this.attempt.signal);
      },
      onItem: (event) => this.take(event),
      onFailure: (error) => {
        if (this.attempt.signal.aborted) return 'again';
        const failure = toFailure(error);
        this.change({ ...this.state, failure }, false);
        return failure.code === 'CONVERSATION_MISSING' ? 'stop' : 'again';
      },
      signal,
    });
  }

  close(): void {
    this.leaving.abort();
    this.listeners.clear();
  }

  private take(event: ConversationEvent): void {
    this.waiting.push(event);
    if (this.waiting.length === 1) nextFrame(() => this.flush());
  }

  private flush(): void {
    const events = this.waiting;
    this.waiting = [];
    if (this.leaving.signal.aborted) return;
    let state: ConversationState = this.state;
    let grows = this.state.failure === null;
    for (const event of events) {
      grows &&= onlyGrows(state, event);
      const reduced = reduceConversation(state, event);
      if (reduced.isGap) {
        // Only a snapshot brings back what is missing, and a new watch starts with one.
        this.attempt.abort();
        break;
      }
      state = reduced.state;
    }
    this.change({ ...state, failure: null }, grows);
  }

  private change(state: FollowedConversation, grows: boolean): void {
    this.state = state;
    if (!grows) this.shown = state;
    for (const listener of this.listeners) listener();
  }
}

const nothing: FollowedConversation = { ...openingConversation, failure: null };
const never = () => () => {};

/** A conversation that is followed; `feed` is null where there is none. */
interface OpenedConversation extends FollowedConversation {
  feed: ConversationFeed | null;
}

/**
 * The conversation as it stands, followed while the component is mounted; null follows nothing. Of an answer under way
 * the text may be behind: `useNewestText` has all of it.
 */
export function useConversation(conversationId: string | null): OpenedConversation {
  const api = useApi();
  const feed = useMemo(
    () =>
      conversationId === null ? null : new ConversationFeed((signal) => api.chat.watch({ conversationId }, { signal })),
    [api, conversationId],
  );
  useEffect(() => {
    feed?.start();
    return () => feed?.close();
  }, [feed]);
  const followed = useSyncExternalStore(feed?.subscribe ?? never, feed?.snapshot ?? (() => nothing));
  return { ...followed, feed };
}

/** The text of a message as of now. */
export function useNewestText(feed: ConversationFeed | null, message: Message): string {
  const isGrowing = feed !== null && isUnderWay(message);
  return useSyncExternalStore(isGrowing ? feed.subscribe : never, () =>
    isGrowing ? (feed.newest(message.id)?.text ?? message.text) : message.text,
  );
}
