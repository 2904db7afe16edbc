import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CDPSession } from 'playwright';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type FakeEngine, startFakeEngine } from '../fakes/fakeEngine';
import { type Script, ScriptedModel } from '../fakes/scriptedModel';
import { startWharf, type Wharf } from './wharf';

let model: ScriptedModel;
let fake: FakeEngine;
let wharf: Wharf;
let keyboard: CDPSession;

const atOnce: Script = async (_asked, reply) => {
  reply.stream();
  await reply.event({ delta: 'Understood.' });
  await reply.done();
};

/** From now on answers begin and wait until the gate is opened. */
function gated(): { open(): void } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  model.script = async (_asked, reply) => {
    reply.stream();
    await reply.event({ delta: 'Slowly' });
    await opened;
    await reply.event({ delta: ' done.' });
    await reply.done();
  };
  return { open };
}

beforeAll(async () => {
  model = new ScriptedModel(atOnce);
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
  wharf = await startWharf({ dockerHost: fake.endpoint.address });
  keyboard = await wharf.page.context().newCDPSession(wharf.page);
});
afterAll(async () => {
  await wharf?.close();
  await fake?.close();
  await model?.close();
});

const field = () => wharf.page.getByRole('textbox', { name: 'Message', exact: true });

/** Messages that reached the service, in order. */
const received = () => model.asked.map(({ body }) => body.messages?.at(-1)?.content ?? body.message);

beforeEach(async () => {
  model.asked.length = 0;
  model.script = atOnce;
  await wharf.page.evaluate(() => {
    window.location.hash = '#/settings';
  });
  await wharf.page.getByRole('heading', { name: 'Settings', exact: true }).waitFor();
  // A new conversation with nothing left over from the test before.
  await wharf.page.evaluate(() => {
    window.location.hash = '#/chat';
  });
  await field().fill('');
  await field().focus();
  await wharf.page.getByPlaceholder('Message llm-api', { exact: true }).waitFor();
});

/** What the input method shows, underlined, at the caret. */
const compose = (text: string) =>
  keyboard.send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length });

/** What it puts there for good. Ends the composition. */
const commit = (text: string) => keyboard.send('Input.insertText', { text });

interface Enter {
  /** Ctrl is held. */
  ctrl?: boolean;
  /** The input method has the key: key code 229. */
  taken?: boolean;
  shift?: boolean;
  /** The key also types its line break. */
  types?: boolean;
}

async function enter({
  taken = false,
  shift = false,
  ctrl = false,
  types = !taken && !ctrl,
}: Enter = {}): Promise<void> {
  const code = taken ? 229 : 13;
  const key = { key: 'Enter', code: 'Enter', windowsVirtualKeyCode: code, modifiers: (shift ? 8 : 0) + (ctrl ? 2 : 0) };
  await keyboard.send(
    'Input.dispatchKeyEvent',
    types ? { type: 'keyDown', ...key, text: '\r' } : { type: 'rawKeyDown', ...key },
  );
}

/** The key as it repeats by itself while it is held. */
async function hold(): Promise<void> {
  const key = { key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 13, autoRepeat: true, text: '\r' };
  for (let times = 0; times < 3; times += 1) await keyboard.send('Input.dispatchKeyEvent', { type: 'keyDown', ...key });
}

const release = (key = 'Enter') => keyboard.send('Input.dispatchKeyEvent', { type: 'keyUp', key, code: key });

/** Until the page has done all that the keys so far make it do: timers of 0 ms, then a frame drawn. */
const settled = () =>
  wharf.page.evaluate(
    () =>
      new Promise((resolve) => {
        setTimeout(() => setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(resolve))));
      }),
  );

/** Waits for the answer to message number `count`: whatever else was to be sent is on its way by then. */
async function answered(count: number): Promise<void> {
  await wharf.page
    .getByText('Understood.', { exact: true })
    .nth(count - 1)
    .waitFor();
  await settled();
}

describe('one Enter in the middle of a Hangul syllable', () => {
  it('is not enough to send, or sends without the last syllable', async () => {
    await commit('안녕하세');
    await compose('ㅇ');
    await compose('요');
    expect(await field().inputValue()).toBe('안녕하세요');
    await enter({ taken: true });
    await commit('요');
    await release();
    await answered(1);
    expect(received()).toEqual(['안녕하세요']);
    expect(await field().inputValue()).toBe('');
  });

  it('leaves a line break, or sends again, where the system reports the key once more', async () => {
    await commit('고마워');
    await compose('요');
    await enter({ taken: true });
    await commit('요');
    await enter();
    await release();
    await answered(1);
    expect(received()).toEqual(['고마워요']);
    expect(await field().inputValue()).toBe('');
  });

  it('leaves a line break where the input method types it by itself after its commit', async () => {
    // In a new conversation, whose field must outlive its first message. What comes within 50 ms belongs to the same key: this machine may be slow, so the page's clock stands still.
    await wharf.page.evaluate(() => {
      const now = performance.now();
      performance.now = () => now;
    });
    try {
      await compose('네');
      await enter({ taken: true });
      await commit('네');
      const other = { key: 'Unidentified', windowsVirtualKeyCode: 229 };
      await keyboard.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', ...other });
      await keyboard.send('Input.dispatchKeyEvent', { type: 'char', ...other, text: '\r' });
      await release();
      await answered(1);
      expect(received()).toEqual(['네']);
      expect(await field().inputValue()).toBe('');
    } finally {
      await wharf.page.evaluate(() => {
        performance.now = Performance.prototype.now;
      });
    }
  });

  it('sends with Shift held, instead of going to a new line', async () => {
    await compose('네');
    await enter({ taken: true, shift: true });
    await commit('네');
    await enter({ shift: true });
    await release();
    await settled();
    expect(received()).toEqual([]);
    await compose('응');
    await enter({ taken: true });
    await commit('응');
    await release();
    await answered(1);
    expect(received()).toEqual(['네\n응']);
  });
});

describe('Enter while candidates are shown', () => {
  it('sends kana or kanji that it was to choose', async () => {
    await compose('に');
    await compose('にほん');
    await compose('日本');
    await enter({ taken: true });
    await commit('日本');
    await release();
    await settled();
    expect(received()).toEqual([]);
    expect(await field().inputValue()).toBe('日本');
    await enter();
    await release();
    await answered(1);
    expect(received()).toEqual(['日本']);
  });
});

describe('Enter without an input method', () => {
  it('sends with Shift held, or loses the line break', async () => {
    await commit('one');
    await enter({ shift: true });
    await release();
    await commit('two');
    await settled();
    expect(received()).toEqual([]);
    expect(await field().inputValue()).toBe('one\ntwo');
    await enter();
    await release();
    await answered(1);
    expect(received()).toEqual(['one\ntwo']);
  });

  it('sends twice when it is struck twice, or leaves a line break', async () => {
    await commit('once');
    await Promise.all([enter(), enter()]);
    await release();
    await answered(1);
    expect(received()).toEqual(['once']);
    expect(await field().inputValue()).toBe('');
  });

  it('sends the next message by itself when it is still held as the answer ends', async () => {
    const gate = gated();
    await commit('first');
    await enter();
    await wharf.page.getByText('Slowly', { exact: true }).waitFor();
    await commit('second');
    await enter();
    await hold();
    gate.open();
    await wharf.page.getByText('Slowly done.', { exact: true }).waitFor();
    const send = wharf.page.getByRole('button', { name: 'Send (Enter)', exact: true });
    await send.waitFor();
    await hold();
    await release();
    await settled();
    expect(received()).toEqual(['first']);
    expect(await field().inputValue()).toBe('second');
    await enter();
    await release();
    await vi.waitFor(() => expect(received()).toEqual(['first', 'second']), 15_000);
    expect(wharf.complaints).toEqual([]);
  });
});

/** Types a Hangul word with its last syllable still open, and strikes the one Enter that shall be enough. */
async function oneEnter(begin: string, last: string): Promise<void> {
  if (begin !== '') await commit(begin);
  await compose(last);
  await enter({ taken: true });
  await commit(last);
  // Some systems report the key once more.
  await enter();
  await release();
  await settled();
}

describe('one Enter in the middle of a Hangul syllable, in another field', () => {
  it('of an edited message is not enough, or sends it twice or cut', async () => {
    await commit('first');
    await enter();
    await release();
    await answered(1);
    await wharf.page.getByLabel('Edit and send again').click();
    const edit = wharf.page.getByLabel('Edited message');
    await edit.fill('');
    await oneEnter('고쳐서 다', '시');
    await vi.waitFor(() => expect(received()).toEqual(['first', '고쳐서 다시']), 15_000);
    await wharf.page.getByText('2/2').waitFor();
    expect(await wharf.page.getByText('고쳐서 다시', { exact: true }).count()).toBeGreaterThan(0);
    expect(await edit.count()).toBe(0);
  });

  it('of a new title is not enough, or cuts its last syllable', async () => {
    await commit('a title to change');
    await enter();
    await release();
    await answered(1);
    await wharf.page.getByLabel('Actions for this conversation').click();
    await wharf.page.getByRole('menuitem', { name: 'Rename' }).click();
    const title = wharf.page.getByLabel('New title');
    await title.fill('');
    await oneEnter('새 제', '목');
    await wharf.page.getByRole('heading', { name: '새 제목', exact: true }).waitFor();
    expect(await title.count()).toBe(0);
    expect(received()).toEqual(['a title to change']);
  });

  it('of the search looks for less than what was typed', async () => {
    await commit('부두에서 만나요');
    await enter();
    await release();
    await answered(1);
    const search = wharf.page.getByLabel('Search conversations');
    await search.focus();
    await oneEnter('만나', '요');
    expect(await search.inputValue()).toBe('만나요');
    await wharf.page.getByLabel('Search results').locator('mark', { hasText: '만나요' }).first().waitFor();
    await search.fill('');
    expect(received()).toEqual(['부두에서 만나요']);
  });

  it('of a form is not enough, or cuts its last syllable', async () => {
    await wharf.page.evaluate(() => {
      window.location.hash = '#/settings';
    });
    const image = wharf.page
      .getByRole('main')
      .locator('form')
      .getByLabel('Base image of the bundled API image', { exact: true });
    await image.fill('');
    await oneEnter('내-이미', '지');
    const saved = async () => JSON.parse(await readFile(join(wharf.dataFolder, 'settings.json'), 'utf8')).baseImage;
    await expect.poll(saved, { timeout: 15_000 }).toBe('내-이미지');
  });

  it('of the palette does nothing, or does something twice', async () => {
    await wharf.page.keyboard.press('Control+KeyK');
    await wharf.page.getByPlaceholder('Search or run a command').and(wharf.page.locator(':focus')).waitFor();
    await oneEnter('한', '국');
    await wharf.page.getByLabel('메시지', { exact: true }).waitFor();
    await expect.poll(() => wharf.page.locator('[data-action]').count(), { timeout: 15_000 }).toBe(0);
    // Back to English, for the other tests.
    await wharf.page.keyboard.press('Control+KeyK');
    await wharf.page.getByPlaceholder('검색하거나 명령 실행').and(wharf.page.locator(':focus')).waitFor();
    await commit('English');
    await expect.poll(() => wharf.page.locator('[data-action]').count(), { timeout: 15_000 }).toBe(1);
    await enter();
    await release();
    await field().waitFor();
    expect(received()).toEqual([]);
  });
});

describe('where Ctrl and Enter send', () => {
  const set = async (name: string) => {
    await wharf.page.evaluate(() => {
      window.location.hash = '#/settings';
    });
    await wharf.page.getByRole('group', { name: 'Send a message with' }).getByText(name, { exact: true }).click();
    await wharf.page.evaluate(() => {
      window.location.hash = '#/chat';
    });
    await wharf.page.getByPlaceholder('Message llm-api', { exact: true }).waitFor();
    // The setting goes to main and comes back before it counts.
    await wharf.page.getByRole('button', { name: `Send (${name})`, exact: true }).waitFor();
    await field().focus();
  };

  it('Enter alone sends, or Ctrl and Enter do not, also in the middle of a syllable', async () => {
    await set('Ctrl+Enter');
    try {
      await commit('one');
      await enter();
      await release();
      await commit('두');
      await compose('울');
      await enter({ taken: true });
      await commit('울');
      await settled();
      expect(received()).toEqual([]);
      expect(await field().inputValue()).toBe('one\n두울');
      await compose('요');
      await enter({ taken: true, ctrl: true });
      await commit('요');
      await enter({ ctrl: true });
      await release();
      await answered(1);
      expect(received()).toEqual(['one\n두울요']);
      expect(await field().inputValue()).toBe('');
    } finally {
      await set('Enter');
    }
  });
});

describe('the button', () => {
  it('stops the answer that the first half of a double click asked for', async () => {
    const gate = gated();
    await field().fill('wait');
    await wharf.page.getByRole('button', { name: 'Send (Enter)', exact: true }).dblclick({ delay: 120 });
    await wharf.page.getByText('Slowly', { exact: true }).waitFor();
    gate.open();
    await wharf.page.getByText('Slowly done.', { exact: true }).waitFor();
    expect(await wharf.page.getByText('Stopped. What came is kept.').count()).toBe(0);
    expect(received()).toEqual(['wait']);
  });
});
