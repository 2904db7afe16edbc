import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { report } from '../../../scripts/lib/benchReport.mjs';
import { startWharf, type Wharf } from '../../e2e/wharf';
import { type FakeEngine, startFakeEngine } from '../../fakes/fakeEngine';

/*
 * 500 rows while they are scrolled through, a row and a half each frame: frames a second, and what a frame costs the
 * page's thread, beside the same page at rest.
 */
const containers = 500;
const measuredMs = 4_000;
const rounds = Number(process.env.WHARF_BENCH_ROUNDS ?? 3);

let engine: FakeEngine;
let wharf: Wharf;

beforeAll(async () => {
  engine = await startFakeEngine({
    containers: Array.from({ length: containers }, (_, at) => ({ name: `scrolled-${at}`, health: 'healthy' as const })),
  });
  wharf = await startWharf({ dockerHost: engine.endpoint.address, language: 'en' });
  await wharf.page.evaluate(() => {
    window.location.hash = '#/containers';
  });
  await wharf.page.getByRole('row').nth(20).waitFor();
});
afterAll(async () => {
  await wharf?.close();
  await engine?.close();
});

interface Scrolled {
  framesPerSecond: number;
  longestFrameMs: number;
  workMsPerFrame: number;
}

/** Scrolls by so many px a frame, back and forth, and counts. */
async function scroll(page: Page, pxPerFrame: number): Promise<Scrolled> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const workMs = async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN) * 1000;
  };
  const before = await workMs();
  const frames = await page.evaluate(
    ({ ms, px }) =>
      new Promise<{ count: number; longestMs: number; ms: number }>((resolve) => {
        let list = document.querySelector('main tbody')?.parentElement ?? null;
        while (list && !/auto|scroll/.test(getComputedStyle(list).overflowY)) list = list.parentElement;
        const startMs = performance.now();
        let [count, longestMs, lastMs, step] = [0, 0, startMs, px];
        const draw = (nowMs: number) => {
          count += 1;
          longestMs = Math.max(longestMs, nowMs - lastMs);
          lastMs = nowMs;
          if (list) {
            const end = list.scrollHeight - list.clientHeight;
            if (list.scrollTop + step > end || list.scrollTop + step < 0) step = -step;
            list.scrollTop += step;
          }
          if (nowMs - startMs < ms) requestAnimationFrame(draw);
          else resolve({ count, longestMs, ms: nowMs - startMs });
        };
        requestAnimationFrame(draw);
      }),
    { ms: measuredMs, px: pxPerFrame },
  );
  const after = await workMs();
  await session.detach();
  return {
    framesPerSecond: (frames.count * 1000) / frames.ms,
    longestFrameMs: frames.longestMs,
    workMsPerFrame: (after - before) / frames.count,
  };
}

describe('500 rows', () => {
  it('are scrolled through', async () => {
    const rest: Scrolled[] = [];
    const moved: Scrolled[] = [];
    for (let round = 0; round < rounds; round += 1) {
      rest.push(await scroll(wharf.page, 0));
      moved.push(await scroll(wharf.page, 48));
    }
    for (const [key, name, unit] of [
      ['framesPerSecond', 'frames while 500 rows are scrolled through', 'a second'],
      ['longestFrameMs', 'longest frame meanwhile', 'ms'],
      ['workMsPerFrame', 'CPU of the page’s thread for a frame', 'ms'],
    ] as const) {
      const values = (scrolled: Scrolled[]) => scrolled.map((one) => one[key]);
      report({ name, unit, wharf: values(moved), reference: { what: 'the same page at rest', values: values(rest) } });
    }
  }, 240_000);
});
