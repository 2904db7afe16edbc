import { execFile } from 'node:child_process';
import { request } from 'node:http';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import Dockerode from 'dockerode';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { report, spread } from '../../../scripts/lib/benchReport.mjs';
import { startWharf, type Wharf } from '../../e2e/wharf';
import { type OllamaServer, ollamaOfRun, startOllama } from '../../engine/ollamaServer';
import { ScriptedModel } from '../../fakes/scriptedModel';
import { answerOver, ask, now, painted, paintedTokens, watchPaint } from './paintedTokens';

/*
 * An answer of Ollama through a container of the bundled image and the app, to the painted token, beside a plain client
 * that asks Ollama directly; in turns. Once a scripted Ollama that writes 100 tokens a second, once a real one with a small
 * model, where the run has it. Needs an engine whose containers reach this machine; the image is built by the app's own
 * build, as `npm run image` does.
 */
const turns = Number(process.env.WHARF_BENCH_ROUNDS ?? 3);
const tokens = 200;
const tokenEveryMs = 10;
/** At 15 tokens a second a frame more or less is 0.4 % of so many. */
const realTokens = 64;

const repository = join(import.meta.dirname, '../../..');
const image = `wharf-bench-chat-${process.pid}:latest`;
const docker = new Dockerode();
const piece = (content: string) => ({ model: 'm', message: { role: 'assistant', content }, done: false });

let gateway: string;
let wharf: Wharf;
const containers: Dockerode.Container[] = [];

beforeAll(async () => {
  await promisify(execFile)(process.execPath, ['out/image/index.cjs', join(repository, 'api-image'), image], {
    cwd: repository,
    env: { ...process.env, WHARF_BASE_IMAGE: process.env.WHARF_TEST_BASE_IMAGE },
  });
  const bridge = (await docker.getNetwork('bridge').inspect()) as { IPAM: { Config: { Gateway: string }[] } };
  gateway = bridge.IPAM.Config[0]?.Gateway ?? '127.0.0.1';
  wharf = await startWharf();
  await watchPaint(wharf.page);
}, 600_000);
afterAll(async () => {
  await wharf?.close();
  for (const container of containers) await container.remove({ force: true, v: true });
  await docker
    .getImage(image)
    .remove()
    .catch(() => undefined);
});

/** A container of the bundled image that asks the Ollama at `port` of this machine; healthy. */
async function serviceOf(port: number, model: string): Promise<string> {
  const container = await docker.createContainer({
    name: `wharf-bench-chat-${process.pid}-${containers.length}`,
    Image: image,
    Env: [`OLLAMA_HOST=http://${gateway}:${port}`, `LLM_MODEL=${model}`],
    Labels: { 'app.wharf.test': process.env.WHARF_TEST_RUN ?? '1' },
    HostConfig: { PortBindings: { '8000/tcp': [{ HostIp: '127.0.0.1', HostPort: '' }] } },
  });
  containers.push(container);
  await container.start();
  const { NetworkSettings } = await container.inspect();
  const published = NetworkSettings.Ports['8000/tcp']?.[0]?.HostPort;
  for (;;) {
    const answers = await fetch(`http://127.0.0.1:${published}/health`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (answers) return container.id;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Asks Ollama as plainly as can be: when each piece of the answer was there. */
function askDirectly(port: number, model: string, question: string): Promise<number[]> {
  return new Promise((resolve, reject) => {
    const came: number[] = [];
    const asked = request({ host: gateway, port, path: '/api/chat', method: 'POST' }, (response) => {
      response.on('data', (chunk: Buffer) => {
        for (const _ of chunk.toString().matchAll(/"content":"[^"]/g)) came.push(now());
      });
      response.on('end', () => resolve(came));
    });
    asked.on('error', reject);
    asked.end(JSON.stringify({ model, messages: [{ role: 'user', content: question }], stream: true }));
  });
}

/** Opens an empty conversation with a container. */
async function openChat(containerId: string): Promise<void> {
  await wharf.page.evaluate((id) => {
    window.location.hash = `#/chat?container=${id}`;
  }, containerId);
  await wharf.page.getByText(/^Ask wharf-bench-chat/).waitFor();
}

const rate = (atMs: number[], count = atMs.length) =>
  ((count - 1) * 1000) / ((atMs.at(-1) ?? Number.NaN) - (atMs[0] ?? Number.NaN));

/** Reports the tokens a second of an answer of `model`, in each turn. */
const reportRates = (model: string, rates: { through: number[]; direct: number[] }) =>
  report({
    name: `tokens a second through container and app, ${model}`,
    unit: '/s',
    wharf: rates.through,
    reference: { what: 'Ollama directly', values: rates.direct },
    goal: { of: 'ratio', atLeast: 0.99 },
  });

describe('an answer of Ollama through the container and the app', () => {
  it('scripted', { timeout: 200_000 }, async () => {
    let writtenAtMs: number[] = [];
    const ollama = new ScriptedModel(async ({ path }, reply) => {
      if (path !== '/api/chat') return reply.whole(200, '{"models":[{"name":"m"}]}');
      reply.stream('application/x-ndjson');
      writtenAtMs = [];
      const beganMs = now();
      for (let token = 0; token < tokens && !reply.isClosed; token += 1) {
        await new Promise((resolve) => setTimeout(resolve, beganMs + token * tokenEveryMs - now()));
        writtenAtMs.push(now());
        await reply.line(piece(`t${token} `));
      }
      await reply.line({ ...piece(''), done: true, done_reason: 'stop' });
      reply.end();
    });
    const port = await ollama.listen(gateway);
    try {
      const container = await serviceOf(port, 'm');
      const delays = { through: [] as number[], direct: [] as number[] };
      const rates = { through: [] as number[], direct: [] as number[] };
      const take = (side: 'through' | 'direct', atMs: number[]) => {
        delays[side].push(...atMs.map((time, token) => time - (writtenAtMs[token] ?? Number.NaN)));
        rates[side].push(rate(atMs));
      };
      for (let turn = 0; turn < turns; turn += 1) {
        take('direct', await askDirectly(port, 'm', 'go'));
        await openChat(container);
        await ask(wharf.page, 'go');
        await answerOver(wharf.page);
        take('through', await paintedTokens(wharf.page));
      }
      const { median: directMs } = spread(delays.direct);
      report({
        name: 'added to a token by container, app and paint',
        unit: 'ms',
        wharf: delays.through.map((ms) => ms - directMs),
        goal: { of: 'median', atMost: 25 },
      });
      reportRates('scripted', rates);
    } finally {
      await ollama.close();
    }
  });

  it('real', { timeout: 400_000 }, async () => {
    const has = ollamaOfRun();
    if (has === null) return console.log('Left out: no real Ollama in this run.');
    const ollama: OllamaServer = await startOllama(has, gateway);
    try {
      const port = Number(new URL(ollama.baseUrl).port);
      // The same answer every time, no longer than the bench has time for, on all cores but one: what shows the answer is
      // elsewhere than the model mostly, and a model on every core is slowed down by anything that is drawn.
      const parameters = { num_predict: realTokens, seed: 1, num_thread: Math.max(1, availableParallelism() - 1) };
      await fetch(`${ollama.baseUrl}/api/create`, {
        method: 'POST',
        body: JSON.stringify({ model: 'short', from: ollama.model, parameters }),
      }).then((answer) => answer.text());
      const container = await serviceOf(port, 'short');
      const rates = { through: [] as number[], direct: [] as number[] };
      const question = 'Count from one to one hundred in words.';
      const pieces = (await askDirectly(port, 'short', question)).length;
      for (let turn = 0; turn < turns; turn += 1) {
        rates.direct.push(rate(await askDirectly(port, 'short', question)));
        await openChat(container);
        await ask(wharf.page, question);
        await answerOver(wharf.page);
        const paintedAtMs = (await painted(wharf.page)).map(({ atMs }) => atMs);
        rates.through.push(rate(paintedAtMs, pieces));
      }
      reportRates('small real model', rates);
    } finally {
      await ollama.close();
    }
  });
});
