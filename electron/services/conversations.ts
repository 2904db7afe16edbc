import { rename } from 'node:fs/promises';
import { isFailure } from '../contract/failures';
import { ConversationStore } from './conversationStore';
import { openDatabase } from './openDatabase';
import { storageFailed } from './storageFailed';

/** Primary result codes of SQLite for a file that is no sound database (sqlite.org/rescode.html). */
const corrupt = 11;
const notADatabase = 26;

export interface ConversationsOptions {
  /** Path of the database; its folder is made where it is missing. */
  file: string;
  /** Takes one line for the app log. */
  log(line: string): void;
}

/** The stored conversations, opened with their first use: at start-up they cost nothing. */
export class Conversations {
  private opening: Promise<ConversationStore> | null = null;

  constructor(private readonly options: ConversationsOptions) {}

  /**
   * The store, opened once. A file that is no sound database is moved aside (`<file>.broken-<time>`, said in the app log
   * and, as the notice `brokenFile`, to the person) and a new one begun.
   * @throws Failure STORAGE_FAILED; the next use tries again
   */
  store(): Promise<ConversationStore> {
    this.opening ??= this.open().catch((error) => {
      this.opening = null;
      throw isFailure(error) ? error : storageFailed(error);
    });
    return this.opening;
  }

  /**
   * Closes the database if it was opened.
   * @param last is given the store for a last word
   */
  async close(last?: (store: ConversationStore) => void): Promise<void> {
    const store = await this.opening?.catch(() => null);
    this.opening = null;
    if (!store) return;
    try {
      last?.(store);
    } finally {
      store.close();
    }
  }

  private async open(): Promise<ConversationStore> {
    const { file, log } = this.options;
    try {
      return await openStore(file);
    } catch (error) {
      const code = (error as { errcode?: number }).errcode;
      if (code === undefined || ((code & 0xff) !== corrupt && (code & 0xff) !== notADatabase)) throw error;
      const aside = `${file}.broken-${new Date().toISOString().replaceAll(':', '-')}`;
      log(`conversations could not be read (${String(error)}): moved to ${aside}`);
      await rename(file, aside);
      // A journal belongs to the file beside which it was written.
      for (const part of ['-wal', '-shm']) await rename(`${file}${part}`, `${aside}${part}`).catch(() => undefined);
      const store = await openStore(file);
      store.putNotice('brokenFile', aside);
      return store;
    }
  }
}

async function openStore(file: string): Promise<ConversationStore> {
  const database = await openDatabase(file);
  try {
    const store = new ConversationStore(database);
    store.conversations();
    return store;
  } catch (error) {
    database.close();
    throw isFailure(error, 'STORAGE_FAILED') && error.cause ? error.cause : error;
  }
}
