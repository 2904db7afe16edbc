import { mkdir, open, rename } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import type * as Sqlite from '@photostructure/sqlite';
import { isFailure } from '../contract/failures';
import { ConversationStore } from './conversationStore';
import { storageFailed } from './storageFailed';

/** How long a write waits for another Wharf that holds the same file. */
const busyTimeoutMs = 500;

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
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
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
  // Made by us so that it is private; SQLite gives its journal the same rights.
  const handle = await open(file, 'a', 0o600);
  await handle.close();
  // Loaded with the first use; by `require`, which also finds it inside an asar archive.
  const { DatabaseSync } = createRequire(import.meta.url)('@photostructure/sqlite') as typeof Sqlite;
  const database = new DatabaseSync(file, { timeout: busyTimeoutMs });
  try {
    const store = new ConversationStore(database);
    store.conversations();
    return store;
  } catch (error) {
    database.close();
    throw isFailure(error, 'STORAGE_FAILED') && error.cause ? error.cause : error;
  }
}
