import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Message } from '../../electron/contract/chat';
import { migrations } from '../../electron/services/conversationSchema';
import { searchConversations } from '../../electron/services/conversationSearch';
import type { ConversationStore } from '../../electron/services/conversationStore';
import { Conversations } from '../../electron/services/conversations';

/* Words of one or two characters, which an index of trigrams does not hold as such. */

let folder: string;
let file: string;
let conversations: Conversations;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wharf-short-words-'));
  file = join(folder, 'conversations.sqlite');
  conversations = new Conversations({ file, log: () => undefined });
});
afterEach(async () => {
  await conversations.close();
  await rm(folder, { recursive: true, force: true });
});

const messageOf = (id: string, text: string): Message => ({
  ...{ id, conversationId: `of ${id}`, parentId: null, isChosen: true, attachments: [], role: 'user', text },
  ...{ createdAtMs: 1, state: 'done', failure: null, provenance: null, numbers: null },
});

/** Stores each text as the only message of a conversation `of <place in the list>`. */
function put(store: ConversationStore, texts: readonly string[]): void {
  store.together(() => {
    for (const [at, text] of texts.entries()) {
      const times = { createdAtMs: 1, updatedAtMs: 1 };
      store.putConversation({ id: `of ${at}`, title: '', target: null, pinnedAtMs: null, ...times });
      store.putMessage(messageOf(String(at), text));
    }
  });
}

/** Places in the list of the texts in which the words were found. */
async function found(store: ConversationStore, text: string): Promise<number[]> {
  const { conversations: hits } = await searchConversations(store, text);
  return hits.map(({ conversationId }) => Number(conversationId.slice('of '.length))).sort((a, b) => a - b);
}

/** True where the search looked through the messages themselves. */
async function looksThrough(store: ConversationStore, text: string): Promise<boolean> {
  const all = vi.spyOn(store, 'all');
  await searchConversations(store, text);
  const statements = all.mock.calls.map(([sql]) => sql);
  all.mockRestore();
  return statements.some((sql) => sql.includes('m.key < ?'));
}

const texts = [
  '닻을 올려라',
  '올려라 닻을',
  '배의 닻을',
  '닻',
  '을',
  '닻을',
  '닻\n을',
  '',
  'Go "ON" 100%_\\',
  'go',
  'oG',
  '🚢 가자 🚢',
  '가🚢',
  '끝.',
  'Ähre ÄH',
];

describe('a word of one or two characters', () => {
  it('is missed somewhere in a text, or found where it is not', async () => {
    const store = await conversations.store();
    put(store, texts);
    const plain = texts.map((text) => text.toLowerCase());
    const characters = [...new Set(plain.flatMap((text) => Array.from(text)))].filter((one) => one.trim() !== '');
    const words = [...characters, ...characters.flatMap((one) => characters.map((other) => one + other))];
    expect(words.length).toBeGreaterThan(600);
    for (const word of words) {
      const expected = plain.flatMap((text, at) => (text.includes(word) ? [at] : []));
      expect([word, await found(store, word.toUpperCase())]).toEqual([word, expected]);
    }
    expect(await found(store, '닻을 올')).toEqual([0, 1]);
    expect(await found(store, '올려라 닻')).toEqual([0, 1]);
    expect(await found(store, 'go on')).toEqual([8]);
    expect(await found(store, 'ähre re')).toEqual([14]);
  });

  it('is found in what was said before, what is still being said, or what was removed', async () => {
    const store = await conversations.store();
    put(store, ['닻을 올려라', '올려라 닻을', '닻을']);
    store.putMessage(messageOf('0', '돛을 올려라'));
    store.putMessage({ ...messageOf('1', '올려라 닻을'), state: 'generating' });
    expect(await found(store, '닻을')).toEqual([2]);
    expect(await found(store, '돛을')).toEqual([0]);
    store.removeConversation('of 2');
    expect(await found(store, '닻을')).toEqual([]);
    store.restoreConversation('of 2');
    store.putMessage(messageOf('1', '올려라 닻을'));
    expect(await found(store, '닻을')).toEqual([1, 2]);
    store.removeConversation('of 2');
    store.purge(Number.POSITIVE_INFINITY);
    expect(await found(store, '닻을')).toEqual([1]);
  });

  it('reads every message where it is rare, or gathers every place where it is common', async () => {
    const store = await conversations.store();
    put(store, [...texts, '가나'.repeat(20_000)]);
    expect(await looksThrough(store, '닻을')).toBe(false);
    expect(await looksThrough(store, '닻')).toBe(false);
    expect(await looksThrough(store, '없음')).toBe(false);
    expect(await looksThrough(store, '가나 닻')).toBe(false);
    expect(await looksThrough(store, '가나')).toBe(true);
    expect(await found(store, '가나')).toEqual([texts.length]);
    expect(await found(store, '가')).toEqual([11, 12, texts.length]);
    expect(await found(store, '가나 닻')).toEqual([]);
  });

  it('is not found in the ten thousand conversations of an earlier version, or a failed step leaves half of it', async () => {
    const count = 10_000;
    await mkdir(folder, { recursive: true });
    const old = new DatabaseSync(file);
    old.exec(`BEGIN; ${migrations.slice(0, 3).join('')} PRAGMA user_version = 3`);
    const conversation = old.prepare(
      `INSERT INTO conversations (id, title, created_at_ms, updated_at_ms) VALUES (?, '', 1, 1)`,
    );
    const message = old.prepare(
      `INSERT INTO messages (id, conversation_id, is_chosen, role, text, created_at_ms, state) VALUES (?, ?, 1, 'user', ?, 1, 'done')`,
    );
    for (let at = 0; at < count; at += 1) {
      conversation.run(`of ${at}`);
      message.run(String(at), `of ${at}`, at % 4999 === 7 ? `${at}번 배의 닻을` : `${at}번 컨테이너`);
    }
    // Something is in the way of the last part of the step.
    old.exec('COMMIT; CREATE TABLE messages_last_one (x)');
    old.close();

    await expect(conversations.store()).rejects.toMatchObject({ code: 'STORAGE_FAILED' });
    await conversations.close();
    const between = new DatabaseSync(file);
    expect(between.prepare('PRAGMA user_version').get()).toEqual({ user_version: 3 });
    expect(between.prepare(`SELECT name FROM sqlite_schema WHERE name LIKE 'message_trigrams%'`).all()).toEqual([]);
    between.exec('DROP TABLE messages_last_one');
    between.close();

    const store = await conversations.store();
    expect(store.conversations()).toHaveLength(count);
    expect(await found(store, '닻을')).toEqual([7, 5006]);
    expect(await found(store, '닻')).toEqual([7, 5006]);
    expect(await looksThrough(store, '닻을')).toBe(false);
  });
});
