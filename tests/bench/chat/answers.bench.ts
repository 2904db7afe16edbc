import { request } from 'node:http';
import { afterAll, beforeAll, describe, it, vi } from 'vitest';
import { report } from '../../../scripts/lib/benchReport.mjs';
import { startWharf, type Wharf } from '../../e2e/wharf';
import { type FakeEngine, startFakeEngine } from '../../fakes/fakeEngine';
import { type AskedRequest, type Reply, ScriptedModel } from '../../fakes/scriptedModel';
import { countFrames } from './frames';
import { answerOver, ask, now, paintedTokens, watchPaint } from './paintedTokens';

/*
 * Answers in the real window: how long a token takes from the server's write to the painted frame, beside a plain client
 * of the same server; and how the page keeps its frames while answers of every size and shape come, beside the same page
 * while nothing happens. A busy machine slows the reference too: compare within one run.
 */
const piece = (content: string) => ({ model: 'm', message: { role: 'assistant', content }, done: false });
const end = { model: 'm', message: { role: 'assistant', content: '' }, done: true, done_reason: 'stop' };
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const timed = { tokens: 80, everyMs: 60 };
/** When the server wrote each token of a timed answer. */
let writtenAtMs: number[] = [];

/** Sends `text` in pieces of `size` characters, evenly over `overMs`. */
async function spread(reply: Reply, text: string, size: number, overMs: number): Promise<void> {
  const pieces = text.match(new RegExp(`[\\s\\S]{1,${size}}`, 'g')) ?? [];
  const began = performance.now();
  let sent = 0;
  while (sent < pieces.length && !reply.isClosed) {
    const due = Math.min(pieces.length, Math.ceil(((performance.now() - began) / overMs) * pieces.length) + 1);
    const lines = pieces.slice(sent, due).map((part) => `${JSON.stringify(piece(part))}\n`);
    if (lines.length > 0) await reply.raw(lines.join(''));
    sent = Math.max(sent, due);
    await pause(8);
  }
}

const prose = (tokens: number) =>
  Array.from({ length: tokens / 10 }, (_, at) =>
    at % 30 === 29
      ? '\n\n```js\nconst answer = 42;\n```\n\n'
      : 'A container is one **running** instance of an image. '.slice(0, 48) + (at % 6 === 5 ? '\n\n' : ''),
  ).join('');

const shapes: Record<string, { text: string; size: number; overMs: number }> = {
  '20,000 tokens': { text: prose(20_000), size: 5, overMs: 8_000 },
  '100,000 tiny tokens in 2 s': { text: 'ab '.repeat(33_334), size: 1, overMs: 2_000 },
  '1 MB': { text: prose(220_000).slice(0, 1024 * 1024), size: 400, overMs: 4_000 },
  '5,000 table rows': {
    text: `| a | b | c |\n|---|---|---|\n${'| one | two | three |\n'.repeat(5_000)}`,
    size: 200,
    overMs: 4_000,
  },
  'nested quotes': { text: `${'> '.repeat(200)}deep\n`.repeat(300), size: 400, overMs: 3_000 },
  'open fence': { text: `\`\`\`js\n${'const line = 1;\n'.repeat(12_000)}`, size: 200, overMs: 4_000 },
};

/** Frames a second that an answer must leave. */
const frameRates: Record<string, number> = { '20,000 tokens': 50, '1 MB': 30, '5,000 table rows': 30 };

async function script({ path, body }: AskedRequest, reply: Reply): Promise<void> {
  if (path === '/api/tags') return reply.whole(200, '{"models":[{"name":"m"}]}');
  if (path !== '/api/chat') return reply.whole(404, '');
  const question = body.messages?.at(-1)?.content ?? '';
  reply.stream('application/x-ndjson');
  const shape = shapes[question];
  if (shape) await spread(reply, shape.text, shape.size, shape.overMs);
  else {
    writtenAtMs = [];
    for (let at = 0; at < timed.tokens; at += 1) {
      await pause(timed.everyMs);
      writtenAtMs.push(now());
      await reply.line(piece(`t${at} `));
    }
  }
  await reply.line(end);
  reply.end();
}

let model: ScriptedModel;
let port: number;
let engine: FakeEngine;
let wharf: Wharf;

beforeAll(async () => {
  model = new ScriptedModel(script);
  port = await model.listen();
  engine = await startFakeEngine();
  vi.stubEnv('OLLAMA_HOST', `127.0.0.1:${port}`);
  wharf = await startWharf({ dockerHost: engine.endpoint.address });
  const { page } = wharf;
  await page.evaluate(() => {
    window.location.hash = '#/chat';
  });
  await page.getByRole('button', { name: /Talk to/ }).click();
  await page.getByRole('button', { name: 'm', exact: true }).click();
}, 60_000);
afterAll(async () => {
  vi.unstubAllEnvs();
  await wharf?.close();
  await engine?.close();
  await model?.close();
});

/** The same answer read by a plain client: when each token was there, epoch ms. */
function readPlainly(): Promise<number[]> {
  return new Promise((resolve, reject) => {
    const came: number[] = [];
    const asked = request({ host: '127.0.0.1', port, path: '/api/chat', method: 'POST' }, (response) => {
      response.on('data', (chunk: Buffer) => {
        for (const _ of chunk.toString().matchAll(/"content":"t\d+ /g)) came.push(now());
      });
      response.on('end', () => resolve(came));
    });
    asked.on('error', reject);
    asked.end(JSON.stringify({ messages: [{ role: 'user', content: 'timed' }] }));
  });
}

describe('answers', () => {
  it('token to paint', { timeout: 60_000 }, async () => {
    const plain = await readPlainly();
    const plainMs = plain.map((came, index) => came - (writtenAtMs[index] ?? 0));
    await watchPaint(wharf.page);
    await ask(wharf.page, 'timed');
    await answerOver(wharf.page);
    const tokens = await paintedTokens(wharf.page);
    const paintedMs = tokens.map((atMs, index) => atMs - (writtenAtMs[index] ?? 0));
    report({
      name: 'token painted after it was written',
      unit: 'ms',
      wharf: paintedMs,
      reference: { what: 'plain client', values: plainMs },
      goal: { of: 'median', atMost: 16 },
    });
  });

  it('frames', { timeout: 400_000 }, async () => {
    const rest = await countFrames(wharf.page, 'rest');
    await pause(3_000);
    const still = await rest.stop();
    for (const shape of Object.keys(shapes)) {
      await wharf.page.evaluate(() => {
        window.location.hash = '#/chat';
      });
      await wharf.page.getByText(/^Ask /).waitFor();
      const counted = await countFrames(wharf.page, shape);
      await ask(wharf.page, shape);
      await answerOver(wharf.page);
      const drawn = await counted.stop();
      const least = frameRates[shape];
      report({
        name: `frames a second while it comes: ${shape}`,
        unit: '/s',
        wharf: [drawn.framesPerSecond],
        reference: { what: 'nothing happens', values: [still.framesPerSecond] },
        ...(least === undefined ? {} : { goal: { of: 'median', atLeast: least } }),
      });
      report({
        name: `processor time of the page's main thread for a frame: ${shape}`,
        unit: 'ms',
        wharf: drawn.cpuMsOfFrame,
        reference: { what: 'nothing happens', values: still.cpuMsOfFrame },
        ...(shape === '20,000 tokens' ? { goal: { of: 'median', atMost: 8 } } : {}),
      });
    }
  });
});
