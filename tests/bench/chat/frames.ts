import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CDPSession, Page } from 'playwright';

/*
 * How a page draws while something happens. A busy machine stretches every wall clock, so the work of a frame is also
 * counted in processor time of the main thread (`Performance.getMetrics` with thread ticks), which it does not.
 */
interface Frame {
  gapMs: number;
  workMs: number;
}

/** A folder for a CPU profile of each measured stretch, where one is wanted. */
const profiles = process.env.WHARF_BENCH_PROFILE;
const sampleEveryMs = 250;

const rounded = (value: number) => Math.round(value * 10) / 10;
/** The value below which `share` of the values lie. */
export const at = (values: number[], share: number) =>
  rounded([...values].sort((a, b) => a - b)[Math.floor((values.length - 1) * share)] ?? Number.NaN);

/** Counts the frames of `page` and the work of its main thread from now on. `stop` answers the figures. */
export async function countFrames(page: Page, name: string): Promise<{ stop(): Promise<Record<string, number>> }> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Performance.enable', { timeDomain: 'threadTicks' });
  if (profiles !== undefined) {
    await cdp.send('Profiler.enable');
    await cdp.send('Profiler.setSamplingInterval', { interval: 500 });
    await cdp.send('Profiler.start');
  }
  await page.evaluate(() => {
    const frames: Frame[] = [];
    let last = performance.now();
    let running = true;
    let began = 0;
    const channel = new MessageChannel();
    channel.port1.onmessage = () => {
      const frame = frames.at(-1);
      if (frame) frame.workMs = performance.now() - began;
    };
    const onFrame = () => {
      const time = performance.now();
      frames.push({ gapMs: time - last, workMs: 0 });
      last = time;
      began = time;
      // Comes when style, layout and paint of this frame are done.
      channel.port2.postMessage(null);
      if (running) requestAnimationFrame(onFrame);
    };
    requestAnimationFrame(onFrame);
    Object.assign(window, {
      frameCount: () => frames.length,
      stopFrames: () => {
        running = false;
        return frames.slice(1);
      },
    });
  });
  const cpu: number[] = [];
  let before = await work(cdp, page);
  const first = before;
  const timer = setInterval(() => {
    void work(cdp, page).then(
      (now) => {
        if (now.frames > before.frames) cpu.push((now.taskMs - before.taskMs) / (now.frames - before.frames));
        before = now;
      },
      () => undefined,
    );
  }, sampleEveryMs);
  return {
    async stop() {
      clearInterval(timer);
      const end = await work(cdp, page);
      const frames = await page.evaluate(() => (window as unknown as { stopFrames: () => Frame[] }).stopFrames());
      if (profiles !== undefined) {
        const { profile } = await cdp.send('Profiler.stop');
        await writeFile(join(profiles, `${name.replaceAll(/\W+/g, '-')}.cpuprofile`), JSON.stringify(profile));
      }
      await cdp.detach();
      const gaps = frames.map(({ gapMs }) => gapMs);
      const count = end.frames - first.frames;
      const each = (from: number, to: number) => rounded((to - from) / count);
      return {
        framesPerSecond: rounded((frames.length * 1000) / gaps.reduce((sum, gap) => sum + gap, 0)),
        longestGapMs: at(gaps, 1),
        workMsMedian: at(
          frames.map(({ workMs }) => workMs),
          0.5,
        ),
        workMs95: at(
          frames.map(({ workMs }) => workMs),
          0.95,
        ),
        cpuMsOfFrame: each(first.taskMs, end.taskMs),
        cpuMsOfFrame95: at(cpu, 0.95),
        scriptMsOfFrame: each(first.scriptMs, end.scriptMs),
        layoutMsOfFrame: each(first.layoutMs, end.layoutMs),
        styleMsOfFrame: each(first.styleMs, end.styleMs),
      };
    },
  };
}

async function work(cdp: CDPSession, page: Page) {
  const { metrics } = await cdp.send('Performance.getMetrics');
  const frames = await page.evaluate(() => (window as unknown as { frameCount: () => number }).frameCount());
  const ms = (name: string) => (metrics.find((one) => one.name === name)?.value ?? 0) * 1000;
  return {
    frames,
    taskMs: ms('TaskDuration'),
    scriptMs: ms('ScriptDuration'),
    layoutMs: ms('LayoutDuration'),
    styleMs: ms('RecalcStyleDuration'),
  };
}
