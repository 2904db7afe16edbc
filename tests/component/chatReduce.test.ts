import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { type Conversation, type ConversationEvent, chosenPath, type Message } from '../../electron/contract/chat';
import { ConversationFeed } from '../../renderer/features/chat/conversationFeed';
import {
  type ConversationState,
  openingConversation,
  reduceConversation,
} from '../../renderer/features/chat/reduceConversation';

const conversation: Conversation = {
  id: 'c',
  title: 'T',
  createdAtMs: 0,
  updatedAtMs: 0,
  target: null,
  pinnedAtMs: null,
};
const message = (part: Partial<Message> = {}): Message => ({
  id: 'a',
  conversationId: 'c',
  parentId: null,
  isChosen: true,
  attachments: [],
  role: 'assistant',
  text: '',
  createdAtMs: 0,
  state: 'connecting',
  failure: null,
  provenance: null,
  numbers: null,
  ...part,
});
const opened = (...messages: Message[]): ConversationState => ({
  phase: 'open',
  conversation,
  messages,
  path: chosenPath(messages),
});
const delta = (offset: number, text: string): ConversationEvent => ({ type: 'delta', messageId: 'a', offset, text });
const textAfter = (state: ConversationState, ...events: ConversationEvent[]) =>
  events.reduce((now, event) => reduceConversation(now, event).state, state).messages.at(-1)?.text;

describe('deltas', () => {
  it('do not add text twice that came before', () => {
    expect(textAfter(opened(message()), delta(0, 'Hel'), delta(0, 'Hel'), delta(3, 'lo'))).toBe('Hello');
  });

  it('add only what is new where they overlap', () => {
    expect(textAfter(opened(message({ text: 'Hel' })), delta(1, 'ello'))).toBe('Hello');
  });

  it('that leave a hole are no text: a snapshot is asked for', () => {
    const state = opened(message({ text: 'He' }));
    expect(reduceConversation(state, delta(4, 'o'))).toEqual({ state, isGap: true });
  });

  it('for a message that nobody told of are a gap too', () => {
    expect(reduceConversation(opened(), delta(0, 'x')).isGap).toBe(true);
  });

  it('end up as the answer however they are cut, merged, repeated', () => {
    const answer = '안녕하세요 👋🏽 — this is the **whole** answer.';
    const cut = fc.array(fc.tuple(fc.nat(answer.length), fc.nat(12)), { maxLength: 30 });
    fc.assert(
      fc.property(cut, (parts) => {
        let state = opened(message());
        for (const [from, length] of [...parts, [0, answer.length] as const]) {
          const { isGap, state: next } = reduceConversation(state, delta(from, answer.slice(from, from + length)));
          const known = state.messages[0]?.text ?? '';
          expect(isGap).toBe(from > known.length);
          state = next;
          expect(answer.startsWith(state.messages[0]?.text ?? 'x')).toBe(true);
        }
        expect(state.messages[0]?.text).toBe(answer);
      }),
    );
  });

  it('leave other messages the same objects, so that only one is drawn again', () => {
    const first = message({ id: 'q', role: 'user', state: 'done' });
    const { state } = reduceConversation(opened(first, message()), delta(0, 'x'));
    expect(state.messages[0]).toBe(first);
    expect(state.messages[1]?.state).toBe('generating');
  });
});

describe('other events', () => {
  it('replace a message of the same id where it stands: a retry does not add a second answer', () => {
    const before = opened(message({ text: 'old', state: 'failed' }));
    const { state } = reduceConversation(before, { type: 'message', message: message() });
    expect(state.messages).toEqual([message()]);
  });

  it('say that the conversation was removed', () => {
    expect(reduceConversation(opened(), { type: 'removed' }).state.phase).toBe('removed');
  });

  it('of a snapshot replace everything', () => {
    const snapshot: ConversationEvent = { type: 'snapshot', conversation, messages: [message({ text: 'now' })] };
    expect(textAfter(opened(message({ text: 'before' }), message({ id: 'b' })), snapshot)).toBe('now');
    expect(reduceConversation(openingConversation, snapshot).state.phase).toBe('open');
  });
});

describe('following', () => {
  /** Watches that the test feeds, and how often one was opened. */
  function scripted() {
    const opened: { push: (event: ConversationEvent) => void; signal: AbortSignal }[] = [];
    const open = async (signal: AbortSignal): Promise<AsyncIterable<ConversationEvent>> => {
      const queue: ConversationEvent[] = [];
      let wake = () => {};
      signal.addEventListener('abort', () => wake());
      opened.push({
        signal,
        push: (event) => {
          queue.push(event);
          wake();
        },
      });
      return (async function* () {
        while (!signal.aborted) {
          const event = queue.shift();
          if (event) yield event;
          else await new Promise<void>((resolve) => (wake = resolve));
        }
      })();
    };
    return { opened, open };
  }
  const snapshot = (text: string): ConversationEvent => ({
    type: 'snapshot',
    conversation,
    messages: [message({ text, state: 'generating' })],
  });

  it('asks for a new snapshot where something is missing, and shows it', async () => {
    const { opened, open } = scripted();
    const feed = new ConversationFeed(open);
    feed.start();
    await vi.waitFor(() => expect(opened).toHaveLength(1));
    opened[0]?.push(snapshot('He'));
    opened[0]?.push(delta(40, 'lost'));
    await vi.waitFor(() => expect(opened).toHaveLength(2));
    expect(opened[0]?.signal.aborted).toBe(true);
    opened[1]?.push(snapshot('Hello, all of it'));
    await vi.waitFor(() => expect(feed.snapshot().messages[0]?.text).toBe('Hello, all of it'));
    feed.close();
    expect(opened[1]?.signal.aborted).toBe(true);
  });

  it('tells its readers once for many deltas of one frame', async () => {
    const { opened, open } = scripted();
    const feed = new ConversationFeed(open);
    let changes = 0;
    feed.subscribe(() => {
      changes += 1;
    });
    feed.start();
    await vi.waitFor(() => expect(opened).toHaveLength(1));
    opened[0]?.push(snapshot(''));
    await vi.waitFor(() => expect(feed.snapshot().phase).toBe('open'));
    changes = 0;
    for (let at = 0; at < 500; at++) opened[0]?.push(delta(at, 'x'));
    await vi.waitFor(() => expect(feed.newest('a')?.text).toHaveLength(500));
    expect(changes).toBeLessThan(50);
    feed.close();
  });

  it('draws the whole page again with each token, or leaves it behind once the answer is over', async () => {
    const { opened, open } = scripted();
    const feed = new ConversationFeed(open);
    feed.start();
    await vi.waitFor(() => expect(opened).toHaveLength(1));
    opened[0]?.push(snapshot('Hello'));
    await vi.waitFor(() => expect(feed.snapshot().phase).toBe('open'));
    const before = feed.snapshot();
    opened[0]?.push(delta(5, ', all'));
    await vi.waitFor(() => expect(feed.newest('a')?.text).toBe('Hello, all'));
    expect(feed.snapshot()).toBe(before);
    opened[0]?.push({ type: 'message', message: message({ text: 'Hello, all', state: 'done' }) });
    await vi.waitFor(() => expect(feed.snapshot().messages[0]).toMatchObject({ text: 'Hello, all', state: 'done' }));
    feed.close();
  });
});
