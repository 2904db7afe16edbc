import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CDPSession, Page } from 'playwright';

/*
 * How a page draws while something happens. A busy machine stretches every wall clock, so the work of a frame is counted
 * in processor time of the main thread (`Performance.getMetrics` with thread ticks), which others do not stretch.
 */

/** A folder for a CPU profile of each measured stretch, where one is wanted. */
const profiles = process.env.WHARF_BENCH_PROFILE;
const sampleEveryMs = 250;

/** How the page drew between two moments. */
export interface Drawn {
  framesPerSecond: number;
  /** Milliseconds of processor time that the main thread took for a frame, in each quarter of a second. */
  cpuMsOfFrame: number[];
}

/** Counts the frames of `page` and the work of its main thread from now on. `stop` answers the figures. */
export async function countFrames(page: Page, name: string): Promise<{ stop(): Promise<Drawn> }> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Performance.enable', { timeDomain: 'threadTicks' });
  if (profiles !== undefined) {
    await cdp.send('Profiler.enable');
    await cdp.send('Profiler.setSamplingInterval', { interval: 500 });
    await cdp.send('Profiler.start');
  }
  await page.evaluate(() => {
    let frames = 0;
    let running = true;
    const onFrame = () => {
      frames += 1;
      if (running) requestAnimationFrame(onFrame);
    };
    requestAnimationFrame(onFrame);
    Object.assign(window, {
      frameCount: () => frames,
      stopFrames: () => {
        running = false;
      },
    });
  });
  const cpuMsOfFrame: number[] = [];
  const first = await work(cdp, page);
  const fromMs = performance.now();
  let before = first;
  const timer = setInterval(() => {
    void work(cdp, page).then(
      (now) => {
        if (now.frames > before.frames) cpuMsOfFrame.push((now.taskMs - before.taskMs) / (now.frames - before.frames));
        before = now;
      },
      () => undefined,
    );
  }, sampleEveryMs);
  return {
    async stop() {
      clearInterval(timer);
      const end = await work(cdp, page);
      const framesPerSecond = ((end.frames - first.frames) * 1000) / (performance.now() - fromMs);
      await page.evaluate(() => (window as unknown as { stopFrames: () => void }).stopFrames());
      if (profiles !== undefined) {
        const { profile } = await cdp.send('Profiler.stop');
        await writeFile(join(profiles, `${name.replaceAll(/\W+/g, '-')}.cpuprofile`), JSON.stringify(profile));
      }
      await cdp.detach();
      return { framesPerSecond, cpuMsOfFrame };
    },
  };
}

async function work(cdp: CDPSession, page: Page): Promise<{ frames: number; taskMs: number }> {
  const { metrics } = await cdp.send('Performance.getMetrics');
  const frames = await page.evaluate(() => (window as unknown as { frameCount: () => number }).frameCount());
  return { frames, taskMs: (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0) * 1000 };
}
