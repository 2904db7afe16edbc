import { create } from 'zustand';
import { createJSONStorage, persist } from 'zustand/middleware';
import type { FailureValue } from '../../../electron/contract/failures';

/** A message on its way to main, or one that main did not take. */
export interface Outgoing {
  messageId: string;
  text: string;
  /** `stored`: main has it, the watch will show it in a moment. */
  state: 'sending' | 'stored' | 'failed';
  /** Why main did not take it. */
  failure: FailureValue | null;
}

/** Key of what belongs to a conversation that does not exist yet. */
export const newConversation = 'new';

interface Outbox {
  /** Text not sent yet, by conversation. */
  drafts: Record<string, string>;
  /** The message being sent, by conversation. */
  outgoing: Record<string, Outgoing>;
  setDraft: (key: string, text: string) => void;
  /** Puts a message in place, or takes it away (null). */
  setOutgoing: (key: string, message: Outgoing | null) => void;
}

function without<T>(all: Record<string, T>, key: string): Record<string, T> {
  const { [key]: _, ...rest } = all;
  return rest;
}

/** What a person typed and what is on its way. Survives leaving the page; drafts survive a reload of the window. */
export const useOutbox = create<Outbox>()(
  persist(
    (set) => ({
      drafts: {},
      outgoing: {},
      setDraft: (key, text) =>
        set(({ drafts }) => ({ drafts: text === '' ? without(drafts, key) : { ...drafts, [key]: text } })),
      setOutgoing: (key, message) =>
        set(({ outgoing }) => ({
          outgoing: message === null ? without(outgoing, key) : { ...outgoing, [key]: message },
        })),
    }),
    {
      name: 'wharf.drafts',
      storage: createJSONStorage(() => sessionStorage),
      partialize: ({ drafts }) => ({ drafts }),
    },
  ),
);
