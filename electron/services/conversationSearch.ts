import { setImmediate } from 'node:timers/promises';
import type { ConversationHit, MessageHit, SnippetPiece } from '../contract/archive';
import { isOver } from './conversationRows';
import type { ConversationStore } from './conversationStore';

/** What is shown at most: messages in all, messages of one conversation, conversations found by their title. */
const limits = { messages: 200, messagesOfConversation: 3, titles: 50 };

/** The index of words is one of trigrams: a shorter word is looked up as the beginning of some. */
const indexedLength = 3;

/**
 * Places up to which a short word is worth its lookup: at most 5 ms of main's time. A more common one is soon found in
 * enough messages by looking through the newest.
 */
const placesAtMost = 10_000;

/** Messages that are looked through at once where no index helps: about 5 ms of main's time. */
const scannedAtOnce = 5_000;

/** UTF-16 units of a snippet around its first match. */
const snippetReach = { before: 40, after: 120 };

const words = (text: string) => [...new Set(text.trim().split(/\s+/))].slice(0, 10);
const likePattern = (word: string) => `%${word.replace(/[\\%_]/g, '\\$&')}%`;
const escapePattern = (word: string) => word.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');

/** A piece of `text` around the first of the words in it, with every one of them marked. Plain text on one line. */
function snippetOf(text: string, sought: readonly string[], reach = snippetReach): SnippetPiece[] {
  const pattern = new RegExp(sought.map(escapePattern).join('|'), 'giu');
  const first = Math.max(0, text.search(pattern));
  const from = first <= reach.before ? 0 : first - reach.before;
  const to = first + reach.after;
  const excerpt = text.slice(from, to).replace(/^[\udc00-\udfff]|[\ud800-\udbff]$/g, '');
  const line = `${from > 0 ? '… ' : ''}${excerpt}${to < text.length ? ' …' : ''}`.replace(/\s+/g, ' ');
  const pieces: SnippetPiece[] = [];
  let at = 0;
  for (const match of line.matchAll(pattern)) {
    if (match[0] === '') continue;
    if (match.index > at) pieces.push({ text: line.slice(at, match.index), isMatch: false });
    pieces.push({ text: match[0], isMatch: true });
    at = match.index + match[0].length;
  }
  if (at < line.length) pieces.push({ text: line.slice(at), isMatch: false });
  return pieces;
}

interface Found {
  key: number;
  conversation_id: string;
}

/** Keys of all messages that hold a short word, once a place; its values are `placesOf(word)`. */
const places = `SELECT doc FROM message_trigrams WHERE term >= ? AND term <= ?
  UNION ALL SELECT key FROM messages WHERE lower(substr(text, -2)) >= lower(?) AND lower(substr(text, -2)) <= lower(?)
  UNION ALL SELECT key FROM messages WHERE lower(substr(text, -1)) = lower(?)`;

function placesOf(word: string): string[] {
  const last = `${word}\u{10ffff}`;
  return [word.toLowerCase(), last.toLowerCase(), word, last, word];
}

/** Longer before shorter: the more characters, the fewer places. */
function rareAmong(store: ConversationStore, short: readonly string[]): string | undefined {
  return [...short]
    .sort((one, other) => other.length - one.length)
    .find((word) => {
      const [row] = store.all(`SELECT count(*) AS count FROM (${places} LIMIT ${placesAtMost + 1})`, ...placesOf(word));
      return Number(row?.count) <= placesAtMost;
    });
}

/** LIKE takes upper and lower case for the same in ASCII only. */
const isForLike = (word: string) => !/(?!\p{ASCII})\p{Cased}/u.test(word);

/** Messages that hold all of the words, newest first: by the indexes for words that they help with, else a piece at a time. */
async function findMessages(store: ConversationStore, sought: readonly string[], signal?: AbortSignal) {
  const indexed = sought.filter((word) => Array.from(word).length >= indexedLength);
  const short = sought.filter((word) => !indexed.includes(word));
  const rare = indexed.every(isForLike) ? rareAmong(store, short) : undefined;
  const limit = limits.messages + 1;
  const wanted = `m.${isOver} AND m.removed_at_ms IS NULL AND c.removed_at_ms IS NULL`;
  const filterOf = (filtered: readonly string[]) => filtered.map(() => ` AND m.text LIKE ? ESCAPE '\\'`).join('');
  if (rare !== undefined) {
    const others = sought.filter((word) => word !== rare);
    return store.all(
      `SELECT m.key, m.conversation_id FROM messages m JOIN conversations c ON c.id = m.conversation_id
       WHERE m.key IN (${places}) AND ${wanted}${filterOf(others)} ORDER BY m.key DESC LIMIT ${limit}`,
      ...placesOf(rare),
      ...others.map(likePattern),
    ) as unknown as Found[];
  }
  if (indexed.length > 0) {
    const match = indexed.map((word) => `"${word.replaceAll('"', '""')}"`).join(' AND ');
    return store.all(
      `SELECT m.key, m.conversation_id FROM message_words w JOIN messages m ON m.key = w.rowid
       JOIN conversations c ON c.id = m.conversation_id
       WHERE w.message_words MATCH ? AND ${wanted}${filterOf(short)} ORDER BY w.rowid DESC LIMIT ${limit}`,
      match,
      ...short.map(likePattern),
    ) as unknown as Found[];
  }
  const found: Found[] = [];
  let below = Number(store.all('SELECT coalesce(max(key), 0) + 1 AS next FROM messages')[0]?.next);
  while (below > 0 && found.length < limit && !signal?.aborted) {
    const from = below - scannedAtOnce;
    found.push(
      ...(store.all(
        `SELECT m.key, m.conversation_id FROM messages m JOIN conversations c ON c.id = m.conversation_id
         WHERE m.key >= ? AND m.key < ? AND ${wanted}${filterOf(short)} ORDER BY m.key DESC LIMIT ${limit}`,
        from,
        below,
        ...short.map(likePattern),
      ) as unknown as Found[]),
    );
    below = from;
    // Between the pieces main is free for answers and clicks.
    await setImmediate();
  }
  return found.slice(0, limit);
}

/** See `archive.search`. */
export async function searchConversations(
  store: ConversationStore,
  text: string,
  signal?: AbortSignal,
): Promise<{ conversations: ConversationHit[]; isMore: boolean }> {
  const sought = words(text);
  const titleFilter = sought.map(() => ` AND title LIKE ? ESCAPE '\\'`).join('');
  const titled = store.all(
    `SELECT id FROM conversations WHERE removed_at_ms IS NULL${titleFilter}
     ORDER BY updated_at_ms DESC LIMIT ${limits.titles + 1}`,
    ...sought.map(likePattern),
  ) as unknown as { id: string }[];
  const found = await findMessages(store, sought, signal);

  const hits = new Map<string, MessageHit[]>();
  for (const { id } of titled.slice(0, limits.titles)) hits.set(id, []);
  for (const { key, conversation_id: conversationId } of found.slice(0, limits.messages)) {
    const ofConversation = hits.get(conversationId) ?? [];
    hits.set(conversationId, ofConversation);
    if (ofConversation.length >= limits.messagesOfConversation) continue;
    const [row] = store.all('SELECT id, role, text, created_at_ms FROM messages WHERE key = ?', key);
    if (!row) continue;
    ofConversation.push({
      messageId: row.id as string,
      role: row.role as MessageHit['role'],
      createdAtMs: row.created_at_ms as number,
      snippet: snippetOf(row.text as string, sought),
    });
  }
  const conversations = [...hits].flatMap(([conversationId, of]): ConversationHit[] => {
    const conversation = store.conversation(conversationId);
    if (!conversation) return [];
    const title = snippetOf(conversation.title, sought, { before: 200, after: 200 });
    return [{ conversationId, title, updatedAtMs: conversation.updatedAtMs, hits: of }];
  });
  return { conversations, isMore: titled.length > limits.titles || found.length > limits.messages };
}
