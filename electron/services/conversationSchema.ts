import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import { Failure } from '../contract/failures';

/**
 * Steps of the schema; a database at version n has seen the first n. Only ever added to: people have databases of every
 * version that was released.
 */
export const migrations = [
  `CREATE TABLE conversations (
     id TEXT PRIMARY KEY,
     title TEXT NOT NULL,
     created_at_ms INTEGER NOT NULL,
     updated_at_ms INTEGER NOT NULL,
     target TEXT
   ) STRICT;
   CREATE TABLE messages (
     id TEXT PRIMARY KEY,
     conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
     position INTEGER NOT NULL,
     role TEXT NOT NULL,
     text TEXT NOT NULL,
     created_at_ms INTEGER NOT NULL,
     state TEXT NOT NULL,
     failure TEXT,
     provenance TEXT,
     numbers TEXT,
     UNIQUE (conversation_id, position)
   ) STRICT;`,

  `ALTER TABLE conversations ADD COLUMN settings TEXT;
   ALTER TABLE conversations ADD COLUMN comparison_id TEXT;`,

  // Messages become a tree, in the order of `key`; what is removed can be taken back; texts can be searched. `parent_id`
  // refers to nothing by itself: SQLite cascades at most a thousand steps deep. Only finished messages are indexed, a
  // growing one would be again each second.
  `ALTER TABLE conversations ADD COLUMN pinned_at_ms INTEGER;
   ALTER TABLE conversations ADD COLUMN removed_at_ms INTEGER;
   CREATE TABLE tree (
     key INTEGER PRIMARY KEY AUTOINCREMENT,
     id TEXT NOT NULL UNIQUE,
     conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
     parent_id TEXT,
     is_chosen INTEGER NOT NULL,
     role TEXT NOT NULL,
     text TEXT NOT NULL,
     attachments TEXT,
     created_at_ms INTEGER NOT NULL,
     state TEXT NOT NULL,
     failure TEXT,
     provenance TEXT,
     numbers TEXT,
     removed_at_ms INTEGER
   ) STRICT;
   INSERT INTO tree (id, conversation_id, parent_id, is_chosen, role, text, created_at_ms, state, failure, provenance, numbers)
     SELECT id, conversation_id, lag(id) OVER (PARTITION BY conversation_id ORDER BY position), 1, role, text,
       created_at_ms, state, failure, provenance, numbers
     FROM messages ORDER BY conversation_id, position;
   DROP TABLE messages;
   ALTER TABLE tree RENAME TO messages;
   CREATE INDEX messages_of_conversation ON messages (conversation_id, key);
   CREATE VIRTUAL TABLE message_words USING fts5 (text, content = 'messages', content_rowid = 'key', tokenize = 'trigram');
   CREATE TRIGGER words_of_new AFTER INSERT ON messages WHEN new.state IN ('done', 'stopped', 'cutOff', 'failed') BEGIN
     INSERT INTO message_words (rowid, text) VALUES (new.key, new.text);
   END;
   CREATE TRIGGER words_of_old AFTER DELETE ON messages WHEN old.state IN ('done', 'stopped', 'cutOff', 'failed') BEGIN
     INSERT INTO message_words (message_words, rowid, text) VALUES ('delete', old.key, old.text);
   END;
   CREATE TRIGGER words_before AFTER UPDATE OF text, state ON messages
     WHEN old.state IN ('done', 'stopped', 'cutOff', 'failed') BEGIN
     INSERT INTO message_words (message_words, rowid, text) VALUES ('delete', old.key, old.text);
   END;
   CREATE TRIGGER words_after AFTER UPDATE OF text, state ON messages
     WHEN new.state IN ('done', 'stopped', 'cutOff', 'failed') BEGIN
     INSERT INTO message_words (rowid, text) VALUES (new.key, new.text);
   END;
   INSERT INTO message_words (message_words) VALUES ('rebuild');
   CREATE TABLE notices (kind TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;`,

  // Where each trigram stands: a word of one or two characters is the beginning of trigrams, except at a text's end. The
  // first costs no space (sqlite.org/fts5.html#the_fts5vocab_virtual_table_module), the others a few bytes a message.
  `CREATE VIRTUAL TABLE message_trigrams USING fts5vocab (message_words, instance);
   CREATE INDEX messages_last_two ON messages (lower(substr(text, -2)));
   CREATE INDEX messages_last_one ON messages (lower(substr(text, -1)));`,
] as const;

/**
 * Brings a database from whatever version it has to the newest, a step a transaction.
 * @throws Failure STORAGE_FAILED where a newer Wharf wrote it; SQLite's error where it is no sound database
 */
export function migrate(database: DatabaseSyncInstance): void {
  const { user_version: version } = database.prepare('PRAGMA user_version').get() as { user_version: number };
  if (version > migrations.length) {
    throw new Failure('STORAGE_FAILED', { message: 'the conversations were written by a newer version of Wharf' });
  }
  for (const [at, migration] of migrations.entries()) {
    if (at < version) continue;
    try {
      database.exec(`BEGIN IMMEDIATE; ${migration} PRAGMA user_version = ${at + 1}; COMMIT`);
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    }
  }
}
