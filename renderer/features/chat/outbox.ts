import { create } from 'zustand';
import { createJSONStorage, persist } from 'zustand/middleware';
import type { AttachedFile } from '../../../electron/contract/chat';
import type { FailureValue } from '../../../electron/contract/failures';

/** A message on its way to main, or one that main did not take. */
export interface Outgoing {
  messageId: string;
  text: string;
  attachments: AttachedFile[];
  /** The message that it follows, where that is not what is shown last: an edited message. */
  parentId?: string | null;
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
  /** Files to go along with it, by conversation. */
  attachments: Record<string, AttachedFile[]>;
  /** The message being sent, by conversation. */
  outgoing: Record<string, Outgoing>;
  /** The conversation that the field of a new one made last. */
  madeId: string | null;
  /** What is looked for in the list. */
  find: string;
  setDraft: (key: string, text: string) => void;
  setAttachments: (key: string, files: AttachedFile[]) => void;
  /** Puts a message in place, or takes it away (null). */
  setOutgoing: (key: string, message: Outgoing | null) => void;
  /** The new conversation exists: what was typed for it since goes there. */
  setMade: (conversationId: string) => void;
  setFind: (find: string) => void;
}

/** What belongs to a conversation. Ids stand in addresses, which anybody can write: `constructor` is one, too. */
export function ofPlace<T>(all: Record<string, T>, key: string): T | undefined {
  return Object.hasOwn(all, key) ? all[key] : undefined;
}

function without<T>(all: Record<string, T>, key: string): Record<string, T> {
  const { [key]: _, ...rest } = all;
  return rest;
}

function moved<T>(all: Record<string, T>, to: string): Record<string, T> {
  const { [newConversation]: value, ...rest } = all;
  return value === undefined ? rest : { ...rest, [to]: value };
}

/** What a person typed and what is on its way. Survives leaving the page; drafts survive a reload of the window. */
export const useOutbox = create<Outbox>()(
  persist(
    (set) => ({
      drafts: {},
      attachments: {},
      outgoing: {},
      madeId: null,
      find: '',
      setDraft: (key, text) =>
        set(({ drafts }) => ({ drafts: text === '' ? without(drafts, key) : { ...drafts, [key]: text } })),
      setAttachments: (key, files) =>
        set(({ attachments }) => ({
          attachments: files.length === 0 ? without(attachments, key) : { ...attachments, [key]: files },
        })),
      setOutgoing: (key, message) =>
        set(({ outgoing }) => ({
          outgoing: message === null ? without(outgoing, key) : { ...outgoing, [key]: message },
        })),
      setMade: (madeId) =>
        set(({ drafts, attachments, outgoing }) => ({
          madeId,
          drafts: moved(drafts, madeId),
          attachments: moved(attachments, madeId),
          outgoing: moved(outgoing, madeId),
        })),
      setFind: (find) => set({ find }),
    }),
    {
      name: 'wharf.drafts',
      storage: createJSONStorage(() => sessionStorage),
      partialize: ({ drafts, find }) => ({ drafts, find }),
    },
  ),
);
