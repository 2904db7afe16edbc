import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { describe, it } from 'vitest';
import { searchConversations } from '../../../electron/services/conversationSearch';
import { Conversations } from '../../../electron/services/conversations';
import { report } from '../../../scripts/lib/benchReport.mjs';
import { fillConversations } from './fillConversations';
import { timed } from './timed';

/*
 * How the list of conversations and a search grow with their number, in the services, beside plain SQL on the same rows.
 */
const rounds = Number(process.env.WHARF_BENCH_ROUNDS ?? 15);

describe('conversations', () => {
  it.each([10, 100, 1000, 10_000])('%i of them', async (count) => {
    const folder = await mkdtemp(join(tmpdir(), 'wharf-bench-growth-'));
    try {
      const file = join(folder, 'conversations.db');
      await fillConversations(file, count);
      const conversations = new Conversations({ file, log: () => undefined });
      const store = await conversations.store();
      const plain = new DatabaseSync(file, { readOnly: true });
      const titles = plain.prepare('SELECT id, title FROM conversations');
      const scan = plain.prepare('SELECT id FROM messages WHERE text LIKE ? ORDER BY key DESC LIMIT 201');
      report({
        name: `list of ${count} conversations`,
        unit: 'ms',
        wharf: await timed(() => store.conversations(), rounds),
        reference: { what: 'their titles by plain SQL', values: await timed(() => titles.all(), rounds) },
      });
      report({
        name: `search in ${count} conversations`,
        unit: 'ms',
        wharf: await timed(() => searchConversations(store, '컨테이너4711'), rounds),
        reference: { what: 'LIKE over the same rows', values: await timed(() => scan.all('%컨테이너4711%'), rounds) },
      });
      plain.close();
      await conversations.close();
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
