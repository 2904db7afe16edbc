import { mkdir, open } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import type * as Sqlite from '@photostructure/sqlite';

/** How long a write waits for another Wharf that holds the same file. */
const busyTimeoutMs = 500;

/**
 * Opens an SQLite database that only the person can read; its folder and file are made where they are missing.
 * WAL with `synchronous=NORMAL`: killing the process loses nothing that was written.
 * @throws SQLite's or the disk's error
 */
export async function openDatabase(file: string): Promise<Sqlite.DatabaseSyncInstance> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  // Made by us so that it is private; SQLite gives its journal the same rights.
  const handle = await open(file, 'a', 0o600);
  await handle.close();
  // Loaded with the first use; by `require`, which also finds it inside an asar archive.
  const { DatabaseSync } = createRequire(import.meta.url)('@photostructure/sqlite') as typeof Sqlite;
  const database = new DatabaseSync(file, { timeout: busyTimeoutMs });
  try {
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}
