import { describe, it } from 'vitest';
import { report, spread } from '../../../scripts/lib/benchReport.mjs';
import { startWharf, type Wharf } from '../../e2e/wharf';
import { type FakeEngine, startFakeEngine } from '../../fakes/fakeEngine';
import { type Reply, ScriptedModel } from '../../fakes/scriptedModel';

/*
 * The web host beside the desktop app, same engine, same page: how long a log of many lines takes to its last line on the
 * screen, and how long a token takes from the model to the screen.
 */
const turns = Number(process.env.WHARF_BENCH_ROUNDS ?? 5);
const logLines = 200_000;
const tokenCount = 60;
const tokenPauseMs = 25;
const sides = ['desktop', 'web'] as const;

function reportBoth(name: string, times: Record<(typeof sides)[number], number[]>): void {
  const reference = { what: 'desktop app', values: times.desktop };
  report({ name, unit: 'ms', wharf: times.web, reference, goal: { of: 'ratio', atMost: 1.5 } });
}

async function withWharf(
  servedBy: (typeof sides)[number],
  engine: FakeEngine,
  use: (wharf: Wharf) => Promise<void>,
): Promise<void> {
  const wharf = await startWharf({ servedBy, dockerHost: engine.endpoint.address });
  try {
    await use(wharf);
  } finally {
    await wharf.close();
  }
}

/** Milliseconds from opening a log of `logLines` lines to its last line on the screen and the count of all of them. */
async function logTimes(wharf: Wharf, id: string): Promise<number> {
  const startMs = performance.now();
  await wharf.page.evaluate((hash) => {
    window.location.hash = hash;
  }, `#/containers/${id}?tab=logs`);
  await wharf.page.getByRole('log').getByText('the end', { exact: true }).waitFor({ timeout: 120_000 });
  const all = new Intl.NumberFormat('en').format(logLines + 1);
  await wharf.page.getByText(new RegExp(`${all} lines`)).waitFor({ timeout: 120_000 });
  return performance.now() - startMs;
}

/** Milliseconds from the model's write of each token to its paint, by the clock that all processes share. */
async function tokenTimes(wharf: Wharf, model: ScriptedModel): Promise<number[]> {
  let ready: (reply: Reply) => void = () => undefined;
  const asked = new Promise<Reply>((resolve) => {
    ready = resolve;
  });
  model.script = (_, reply) => {
    reply.stream();
    ready(reply);
  };
  const { page } = wharf;
  await page.evaluate(() => {
    window.location.hash = '#/chat';
  });
  await page.getByPlaceholder('Message llm-api', { exact: true }).waitFor();
  const field = page.getByRole('textbox', { name: 'Message', exact: true });
  await field.fill('go');
  await field.press('Enter');
  const reply = await asked;
  await page.evaluate(() => {
    const seen: Record<string, number> = {};
    Object.assign(window, { seenAtMs: seen });
    const look = () => {
      for (const [word] of document.body.innerText.matchAll(/\bw\d+w\b/g)) seen[word] ??= Date.now();
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  const writtenAtMs: number[] = [];
  for (let token = 0; token < tokenCount; token += 1) {
    writtenAtMs.push(Date.now());
    await reply.event({ delta: `w${token}w ` });
    await new Promise((resolve) => setTimeout(resolve, tokenPauseMs));
  }
  await reply.done();
  await page.waitForFunction(
    (last) => last in (window as unknown as { seenAtMs: Record<string, number> }).seenAtMs,
    `w${tokenCount - 1}w`,
  );
  const seen = await page.evaluate(() => (window as unknown as { seenAtMs: Record<string, number> }).seenAtMs);
  return writtenAtMs.map((atMs, token) => (seen[`w${token}w`] ?? Number.NaN) - atMs);
}

describe('the web host beside the desktop app', () => {
  it('a log', async () => {
    const times: Record<(typeof sides)[number], number[]> = { desktop: [], web: [] };
    for (let turn = 0; turn < turns; turn += 1) {
      for (const side of sides) {
        const engine = await startFakeEngine({ containers: [{ name: 'talker', state: 'running' }] });
        const id = [...engine.containers.keys()][0] ?? '';
        for (let line = 1; line <= logLines; line += 1) engine.writeLog(id, `line ${line} of a log that is long`);
        engine.writeLog(id, 'the end');
        await withWharf(side, engine, async (wharf) => {
          times[side].push(await logTimes(wharf, id));
        });
        await engine.close();
      }
    }
    reportBoth(`log of ${logLines} lines in a browser, opened until all are there`, times);
  });

  it('an answer', async () => {
    const times: Record<(typeof sides)[number], number[]> = { desktop: [], web: [] };
    const model = new ScriptedModel(() => undefined);
    const hostPort = await model.listen();
    const engine = await startFakeEngine({
      containers: [
        {
          name: 'llm-api',
          state: 'running',
          labels: { 'app.wharf.api': 'true' },
          ports: [{ containerPort: 8000, hostIp: '127.0.0.1', hostPort }],
        },
      ],
    });
    for (let turn = 0; turn < turns; turn += 1) {
      for (const side of sides) {
        await withWharf(side, engine, async (wharf) => {
          times[side].push(spread(await tokenTimes(wharf, model)).median);
        });
      }
    }
    await engine.close();
    await model.close();
    reportBoth('token from the model to the screen of a browser, median of an answer', times);
  });
});
