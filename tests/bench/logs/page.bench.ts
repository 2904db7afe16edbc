import { type ChildProcess, fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ElectronApplication, Page } from 'playwright';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { report } from '../../../scripts/lib/benchReport.mjs';
import { startWharf, type Wharf } from '../../e2e/wharf';

/*
 * The page under a flood of lines: frames a second, how soon a click is answered, memory, and whether the counts are
 * exact. The reference is the same window on the same machine with the log at rest.
 */
const floodSeconds = Number(process.env.WHARF_BENCH_SECONDS ?? 60);
const floodRate = 200_000;
const paneCount = 20;
const paneRate = 1000;
const megabyte = 2 ** 20;

const folders: string[] = [];
let engine: ChildProcess;
let wharf: Wharf;

async function startFlood(containers: number, rate: number): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'wharf-flood-'));
  folders.push(folder);
  const socket = join(folder, 'engine.sock');
  engine = fork(fileURLToPath(new URL('floodEngine.mjs', import.meta.url)), [socket, String(containers), String(rate)]);
  await new Promise((resolve) => engine.once('message', resolve));
  return `unix://${socket}`;
}

const writtenCounts = () =>
  new Promise<number[]>((resolve) => {
    engine.once('message', (counts) => resolve(counts as number[]));
    engine.send('count');
  });

const idOf = (at: number) =>
  String(at + 1)
    .padStart(2, '0')
    .repeat(32);

/** Frames a second and the longest wait between two of them, over so many seconds. */
async function frames(page: Page, seconds: number): Promise<{ perSecond: number; longestMs: number }> {
  return page.evaluate(
    (ms) =>
      new Promise<{ perSecond: number; longestMs: number }>((resolve) => {
        const startMs = performance.now();
        let count = 0;
        let lastMs = startMs;
        let longestMs = 0;
        const step = (nowMs: number) => {
          count += 1;
          longestMs = Math.max(longestMs, nowMs - lastMs);
          lastMs = nowMs;
          if (nowMs - startMs < ms) requestAnimationFrame(step);
          else resolve({ perSecond: (count * 1000) / (nowMs - startMs), longestMs });
        };
        requestAnimationFrame(step);
      }),
    seconds * 1000,
  );
}

/** Milliseconds from a key press to the frame after what it changed, a few times. */
async function answers(page: Page, times: number): Promise<number[]> {
  await page.evaluate(() => {
    const seen: number[] = [];
    Object.assign(window, { answeredMs: seen });
    window.addEventListener(
      'click',
      (event) => {
        requestAnimationFrame(() => setTimeout(() => seen.push(performance.now() - event.timeStamp), 0));
      },
      { capture: true },
    );
  });
  for (let time = 0; time < times; time += 1) {
    // A button of the page that changes something: case matters, and does not again.
    await page.getByRole('button', { name: 'Match case' }).click();
    await page.waitForTimeout(400);
  }
  return page.evaluate(() => (window as unknown as { answeredMs: number[] }).answeredMs);
}

interface Use {
  pageBytes: number;
  mainBytes: number;
  cpuShare: number;
}

/** Memory of page and main, and the CPU of all processes of the app since it was asked last, as a share of one core. */
async function use(app: ElectronApplication): Promise<Use> {
  return app.evaluate(({ app: electronApp }) => {
    const metrics = electronApp.getAppMetrics();
    const bytes = (type: string) =>
      metrics.filter((one) => one.type === type).reduce((sum, one) => sum + one.memory.workingSetSize * 1024, 0);
    return {
      pageBytes: bytes('Tab'),
      mainBytes: bytes('Browser'),
      cpuShare: metrics.reduce((sum, one) => sum + one.cpu.percentCPUUsage, 0) / 100,
    };
  });
}

const numbersIn = (text: string) => Number(text.replace(/\D/g, ''));

afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

describe(`a flood of ${floodRate} lines a second`, () => {
  beforeAll(async () => {
    wharf = await startWharf({ dockerHost: await startFlood(1, 0), language: 'en' });
  });
  afterAll(async () => {
    await wharf?.close();
    engine?.disconnect();
  });

  it('is followed', async () => {
    const { page, app } = wharf;
    engine.send({ rate: 1000 });
    await page.evaluate((id) => {
      window.location.hash = `#/containers/${id}?tab=logs`;
    }, idOf(0));
    await page.getByRole('log').locator('[data-text]').first().waitFor();
    engine.send({ rate: 0 });
    const restFrames = await frames(page, 5);
    const restAnswers = await answers(page, 8);
    const before = await use(app);

    engine.send({ rate: floodRate });
    const beforeCount = (await writtenCounts())[0] ?? 0;
    const startMs = Date.now();
    const [flooded, clicked] = await Promise.all([
      frames(page, floodSeconds),
      answers(page, Math.max(8, floodSeconds)),
    ]);
    const after = await use(app);
    const reached = (((await writtenCounts())[0] ?? 0) - beforeCount) / ((Date.now() - startMs) / 1000);
    engine.send({ rate: 0 });
    const written = (await writtenCounts())[0] ?? 0;
    // The view says how many lines there are and how many were dropped: together, what was written.
    const toolbar = page.getByRole('toolbar', { name: 'Log lines' });
    const told = async () =>
      numbersIn((await toolbar.getByText(/^[\d,]+ lines?$/).textContent()) ?? '') +
      ((await toolbar.getByText(/oldest dropped/).count()) > 0
        ? numbersIn((await toolbar.getByText(/oldest dropped/).textContent()) ?? '')
        : 0);
    for (let tries = 0; tries < 150 && (await told()) !== written; tries += 1) await page.waitForTimeout(100);

    const atRest = (values: number[]) => ({ what: 'at rest', values });
    report({ name: 'lines a second that the engine wrote in the flood', unit: '/s', wharf: [reached] });
    report({
      name: 'frames a second in the flood',
      unit: '/s',
      wharf: [flooded.perSecond],
      reference: atRest([restFrames.perSecond]),
      goal: { of: 'median', atLeast: 50 },
    });
    report({
      name: 'longest frame in the flood',
      unit: 'ms',
      wharf: [flooded.longestMs],
      reference: atRest([restFrames.longestMs]),
    });
    report({
      name: 'click answered in the flood',
      unit: 'ms',
      wharf: clicked,
      reference: atRest(restAnswers),
      goal: { of: 'maximum', atMost: 100 },
    });
    report({
      name: 'page grows in the flood',
      unit: 'MiB',
      wharf: [(after.pageBytes - before.pageBytes) / megabyte],
      goal: { of: 'median', atMost: 200 },
    });
    report({
      name: 'main grows in the flood',
      unit: 'MiB',
      wharf: [(after.mainBytes - before.mainBytes) / megabyte],
      goal: { of: 'median', atMost: 150 },
    });
    report({
      name: 'lines of the flood not told',
      unit: 'lines',
      wharf: [written - (await told())],
      goal: { of: 'maximum', atMost: 0 },
    });
  });
});

describe(`${paneCount} logs side by side, ${paneRate} lines a second each`, () => {
  beforeAll(async () => {
    wharf = await startWharf({ dockerHost: await startFlood(paneCount, 0), language: 'en' });
  });
  afterAll(async () => {
    await wharf?.close();
    engine?.disconnect();
  });

  it('are followed', async () => {
    const { page, app } = wharf;
    const ids = Array.from({ length: paneCount }, (_, at) => idOf(at));
    await page.evaluate((panes) => {
      window.location.hash = `#/logs?panes=${panes}`;
    }, ids.join('.'));
    await page.getByRole('region', { name: `flood-${paneCount}` }).waitFor();
    await use(app);
    await page.waitForTimeout(10_000);
    const rest = await use(app);
    engine.send({ rate: paneRate });
    await page.waitForTimeout(3000);
    await use(app);
    const seconds = Math.min(30, floodSeconds);
    const shown = await frames(page, seconds);
    const busy = await use(app);
    const written = await writtenCounts();
    const lines = written.reduce((sum, one) => sum + one, 0);
    report({
      name: `cores used by ${paneCount} panes at ${paneRate} lines a second each`,
      unit: `of a core (${lines} lines)`,
      wharf: [busy.cpuShare],
      reference: { what: 'at rest', values: [rest.cpuShare] },
      goal: { of: 'median', atMost: 1 },
    });
    report({ name: 'frames a second of those panes', unit: '/s', wharf: [shown.perSecond] });
  });
});
