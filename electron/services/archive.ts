import { randomUUID } from 'node:crypto';
import { open, rename, rm, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { type ExportFormat, importLimitBytes } from '../contract/archive';
import { inListOrder } from '../contract/chat';
import { Failure } from '../contract/failures';
import { type ArchivedConversation, archivedConversation, archiveEnd, archiveStart } from './archiveFormat';
import { conversationMarkdown, type ExportLanguage } from './conversationMarkdown';
import { describeAttachments } from './conversationRows';
import { searchConversations } from './conversationSearch';
import type { ConversationStore } from './conversationStore';
import type { Conversations } from './conversations';
import type { FileGrants } from './fileGrants';
import { readArchive } from './readArchive';

/** Conversations that are taken in as one write: main is free for others between two of them. */
const importedAtOnce = 50;

/** Characters that a file name must not have on some system. */
const unfitForNames = /[\\/:*?"<>|\u0000-\u001f\u007f]/g;

export interface ArchiveOptions {
  conversations: Conversations;
  fileGrants: FileGrants;
  /** Conversations came in beside `chat`. */
  onImported(): void;
}

interface ExportTextWish {
  conversationId: string;
  format: ExportFormat;
  language: ExportLanguage;
}

interface ExportWish {
  conversationIds: string[] | null;
  format: ExportFormat;
  language: ExportLanguage;
  grant: string;
}

/** Conversations as a whole: found, written into files, taken in from files. */
export class Archive {
  constructor(private readonly options: ArchiveOptions) {}

  /** See `archive.search`. */
  async search(text: string, signal?: AbortSignal) {
    return searchConversations(await this.store(), text, signal);
  }

  /** See `archive.exportText`. */
  async exportText({
    conversationId,
    format,
    language,
  }: ExportTextWish): Promise<{ text: string; suggestedName: string }> {
    const whole = archived(await this.store(), conversationId);
    const text =
      format === 'markdown'
        ? conversationMarkdown(whole, language)
        : archiveStart + JSON.stringify(whole, null, 2) + archiveEnd;
    const name = whole.title
      .replace(unfitForNames, ' ')
      .replace(/\s+/g, ' ')
      .trim()
      .slice(0, 80)
      .replace(/[. ]+$/, '');
    return { text, suggestedName: `${name || 'conversation'}.${format === 'markdown' ? 'md' : 'json'}` };
  }

  /** See `archive.export`. Written beside the file and moved over it: a full disk leaves what was there. */
  async export({
    conversationIds,
    format,
    language,
    grant,
  }: ExportWish): Promise<{ conversations: number; sizeBytes: number }> {
    const store = await this.store();
    const ids =
      conversationIds ??
      store
        .conversations()
        .sort(inListOrder)
        .map(({ id }) => id);
    for (const id of ids) store.found(id);
    const path = this.options.fileGrants.redeem(grant, 'save');
    const beside = `${path}.${randomUUID().slice(0, 8)}.part`;
    try {
      const file = await open(beside, 'wx', 0o600);
      let sizeBytes = 0;
      let written = 0;
      const write = async (text: string) => {
        sizeBytes += Buffer.byteLength(text);
        await file.appendFile(text);
      };
      try {
        if (format === 'json') await write(archiveStart);
        for (const id of ids) {
          // Removed by somebody since the export began.
          if (!store.conversation(id)) continue;
          const whole = archived(store, id);
          if (format === 'json') await write(`${written > 0 ? ',\n' : ''}${JSON.stringify(whole)}`);
          else await write(`${written > 0 ? '\n\n---\n\n' : ''}${conversationMarkdown(whole, language)}`);
          written += 1;
        }
        if (format === 'json') await write(archiveEnd);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(beside, path);
      return { conversations: written, sizeBytes };
    } catch (error) {
      await rm(beside, { force: true });
      throw pickedFileFailed(error, path, 'save');
    }
  }

  /** See `archive.import`. */
  async import(grant: string) {
    const path = this.options.fileGrants.redeem(grant, 'open');
    const name = basename(path);
    const text = await readPicked(path);
    const read = readArchive(text, name);
    const store = await this.store();
    const taken = { imported: 0, alreadyHere: 0, skipped: read.skipped, conversationId: null as string | null };
    let newestMs = Number.NEGATIVE_INFINITY;
    try {
      for (let at = 0; at < read.conversations.length; at += importedAtOnce) {
        store.together(() => {
          for (const conversation of read.conversations.slice(at, at + importedAtOnce)) {
            if (conversation.id !== undefined && store.isTaken(conversation.id)) {
              taken.alreadyHere += 1;
              continue;
            }
            const id = takeIn(store, conversation);
            taken.imported += 1;
            if (conversation.updatedAtMs >= newestMs) {
              newestMs = conversation.updatedAtMs;
              taken.conversationId = id;
            }
          }
        });
        await setImmediate();
      }
    } finally {
      if (taken.imported > 0) this.options.onImported();
    }
    return taken;
  }

  private store(): Promise<ConversationStore> {
    return this.options.conversations.store();
  }
}

/** A conversation as it leaves. */
function archived(store: ConversationStore, id: string): ArchivedConversation {
  return archivedConversation(store.found(id), store.messages(id), (messageId) => store.attachedFiles(messageId));
}

/** Stores a conversation that came from outside: its messages get ids of their own. */
function takeIn(store: ConversationStore, conversation: ArchivedConversation): string {
  const id = conversation.id ?? randomUUID();
  const { title, createdAtMs, updatedAtMs } = conversation;
  store.putConversation({ id, title, createdAtMs, updatedAtMs, target: null, pinnedAtMs: null });
  const newIds = new Map<string, string>();
  for (const message of conversation.messages) {
    const messageId = randomUUID();
    newIds.set(message.id, messageId);
    const { files, ...rest } = message;
    store.putMessage(
      {
        ...rest,
        id: messageId,
        conversationId: id,
        parentId: message.parentId === null ? null : (newIds.get(message.parentId) ?? null),
        attachments: describeAttachments(files),
      },
      files,
    );
  }
  return id;
}

async function readPicked(path: string): Promise<string> {
  try {
    const about = await stat(path);
    // A pipe would be waited for, and has no size.
    if (!about.isFile()) throw new Error('not a file');
    const { size } = about;
    if (size > importLimitBytes) {
      throw new Failure('IMPORT_REFUSED', { name: basename(path), reason: 'tooLarge', limitBytes: importLimitBytes });
    }
    const file = await open(path, 'r');
    try {
      // No more than its size was: it may grow.
      const buffer = Buffer.alloc(size);
      let at = 0;
      for (let read = -1; read !== 0 && at < size; at += read)
        ({ bytesRead: read } = await file.read(buffer, at, size - at));
      return buffer.toString('utf8', 0, at);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw pickedFileFailed(error, path, 'open');
  }
}

function pickedFileFailed(error: unknown, path: string, purpose: 'open' | 'save'): unknown {
  if (error instanceof Failure) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new Failure('PICKED_FILE_FAILED', { name: basename(path), purpose, message }, { cause: error });
}
