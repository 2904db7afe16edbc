import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ConversationEvent, Message } from '../../electron/contract/chat';
import type { Container } from '../../electron/contract/containers';
import type { ContainerTarget } from '../../electron/contract/targets';
import { Chat } from '../../electron/services/chat';
import { Conversations } from '../../electron/services/conversations';
import { openingConversation, reduceConversation } from '../../renderer/features/chat/reduceConversation';
import { type ConversationTable, reduceConversations } from '../../renderer/live/reduce';
import { answeringOver } from '../fakes/answering';
import { sampleContainer, sampleId } from '../fakes/samples';
import { type Reply, ScriptedModel } from '../fakes/scriptedModel';

const target: ContainerTarget = { kind: 'container', id: sampleId(1), name: 'llm-api' };
const until = (check: () => unknown) =>
  vi.waitFor(() => expect(check()).toBeTruthy(), { timeout: 10_000, interval: 2 });

let folder: string;
let model: ScriptedModel;
let conversations: Conversations;
let chat: Chat;
let rows: Container[];
let conversationId: string;
const windows: Window[] = [];

/** A window that shows a conversation: applies events as a page does. */
class Window {
  private state = openingConversation;
  readonly events: ConversationEvent[] = [];
  readonly over: Promise<void>;
  private readonly controller = new AbortController();

  constructor(of = conversationId, hold: Promise<void> = Promise.resolve()) {
    windows.push(this);
    this.over = (async () => {
      for await (const event of chat.watch(of, this.controller.signal)) {
        this.apply(event);
        await hold;
      }
    })();
  }

  /** What it shows. */
  get path(): readonly Message[] {
    return this.state.path;
  }

  get messages(): readonly Message[] {
    return this.state.messages;
  }

  get title(): string {
    return this.state.conversation?.title ?? '';
  }

  get answer(): Message | undefined {
    return this.path.filter((message) => message.role === 'assistant').at(-1);
  }

  async leave(): Promise<void> {
    this.controller.abort();
    await this.over;
  }

  private apply(event: ConversationEvent): void {
    this.events.push(event);
    const { state, isGap } = reduceConversation(this.state, event);
    expect(isGap).toBe(false);
    this.state = state;
  }
}

function publish(port: number): Container[] {
  return [sampleContainer({ ports: [{ containerPort: 8000, protocol: 'tcp', hostIp: '127.0.0.1', hostPort: port }] })];
}

function reopen(): void {
  conversations = new Conversations({ file: join(folder, 'conversations.sqlite'), log: () => undefined });
  chat = new Chat({ conversations, answering: answeringOver(folder, () => rows).answering });
}

/** Asks and waits for the end of the answer. */
async function ask(text = '안녕'): Promise<Message> {
  const window = new Window();
  const { answerId } = await chat.send({ conversationId, messageId: randomUUID(), text });
  await until(() => window.messages.some(({ id, state }) => id === answerId && !/ing$|queued/.test(state)));
  await window.leave();
  const stored = (await conversations.store()).message(answerId) as Message;
  expect(window.messages.find((message) => message.id === answerId)).toEqual(stored);
  return stored;
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wharf-chat-'));
  model = new ScriptedModel(async (asked, reply) => {
    reply.stream();
    for (const word of `Echo: ${asked.body.messages?.at(-1)?.content}`.split(' '))
      await reply.event({ delta: `${word} ` });
    await reply.done({ usage: { prompt_tokens: 3, completion_tokens: 4 } });
  });
  rows = publish(await model.listen());
  reopen();
  conversationId = (await chat.create(target)).id;
});
afterEach(async () => {
  try {
    await Promise.all(windows.splice(0).map((window) => window.leave().catch(() => undefined)));
    await until(() => model.sockets.size === 0);
    expect(chat.activity).toEqual({ answers: 0, readers: 0 });
  } finally {
    await chat.close();
    await model.close();
    await rm(folder, { recursive: true, force: true });
  }
});

describe('an answer', () => {
  it('loses text, numbers or where it came from', async () => {
    const answer = await ask('안녕 세상');
    expect(answer).toMatchObject({ state: 'done', failure: null, text: 'Echo: 안녕 세상 ' });
    expect(answer.numbers).toMatchObject({ promptTokens: 3, completionTokens: 4 });
    expect(answer.numbers?.firstTokenMs).toBeLessThanOrEqual(answer.numbers?.totalMs ?? -1);
    expect(answer.provenance).toMatchObject({
      containerId: target.id,
      containerName: 'llm-api',
      image: 'llm-api:latest',
      backend: 'echo',
      model: 'echo',
    });
    expect(model.asked[0]?.headers['x-request-id']).toBe(answer.provenance?.requestId);
    expect(model.asked[0]?.path).toBe('/chat');
  });

  it('forgets what was said before, or sends failed answers along', async () => {
    await ask('one');
    model.script = (_asked, reply) => reply.whole(503, '{"error":{"message":"busy"}}');
    await ask('two');
    model.script = async (_asked, reply) => {
      reply.stream();
      await reply.done();
    };
    await ask('three');
    expect(model.asked.at(-1)?.body).toEqual({
      messages: [
        { role: 'user', content: 'one' },
        { role: 'assistant', content: 'Echo: one ' },
        { role: 'user', content: 'two' },
        { role: 'user', content: 'three' },
      ],
      stream: true,
    });
  });

  it('differs where the stream is cut into other pieces', async () => {
    const wire = Buffer.from(
      ': waiting\n\ndata: {"delta":"가나 "}\n\n\n\ndata: {"delta":"🚢\\n\\n"}\r\n\r\ndata: {"delta":"b"}\ndata: \n\ndata: {"done":true}\n\n',
    );
    for (let at = 1; at < wire.length; at += 1) {
      model.script = async (_asked, reply) => {
        reply.stream();
        await reply.raw(wire.subarray(0, at));
        await new Promise((resolve) => setImmediate(resolve));
        await reply.raw(wire.subarray(at));
        reply.end();
      };
      expect(await ask('x')).toMatchObject({ state: 'done', text: '가나 🚢\n\nb' });
    }
  });

  it('of one enormous event or of very many tiny ones is incomplete, or floods a window', async () => {
    const big = '한'.repeat(1024 * 1024);
    model.script = async (_asked, reply) => {
      reply.stream();
      await reply.event({ delta: big });
      await reply.raw(Array.from({ length: 100_000 }, (_, at) => `data: {"delta":"${at % 10}"}\n\n`).join(''));
      await reply.done();
    };
    const window = new Window();
    const answer = await ask();
    expect(answer.state).toBe('done');
    expect(answer.text.length).toBe(big.length + 100_000);
    expect(answer.text.slice(big.length, big.length + 12)).toBe('012345678901');
    await until(() => window.answer?.state === 'done');
    expect(window.answer?.text).toBe(answer.text);
    expect(window.events.length).toBeLessThan(2_000);
  });

  it.each<[string, (reply: Reply) => Promise<void> | void, object]>([
    ['an end without "done"', (reply) => reply.end(), { state: 'cutOff', failure: { code: 'CHAT_CUT_OFF' } }],
    ['a cut', (reply) => reply.cut(), { state: 'cutOff', failure: { code: 'CHAT_CUT_OFF' } }],
    ['a reset', (reply) => reply.reset(), { state: 'cutOff', failure: { code: 'CHAT_CUT_OFF' } }],
    [
      'an error after the head',
      (reply) => reply.event({ error: { code: 'x', message: '모델 오류' } }),
      { state: 'cutOff', failure: { code: 'CHAT_UPSTREAM', details: { status: 200, message: '모델 오류' } } },
    ],
    [
      'no JSON',
      (reply) => reply.raw('data: <html>\n\n'),
      { state: 'cutOff', failure: { code: 'CHAT_UPSTREAM', details: { status: 200, message: '<html>' } } },
    ],
  ])('counts as whole after %s, or loses what came', async (_name, ending, expected) => {
    model.script = async (_asked, reply) => {
      reply.stream();
      await reply.event({ delta: '반쯤 ' });
      await until(() => windows.some((window) => window.answer?.text === '반쯤 '));
      await ending(reply);
    };
    expect(await ask()).toMatchObject({ text: '반쯤 ', ...expected });
  });

  it.each<[number, string, string]>([
    [404, '{"error":{"code":"not_found","message":"no such path"}}', 'no such path'],
    [500, 'Internal Server Error', 'Internal Server Error'],
    [400, '{"error":"too long"}', 'too long'],
    [403, '{"detail":"forbidden"}', 'forbidden'],
    [
      422,
      '{"detail":[{"loc":["body","messages",0],"msg":"bad"}]}',
      '{"detail":[{"loc":["body","messages",0],"msg":"bad"}]}',
    ],
    [200, '<h1>It works</h1>', '<h1>It works</h1>'],
  ])('hides why the service said no (%i)', async (status, body, message) => {
    model.script = (_asked, reply) => reply.whole(status, body);
    expect(await ask()).toMatchObject({
      state: 'failed',
      failure: { code: 'CHAT_UPSTREAM', details: { status, message } },
    });
    expect(model.asked).toHaveLength(1);
  });

  it('keeps a gigantic error, or reads it to its end', async () => {
    model.script = async (_asked, reply) => {
      reply.whole(500, 'x'.repeat(4 * 1024 * 1024));
      await reply.closed;
    };
    const answer = await ask();
    expect(answer.failure).toMatchObject({ code: 'CHAT_UPSTREAM', details: { status: 500 } });
    expect(JSON.stringify(answer.failure).length).toBeLessThan(2_200);
  });

  it('without end fills the memory', async () => {
    let sent = 0;
    model.script = async (_asked, reply) => {
      reply.stream();
      const piece = 'y'.repeat(1024 * 1024);
      while (!reply.isClosed && sent < 64) {
        await Promise.race([reply.event({ delta: piece }), reply.closed]);
        sent += 1;
      }
    };
    const answer = await ask();
    expect(answer).toMatchObject({ state: 'cutOff', failure: { code: 'CHAT_CUT_OFF' } });
    expect(answer.text.length).toBeLessThanOrEqual(8 * 1024 * 1024);
    await until(() => model.sockets.size === 0);
  });

  it('is fetched from elsewhere when the service redirects', async () => {
    const elsewhere = new ScriptedModel((_asked, reply) => reply.whole(200, '{"response":"caught"}'));
    const port = await elsewhere.listen();
    model.script = (_asked, reply) => reply.whole(307, '', { location: `http://127.0.0.1:${port}/chat` });
    expect(await ask()).toMatchObject({
      state: 'failed',
      failure: { code: 'CHAT_UPSTREAM', details: { status: 307 } },
    });
    expect(elsewhere.asked).toHaveLength(0);
    await elsewhere.close();
  });

  it('cannot be had from a service that is just the tutorial', async () => {
    model.script = ({ body }, reply) =>
      body.message === undefined
        ? reply.whole(422, '{"detail":[{"type":"missing","loc":["body","message"],"msg":"Field required"}]}')
        : reply.whole(200, JSON.stringify({ response: `Echo: ${body.message}` }));
    await ask('one');
    expect(await ask('Hello')).toMatchObject({
      state: 'done',
      text: 'Echo: Hello',
      provenance: { backend: null, model: null },
      numbers: { promptTokens: null, completionTokens: null },
    });
  });
});

describe('stop', () => {
  it.each<[string, (reply: Reply) => void | Promise<void>, string]>([
    ['before the head', () => undefined, ''],
    ['before the first piece', (reply) => reply.stream(), ''],
    [
      'in the middle',
      async (reply) => {
        reply.stream();
        await reply.event({ delta: '반쯤' });
      },
      '반쯤',
    ],
  ])('leaves the service working, or loses what came: %s', async (_name, begin, text) => {
    let reply: Reply | undefined;
    model.script = async (_asked, given) => {
      await begin(given);
      reply = given;
    };
    const window = new Window();
    await chat.send({ conversationId, messageId: randomUUID(), text: 'go' });
    await until(() => reply && window.answer?.text === text);
    await chat.stop(conversationId);
    await reply?.closed;
    await until(() => window.answer?.state === 'stopped');
    expect(window.answer).toMatchObject({ text, failure: null });
    const stored = (await conversations.store()).messages(conversationId).at(-1);
    expect(stored).toMatchObject({ state: 'stopped', text });
  });

  it('waits for the service to notice before it is stopped', async () => {
    let reply: Reply | undefined;
    model.script = async (_asked, given) => {
      given.stream();
      await given.event({ delta: '반쯤' });
      reply = given;
    };
    const window = new Window();
    await chat.send({ conversationId, messageId: randomUUID(), text: 'go' });
    await until(() => reply && window.answer?.text === '반쯤');
    await chat.stop(conversationId);
    // Nothing of the network can have happened since: no turn of the event loop came in between.
    expect(reply?.isClosed).toBe(false);
    expect((await conversations.store()).messages(conversationId).at(-1)).toMatchObject({ state: 'stopped' });
    await reply?.closed;
  });

  it('asks the service all the same once the line of a waiting answer comes up', async () => {
    const replies: Reply[] = [];
    model.script = (_asked, reply) => {
      reply.stream();
      replies.push(reply);
    };
    const others = await Promise.all([1, 2, 3, 4].map(() => chat.create(target)));
    for (const { id } of others) await chat.send({ conversationId: id, messageId: randomUUID(), text: 'busy' });
    await until(() => replies.length === 4);
    const window = new Window();
    await chat.send({ conversationId, messageId: randomUUID(), text: 'waits' });
    await until(() => window.answer?.state === 'queued');
    await chat.stop(conversationId);
    await until(() => window.answer?.state === 'stopped');
    for (const { id } of others) await chat.stop(id);
    await Promise.all(replies.map(({ closed }) => closed));
    await until(() => chat.activity.answers === 0);
    expect(model.asked).toHaveLength(4);
    expect(window.answer).toMatchObject({ state: 'stopped', text: '', failure: null });
  });

  it('turns an answer that is whole into a stopped one, or tells two ends', async () => {
    const window = new Window();
    const ends = () =>
      window.events.filter(
        (event) =>
          event.type === 'message' && event.message.role === 'assistant' && !/ing$|queued/.test(event.message.state),
      );
    model.script = async (_asked, reply) => {
      reply.stream();
      await reply.event({ delta: 'all' });
      await reply.done();
    };
    await chat.send({ conversationId, messageId: randomUUID(), text: 'go' });
    await until(() => window.answer?.text === 'all');
    // Right at the last byte: whichever comes first is the end.
    await chat.stop(conversationId);
    await until(() => /^(done|stopped)$/.test(window.answer?.state ?? ''));
    const { state } = window.answer ?? {};
    await chat.stop(conversationId);
    await until(() => model.sockets.size === 0);
    expect(window.answer).toMatchObject({ state, text: 'all', failure: null });
    expect(ends()).toHaveLength(1);
  });

  it('fails when nothing is under way, or hides that there is no such conversation', async () => {
    await chat.stop(conversationId);
    await expect(chat.stop('none')).rejects.toMatchObject({ code: 'CONVERSATION_MISSING' });
  });
});

describe('sending', () => {
  it('twice with the same id asks twice', async () => {
    const id = randomUUID();
    const window = new Window();
    const [first, second] = await Promise.all([
      chat.send({ conversationId, messageId: id, text: 'hi' }),
      chat.send({ conversationId, messageId: id, text: 'hi' }),
    ]);
    expect(second).toEqual(first);
    await until(() => window.answer?.state === 'done');
    expect(await chat.send({ conversationId, messageId: id, text: 'hi' })).toEqual(first);
    expect(model.asked).toHaveLength(1);
    expect(window.messages).toHaveLength(2);
  });

  it('another message while one is being answered mixes both', async () => {
    let reply: Reply | undefined;
    model.script = (_asked, given) => {
      reply = given;
    };
    await chat.send({ conversationId, messageId: randomUUID(), text: 'one' });
    await expect(chat.send({ conversationId, messageId: randomUUID(), text: 'two' })).rejects.toMatchObject({
      code: 'CHAT_BUSY',
    });
    const [, answer] = (await conversations.store()).messages(conversationId);
    await expect(chat.regenerate(conversationId, answer?.id ?? '')).rejects.toMatchObject({ code: 'CHAT_BUSY' });
    await expect(chat.continueAnswer(conversationId, answer?.id ?? '')).rejects.toMatchObject({ code: 'CHAT_BUSY' });
    await until(() => reply);
    await chat.stop(conversationId);
    await reply?.closed;
    expect((await conversations.store()).messages(conversationId)).toHaveLength(2);
  });

  it('asks before the message is stored', async () => {
    let stored: string[] = [];
    model.script = async (_asked, reply) => {
      const store = await conversations.store();
      stored = store.messages(conversationId).map((message) => `${message.role} ${message.state} ${message.text}`);
      reply.stream();
      await reply.done();
    };
    await ask('first words');
    expect(stored).toEqual(['user done first words', 'assistant connecting ']);
  });

  it('without a target, or to a conversation that is gone, loses the message silently', async () => {
    const empty = await chat.create(null);
    await expect(chat.send({ conversationId: empty.id, messageId: randomUUID(), text: 'x' })).rejects.toMatchObject({
      code: 'CHAT_NO_TARGET',
    });
    await chat.remove(empty.id);
    await expect(chat.send({ conversationId: empty.id, messageId: randomUUID(), text: 'x' })).rejects.toMatchObject({
      code: 'CONVERSATION_MISSING',
    });
  });

  it('puts a message of another conversation in its place', async () => {
    const id = randomUUID();
    await chat.send({ conversationId, messageId: id, text: 'mine' });
    const other = await chat.create(target);
    await expect(chat.send({ conversationId: other.id, messageId: id, text: 'theirs' })).rejects.toThrow();
    expect((await conversations.store()).message(id)).toMatchObject({ conversationId, text: 'mine' });
    await until(() => chat.activity.answers === 0);
  });
});

describe('answering again', () => {
  it('adds a second answer beside one that came to nothing', async () => {
    const script = model.script;
    model.script = (_asked, reply) => reply.whole(503, '{"error":{"message":"loading"}}');
    const failed = await ask('again');
    model.script = script;
    const window = new Window();
    expect(await chat.regenerate(conversationId, failed.id)).toEqual({ answerId: failed.id });
    await until(() => window.answer?.state === 'done');
    expect(window.path.map((message) => message.text)).toEqual(['again', 'Echo: again ']);
    expect(window.messages).toHaveLength(2);
    expect(window.answer?.failure).toBeNull();
  });

  it('throws the answer away that was there, or asks with it', async () => {
    const first = await ask('one');
    const window = new Window();
    const { answerId } = await chat.regenerate(conversationId, first.id);
    await until(() => window.answer?.id === answerId && window.answer.state === 'done');
    expect(window.path.map(({ id }) => id)).toEqual([first.parentId, answerId]);
    expect(window.messages.map(({ id }) => id)).toContain(first.id);
    expect(model.asked.at(-1)?.body.messages).toEqual([{ role: 'user', content: 'one' }]);
  });

  it('is impossible for a message that has no answer, or that is gone', async () => {
    const { parentId } = await ask('one');
    const window = new Window();
    await until(() => window.answer);
    await chat.removeMessage(conversationId, window.answer?.id ?? '');
    const { answerId } = await chat.regenerate(conversationId, parentId ?? '');
    await until(() => window.answer?.id === answerId && window.answer.state === 'done');
    expect(window.path).toHaveLength(2);
    await expect(chat.regenerate(conversationId, 'none')).rejects.toMatchObject({ code: 'MESSAGE_MISSING' });
  });
});

describe('going on with an answer', () => {
  it('begins again, forgets what came, or does not tell the service of it', async () => {
    model.script = async (_asked, reply) => {
      reply.stream();
      await reply.event({ delta: 'Once upon ' });
      reply.cut();
    };
    const half = await ask('tell');
    expect(half).toMatchObject({ state: 'cutOff', text: 'Once upon ' });
    model.script = async (_asked, reply) => {
      reply.stream();
      await reply.event({ delta: 'a time' });
      await reply.done();
    };
    const window = new Window();
    expect(await chat.continueAnswer(conversationId, half.id)).toEqual({ answerId: half.id });
    await until(() => window.answer?.state === 'done');
    expect(window.answer).toMatchObject({ id: half.id, text: 'Once upon a time', failure: null });
    expect(window.messages).toHaveLength(2);
    expect(model.asked.at(-1)?.body.messages).toEqual([
      { role: 'user', content: 'tell' },
      { role: 'assistant', content: 'Once upon ' },
    ]);
  });

  it('loses what was there when the service refuses', async () => {
    const whole = await ask('tell');
    model.script = (_asked, reply) => reply.whole(500, 'no');
    const window = new Window();
    await chat.continueAnswer(conversationId, whole.id);
    await until(() => window.answer?.state === 'cutOff');
    expect(window.answer).toMatchObject({ text: whole.text, failure: { code: 'CHAT_UPSTREAM' } });
  });
});

describe('branches', () => {
  it('of an edited message mix, or the one that was left is lost', async () => {
    const first = await ask('first');
    await ask('second');
    const store = await conversations.store();
    const edited = randomUUID();
    const { answerId } = await chat.send({ conversationId, messageId: edited, text: 'other', parentId: first.id });
    const window = new Window();
    await until(() => window.answer?.id === answerId && window.answer.state === 'done');
    expect(window.path.map(({ text }) => text)).toEqual(['first', 'Echo: first ', 'other', 'Echo: other ']);
    expect(model.asked.at(-1)?.body.messages?.map(({ content }) => content)).toEqual([
      'first',
      'Echo: first ',
      'other',
    ]);
    const second = store.messages(conversationId).find(({ text }) => text === 'second');
    await chat.choose(conversationId, second?.id ?? '');
    await until(() => window.path.some(({ text }) => text === 'second'));
    expect(window.path.map(({ text }) => text)).toEqual(['first', 'Echo: first ', 'second', 'Echo: second ']);
    await window.leave();
    await chat.close();
    reopen();
    const later = new Window();
    await until(() => later.path.length === 4);
    expect(later.path.map(({ text }) => text)).toContain('second');
  });

  it('of the very first message have nowhere to go', async () => {
    await ask('one');
    const { answerId } = await chat.send({ conversationId, messageId: randomUUID(), text: 'two', parentId: null });
    const window = new Window();
    await until(() => window.answer?.id === answerId && window.answer.state === 'done');
    expect(window.path.map(({ text }) => text)).toEqual(['two', 'Echo: two ']);
    expect(model.asked.at(-1)?.body.messages).toEqual([{ role: 'user', content: 'two' }]);
  });

  it('that are switched while an answer grows jump back, or stop it', async () => {
    const first = await ask('one');
    let reply: Reply | undefined;
    model.script = async (_asked, given) => {
      given.stream();
      await given.event({ delta: 'grow' });
      reply = given;
    };
    const window = new Window();
    const { answerId } = await chat.regenerate(conversationId, first.id);
    await until(() => reply && window.answer?.text === 'grow');
    await chat.choose(conversationId, first.id);
    await until(() => window.answer?.id === first.id);
    await reply?.event({ delta: 'ing' });
    await reply?.done();
    const grown = () => window.messages.find(({ id }) => id === answerId);
    await until(() => grown()?.state === 'done');
    expect(grown()?.text).toBe('growing');
    expect(window.answer?.id).toBe(first.id);
  });
});

describe('a removed message', () => {
  it('leaves what followed it behind, cannot be taken back, or comes back elsewhere', async () => {
    await ask('one');
    await ask('two');
    const window = new Window();
    await until(() => window.path.length === 4);
    const before = window.path.map(({ id }) => id);
    expect(await chat.removeMessage(conversationId, before[1] ?? '')).toEqual({ removed: 3 });
    await until(() => window.messages.length === 1);
    await chat.restoreMessage(conversationId, before[1] ?? '');
    await until(() => window.path.length === 4);
    expect(window.path.map(({ id }) => id)).toEqual(before);
    await expect(chat.restoreMessage(conversationId, before[1] ?? '')).rejects.toMatchObject({
      code: 'MESSAGE_MISSING',
    });
  });

  it('goes on being answered', async () => {
    let reply: Reply | undefined;
    model.script = (_asked, given) => {
      given.stream();
      reply = given;
    };
    const id = randomUUID();
    await chat.send({ conversationId, messageId: id, text: 'x' });
    await until(() => reply);
    await chat.removeMessage(conversationId, id);
    await reply?.closed;
    expect(chat.activity.answers).toBe(0);
  });

  it('comes back after the next start', async () => {
    const { id } = await ask('secret');
    await chat.removeMessage(conversationId, id);
    await chat.close();
    reopen();
    await expect(chat.restoreMessage(conversationId, id)).rejects.toMatchObject({ code: 'MESSAGE_MISSING' });
  });
});

describe('attached files', () => {
  it('are not told to the service, end their own block, or travel with every snapshot', async () => {
    const attachments = [
      { name: 'C:\\work\\notes.md', text: '# Notes\n```js\nlet x\n```\n' },
      { name: 'a.py', text: 'print(1)' },
    ];
    const window = new Window();
    await chat.send({ conversationId, messageId: randomUUID(), text: 'Explain', attachments });
    await until(() => window.answer?.state === 'done');
    expect(model.asked.at(-1)?.body.messages?.[0]?.content).toBe(
      'File: notes.md\n````md\n# Notes\n```js\nlet x\n```\n````\n\nFile: a.py\n```py\nprint(1)\n```\n\nExplain',
    );
    const [question] = window.path;
    expect(question).toMatchObject({
      text: 'Explain',
      attachments: [{ name: 'notes.md', sizeBytes: 24 }, { name: 'a.py' }],
    });
    expect(JSON.stringify(window.path[0])).not.toContain('print(1)');
    expect(await chat.attachment(conversationId, question?.id ?? '', 1)).toEqual({ name: 'a.py', text: 'print(1)' });
    await expect(chat.attachment(conversationId, question?.id ?? '', 2)).rejects.toMatchObject({
      code: 'MESSAGE_MISSING',
    });
  });
});

describe('the target', () => {
  it.each<[string, Partial<Container>, string]>([
    ['stopped', { state: 'exited' }, 'stopped'],
    ['without a port', { ports: [] }, 'noPort'],
    [
      'published to another address only',
      { ports: [{ containerPort: 8000, protocol: 'tcp', hostIp: '192.0.2.1', hostPort: 1 }] },
      'noPort',
    ],
    [
      'published over UDP only',
      { ports: [{ containerPort: 8000, protocol: 'udp', hostIp: '127.0.0.1', hostPort: 1 }] },
      'noPort',
    ],
    [
      'not listening',
      { ports: [{ containerPort: 8000, protocol: 'tcp', hostIp: '127.0.0.1', hostPort: 1 }] },
      'refused',
    ],
    ['gone', { id: sampleId(9), name: 'other' }, 'missing'],
  ])('%s is asked for ever', async (_name, part, reason) => {
    rows = [sampleContainer(part)];
    expect(await ask()).toMatchObject({
      state: 'failed',
      text: '',
      failure: { code: 'CHAT_TARGET_UNREACHABLE', details: { name: 'llm-api', reason } },
    });
  });

  it('is lost when its container is made again under the same name', async () => {
    const again = sampleId(7);
    rows = rows.map((row) => ({ ...row, id: again }));
    const window = new Window();
    expect(await ask()).toMatchObject({ state: 'done', provenance: { containerId: again } });
    await until(() =>
      window.events.some(
        (event) => event.type === 'conversation' && (event.conversation.target as ContainerTarget | null)?.id === again,
      ),
    );
    expect((await conversations.store()).conversation(conversationId)?.target).toEqual({ ...target, id: again });
  });
});

describe('windows', () => {
  it('that come later, or are slow, show something else', async () => {
    let release: () => void = () => undefined;
    const slow = new Window(conversationId, new Promise<void>((resolve) => (release = resolve)));
    const quick = new Window();
    let reply: Reply | undefined;
    model.script = async (_asked, given) => {
      given.stream();
      for (let at = 0; at < 300; at += 1) await given.event({ delta: `${at} ` });
      reply = given;
    };
    await chat.send({ conversationId, messageId: randomUUID(), text: 'count' });
    await until(() => reply && quick.answer?.text.endsWith('299 '));
    const late = new Window();
    await until(() => late.answer);
    await reply?.done();
    release();
    const text = Array.from({ length: 300 }, (_, at) => `${at} `).join('');
    for (const window of [slow, quick, late]) {
      await until(() => window.answer?.state === 'done');
      expect(window.messages.map((message) => message.text)).toEqual(['count', text]);
      expect(window.title).toBe('count');
    }
    expect(slow.events.length).toBeLessThan(12);
    expect(quick.events.length).toBeLessThan(150);
  });

  it('go on showing a removed conversation, or its answer goes on', async () => {
    let reply: Reply | undefined;
    model.script = (_asked, given) => {
      given.stream();
      reply = given;
    };
    const window = new Window();
    await chat.send({ conversationId, messageId: randomUUID(), text: 'x' });
    await until(() => reply);
    await chat.remove(conversationId);
    await window.over;
    expect(window.events.at(-1)).toEqual({ type: 'removed' });
    await reply?.closed;
    await expect(chat.remove(conversationId)).rejects.toMatchObject({ code: 'CONVERSATION_MISSING' });
    const missing = new Window();
    await expect(missing.over).rejects.toMatchObject({ code: 'CONVERSATION_MISSING' });
  });

  it('miss changes of the list', async () => {
    const controller = new AbortController();
    let titles: string[] = [];
    const over = (async () => {
      let table: ConversationTable | undefined;
      for await (const event of chat.watchConversations(controller.signal)) {
        table = reduceConversations(table, event);
        titles = table?.conversations.map((one) => one.title) ?? [];
      }
    })();
    await until(() => titles.length === 1);
    const second = await chat.create(null);
    await until(() => titles.length === 2);
    await chat.rename(second.id, '두 번째');
    await chat.retarget(second.id, target);
    await until(() => titles.includes('두 번째'));
    await ask('newest words');
    await until(() => titles[0] === 'newest words');
    await chat.remove(second.id);
    await until(() => titles.length === 1);
    controller.abort();
    await over;
  });
});

describe('closing', () => {
  it('takes an answer under way for a finished one, or loses what came', async () => {
    let reply: Reply | undefined;
    model.script = async (_asked, given) => {
      given.stream();
      await given.event({ delta: 'half' });
      reply = given;
    };
    const window = new Window();
    await chat.send({ conversationId, messageId: randomUUID(), text: 'x' });
    await until(() => reply && window.answer?.text === 'half');
    await window.leave();
    await chat.close();
    await reply?.closed;
    reopen();
    expect((await conversations.store()).messages(conversationId).at(-1)).toMatchObject({
      state: 'cutOff',
      text: 'half',
      failure: { code: 'APP_CLOSED' },
    });
  });

  it('with a full disk ends the answer, hides that it was not stored, or goes on saying so once it is', async () => {
    const store = await conversations.store();
    const leaving = new AbortController();
    let table: ConversationTable | undefined;
    const over = (async () => {
      for await (const event of chat.watchConversations(leaving.signal)) table = reduceConversations(table, event);
    })();
    model.script = async (_asked, reply) => {
      store['database'].exec('PRAGMA max_page_count = 1');
      reply.stream();
      await reply.event({ delta: 'z'.repeat(100_000) });
      await reply.done();
    };
    const window = new Window();
    await chat.send({ conversationId, messageId: randomUUID(), text: 'x' });
    await until(() => window.answer?.state === 'done');
    expect(window.answer?.text.length).toBe(100_000);
    await until(() => table?.storage.failure?.code === 'STORAGE_FAILED');
    const later = new Window();
    await until(() => later.answer?.text.length === 100_000);
    expect(store.messages(conversationId).at(-1)?.text).toBe('');
    store['database'].exec('PRAGMA max_page_count = 1000000');
    await until(() => table?.storage.failure === null);
    expect(store.messages(conversationId).at(-1)?.text.length).toBe(100_000);
    leaving.abort();
    await over;
  });
});
