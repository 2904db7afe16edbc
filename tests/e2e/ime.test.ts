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
  /** The input method has the key: key code 229. */
  taken?: boolean;
  shift?: boolean;
  /** The key also types its line break. */
  types?: boolean;
}

async function enter({ taken = false, shift = false, types = !taken }: Enter = {}): Promise<void> {
  const code = taken ? 229 : 13;
  const key = { key: 'Enter', code: 'Enter', windowsVirtualKeyCode: code, modifiers: shift ? 8 : 0 };
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
    // In a conversation that exists: the first message of a new one brings a new field.
    await commit('first');
    await enter();
    await release();
    await answered(1);
    // What comes within 50 ms belongs to the same key: this machine may be slow, so the page's clock stands still.
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
      await answered(2);
      expect(received()).toEqual(['first', '네']);
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
