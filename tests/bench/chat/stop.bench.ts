import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import type { AnswerState } from '../../../electron/contract/answers';
import type { ChatTarget } from '../../../electron/contract/targets';
import { Chat } from '../../../electron/services/chat';
import { Conversations } from '../../../electron/services/conversations';
import { report } from '../../../scripts/lib/benchReport.mjs';
import { answeringOver } from '../../fakes/answering';
import { type Reply, ScriptedModel } from '../../fakes/scriptedModel';

/*
 * Stop at every moment of an answer: how long until a window is told that it stopped, and until the server's connection is
 * closed, so that it stops computing. In the services, since a click and a frame are the same at every moment.
 */
const rounds = Number(process.env.WHARF_BENCH_ROUNDS ?? 20);
const piece = (content: string) => ({ model: 'm', message: { role: 'assistant', content }, done: false });

/** What the server does before Stop, and the state in which the answer is then. */
const moments: Record<string, { state: AnswerState; text: string; begin: (reply: Reply) => void | Promise<void> }> = {
  'while the model loads': { state: 'loading', text: '', begin: () => undefined },
  'before the first token': { state: 'loading', text: '', begin: (reply) => reply.stream('application/x-ndjson') },
  'in the middle': {
    state: 'generating',
    text: 'half of it',
    begin: async (reply) => {
      reply.stream('application/x-ndjson');
      await reply.line(piece('half of it'));
    },
  },
  'before the last byte': {
    state: 'generating',
    text: 'all',
    begin: async (reply) => {
      reply.stream('application/x-ndjson');
      await reply.line(piece('all'));
      await reply.raw('{"model":"m","done":true');
    },
  },
};

let folder: string;
let model: ScriptedModel;
let chat: Chat;
let conversations: Conversations;
const target: ChatTarget = { kind: 'endpoint', endpointId: 'ollama', name: 'Ollama', model: 'm' };
/** Answers that Ollama on this machine is asked at a time. */
const atOnce = 2;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wharf-bench-stop-'));
  model = new ScriptedModel(() => undefined);
  const { answering } = answeringOver(folder, () => [], { ollamaHost: `127.0.0.1:${await model.listen()}` });
  conversations = new Conversations({ file: join(folder, 'conversations.sqlite'), log: () => undefined });
  chat = new Chat({ conversations, answering });
});
afterAll(async () => {
  await chat?.close();
  await model?.close();
  if (folder) await rm(folder, { recursive: true, force: true });
});

/** Asks in a new conversation and follows it; `reached` resolves once the answer is there. */
async function begin() {
  const { id } = await chat.create(target);
  const leaving = new AbortController();
  let seen: { state: AnswerState; text: string } = { state: 'connecting', text: '' };
  let look: () => void = () => undefined;
  const following = (async () => {
    for await (const event of chat.watch(id, leaving.signal)) {
      const messages = event.type === 'snapshot' ? event.messages : event.type === 'message' ? [event.message] : [];
      for (const { role, state, text } of messages) if (role === 'assistant') seen = { state, text };
      if (event.type === 'delta') seen = { state: 'generating', text: seen.text.slice(0, event.offset) + event.text };
      look();
    }
  })();
  await chat.send({ conversationId: id, messageId: randomUUID(), text: 'go' });
  return {
    id,
    reached: (state: AnswerState, text: string) =>
      new Promise<void>((resolve) => {
        look = () => {
          if (seen.state === state && seen.text === text) resolve();
        };
        look();
      }),
    leave: async () => {
      leaving.abort();
      await following;
    },
  };
}

describe('Stop', () => {
  it.each(Object.entries(moments))('%s', { timeout: 60_000 }, async (name, { state, text, begin: serve }) => {
    const toldMs: number[] = [];
    const closedMs: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const asked = new Promise<Reply>((resolve) => {
        model.script = async (_, reply) => {
          await serve(reply);
          resolve(reply);
        };
      });
      const answer = await begin();
      const reply = await asked;
      await answer.reached(state, text);
      const fromMs = performance.now();
      const closed = reply.closed.then(() => closedMs.push(performance.now() - fromMs));
      void chat.stop(answer.id);
      await answer.reached('stopped', text);
      toldMs.push(performance.now() - fromMs);
      await closed;
      await answer.leave();
    }
    report({ name: `stopped ${name}: told`, unit: 'ms', wharf: toldMs, goal: { of: 'maximum', atMost: 200 } });
    report({
      name: `stopped ${name}: connection closed`,
      unit: 'ms',
      wharf: closedMs,
      goal: { of: 'maximum', atMost: 1000 },
    });
  });

  it('while it waits in line', { timeout: 60_000 }, async () => {
    model.script = (_, reply) => reply.stream('application/x-ndjson');
    const others = await Promise.all(Array.from({ length: atOnce }, begin));
    await Promise.all(others.map(({ reached }) => reached('loading', '')));
    const toldMs: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const answer = await begin();
      await answer.reached('queued', '');
      const fromMs = performance.now();
      void chat.stop(answer.id);
      await answer.reached('stopped', '');
      toldMs.push(performance.now() - fromMs);
      await answer.leave();
    }
    for (const { id, leave } of others) {
      await chat.stop(id);
      await leave();
    }
    report({ name: 'stopped in line: told', unit: 'ms', wharf: toldMs, goal: { of: 'maximum', atMost: 200 } });
  });
});
