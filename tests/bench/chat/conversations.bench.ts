import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { searchConversations } from '../../../electron/services/conversationSearch';
import { Conversations } from '../../../electron/services/conversations';
import { report } from '../../../scripts/lib/benchReport.mjs';
import { startWharf, type Wharf } from '../../e2e/wharf';
import { type FakeEngine, startFakeEngine } from '../../fakes/fakeEngine';
import { fillConversations } from '../growth/fillConversations';
import { timed } from '../growth/timed';

/*
 * Ten thousand conversations with six messages each: how long the list and a search take in the services, beside a plain
 * LIKE over the same rows, and in the window from the key to the painted result.
 */
const counts = { conversations: 10_000, few: 20 };
const rounds = 7;
const sought = ['컨테이너4711', '컨테이너', '로그', '닻을', 'no such words', 'docker 로그'];

let folder: string;
let file: string;
let fewFolder: string;
let engine: FakeEngine;
let wharf: Wharf;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wharf-bench-'));
  fewFolder = await mkdtemp(join(tmpdir(), 'wharf-bench-few-'));
  file = join(folder, 'conversations.sqlite');
  await fillConversations(file, counts.conversations);
  await fillConversations(join(fewFolder, 'conversations.sqlite'), counts.few);
  engine = await startFakeEngine();
}, 300_000);
afterAll(async () => {
  await wharf?.close();
  await engine?.close();
  await rm(fewFolder, { recursive: true, force: true });
  await rm(folder, { recursive: true, force: true });
});

/** Milliseconds from the address to the painted list, while the page's code is loaded already. */
async function listPainted(): Promise<number[]> {
  const { page } = wharf;
  const times: number[] = [];
  for (let round = 0; round < 6; round += 1) {
    await page.evaluate(() => {
      window.location.hash = '#/settings';
    });
    await page.getByRole('heading', { name: 'Settings', exact: true }).waitFor();
    const time = await page.evaluate(async () => {
      const start = performance.now();
      window.location.hash = '#/chat';
      while (document.querySelector('[data-conversation]') === null) await new Promise(requestAnimationFrame);
      await new Promise(requestAnimationFrame);
      return performance.now() - start;
    });
    // The first one loads the code.
    if (round > 0) times.push(time);
  }
  return times;
}

describe('ten thousand conversations', () => {
  it('in the services', async () => {
    const conversations = new Conversations({ file, log: () => undefined });
    const store = await conversations.store();
    const plain = new DatabaseSync(file, { readOnly: true });
    const scan = plain.prepare(`SELECT id FROM messages WHERE text LIKE ? ORDER BY key DESC LIMIT 201`);
    const titles = plain.prepare('SELECT id, title FROM conversations');
    report({
      name: `all ${counts.conversations} conversations read`,
      unit: 'ms',
      wharf: await timed(() => store.conversations(), rounds),
      reference: { what: 'their titles by plain SQL', values: await timed(() => titles.all(), rounds) },
    });
    for (const text of sought) {
      const found = (await searchConversations(store, text)).conversations.length;
      report({
        name: `search for "${text}", ${found} found`,
        unit: 'ms',
        wharf: await timed(() => searchConversations(store, text), rounds),
        reference: { what: 'plain LIKE', values: await timed(() => scan.all(`%${text}%`), rounds) },
      });
    }
    plain.close();
    await conversations.close();
  });

  it('in the window', async () => {
    wharf = await startWharf({ dockerHost: engine.endpoint.address, dataFolder: fewFolder });
    const few = await listPainted();
    await wharf.close();
    wharf = await startWharf({ dockerHost: engine.endpoint.address, dataFolder: folder });
    report({
      name: `list of ${counts.conversations} conversations painted`,
      unit: 'ms',
      wharf: await listPainted(),
      reference: { what: `of ${counts.few}`, values: few },
      goal: { of: 'median', atMost: 100 },
    });
    const { page } = wharf;
    for (const text of sought) {
      const times: number[] = [];
      for (let round = 0; round < 5; round += 1) {
        const time = await page.evaluate(async (value) => {
          const field = document.querySelector<HTMLInputElement>('aside input[type=search]');
          const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set;
          const put = (next: string) => {
            set?.call(field, next);
            field?.dispatchEvent(new Event('input', { bubbles: true }));
          };
          const start = performance.now();
          put(value);
          const said = () => document.querySelector('aside [role=status]')?.textContent ?? '';
          while (!/\d/.test(said())) await new Promise(requestAnimationFrame);
          await new Promise(requestAnimationFrame);
          const spent = performance.now() - start;
          put('');
          while (document.querySelector('[data-conversation]') === null) await new Promise(requestAnimationFrame);
          return spent;
        }, text);
        times.push(time);
      }
      report({ name: `search for "${text}" painted`, unit: 'ms', wharf: times, goal: { of: 'median', atMost: 100 } });
    }
  });
});
