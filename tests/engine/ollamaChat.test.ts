import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { AnswerSettings } from '../../electron/contract/answers';
import type { Message } from '../../electron/contract/chat';
import type { ChatTarget } from '../../electron/contract/targets';
import type { Answering } from '../../electron/services/answers/answering';
import { Chat } from '../../electron/services/chat';
import { Conversations } from '../../electron/services/conversations';
import { answeringOver } from '../fakes/answering';
import { type OllamaServer, ollamaOfRun, startOllama } from './ollamaServer';

const has = ollamaOfRun();

/** What scripted servers were made after: a real Ollama with a small real model, which is slow where others compute too. */
describe.skipIf(has === null)('a real Ollama', { timeout: 300_000 }, () => {
  let ollama: OllamaServer;
  let folder: string;
  let answering: Answering;
  let conversations: Conversations;
  let chat: Chat;
  let target: ChatTarget;

  beforeAll(async () => {
    if (has === null) return;
    ollama = await startOllama(has);
    folder = await mkdtemp(join(tmpdir(), 'wharf-ollama-chat-'));
    ({ answering } = answeringOver(folder, () => [], { ollamaHost: ollama.baseUrl }));
    conversations = new Conversations({ file: join(folder, 'conversations.sqlite'), log: () => undefined });
    chat = new Chat({ conversations, answering });
    target = { kind: 'endpoint', endpointId: 'ollama', name: 'Ollama', model: ollama.model };
  });
  afterAll(async () => {
    await chat?.close();
    await ollama?.close();
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  const stored = async (id: string) => (await conversations.store()).message(id) as Message;
  const over = async (id: string): Promise<Message> => {
    await vi.waitFor(async () => expect((await stored(id)).state).toMatch(/^(done|stopped|cutOff|failed)$/), {
      timeout: 280_000,
      interval: 50,
    });
    return stored(id);
  };
  async function ask(text: string, settings: AnswerSettings, conversationId?: string) {
    const id = conversationId ?? (await chat.create(target, { settings })).id;
    const { answerId } = await chat.send({ conversationId: id, messageId: randomUUID(), text });
    return { conversationId: id, answerId };
  }
  const short: AnswerSettings = {
    system: 'You answer in one word.',
    parameters: { seed: 1, maxTokens: 4, temperature: 0 },
  };

  it('is not found with its models, or answers without text, tokens or the context in force', async () => {
    const { models } = await answering.models({ kind: 'endpoint', endpointId: 'ollama' });
    expect(models).toMatchObject([{ name: 'smol:latest' }]);
    expect(models[0]?.sizeBytes).toBeGreaterThan(50_000_000);
    const { answerId } = await ask('What colour is the sky?', short);
    const answer = await over(answerId);
    expect(answer).toMatchObject({ state: 'done', failure: null });
    expect(answer.text.length).toBeGreaterThan(0);
    expect(answer.provenance).toMatchObject({ model: 'smol:latest', backend: 'ollama' });
    expect(answer.numbers?.promptTokens).toBeGreaterThan(5);
    expect(answer.numbers?.completionTokens).toBeLessThanOrEqual(4);
    expect(answer.numbers?.contextTokens).toBe(512);
    expect(answer.numbers?.overflowed).toBe(false);
  });

  it('answers the same question with the same seed differently', async () => {
    const first = await over((await ask('Name a city.', short)).answerId);
    const second = await over((await ask('Name a city.', short)).answerId);
    expect(second.text).toBe(first.text);
  });

  it('goes on generating after Stop, or loses what came', async () => {
    const long: AnswerSettings = { system: '', parameters: { maxTokens: 200, temperature: 0 } };
    const { conversationId, answerId } = await ask('Count from one to one hundred in words.', long);
    const leaving = new AbortController();
    let text = '';
    for await (const event of chat.watch(conversationId, leaving.signal)) {
      if (event.type === 'delta') text += event.text;
      if (text.length > 20) leaving.abort();
    }
    await chat.stop(conversationId);
    const answer = await stored(answerId);
    expect(answer.state).toBe('stopped');
    expect(answer.text.length).toBeGreaterThan(20);
    // The next answer begins at once: the runner is free again.
    expect((await over((await ask('Say hi.', short)).answerId)).state).toBe('done');
  });

  it('silently drops the beginning of a long conversation without a word of ours', async () => {
    const long = 'The quick brown fox jumps over the lazy dog near the old harbour wall. '.repeat(25);
    const small = { ...short, parameters: { ...short.parameters, contextTokens: 256 } };
    const { answerId } = await ask(long, small);
    const answer = await over(answerId);
    expect(answer.state).toBe('done');
    expect(answer.numbers).toMatchObject({ contextTokens: 256, overflowed: true });
  });

  it('hides which models there are where one is missing', async () => {
    const conversation = await chat.create({ ...target, model: 'nobody:1b' } as ChatTarget);
    const { answerId } = await chat.send({ conversationId: conversation.id, messageId: randomUUID(), text: 'x' });
    expect((await over(answerId)).failure).toMatchObject({
      code: 'CHAT_MODEL_MISSING',
      details: { model: 'nobody:1b', models: ['smol:latest'] },
    });
  });
});
