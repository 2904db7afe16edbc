import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import type { Conversation, Message } from '../contract/chat';
import { Failure } from '../contract/failures';
import { storageFailed } from './storageFailed';

/** Steps of the schema; a database at version n has seen the first n. Only ever added to. */
const migrations = [
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
];

type Row = Record<string, string | number | null>;
type Statement = ReturnType<DatabaseSyncInstance['prepare']>;

const fromJson = (text: unknown) => (typeof text === 'string' ? JSON.parse(text) : null);
const toJson = (value: unknown) => (value === null ? null : JSON.stringify(value));

function conversationOf(row: Row): Conversation {
  return {
    id: row.id as string,
    title: row.title as string,
    createdAtMs: row.created_at_ms as number,
    updatedAtMs: row.updated_at_ms as number,
    target: fromJson(row.target),
    ...(row.settings === null ? {} : { settings: fromJson(row.settings) }),
    ...(row.comparison_id === null ? {} : { comparisonId: row.comparison_id as string }),
  };
}

function messageOf(row: Row): Message {
  return {
    id: row.id as string,
    conversationId: row.conversation_id as string,
    role: row.role as Message['role'],
    text: row.text as string,
    createdAtMs: row.created_at_ms as number,
    state: row.state as Message['state'],
    failure: fromJson(row.failure),
    provenance: fromJson(row.provenance),
    numbers: fromJson(row.numbers),
  };
}

/**
 * Conversations in an SQLite database. Every call is synchronous and short (a write takes a fraction of a millisecond,
 * see the test), so they run in main without a worker between. WAL with `synchronous=NORMAL`: killing the process
 * loses nothing that was written.
 *
 * Every method throws Failure STORAGE_FAILED where the disk or the database refuses.
 */
export class ConversationStore {
  private readonly statements = new Map<string, Statement>();

  /**
   * Brings the schema up to date and ends what an earlier run left unfinished: such answers were cut off.
   * @throws SQLite's error where this is no sound database
   */
  constructor(private readonly database: DatabaseSyncInstance) {
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
    const version = Number((database.prepare('PRAGMA user_version').get() as Row).user_version);
    if (version > migrations.length) {
      throw new Failure('STORAGE_FAILED', { message: 'the conversations were written by a newer version of Wharf' });
    }
    for (const [at, migration] of migrations.entries()) {
      if (at >= version) database.exec(`BEGIN; ${migration} PRAGMA user_version = ${at + 1}; COMMIT`);
    }
    database
      .prepare(`UPDATE messages SET state = 'cutOff', failure = ? WHERE state IN ('connecting', 'generating')`)
      .run(JSON.stringify({ code: 'APP_CLOSED', details: {} }));
  }

  /** All conversations, newest activity first. */
  conversations(): Conversation[] {
    return this.all('SELECT * FROM conversations ORDER BY updated_at_ms DESC, rowid DESC').map(conversationOf);
  }

  /** One conversation; null where there is none. */
  conversation(id: string): Conversation | null {
    const [row] = this.all('SELECT * FROM conversations WHERE id = ?', id);
    return row ? conversationOf(row) : null;
  }

  /** Adds a conversation, or replaces what is known of it. */
  putConversation(conversation: Conversation): void {
    this.run(
      `INSERT INTO conversations (id, title, created_at_ms, updated_at_ms, target, settings, comparison_id)
       VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET
         title = excluded.title, updated_at_ms = excluded.updated_at_ms, target = excluded.target,
         settings = excluded.settings, comparison_id = excluded.comparison_id`,
      conversation.id,
      conversation.title,
      conversation.createdAtMs,
      conversation.updatedAtMs,
      toJson(conversation.target),
      toJson(conversation.settings ?? null),
      conversation.comparisonId ?? null,
    );
  }

  /** Removes a conversation with its messages. */
  removeConversation(id: string): void {
    this.run('DELETE FROM conversations WHERE id = ?', id);
  }

  /** The messages of a conversation, oldest first. */
  messages(conversationId: string): Message[] {
    return this.all('SELECT * FROM messages WHERE conversation_id = ? ORDER BY position', conversationId).map(
      messageOf,
    );
  }

  /** One message; null where there is none. */
  message(id: string): Message | null {
    const [row] = this.all('SELECT * FROM messages WHERE id = ?', id);
    return row ? messageOf(row) : null;
  }

  /** Adds a message at the end of its conversation, or replaces what is known of it. */
  putMessage(message: Message): void {
    this.run(
      `INSERT INTO messages VALUES (
         ?1, ?2, (SELECT coalesce(max(position), 0) + 1 FROM messages WHERE conversation_id = ?2),
         ?3, ?4, ?5, ?6, ?7, ?8, ?9)
       ON CONFLICT (id) DO UPDATE SET
         text = excluded.text, state = excluded.state, failure = excluded.failure, provenance = excluded.provenance,
         numbers = excluded.numbers, created_at_ms = excluded.created_at_ms`,
      message.id,
      message.conversationId,
      message.role,
      message.text,
      message.createdAtMs,
      message.state,
      toJson(message.failure),
      toJson(message.provenance),
      toJson(message.numbers),
    );
  }

  /** Does several writes as one: all of them or none. */
  together(writes: () => void): void {
    this.run('BEGIN IMMEDIATE');
    try {
      writes();
      this.run('COMMIT');
    } catch (error) {
      // A failed commit may have rolled back by itself.
      if (this.database.isTransaction) this.run('ROLLBACK');
      throw error;
    }
  }

  /** Folds the journal into the file and closes it. */
  close(): void {
    try {
      // Closing alone would not: the library keeps its statements, and with them the file, until they are collected.
      this.database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    } finally {
      this.statements.clear();
      this.database.close();
    }
  }

  private statement(sql: string): Statement {
    const known = this.statements.get(sql);
    if (known) return known;
    const statement = this.database.prepare(sql);
    this.statements.set(sql, statement);
    return statement;
  }

  private run(sql: string, ...values: (string | number | null)[]): void {
    try {
      // The library ends a text at its first NUL; U+FFFD stands for NUL in Markdown too (CommonMark 2.3).
      this.statement(sql).run(...values.map((value) => (typeof value === 'string' ? withoutNul(value) : value)));
    } catch (error) {
      throw storageFailed(error);
    }
  }

  private all(sql: string, ...values: (string | number | null)[]): Row[] {
    try {
      return this.statement(sql).all(...values) as Row[];
    } catch (error) {
      throw storageFailed(error);
    }
  }
}

const withoutNul = (text: string) => (text.includes('\0') ? text.replaceAll('\0', '\ufffd') : text);
