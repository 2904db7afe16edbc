import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ConversationEvent, Message } from '../../electron/contract/chat';
import { mergeEvents, type PendingEvents } from '../../electron/services/conversationEvents';

interface Shown {
  title: string;
  texts: Record<string, string>;
}

const message = (id: string, text: string): Message => ({
  id,
  conversationId: 'c',
  parentId: null,
  isChosen: true,
  attachments: [],
  role: 'assistant',
  text,
  createdAtMs: 0,
  state: 'generating',
  failure: null,
  provenance: null,
  numbers: null,
});

const conversation = (title: string) => ({
  id: 'c',
  title,
  createdAtMs: 0,
  updatedAtMs: 0,
  target: null,
  pinnedAtMs: null,
});

/** What a page shows after an event. */
function applied(shown: Shown, event: ConversationEvent): Shown {
  if (event.type === 'conversation') return { ...shown, title: event.conversation.title };
  if (event.type === 'message') {
    return { ...shown, texts: { ...shown.texts, [event.message.id]: event.message.text } };
  }
  if (event.type !== 'delta') throw new Error(`not made here: ${event.type}`);
  const before = shown.texts[event.messageId] ?? '';
  expect(event.offset).toBe(before.length);
  return { ...shown, texts: { ...shown.texts, [event.messageId]: before + event.text } };
}

const change = fc.oneof(
  { weight: 1, arbitrary: fc.record({ what: fc.constant('title' as const), text: fc.string({ maxLength: 3 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      what: fc.constant('message' as const),
      id: fc.constantFrom('a', 'b', 'd'),
      text: fc.string({ maxLength: 3 }),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      what: fc.constant('delta' as const),
      id: fc.constantFrom('a', 'b'),
      text: fc.string({ maxLength: 3 }),
    }),
  },
);

describe('merged conversation events', () => {
  it('show something else than all of them one by one, or pile up', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 60 }), (changes) => {
        let truth: Shown = { title: '', texts: { a: '', b: '' } };
        const start = truth;
        let pending: PendingEvents = [];
        for (const one of changes) {
          const event: ConversationEvent =
            one.what === 'title'
              ? { type: 'conversation', conversation: conversation(one.text) }
              : one.what === 'message'
                ? { type: 'message', message: message(one.id, one.text) }
                : { type: 'delta', messageId: one.id, offset: truth.texts[one.id]?.length ?? 0, text: one.text };
          truth = applied(truth, event);
          pending = mergeEvents(pending, [event]);
        }
        if (pending === 'snapshot') return;
        expect(pending.length).toBeLessThanOrEqual(8);
        expect(pending.reduce(applied, start)).toEqual(truth);
      }),
      { numRuns: 500 },
    );
  });

  it('of one long answer need a snapshot', () => {
    let pending: PendingEvents = [{ type: 'message', message: message('a', '') }];
    for (let offset = 0; offset < 100_000; offset += 1) {
      pending = mergeEvents(pending, [{ type: 'delta', messageId: 'a', offset, text: 'x' }]);
    }
    expect(pending).toEqual([{ type: 'message', message: message('a', 'x'.repeat(100_000)) }]);
  });

  it('go on after the conversation was removed', () => {
    expect(mergeEvents([{ type: 'conversation', conversation: conversation('x') }], [{ type: 'removed' }])).toEqual([
      { type: 'removed' },
    ]);
  });
});
