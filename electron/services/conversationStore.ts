import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import type { AttachedFile, Conversation, Message } from '../contract/chat';
import { Failure } from '../contract/failures';
import {
  conversationOf,
  fromJson,
  isOver,
  type KeptAttachment,
  messageColumns,
  messageOf,
  type Row,
  toJson,
  type Value,
} from './conversationRows';
import { migrate } from './conversationSchema';
import { storageFailed } from './storageFailed';

type Statement = ReturnType<DatabaseSyncInstance['prepare']>;

/**
 * Conversations in an SQLite database. Every call is synchronous and short (a write takes a fraction of a millisecond,
 * see the test), so they run in main without a worker between.
 *
 * What is removed is hidden, can be restored, and goes for good with `purge` and with the next opening.
 * Every method throws Failure STORAGE_FAILED where the disk or the database refuses.
 */
export class ConversationStore {
  private readonly statements = new Map<string, Statement>();

  /**
   * Brings the schema up to date, ends what an earlier run left unfinished (such answers were cut off) and drops what it
   * removed.
   * @throws SQLite's error where this is no sound database
   */
  constructor(private readonly database: DatabaseSyncInstance) {
    migrate(database);
    database
      .prepare(`UPDATE messages SET state = 'cutOff', failure = ? WHERE NOT ${isOver}`)
      .run(JSON.stringify({ code: 'APP_CLOSED', details: {} }));
    this.purge(Number.POSITIVE_INFINITY);
  }

  /** All conversations, in no order. */
  conversations(): Conversation[] {
    return this.all('SELECT * FROM conversations WHERE removed_at_ms IS NULL').map(conversationOf);
  }

  /** One conversation; null where there is none. */
  conversation(id: string): Conversation | null {
    const [row] = this.all('SELECT * FROM conversations WHERE id = ? AND removed_at_ms IS NULL', id);
    return row ? conversationOf(row) : null;
  }

  /** @throws Failure CONVERSATION_MISSING where there is none */
  found(id: string): Conversation {
    const conversation = this.conversation(id);
    if (!conversation) throw new Failure('CONVERSATION_MISSING', { id });
    return conversation;
  }

  /** The sides of all comparisons, in the order in which they were made. */
  sides(): Conversation[] {
    return this.all(
      'SELECT * FROM conversations WHERE comparison_id IS NOT NULL AND removed_at_ms IS NULL ORDER BY created_at_ms',
    ).map(conversationOf);
  }

  /** Adds a conversation, or replaces what is known of it. */
  putConversation(conversation: Conversation): void {
    this.run(
      `INSERT INTO conversations (id, title, created_at_ms, updated_at_ms, target, pinned_at_ms, settings, comparison_id)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET
         title = excluded.title, updated_at_ms = excluded.updated_at_ms, target = excluded.target,
         pinned_at_ms = excluded.pinned_at_ms, settings = excluded.settings, comparison_id = excluded.comparison_id`,
      conversation.id,
      conversation.title,
      conversation.createdAtMs,
      conversation.updatedAtMs,
      toJson(conversation.target),
      conversation.pinnedAtMs,
      toJson(conversation.settings ?? null),
      conversation.comparisonId ?? null,
    );
  }

  /** True where a conversation has this id, also one that was removed and can still be restored. */
  isTaken(id: string): boolean {
    return this.all('SELECT 1 FROM conversations WHERE id = ?', id).length > 0;
  }

  /** Hides a conversation until it is restored or purged. */
  removeConversation(id: string): void {
    this.run('UPDATE conversations SET removed_at_ms = ? WHERE id = ?', Date.now(), id);
  }

  /** Brings a removed conversation back; null where there is none. */
  restoreConversation(id: string): Conversation | null {
    this.run('UPDATE conversations SET removed_at_ms = NULL WHERE id = ?', id);
    return this.conversation(id);
  }

  /** The messages of a conversation, oldest first. */
  messages(conversationId: string): Message[] {
    return this.all(
      `SELECT ${messageColumns} FROM messages WHERE conversation_id = ? AND removed_at_ms IS NULL ORDER BY key`,
      conversationId,
    ).map(messageOf);
  }

  /** One message; null where there is none. */
  message(id: string): Message | null {
    const [row] = this.all(`SELECT ${messageColumns} FROM messages WHERE id = ? AND removed_at_ms IS NULL`, id);
    return row ? messageOf(row) : null;
  }

  /** True where a message has this id, also one that was removed. */
  isMessageTaken(id: string): boolean {
    return this.all('SELECT 1 FROM messages WHERE id = ?', id).length > 0;
  }

  /**
   * Adds a message after all others, or replaces what is known of its answer: where it belongs stays as it is.
   * @param files texts of what `message.attachments` describes, in that order; only taken with a new message
   */
  putMessage(message: Message, files: readonly AttachedFile[] = []): void {
    const kept = message.attachments.map((one, at): KeptAttachment => ({ ...one, text: files[at]?.text ?? '' }));
    this.run(
      `INSERT INTO messages (id, conversation_id, parent_id, is_chosen, role, text, attachments, created_at_ms, state,
         failure, provenance, numbers)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET
         text = excluded.text, state = excluded.state, failure = excluded.failure, provenance = excluded.provenance,
         numbers = excluded.numbers, created_at_ms = excluded.created_at_ms`,
      message.id,
      message.conversationId,
      message.parentId,
      message.isChosen ? 1 : 0,
      message.role,
      message.text,
      kept.length === 0 ? null : JSON.stringify(kept),
      message.createdAtMs,
      message.state,
      toJson(message.failure),
      toJson(message.provenance),
      toJson(message.numbers),
    );
  }

  /** The attached files of a message, with their texts. */
  attachedFiles(messageId: string): AttachedFile[] {
    const [row] = this.all('SELECT attachments FROM messages WHERE id = ?', messageId);
    const kept: KeptAttachment[] = fromJson(row?.attachments) ?? [];
    return kept.map(({ name, text }) => ({ name, text }));
  }

  /** Makes a message the chosen one among its siblings. */
  choose({ id, conversationId, parentId }: Pick<Message, 'id' | 'conversationId' | 'parentId'>): void {
    this.run(
      'UPDATE messages SET is_chosen = (id = ?) WHERE conversation_id = ? AND parent_id IS ?',
      id,
      conversationId,
      parentId,
    );
  }

  /**
   * Hides messages until they are restored or purged.
   * @param ids a message and all that follow it
   */
  removeMessages(ids: readonly string[]): void {
    const now = Date.now();
    this.together(() => {
      for (const id of ids) this.run('UPDATE messages SET removed_at_ms = ? WHERE id = ?', now, id);
    });
  }

  /** Brings back what was hidden together with a message; null where it is not hidden in that conversation. */
  restoreMessages(conversationId: string, id: string): Message | null {
    const [row] = this.all(
      'SELECT removed_at_ms FROM messages WHERE id = ? AND conversation_id = ? AND removed_at_ms IS NOT NULL',
      id,
      conversationId,
    );
    if (!row) return null;
    this.run(
      'UPDATE messages SET removed_at_ms = NULL WHERE conversation_id = ? AND removed_at_ms = ?',
      conversationId,
      row.removed_at_ms as number,
    );
    return this.message(id);
  }

  /** Drops for good what was removed before `beforeMs`, and answers how much is still only hidden. */
  purge(beforeMs: number): number {
    this.run('DELETE FROM messages WHERE removed_at_ms < ?', beforeMs);
    this.run('DELETE FROM conversations WHERE removed_at_ms < ?', beforeMs);
    const [hidden] = this.all(
      `SELECT (SELECT count(*) FROM messages WHERE removed_at_ms IS NOT NULL) +
              (SELECT count(*) FROM conversations WHERE removed_at_ms IS NOT NULL) AS count`,
    );
    return Number(hidden?.count);
  }

  /** A note to the person that outlives a restart; null where there is none. */
  notice(kind: string): string | null {
    const [row] = this.all('SELECT value FROM notices WHERE kind = ?', kind);
    return (row?.value as string | undefined) ?? null;
  }

  /** Leaves such a note, or takes it away. */
  putNotice(kind: string, value: string | null): void {
    if (value === null) this.run('DELETE FROM notices WHERE kind = ?', kind);
    else this.run('INSERT OR REPLACE INTO notices VALUES (?, ?)', kind, value);
  }

  /** Does several writes as one: all of them or none. Inside another `together` it is part of that. */
  together(writes: () => void): void {
    if (this.database.isTransaction) return writes();
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

  /** Rows of a reading statement, for the search beside the store. */
  all(sql: string, ...values: Value[]): Row[] {
    try {
      return this.statement(sql).all(...values) as Row[];
    } catch (error) {
      throw storageFailed(error);
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

  private run(sql: string, ...values: Value[]): void {
    try {
      // The library ends a text at its first NUL; U+FFFD stands for NUL in Markdown too (CommonMark 2.3).
      this.statement(sql).run(...values.map((value) => (typeof value === 'string' ? withoutNul(value) : value)));
    } catch (error) {
      throw storageFailed(error);
    }
  }
}

const withoutNul = (text: string) => (text.includes('\0') ? text.replaceAll('\0', '\ufffd') : text);
