import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import Dockerode from 'dockerode';
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { report } from '../../../scripts/lib/benchReport.mjs';
import { startWharf, type Wharf } from '../../e2e/wharf';
import { faultProxy } from '../../engine/faultProxy';

/*
 * A build that writes 100,000 lines, started by a click: how soon its first step stands there, frames a second while the
 * lines come, memory, and the whole time beside `docker build` of the same folder through the same socket. Both use the
 * classic builder: BuildKit clips what a step writes. Then a folder of 2 GB: how much main grows while it is sent.
 */
const rounds = Number(process.env.WHARF_BENCH_ROUNDS ?? 3);
const lineCount = 100_000;
const megabyte = 2 ** 20;
const baseImage = process.env.WHARF_TEST_BASE_IMAGE ?? 'wharf/python-base:3.11';
const enginePath = (process.env.DOCKER_HOST ?? 'unix:///var/run/docker.sock').replace('unix://', '');
const repository = `wharf-bench-build-${process.pid}`;
const run = promisify(execFile);

let folder: string;
let proxy: Awaited<ReturnType<typeof faultProxy>>;
let wharf: Wharf;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wharf-bench-build-'));
  for (const name of ['lines', 'large']) await mkdir(join(folder, name));
  const words = 'a line of a build as long as most lines are, with a number at its end';
  await writeFile(
    join(folder, 'lines/Dockerfile'),
    `FROM ${baseImage}\nRUN seq -f '${words} %.0f' ${lineCount}\nRUN echo done\n`,
  );
  await writeFile(join(folder, 'large/Dockerfile'), 'FROM scratch\nCOPY Dockerfile /\n');
  await writeFile(join(folder, 'large/sparse'), '');
  await truncate(join(folder, 'large/sparse'), 2 * 1024 ** 3);
  proxy = await faultProxy(folder, enginePath, { withoutBuildkit: true });
  wharf = await startWharf({ dockerHost: proxy.address });
});
afterAll(async () => {
  await wharf?.close();
  await proxy?.close();
  const docker = new Dockerode({ socketPath: enginePath });
  for (const { Id } of await docker.listImages({ filters: { reference: [repository] } })) {
    await docker.getImage(Id).remove({ force: true });
  }
  await rm(folder, { recursive: true, force: true });
});

/** Fills the form in for a folder and answers once it can be sent. */
async function fillForm(page: Page, context: string, tag: string): Promise<void> {
  await page.evaluate(() => {
    window.location.hash = '#/';
  });
  await page.evaluate(() => {
    window.location.hash = '#/build';
  });
  await page.getByRole('radio').nth(1).click();
  await page.locator('input[name=path]').fill(join(folder, context));
  await page.locator('input[name=tag]').fill(tag);
  await page.locator('input[name=noCache]').check();
  await page.locator('form button[type=submit]:enabled').waitFor();
}

interface Clicked {
  firstStepMs: number;
  engineStepMs: number;
}

/** Clicks Build; ms until the frame with the first step, and with the engine's first one, by the page's own clock. */
const click = (page: Page): Promise<Clicked> =>
  page.evaluate(
    () =>
      new Promise<Clicked>((resolve) => {
        const startMs = performance.now();
        let firstStepMs = 0;
        const look = () => {
          const steps = document.querySelectorAll('ol[aria-label="Steps of the build"] > li').length;
          const nowMs = performance.now() - startMs;
          if (steps > 0 && firstStepMs === 0) firstStepMs = nowMs;
          if (steps > 1) resolve({ firstStepMs, engineStepMs: nowMs });
          else requestAnimationFrame(look);
        };
        document.querySelector<HTMLElement>('form button[type=submit]')?.click();
        requestAnimationFrame(look);
      }),
  );

interface Frames {
  /** How the build stands at the end, in words; empty without one. */
  ended: string;
  perSecond: number;
  longestMs: number;
  seconds: number;
}

/** Frames of the page until the build of a tag is over, or for so many ms. */
const frames = (page: Page, until: { tag: string } | { ms: number }): Promise<Frames> =>
  page.evaluate(
    (end) =>
      new Promise<Frames>((resolve) => {
        const startMs = performance.now();
        let count = 0;
        let lastMs = startMs;
        let longestMs = 0;
        const ended = () => {
          if (!('tag' in end)) return '';
          const said = [...document.querySelectorAll('[role=status]')].map((one) => one.textContent ?? '');
          return ['Done', 'Failed', 'Cut off'].find((word) => said.includes(`${end.tag}: ${word}`)) ?? '';
        };
        const step = (nowMs: number) => {
          count += 1;
          longestMs = Math.max(longestMs, nowMs - lastMs);
          lastMs = nowMs;
          const ms = nowMs - startMs;
          const word = ended();
          if (word === '' && !('ms' in end && ms >= end.ms)) requestAnimationFrame(step);
          else {
            const perSecond = Math.round((count / ms) * 1000);
            resolve({ ended: word, perSecond, longestMs: Math.round(longestMs), seconds: ms / 1000 });
          }
        };
        requestAnimationFrame(step);
      }),
    until,
  );

/** Megabytes of main and of all pages together. */
async function memory(): Promise<{ main: number; pages: number }> {
  const metrics = await wharf.app.evaluate(({ app }) =>
    app.getAppMetrics().map(({ type, memory: { workingSetSize } }) => ({ type, workingSetSize })),
  );
  const sum = (type: string) =>
    Math.round(metrics.filter((one) => one.type === type).reduce((all, one) => all + one.workingSetSize, 0) / 1024);
  return { main: sum('Browser'), pages: sum('Tab') };
}

/** The most that main held while `work` went on, in megabytes. */
async function peakDuring(work: Promise<unknown>): Promise<number> {
  let over = false;
  let peak = 0;
  const done = work.finally(() => {
    over = true;
  });
  while (!over) {
    peak = Math.max(peak, (await memory()).main);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await done;
  return peak;
}

describe('a build', () => {
  it('of 100,000 lines', async () => {
    const { page } = wharf;
    const rest = await frames(page, { ms: 3000 });
    const before = await memory();
    const ours: (Clicked & Frames)[] = [];
    const theirs: number[] = [];
    for (let at = 0; at < rounds; at += 1) {
      const tag = `${repository}:${at}`;
      await fillForm(page, 'lines', tag);
      const clicked = await click(page);
      ours.push({ ...clicked, ...(await frames(page, { tag })) });
      const startMs = performance.now();
      await run('docker', ['build', '--no-cache', '-t', tag, join(folder, 'lines')], {
        env: { ...process.env, DOCKER_HOST: proxy.address, DOCKER_BUILDKIT: '0' },
        maxBuffer: 100 * megabyte,
      });
      theirs.push((performance.now() - startMs) / 1000);
    }
    const after = await memory();
    if (!ours.every(({ ended }) => ended === ours[0]?.ended)) console.log(ours.map(({ ended }) => ended).join(' '));
    report({
      name: 'first step of a build, from the click',
      unit: 'ms',
      wharf: ours.map(({ firstStepMs }) => firstStepMs),
      reference: { what: "the engine's first step", values: ours.map(({ engineStepMs }) => engineStepMs) },
      goal: { of: 'median', atMost: 300 },
    });
    report({
      name: 'frames a second while a build writes 100,000 lines',
      unit: '/s',
      wharf: ours.map(({ perSecond }) => perSecond),
      reference: { what: 'at rest', values: [rest.perSecond] },
      goal: { of: 'median', atLeast: 50 },
    });
    report({
      name: 'longest frame meanwhile',
      unit: 'ms',
      wharf: ours.map(({ longestMs }) => longestMs),
      reference: { what: 'at rest', values: [rest.longestMs] },
    });
    report({
      name: 'a build of 100,000 lines',
      unit: 's',
      wharf: ours.map(({ engineStepMs, seconds }) => engineStepMs / 1000 + seconds),
      reference: { what: 'docker build', values: theirs },
    });
    for (const part of ['main', 'pages'] as const) {
      report({
        name: `memory of ${part} after those builds`,
        unit: 'MB',
        wharf: [after[part]],
        reference: { what: 'before', values: [before[part]] },
      });
    }
  }, 600_000);

  it('of a folder of 2 GB', async () => {
    const { page } = wharf;
    const tag = `${repository}:large`;
    await fillForm(page, 'large', tag);
    const before = await memory();
    const startMs = performance.now();
    const peak = await peakDuring(click(page).then(() => frames(page, { tag })));
    report({
      name: 'memory of main while a folder of 2 GB is sent',
      unit: 'MB',
      wharf: [peak],
      reference: { what: 'before', values: [before.main] },
    });
    report({
      name: 'main grows meanwhile',
      unit: 'MB',
      wharf: [peak - before.main],
      goal: { of: 'median', atMost: 100 },
    });
    report({ name: 'a build of a folder of 2 GB', unit: 's', wharf: [(performance.now() - startMs) / 1000] });
  }, 600_000);
});
