import { useEffect, useMemo, useSyncExternalStore } from 'react';
import type { ConversationEvent } from '../../../electron/contract/chat';
import type { FailureValue } from '../../../electron/contract/failures';
import { useApi } from '../../lib/client';
import { toFailure } from '../../lib/failures';
import { followWatch } from '../../lib/followWatch';
import { type ConversationState, openingConversation, reduceConversation } from './reduceConversation';

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

/** Follows one conversation outside of React: events are applied once a frame, however many arrive. */
export class ConversationFeed {
  private readonly listeners = new Set<() => void>();
  private readonly leaving = new AbortController();
  private state: FollowedConversation = { ...openingConversation, failure: null };
  private waiting: ConversationEvent[] = [];
  private attempt = new AbortController();

  /** @param open opens the watch; its first item is a snapshot */
  constructor(private readonly open: (signal: AbortSignal) => Promise<AsyncIterable<ConversationEvent>>) {}

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly snapshot = (): FollowedConversation => this.state;

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
        this.change({ ...this.state, failure });
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
    for (const event of events) {
      const reduced = reduceConversation(state, event);
      if (reduced.isGap) {
        // Only a snapshot brings back what is missing, and a new watch starts with one.
        this.attempt.abort();
        break;
      }
      state = reduced.state;
    }
    this.change({ ...state, failure: null });
  }

  private change(state: FollowedConversation): void {
    this.state = state;
    for (const listener of this.listeners) listener();
  }
}

const nothing: FollowedConversation = { ...openingConversation, failure: null };
const never = () => () => {};

/** The conversation as it stands, followed while the component is mounted; null follows nothing. */
export function useConversation(conversationId: string | null): FollowedConversation {
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
  return useSyncExternalStore(feed?.subscribe ?? never, feed?.snapshot ?? (() => nothing));
}
