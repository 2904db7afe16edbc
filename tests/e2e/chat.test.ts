import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator } from 'playwright';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type FakeEngine, startFakeEngine } from '../fakes/fakeEngine';
import { type Reply, ScriptedModel } from '../fakes/scriptedModel';
import { startWharf, type Wharf } from './wharf';

let folder: string;
let model: ScriptedModel;
let fake: FakeEngine;
let wharf: Wharf;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wharf-e2e-chat-'));
  model = new ScriptedModel(async (_asked, reply) => {
    reply.stream();
    await reply.event({ delta: 'Understood.' });
    await reply.done();
  });
  const hostPort = await model.listen();
  fake = await startFakeEngine({
    containers: [
      {
        name: 'llm-api',
        state: 'running',
        labels: { 'app.wharf.api': 'true' },
        ports: [{ containerPort: 8000, hostIp: '127.0.0.1', hostPort }],
      },
    ],
  });
  await start();
});
afterEach(async () => {
  await wharf?.close();
  await fake?.close();
  await model?.close();
  await rm(folder, { recursive: true, force: true });
});

async function start(): Promise<void> {
  wharf = await startWharf({ dockerHost: fake.endpoint.address, dataFolder: folder });
}

const go = (hash: string) =>
  wharf.page.evaluate((to) => {
    window.location.hash = to;
  }, hash);

async function openChat(): Promise<Locator> {
  await go('#/chat');
  await wharf.page.getByPlaceholder('Message llm-api', { exact: true }).waitFor();
  return wharf.page.getByRole('textbox', { name: 'Message', exact: true });
}

async function send(text: string): Promise<void> {
  const field = await openChat();
  await field.fill(text);
  await field.press('Enter');
}

/** A stream that says what it is told to, piece by piece. */
function held(): { reply: () => Promise<Reply>; asked: () => number } {
  const replies: Reply[] = [];
  model.script = (_asked, reply) => {
    reply.stream();
    replies.push(reply);
  };
  return {
    reply: async () => {
      await vi.waitFor(() => expect(replies.length).toBeGreaterThan(0), 15_000);
      return replies[0] as Reply;
    },
    asked: () => replies.length,
  };
}

const hostile = [
  '<img src="https://evil.test/1.png" onerror="window.injected=1"><svg onload="window.injected=2"><script>window.injected=3</script>',
  '![pixel](https://evil.test/2.png) [![x](https://evil.test/3.png)](https://evil.test/)',
  '<iframe src="https://evil.test/"></iframe><style>@import "https://evil.test/4.css";</style>',
  '[click](javascript:window.injected=4) [data](data:text/html,<script>window.injected=5</script>) <javascript:window.injected=6>',
  '```mermaid\ngraph TD; A["<img src=x onerror=window.injected=7>"] --> B\n```',
  '```html\n<script>window.injected=8</script>\n```\n\n| a | <img src=https://evil.test/5.png> |\n|---|---|\n| <b onmouseover=window.injected=9>x</b> | y |',
  '$\\href{javascript:window.injected=10}{x} \\includegraphics{https://evil.test/6.png}$',
  '<base href="https://evil.test/"><meta http-equiv="refresh" content="0;url=https://evil.test/"><form action="https://evil.test/"><button>go</button></form>',
].join('\n\n');

/** Where the page itself comes from. */
const ownAddress = () => new URL('.', wharf.page.url()).href;

/** Every address that the page asked for outside of its own. */
function watchRequests(): string[] {
  const outside: string[] = [];
  const own = ownAddress();
  wharf.page.on('request', (request) => {
    if (!request.url().startsWith(own)) outside.push(request.url());
  });
  return outside;
}

async function expectInert(outside: string[]): Promise<void> {
  const found = await wharf.page.evaluate(() => ({
    injected: 'injected' in window,
    elements: document.querySelectorAll(
      'main iframe, main script, main img, main form, main base, main meta, main object, main a[href^="javascript"], main a[href^="data"], main svg:not([class*="tabler"])',
    ).length,
    base: document.baseURI,
  }));
  expect(found).toMatchObject({ injected: false, elements: 0 });
  expect(new URL('.', found.base).href).toBe(ownAddress());
  expect(outside).toEqual([]);
  expect(wharf.complaints).toEqual([]);
}

describe('hostile text', () => {
  it('does something: a byte at a time, from history, in a title, a search, a file, the preview of an export', async () => {
    const outside = watchRequests();
    model.script = async (_asked, reply) => {
      reply.stream();
      for (const byte of Buffer.from(`data: ${JSON.stringify({ delta: hostile.slice(0, 300) })}\n\n`)) {
        await reply.raw(Buffer.from([byte]));
      }
      for (const character of hostile.slice(300)) await reply.event({ delta: character });
      await reply.event({ delta: '\n\nThe end of it.' });
      await reply.done();
    };
    // Its first words become the title.
    const field = await openChat();
    await wharf.page.locator('input[type=file]').setInputFiles([
      {
        name: '<img src=x onerror=window.injected=11>.md',
        mimeType: 'text/markdown',
        buffer: Buffer.from(hostile),
      },
    ]);
    await wharf.page.getByText('onerror=window.injected=11').first().waitFor();
    await field.fill(hostile);
    await field.press('Enter');
    await wharf.page.getByText('The end of it.', { exact: true }).waitFor({ timeout: 60_000 });
    await expectInert(outside);

    await wharf.page.reload();
    await wharf.page.getByText('The end of it.', { exact: true }).waitFor();
    await expectInert(outside);

    await wharf.page.getByText('onerror=window.injected=11').first().click();
    await wharf.page.getByRole('dialog').getByText('window.injected=8').first().waitFor();
    await expectInert(outside);
    await wharf.page.keyboard.press('Escape');

    await wharf.page.getByLabel('Search conversations').fill('injected');
    await wharf.page.getByLabel('Search results').locator('mark').first().waitFor();
    await expectInert(outside);

    await wharf.page.getByLabel('Actions for this conversation').click();
    await wharf.page.getByRole('menuitem', { name: 'Export…' }).click();
    await wharf.page.getByLabel('Preview').locator('table').first().waitFor();
    await expectInert(outside);

    await wharf.page.keyboard.press('Escape');
    const link = wharf.page.getByRole('link', { name: /Image, not loaded: pixel/ }).first();
    await link.click();
    await wharf.page.getByText('Open evil.test?').waitFor();
    await expectInert(outside);
  });

  it('of an imported file does something, or is taken in with ids of its own making', async () => {
    const outside = watchRequests();
    const file = join(folder, 'import.json');
    const conversation = {
      ...{ id: 'constructor', title: hostile, createdAtMs: 1, updatedAtMs: Date.now() },
      messages: [
        {
          id: '__proto__',
          parentId: null,
          isChosen: true,
          role: 'assistant',
          text: hostile,
          createdAtMs: 1,
          state: 'done',
        },
      ],
    };
    await writeFile(file, JSON.stringify({ format: 'wharf.conversations', version: 1, conversations: [conversation] }));
    await wharf.pickNext(file);
    await openChat();
    await wharf.page.getByLabel('Import and export').click();
    await wharf.page.getByRole('menuitem', { name: 'Import…' }).click();
    await wharf.page.getByText('Imported 1 conversation.').waitFor();
    await wharf.page.getByRole('article').getByText('window.injected=8').first().waitFor();
    await expectInert(outside);
  });
});

describe('an answer that is on its way', () => {
  it('is lost by a reload of the page, or by looking at another conversation', async () => {
    const { reply, asked } = held();
    await send('count for me');
    const stream = await reply();
    await stream.event({ delta: 'one ' });
    await wharf.page.getByText('one', { exact: true }).waitFor();
    await wharf.page.reload();
    await wharf.page.getByText('one', { exact: true }).waitFor();
    await stream.event({ delta: 'two ' });
    await wharf.page.getByText('one two', { exact: true }).waitFor();
    await openChat();
    await stream.event({ delta: 'three ' });
    await wharf.page.getByTitle('count for me').first().click();
    await wharf.page.getByText('one two three', { exact: true }).waitFor();
    await stream.event({ delta: 'four' });
    await stream.done();
    await wharf.page.getByText('one two three four', { exact: true }).waitFor();
    await wharf.page.getByLabel('Answer again').waitFor();
    expect(asked()).toBe(1);
    expect(wharf.complaints).toEqual([]);
  });

  it('is lost, asked for again or shown differently after the renderer crashed', async () => {
    const { reply, asked } = held();
    await send('count for me');
    const stream = await reply();
    await stream.event({ delta: 'one ' });
    await wharf.page.getByText('one', { exact: true }).waitFor();
    const inNewPage = await wharf.crash(() => stream.event({ delta: 'two ' }));
    const shown = () => inNewPage('[...document.querySelectorAll("article")].map((one) => one.innerText).join("\\n")');
    await vi.waitFor(async () => expect(await shown()).toContain('one two'), { timeout: 20_000 });
    await stream.event({ delta: 'three' });
    await stream.done();
    await vi.waitFor(async () => expect(await shown()).toContain('one two three'), { timeout: 20_000 });
    expect(asked()).toBe(1);
  });

  it('is gone, or a second of it and more, when Wharf is killed; the next start says that it is not whole', async () => {
    const { reply } = held();
    await send('remember this');
    const stream = await reply();
    await stream.event({ delta: 'written down' });
    await wharf.page.getByText('written down', { exact: true }).waitFor();
    await vi.waitFor(
      async () =>
        expect((await readFile(join(folder, 'conversations.sqlite-wal'))).includes('written down')).toBe(true),
      {
        timeout: 10_000,
      },
    );
    const main = wharf.mainProcess;
    const gone = new Promise((resolve) => main.once('exit', resolve));
    main.kill('SIGKILL');
    await gone;
    await wharf.close().catch(() => undefined);
    await start();
    await go('#/chat');
    await wharf.page.getByTitle('remember this').first().click();
    await wharf.page.getByText('written down', { exact: true }).waitFor();
    await wharf.page.getByText('Wharf was closed while this went on').waitFor();
    await wharf.page.getByRole('button', { name: 'Continue' }).waitFor();
  });
});

describe('two windows', () => {
  it('show different things, or a message twice', async () => {
    const { reply, asked } = held();
    await send('seen by both');
    const stream = await reply();
    await stream.event({ delta: 'half ' });
    await wharf.page.getByText('half', { exact: true }).waitFor();
    const second = await wharf.openAnother();
    await second.getByText('half', { exact: true }).waitFor();
    await stream.event({ delta: 'whole' });
    await stream.done();
    for (const page of [wharf.page, second]) {
      await page.getByText('half whole', { exact: true }).waitFor();
      expect(await page.getByRole('article').count()).toBe(2);
    }
    // What is done in one is seen in the other.
    await second.evaluate(() => document.querySelector<HTMLElement>('article [data-danger]')?.click());
    await expect.poll(() => wharf.page.getByRole('article').count()).toBe(0);
    expect(asked()).toBe(1);
    await second.close();
  });
});

describe('a database that cannot be read', () => {
  it('stops Wharf, is thrown away, or is moved without a word', async () => {
    await send('before the damage');
    await wharf.page.getByText('Understood.', { exact: true }).waitFor();
    await wharf.close();
    await writeFile(join(folder, 'conversations.sqlite'), 'torn '.repeat(5000));
    await start();
    await openChat();
    await wharf.page.getByText('The saved conversations could not be read').waitFor();
    const aside = (await readdir(folder)).find((name) => name.includes('.broken-')) ?? 'none';
    await wharf.page.getByText(join(folder, aside), { exact: true }).waitFor();
    await wharf.page.getByLabel('Dismiss').click();
    await wharf.page.getByText('The saved conversations could not be read').waitFor({ state: 'detached' });
    await send('after it');
    await wharf.page.getByText('Understood.', { exact: true }).waitFor();
    await wharf.close();
    await start();
    await openChat();
    await wharf.page.getByTitle('after it').first().waitFor();
    expect(await wharf.page.getByText('The saved conversations could not be read').count()).toBe(0);
  });
});

describe('the place in a conversation', () => {
  it('runs away from a reader while an answer grows, or does not come back to the end', async () => {
    const { reply } = held();
    await send('tell me everything');
    const stream = await reply();
    const lines = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, at) => `Line ${from + at} of the answer.\n\n`).join('');
    await stream.event({ delta: lines(0, 80) });
    await wharf.page.getByText('Line 79 of the answer.').waitFor();
    const scroller = wharf.page
      .locator('main section > div > div')
      .filter({ has: wharf.page.getByRole('article') })
      .first();
    const atEnd = () =>
      scroller.evaluate((element) => element.scrollHeight - element.clientHeight - element.scrollTop < 30);
    await expect.poll(atEnd).toBe(true);
    await stream.event({ delta: lines(80, 120) });
    await wharf.page.getByText('Line 119 of the answer.').waitFor();
    await expect.poll(atEnd).toBe(true);

    await scroller.hover();
    await wharf.page.mouse.wheel(0, -600);
    await wharf.page.getByTitle('Go to the latest message').waitFor();
    const place = () => scroller.evaluate((element) => element.scrollTop);
    let before = -1;
    await expect
      .poll(async () => {
        const now = await place();
        const isStill = now === before;
        before = now;
        return isStill;
      })
      .toBe(true);
    await stream.event({ delta: lines(120, 200) });
    await wharf.page.getByText('Line 199 of the answer.').waitFor({ state: 'attached' });
    expect(await place()).toBe(before);
    await wharf.page.getByTitle('Go to the latest message').click();
    await expect.poll(atEnd).toBe(true);
    await stream.event({ delta: lines(200, 240) });
    await wharf.page.getByText('Line 239 of the answer.').waitFor();
    await expect.poll(atEnd).toBe(true);
    await stream.done();
  });
});
