import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AnswerState } from '../../electron/contract/answers';
import type { Message } from '../../electron/contract/chat';
import type { Container } from '../../electron/contract/containers';
import { maskedSecret } from '../../electron/contract/requests';
import type { ChatTarget } from '../../electron/contract/targets';
import type { Answering } from '../../electron/services/answers/answering';
import type { Endpoints } from '../../electron/services/answers/endpoints';
import { Chat } from '../../electron/services/chat';
import { Comparisons } from '../../electron/services/comparisons';
import { Conversations } from '../../electron/services/conversations';
import { answeringOver } from '../fakes/answering';
import { sampleContainer, sampleId } from '../fakes/samples';
import { type AskedRequest, type Reply, ScriptedModel } from '../fakes/scriptedModel';

const until = (check: () => unknown) =>
  vi.waitFor(() => expect(check()).toBeTruthy(), { timeout: 10_000, interval: 2 });
const key = 'sk-very-secret-0123456789';

let folder: string;
let model: ScriptedModel;
let port: number;
let answering: Answering;
let endpoints: Endpoints;
let chat: Chat;
let conversations: Conversations;
let rows: Container[] = [];
const logged: string[] = [];

/** Ollama's last line. */
const ollamaEnd = { model: 'm:1b', message: { role: 'assistant', content: '' }, done: true, done_reason: 'stop' };
const ollamaPiece = (content: string) => ({ model: 'm:1b', message: { role: 'assistant', content }, done: false });
const openaiPiece = (content: string) => ({ id: 'x', model: 'gpt-x', choices: [{ index: 0, delta: { content } }] });
const openaiEnd = { id: 'x', model: 'gpt-x', choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] };
const openaiUsage = { id: 'x', model: 'gpt-x', choices: [], usage: { prompt_tokens: 9, completion_tokens: 2 } };

type Script = (asked: AskedRequest, reply: Reply) => void | Promise<void>;

/** Answers what Wharf asks beside the answer, and leaves that to `script`. */
const beside =
  (script: Script): Script =>
  (asked, reply) => {
    if (asked.path === '/api/tags') return reply.whole(200, '{"models":[{"name":"z"},{"name":"a","size":5}]}');
    if (asked.path === '/v1/models') return reply.whole(200, '{"data":[{"id":"gpt-x"}]}');
    if (asked.path === '/api/ps') return reply.whole(200, '{"models":[]}');
    if (asked.path === '/api/show') return reply.whole(200, '{"parameters":"num_ctx                        2048"}');
    return script(asked, reply);
  };

async function makeEndpoint(kind: 'ollama' | 'openai', withKey = false, answersAtOnce = 4): Promise<ChatTarget> {
  const put = await endpoints.put({
    id: null,
    name: 'gpu',
    kind,
    baseUrl: `http://127.0.0.1:${port}`,
    answersAtOnce,
    ...(withKey ? { key } : {}),
  });
  return { kind: 'endpoint', endpointId: put.id, name: 'gpu', model: kind === 'ollama' ? 'm:1b' : 'gpt-x' };
}

async function stored(answerId: string): Promise<Message> {
  return (await conversations.store()).message(answerId) as Message;
}

const isOver = (state: AnswerState | undefined) => /^(done|stopped|cutOff|failed)$/.test(state ?? '');

/** Asks in a conversation of its own and answers once it is over. */
async function ask(target: ChatTarget, settings?: Parameters<Chat['create']>[1]): Promise<Message> {
  const { answerId } = await begin(target, settings);
  await vi.waitFor(async () => expect(isOver((await stored(answerId)).state)).toBe(true), {
    timeout: 10_000,
    interval: 5,
  });
  return stored(answerId);
}

async function begin(target: ChatTarget, settings?: Parameters<Chat['create']>[1]) {
  const conversation = await chat.create(target, settings);
  const { answerId } = await chat.send({ conversationId: conversation.id, messageId: randomUUID(), text: '안녕' });
  return { answerId, conversationId: conversation.id };
}

/** Every state that a window was shown of a conversation's answer. */
function watchStates(conversationId: string) {
  const seen: { state: AnswerState; position: number | null | undefined; text: string }[] = [];
  const leaving = new AbortController();
  const over = (async () => {
    for await (const event of chat.watch(conversationId, leaving.signal)) {
      const messages = event.type === 'snapshot' ? event.messages : event.type === 'message' ? [event.message] : [];
      for (const { role, state, waiting, text } of messages) {
        if (role === 'assistant') seen.push({ state, position: waiting?.position, text });
      }
    }
  })();
  return {
    seen,
    leave: async () => {
      leaving.abort();
      await over;
    },
  };
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wharf-answers-'));
  model = new ScriptedModel(beside((_asked, reply) => reply.whole(500, 'no script')));
  port = await model.listen();
  rows = [sampleContainer({ ports: [{ containerPort: 8000, protocol: 'tcp', hostIp: '127.0.0.1', hostPort: port }] })];
  logged.length = 0;
  const made = answeringOver(folder, () => rows, { ollamaHost: `127.0.0.1:${port}`, log: (line) => logged.push(line) });
  ({ answering, endpoints } = made);
  conversations = new Conversations({ file: join(folder, 'conversations.sqlite'), log: (line) => logged.push(line) });
  chat = new Chat({ conversations, answering });
});
afterEach(async () => {
  try {
    await until(() => model.sockets.size === 0);
    expect(chat.activity).toEqual({ answers: 0, readers: 0 });
    expect(answering.queue.size).toBe(0);
  } finally {
    await chat.close();
    await model.close();
    await rm(folder, { recursive: true, force: true });
  }
});

describe('an answer of Ollama itself', () => {
  it('loses text, numbers, parameters or where it came from', async () => {
    model.script = beside(async (_asked, reply) => {
      reply.stream('application/x-ndjson');
      await reply.line(ollamaPiece('가나 '));
      await reply.raw(`\n${JSON.stringify(ollamaPiece('🚢'))}\n\n${JSON.stringify(ollamaPiece('!'))}\n`);
      const counts = { prompt_eval_count: 40, eval_count: 3, load_duration: 2_000_000_000, eval_duration: 60_000_000 };
      await reply.line({ ...ollamaEnd, ...counts });
      reply.end();
    });
    const target = await makeEndpoint('ollama');
    const parameters = { temperature: 0.2, topP: 0.9, contextTokens: 8192, maxTokens: 64, seed: 7, stop: ['###'] };
    const answer = await ask(target, { settings: { system: 'Be brief.', parameters } });
    expect(answer).toMatchObject({ state: 'done', failure: null, text: '가나 🚢!' });
    expect(answer.numbers).toMatchObject({
      promptTokens: 40,
      completionTokens: 3,
      loadMs: 2000,
      generateMs: 60,
      contextTokens: 8192,
      overflowed: false,
      finishReason: 'stop',
    });
    expect(answer.provenance).toMatchObject({
      containerId: null,
      endpoint: { name: 'gpu', kind: 'ollama' },
      model: 'm:1b',
      parameters,
      hasSystem: true,
    });
    const asked = model.asked.find(({ path }) => path === '/api/chat');
    expect(asked?.body).toEqual({
      model: 'm:1b',
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: '안녕' },
      ],
      stream: true,
      options: { temperature: 0.2, top_p: 0.9, num_ctx: 8192, num_predict: 64, seed: 7, stop: ['###'] },
    });
    expect(asked?.headers['x-request-id']).toBe(answer.provenance?.requestId);
  });

  it('differs where the stream is cut at another byte', async () => {
    const wire = Buffer.from(
      `${JSON.stringify(ollamaPiece('가나 '))}\n\n${JSON.stringify(ollamaPiece('🚢\n'))}\r\n${JSON.stringify(ollamaEnd)}`,
    );
    const target = await makeEndpoint('ollama');
    for (let at = 1; at < wire.length; at += 3) {
      model.script = beside(async (_asked, reply) => {
        reply.stream('application/x-ndjson');
        await reply.raw(wire.subarray(0, at));
        await new Promise((resolve) => setImmediate(resolve));
        await reply.raw(wire.subarray(at));
        reply.end();
      });
      expect(await ask(target)).toMatchObject({ state: 'done', text: '가나 🚢\n' });
    }
  });

  it.each<[string, (reply: Reply) => Promise<void> | void, object]>([
    ['an end without done', (reply) => reply.end(), { state: 'cutOff', failure: { code: 'CHAT_CUT_OFF' } }],
    ['a cut', (reply) => reply.cut(), { state: 'cutOff', failure: { code: 'CHAT_CUT_OFF' } }],
    ['a reset', (reply) => reply.reset(), { state: 'cutOff', failure: { code: 'CHAT_CUT_OFF' } }],
    [
      'an error line after status 200',
      (reply) => reply.line({ error: 'llama runner process has terminated: signal: killed' }),
      { state: 'cutOff', failure: { code: 'CHAT_UPSTREAM' } },
    ],
    [
      'a line that is no JSON',
      (reply) => reply.raw('<html>\n'),
      { state: 'cutOff', failure: { code: 'CHAT_UPSTREAM', details: { message: '<html>' } } },
    ],
  ])('counts as whole after %s, or loses what came', async (_name, ending, expected) => {
    model.script = beside(async (_asked, reply) => {
      reply.stream('application/x-ndjson');
      await reply.line(ollamaPiece('반쯤'));
      await ending(reply);
      reply.end();
    });
    expect(await ask(await makeEndpoint('ollama'))).toMatchObject({ text: '반쯤', ...expected });
  });

  it('of one enormous line, or of two objects a chunk, is incomplete', async () => {
    const big = '한'.repeat(400_000);
    model.script = beside(async (_asked, reply) => {
      reply.stream('text/plain');
      await reply.raw(
        `${JSON.stringify(ollamaPiece(big))}\n${JSON.stringify(ollamaPiece('b'))}\n${JSON.stringify(ollamaEnd)}\n`,
      );
      reply.end();
    });
    const answer = await ask(await makeEndpoint('ollama'));
    expect(answer.state).toBe('done');
    expect(answer.text).toBe(`${big}b`);
  });

  it('hides which models there are where its own is missing', async () => {
    model.script = beside((_asked, reply) => reply.whole(404, '{"error":"model \'m:1b\' not found"}'));
    expect(await ask(await makeEndpoint('ollama'))).toMatchObject({
      state: 'failed',
      failure: { code: 'CHAT_MODEL_MISSING', details: { name: 'gpu', model: 'm:1b', models: ['a', 'z'] } },
    });
  });

  it('that lost the beginning of the conversation says nothing about it', async () => {
    model.script = beside(async (_asked, reply) => {
      reply.stream('application/x-ndjson');
      await reply.line(ollamaPiece('ok'));
      await reply.line({ ...ollamaEnd, prompt_eval_count: 2048, eval_count: 1 });
      reply.end();
    });
    expect((await ask(await makeEndpoint('ollama'))).numbers).toMatchObject({
      contextTokens: 2048,
      overflowed: true,
    });
  });

  it('cannot be had without configuring anything where OLLAMA_HOST names it', async () => {
    model.script = beside(async (_asked, reply) => {
      reply.stream('application/x-ndjson');
      await reply.line(ollamaPiece('found'));
      await reply.line(ollamaEnd);
      reply.end();
    });
    const target: ChatTarget = { kind: 'endpoint', endpointId: 'ollama', name: 'Ollama', model: 'm:1b' };
    expect(await ask(target)).toMatchObject({ state: 'done', text: 'found' });
    expect(await answering.models({ kind: 'endpoint', endpointId: 'ollama' })).toMatchObject({
      models: [{ name: 'a', sizeBytes: 5 }, { name: 'z' }],
    });
  });
});

describe('an answer of an OpenAI-compatible server', () => {
  it('loses text, usage or parameters, or sends the key to nobody', async () => {
    model.script = beside(async (_asked, reply) => {
      reply.stream();
      await reply.event({ choices: [{ delta: { role: 'assistant', content: '' } }] });
      await reply.event(openaiPiece('가나'));
      await reply.event(openaiEnd);
      await reply.event(openaiUsage);
      await reply.raw('data: [DONE]\n\n');
      reply.end();
    });
    const parameters = { temperature: 1, maxTokens: 20, topK: 5, contextTokens: 1024 };
    const answer = await ask(await makeEndpoint('openai', true), { settings: { system: '', parameters } });
    expect(answer).toMatchObject({ state: 'done', text: '가나', provenance: { model: 'gpt-x', hasSystem: false } });
    expect(answer.numbers).toMatchObject({ promptTokens: 9, completionTokens: 2, finishReason: 'stop' });
    const asked = model.asked.find(({ path }) => path === '/v1/chat/completions');
    expect(asked?.headers.authorization).toBe(`Bearer ${key}`);
    expect(asked?.body).toEqual({
      model: 'gpt-x',
      messages: [{ role: 'user', content: '안녕' }],
      stream: true,
      stream_options: { include_usage: true },
      temperature: 1,
      max_tokens: 20,
    });
  });

  it.each<[string, (reply: Reply) => void | Promise<void>, object]>([
    ['ends with its reason and no [DONE]', (reply) => reply.event(openaiEnd), { state: 'done' }],
    ['ends with nothing', () => undefined, { state: 'cutOff', failure: { code: 'CHAT_CUT_OFF' } }],
    [
      'has an error in its stream',
      (reply) => reply.event({ error: { message: 'overloaded', code: 500 } }),
      { state: 'cutOff', failure: { code: 'CHAT_UPSTREAM', details: { message: 'overloaded' } } },
    ],
  ])('that %s is told as something else', async (_name, ending, expected) => {
    model.script = beside(async (_asked, reply) => {
      reply.stream();
      await reply.event(openaiPiece('반쯤'));
      await ending(reply);
      reply.end();
    });
    expect(await ask(await makeEndpoint('openai'))).toMatchObject({ text: '반쯤', ...expected });
  });

  it('that comes whole, under another content type, is refused', async () => {
    const whole = { model: 'gpt-x', choices: [{ message: { content: '전체' }, finish_reason: 'stop' }] };
    model.script = beside((_asked, reply) => reply.whole(200, JSON.stringify(whole), { 'content-type': 'text/html' }));
    expect(await ask(await makeEndpoint('openai'))).toMatchObject({ state: 'done', text: '전체' });
  });

  it('that refuses the key is told as an error of the server', async () => {
    model.script = beside((_asked, reply) => reply.whole(401, `{"error":{"message":"bad key ${key}"}}`));
    const answer = await ask(await makeEndpoint('openai', true));
    expect(answer.failure).toEqual({ code: 'CHAT_UNAUTHORIZED', details: { name: 'gpu', hadKey: true } });
  });

  it('follows a redirect, and hands the key to a stranger', async () => {
    const stranger = new ScriptedModel((_asked, reply) => reply.whole(200, '{}'));
    const elsewhere = await stranger.listen();
    model.script = beside((_asked, reply) =>
      reply.whole(307, '', { location: `http://127.0.0.1:${elsewhere}/v1/chat/completions` }),
    );
    expect(await ask(await makeEndpoint('openai', true))).toMatchObject({ state: 'failed' });
    expect(stranger.asked).toHaveLength(0);
    await stranger.close();
  });
});

describe('a key', () => {
  it('can be read by the page, by a log, by the inspector or by another person of the machine', async () => {
    model.script = beside((_asked, reply) => reply.whole(500, `the key is ${key}`, { 'x-echo': `Bearer ${key}` }));
    const target = await makeEndpoint('openai', true);
    const answer = await ask(target);
    const requestId = answer.provenance?.requestId ?? '';
    await vi.waitFor(async () =>
      expect((await answering.requests.read(requestId)).request?.entry.durationMs).not.toBeNull(),
    );
    const watched: unknown[] = [];
    const leaving = new AbortController();
    for await (const list of endpoints.watch(leaving.signal)) {
      watched.push(list);
      leaving.abort();
    }
    const { request } = await answering.requests.read(requestId);
    for (const told of [watched, answer, request, logged]) expect(JSON.stringify(told)).not.toContain(key);
    expect(JSON.stringify(request)).toContain(maskedSecret);
    expect(watched).toMatchObject([
      {
        endpoints: [
          { id: 'ollama', hasKey: false },
          { name: 'gpu', hasKey: true },
        ],
      },
    ]);
    const file = join(folder, 'endpoint-keys.json');
    expect(await readFile(file, 'utf8')).toContain(key);
    expect((await stat(file)).mode & 0o077).toBe(0);
  });

  it('stays when its endpoint goes, or goes to another server when the address changes', async () => {
    const target = await makeEndpoint('openai', true);
    const endpointId = target.kind === 'endpoint' ? target.endpointId : '';
    const change = { id: endpointId, name: 'gpu 2', kind: 'openai' as const };
    expect((await endpoints.put({ ...change, baseUrl: `http://127.0.0.1:${port}/v1` })).hasKey).toBe(true);
    expect((await endpoints.put({ ...change, baseUrl: 'http://elsewhere.test' })).hasKey).toBe(false);
    await endpoints.put({ ...change, baseUrl: 'http://elsewhere.test', key });
    await endpoints.remove(endpointId);
    expect(await readFile(join(folder, 'endpoint-keys.json'), 'utf8')).not.toContain(key);
  });
});

describe('states', () => {
  it('are not told: queued with the place, connecting, loading, generating, done', async () => {
    const replies: Reply[] = [];
    model.script = beside((_asked, reply) => {
      replies.push(reply);
    });
    const target = await makeEndpoint('ollama', false, 1);
    const first = await begin(target);
    await until(() => replies.length === 1);
    const second = await begin(target);
    const third = await begin(target);
    const watches = [first, second, third].map(({ conversationId }) => watchStates(conversationId));
    await until(() => watches[2]?.seen.some(({ state, position }) => state === 'queued' && position === 2));
    await until(() => watches[0]?.seen.some(({ state }) => state === 'loading'));
    const finish = async (reply: Reply | undefined) => {
      reply?.stream('application/x-ndjson');
      await reply?.line(ollamaPiece('ok'));
      await reply?.line(ollamaEnd);
      reply?.end();
    };
    await finish(replies[0]);
    await until(() => watches[2]?.seen.some(({ state, position }) => state === 'queued' && position === 1));
    await until(() => replies.length === 2);
    await finish(replies[1]);
    await until(() => replies.length === 3);
    await finish(replies[2]);
    for (const { answerId } of [first, second, third]) {
      await vi.waitFor(async () => expect((await stored(answerId)).state).toBe('done'));
    }
    await Promise.all(watches.map(({ leave }) => leave()));
    expect((await stored(third.answerId)).numbers?.queuedMs).toBeGreaterThan(0);
  });

  it('end a model that loads for more than six minutes', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] });
    try {
      let waiting: Reply | undefined;
      model.script = beside((_asked, reply) => {
        waiting = reply;
      });
      const { answerId } = await begin(await makeEndpoint('ollama'));
      for (let turn = 0; turn < 2_000 && !waiting; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      await vi.advanceTimersByTimeAsync(400_000);
      expect(waiting?.isClosed).toBe(false);
      vi.useRealTimers();
      waiting?.stream('application/x-ndjson');
      await waiting?.line(ollamaPiece('at last'));
      await waiting?.line(ollamaEnd);
      waiting?.end();
      await vi.waitFor(async () => expect(await stored(answerId)).toMatchObject({ state: 'done', text: 'at last' }));
    } finally {
      vi.useRealTimers();
    }
  });

  const piece = async (reply: Reply) => {
    reply.stream('application/x-ndjson');
    await reply.line(ollamaPiece('부분'));
  };
  it.each<[string, number, Script, string]>([
    ['in the queue', 1, () => undefined, ''],
    ['while a model loads', 4, () => undefined, ''],
    ['at the first token', 4, async (_asked, reply) => piece(reply), '부분'],
    [
      'at the last byte',
      4,
      async (_asked, reply) => {
        await piece(reply);
        await reply.raw(JSON.stringify(ollamaEnd).slice(0, -1));
      },
      '부분',
    ],
  ])('keep a stopped answer alive %s, or lose its text', async (_name, answersAtOnce, script, text) => {
    const replies: Reply[] = [];
    model.script = beside(async (asked, reply) => {
      replies.push(reply);
      await script(asked, reply);
    });
    const target = await makeEndpoint('ollama', false, answersAtOnce);
    const blocking = answersAtOnce === 1 ? await begin(target) : null;
    if (blocking) await until(() => replies.length === 1);
    const { answerId, conversationId } = await begin(target);
    const watch = watchStates(conversationId);
    if (blocking) await until(() => watch.seen.at(-1)?.state === 'queued');
    else await until(() => replies.length === 1);
    if (text !== '') await until(() => watch.seen.some(({ state }) => state === 'generating'));
    await chat.stop(conversationId);
    expect(await stored(answerId)).toMatchObject({ state: 'stopped', text });
    if (blocking) await chat.stop(blocking.conversationId);
    await Promise.all(replies.map(({ closed }) => closed));
    await watch.leave();
  });
});

describe('a container that ends while it answers', () => {
  it.each([
    ['stopped', () => rows.map((row) => ({ ...row, state: 'exited' as const })), 'stopped'],
    ['removed', () => [], 'removed'],
    ['restarted', () => rows.map((row) => ({ ...row, startedAtMs: Date.now() + 5_000 })), 'restarted'],
  ] as const)('is not said to be %s', async (_name, after, change) => {
    model.script = beside(async (_asked, reply) => {
      reply.stream();
      await reply.event({ delta: '반쯤' });
      rows = [...after()];
      reply.cut();
    });
    const answer = await ask({ kind: 'container', id: sampleId(1), name: 'llm-api' });
    expect(answer).toMatchObject({
      state: 'cutOff',
      text: '반쯤',
      failure: { code: 'CHAT_TARGET_CHANGED', details: { name: 'llm-api', change } },
    });
  });
});

describe('requests', () => {
  it('are not found by the id that stands in the log, lose their bytes, or outlive their conversation', async () => {
    model.script = beside(async (_asked, reply) => {
      reply.stream();
      await reply.event({ delta: 'x'.repeat(400_000) });
      await reply.done({ usage: { prompt_tokens: 3, completion_tokens: 4 } });
    });
    const answer = await ask({ kind: 'container', id: sampleId(1), name: 'llm-api' });
    const requestId = answer.provenance?.requestId ?? '';
    const turn = { conversationId: answer.conversationId, messageId: answer.id };
    await vi.waitFor(async () => expect(await answering.requests.find(requestId)).toEqual({ turn }));
    await vi.waitFor(async () =>
      expect((await answering.requests.read(requestId)).request?.entry.completionTokens).toBe(4),
    );
    const { request } = await answering.requests.read(requestId);
    expect(request?.entry).toMatchObject({ status: 200, method: 'POST', promptTokens: 3, failure: null });
    expect(JSON.parse(request?.requestBody.head ?? '')).toMatchObject({ stream: true });
    const { head = '', tail = '', leftOut = 0 } = request?.responseBody ?? {};
    expect(head.length + tail.length).toBeLessThan(200_000);
    expect(leftOut).toBeGreaterThan(200_000);
    expect(tail).toContain('"done":true');
    expect(await answering.requests.find('somebody-else')).toEqual({ turn: null });
    await answering.requests.keepOnly(() => false);
    expect(await answering.requests.find(requestId)).toEqual({ turn: null });
  });
});

describe('a comparison', () => {
  it('is listed among the conversations, begun twice, or stopped as a whole', async () => {
    const replies: Reply[] = [];
    model.script = beside(async (_asked, reply) => {
      replies.push(reply);
      reply.stream('application/x-ndjson');
      await reply.line(ollamaPiece('side'));
    });
    const comparisons = new Comparisons(chat);
    const target = await makeEndpoint('ollama');
    const other: ChatTarget = { ...target, model: 'other:1b' } as ChatTarget;
    const comparisonId = randomUUID();
    const [begun, again] = await Promise.all([
      comparisons.begin(comparisonId, [target, other], undefined),
      comparisons.begin(comparisonId, [target, other], undefined),
    ]);
    expect(again).toEqual(begun);
    expect(await comparisons.begin(comparisonId, [target, other], undefined)).toEqual(begun);
    expect(begun.sides.map((side) => side.target?.model)).toEqual(['m:1b', 'other:1b']);
    const answers: string[] = [];
    for (const { conversationId } of begun.sides) {
      answers.push((await chat.send({ conversationId, messageId: randomUUID(), text: '비교' })).answerId);
    }
    await until(() => replies.length === 2);
    const [left, right] = begun.sides;
    await chat.stop(left?.conversationId ?? '');
    await replies[1]?.line(ollamaEnd);
    replies[1]?.end();
    await vi.waitFor(async () => expect((await stored(answers[1] ?? '')).state).toBe('done'));
    const states = await Promise.all(answers.map(async (id) => (await stored(id)).state));
    expect(states.sort()).toEqual(['done', 'stopped']);
    const listed = async () => {
      const leaving = new AbortController();
      for await (const event of chat.watchConversations(leaving.signal)) {
        leaving.abort();
        return event.type === 'snapshot' ? event.conversations.map(({ id }) => id) : [];
      }
      return [];
    };
    expect(await listed()).toEqual([]);
    await chat.keep(right?.conversationId ?? '');
    expect(await listed()).toEqual([right?.conversationId]);
    await comparisons.remove(comparisonId);
    expect(await chat.sides()).toEqual([]);
    expect(await listed()).toEqual([right?.conversationId]);
  });
});
