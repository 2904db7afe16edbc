import { access, rm } from 'node:fs/promises';
import type { IncomingHttpHeaders } from 'node:http';
import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import { type BoundedText, maskedSecret, type RawRequest, type RequestEntry } from '../../contract/requests';
import { LiveValue } from '../live';
import { openDatabase } from '../openDatabase';
import { storageFailed } from '../storageFailed';
import type { Recording } from './askForAnswer';

/** UTF-16 units that are kept of a body: of a request nearly always all, of an answer its beginning and its end. */
const requestBodyLimit = 512 * 1024;
const responseHeadLimit = 96 * 1024;
const responseTailLimit = 32 * 1024;

/** Requests that are listed, and the newest ones whose bodies are kept. */
const entryLimit = 5_000;
const bodyLimit = 300;
const listLimit = 200;

const schemaVersion = 1;
const schema = `
  CREATE TABLE requests (
    id TEXT PRIMARY KEY,
    conversation_id TEXT NOT NULL,
    message_id TEXT NOT NULL,
    started_at_ms INTEGER NOT NULL,
    entry TEXT NOT NULL,
    raw TEXT
  ) STRICT;
  CREATE INDEX requests_by_conversation ON requests (conversation_id, started_at_ms);
  PRAGMA user_version = ${schemaVersion};`;

type Begin = Pick<
  RequestEntry,
  'id' | 'conversationId' | 'messageId' | 'startedAtMs' | 'targetName' | 'containerId' | 'model'
>;
type End = Pick<RequestEntry, 'durationMs' | 'model' | 'promptTokens' | 'completionTokens' | 'failure'>;
type Raw = Omit<RawRequest, 'entry'>;

const yes = () => true;
const no = () => false;
const nothing: BoundedText = { head: '', tail: '', leftOut: 0 };

/** The beginning and the end of a text that comes in pieces. */
class Bounded {
  private head = '';
  private tail = '';
  private length = 0;

  add(text: string): void {
    const free = responseHeadLimit - this.head.length;
    if (free > 0) this.head += text.slice(0, free);
    this.tail += free > 0 ? text.slice(free) : text;
    // Cut in large steps: cutting with each piece copies the whole tail each time.
    if (this.tail.length > 8 * responseTailLimit) this.tail = this.tail.slice(-responseTailLimit);
    this.length += text.length;
  }

  get value(): BoundedText {
    const tail = this.tail.slice(-responseTailLimit);
    return { head: this.head, tail, leftOut: this.length - this.head.length - tail.length };
  }
}

/** One request while it is under way: what goes over the wire is noted, and stored when it is over. */
export class OpenRequest implements Recording {
  readonly entry: RequestEntry;
  private readonly raw: Raw = {
    requestHeaders: [],
    requestBody: nothing,
    responseHeaders: [],
    responseBody: nothing,
  };
  private readonly received_ = new Bounded();

  constructor(
    begin: Begin,
    private readonly secret: string | null,
    private readonly onChange: (request: OpenRequest) => void,
  ) {
    this.entry = {
      ...begin,
      durationMs: null,
      method: 'POST',
      url: '',
      status: null,
      promptTokens: null,
      completionTokens: null,
      failure: null,
    };
  }

  asked(request: { method: string; url: string; headers: Record<string, string>; body: string | null }): void {
    this.entry.method = request.method;
    this.entry.url = this.masked(request.url);
    const body = this.masked(request.body ?? '');
    const headers = { ...request.headers, ...(request.body === null ? {} : { 'content-type': 'application/json' }) };
    this.raw.requestHeaders = Object.entries(headers).map(([name, value]) => [name, this.masked(value)]);
    this.raw.requestBody = {
      head: body.slice(0, requestBodyLimit),
      tail: '',
      leftOut: Math.max(0, body.length - requestBodyLimit),
    };
    this.onChange(this);
  }

  answered(status: number, headers: IncomingHttpHeaders): void {
    this.entry.status = status;
    this.raw.responseHeaders = Object.entries(headers).flatMap(([name, value]) =>
      (Array.isArray(value) ? value : [value ?? '']).map((one): [string, string] => [name, this.masked(one)]),
    );
    this.onChange(this);
  }

  received(text: string): void {
    this.received_.add(text);
  }

  /** All that is known of it by now. */
  get all(): RawRequest {
    const { head, tail, leftOut } = this.received_.value;
    const responseBody = { head: this.masked(head), tail: this.masked(tail), leftOut };
    return { entry: { ...this.entry }, ...this.raw, responseBody };
  }

  private masked(text: string): string {
    return this.secret === null || this.secret === '' ? text : text.replaceAll(this.secret, maskedSecret);
  }
}

/** The requests of the chat, in a database beside the conversations: for the inspector, and to find a turn by its log line. */
export class RequestLog {
  private opening: Promise<DatabaseSyncInstance> | null = null;
  private readonly open_ = new Map<string, OpenRequest>();
  /** Counts changes: whoever watches reads the list again. */
  private readonly changes = new LiveValue(0);

  constructor(private readonly options: { file: string; log(line: string): void }) {}

  /** Open watches; tests count them. */
  get readerCount(): number {
    return this.changes.readerCount;
  }

  /** Notes a request from now on. A disk that refuses costs the inspector, never the answer. */
  begin(begin: Begin, secret: string | null): OpenRequest {
    const request = new OpenRequest(begin, secret, () => this.changes.set(this.changes.value + 1));
    this.open_.set(begin.id, request);
    return request;
  }

  /** Stores what came of it. */
  async end(request: OpenRequest, end: End): Promise<void> {
    Object.assign(request.entry, end);
    const { entry, ...raw } = request.all;
    try {
      const database = await this.database();
      database
        .prepare('INSERT OR REPLACE INTO requests VALUES (?, ?, ?, ?, ?, ?)')
        .run(
          entry.id,
          entry.conversationId,
          entry.messageId,
          entry.startedAtMs,
          JSON.stringify(entry),
          JSON.stringify(raw),
        );
      database
        .prepare(
          `UPDATE requests SET raw = NULL WHERE raw IS NOT NULL AND rowid <= (
             SELECT rowid FROM requests WHERE raw IS NOT NULL ORDER BY rowid DESC LIMIT 1 OFFSET ?)`,
        )
        .run(bodyLimit);
      database.prepare('DELETE FROM requests WHERE rowid <= (SELECT max(rowid) FROM requests) - ?').run(entryLimit);
    } catch (error) {
      this.options.log(`a request could not be noted: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      this.open_.delete(entry.id);
      this.changes.set(this.changes.value + 1);
    }
  }

  /** See `requests.watch`. */
  async *watch(conversationId: string, signal?: AbortSignal): AsyncGenerator<{ requests: RequestEntry[] }, void, void> {
    for await (const _ of this.changes.watch(signal)) {
      const stored = await this.all(
        `SELECT entry FROM requests WHERE conversation_id = ? ORDER BY started_at_ms DESC LIMIT ${listLimit}`,
        conversationId,
      );
      const open = [...this.open_.values()]
        .filter(({ entry }) => entry.conversationId === conversationId)
        .map(({ entry }) => ({ ...entry }));
      const known = new Set(open.map(({ id }) => id));
      const listed = stored.map(({ entry }) => JSON.parse(entry as string) as RequestEntry);
      yield { requests: [...open.reverse(), ...listed.filter(({ id }) => !known.has(id))].slice(0, listLimit) };
    }
  }

  /** See `requests.read`. */
  async read(requestId: string): Promise<{ request: RawRequest | null }> {
    const open = this.open_.get(requestId);
    if (open) return { request: open.all };
    const [row] = await this.all('SELECT entry, raw FROM requests WHERE id = ?', requestId);
    if (!row || row.raw === null) return { request: null };
    return { request: { entry: JSON.parse(row.entry as string), ...JSON.parse(row.raw as string) } };
  }

  /** See `requests.find`. */
  async find(requestId: string): Promise<{ turn: { conversationId: string; messageId: string } | null }> {
    const open = this.open_.get(requestId)?.entry;
    if (open) return { turn: { conversationId: open.conversationId, messageId: open.messageId } };
    const [row] = await this.all('SELECT conversation_id, message_id FROM requests WHERE id = ?', requestId);
    if (!row) return { turn: null };
    return { turn: { conversationId: row.conversation_id as string, messageId: row.message_id as string } };
  }

  /** Forgets the requests of every conversation that is not known (any more). Does nothing where none was noted yet. */
  async keepOnly(isKnown: (conversationId: string) => boolean): Promise<void> {
    const isThere = this.opening !== null || (await access(this.options.file).then(yes, no));
    if (!isThere) return;
    try {
      for (const { id } of await this.all('SELECT DISTINCT conversation_id AS id FROM requests')) {
        if (!isKnown(id as string)) await this.all('DELETE FROM requests WHERE conversation_id = ?', id as string);
      }
    } catch (error) {
      this.options.log(`requests could not be forgotten: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  /** Closes the database if it was opened. */
  async close(): Promise<void> {
    const database = await this.opening?.catch(() => null);
    this.opening = null;
    database?.close();
  }

  private async all(sql: string, ...values: string[]): Promise<Record<string, unknown>[]> {
    try {
      return (await this.database()).prepare(sql).all(...values) as Record<string, unknown>[];
    } catch (error) {
      throw storageFailed(error);
    }
  }

  private database(): Promise<DatabaseSyncInstance> {
    this.opening ??= this.openFresh().catch((error) => {
      this.opening = null;
      throw error;
    });
    return this.opening;
  }

  /** Nothing here is dear: a file that is broken or of another version is begun anew. */
  private async openFresh(): Promise<DatabaseSyncInstance> {
    const { file, log } = this.options;
    for (const isLast of [false, true]) {
      let database: DatabaseSyncInstance | null = null;
      try {
        database = await openDatabase(file);
        const { user_version: version } = database.prepare('PRAGMA user_version').get() as { user_version: number };
        if (version === schemaVersion) return database;
        if (version === 0) {
          database.exec(schema);
          return database;
        }
        throw new Error(`of another version (${version})`);
      } catch (error) {
        database?.close();
        if (isLast) throw error;
        log(`the requests could not be read (${String(error)}): begun anew`);
        for (const part of ['', '-wal', '-shm']) await rm(`${file}${part}`, { force: true });
      }
    }
    throw new Error('not reached');
  }
}
