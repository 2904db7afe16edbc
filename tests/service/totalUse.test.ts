import { describe, expect, it, onTestFinished } from 'vitest';
import type { StatsTotal } from '../../electron/contract/stats';
import { TotalUse } from '../../electron/services/totalUse';
import { linkedContainers } from '../fakes/linkedEngine';

async function linkedTotal(names: string[], stopped: string[] = []) {
  const linked = await linkedContainers({
    containers: [...names.map((name) => ({ name })), ...stopped.map((name) => ({ name, state: 'exited' as const }))],
  });
  const use = new TotalUse({
    engineLink: linked.link,
    containers: linked.containers,
    log: (line) => linked.lines.push(line),
    timing: { roundMs: 20, firstPairMs: 5, pauseMs: 1 },
  });
  onTestFinished(() => use.close());
  await expect.poll(() => linked.containers.table().length).toBe(linked.fake.containers.size);
  return { ...linked, use };
}

function watch(use: TotalUse) {
  const abort = new AbortController();
  const seen: (StatsTotal | null)[] = [];
  const over = (async () => {
    for await (const total of use.watch(abort.signal)) seen.push(total);
  })();
  const leave = async () => {
    abort.abort();
    await over;
  };
  onTestFinished(leave);
  return { seen, leave };
}

describe('the use of all containers', () => {
  it('counts stopped ones, adds up wrongly, or has a rate from one reading', async () => {
    const { use, fake } = await linkedTotal(['one', 'two'], ['over']);
    let turn = 0;
    fake.faults.answer = (_, path) => {
      if (!path.includes('/stats')) return null;
      turn += 1;
      // Each container used a quarter of the machine's time since its last reading.
      const round = Math.ceil(turn / 2);
      return {
        status: 200,
        body: {
          read: new Date(1_700_000_000_000 + round * 1000).toISOString(),
          cpu_stats: { cpu_usage: { total_usage: round * 1e9 }, system_cpu_usage: round * 4e9, online_cpus: 4 },
          memory_stats: { usage: 1000, limit: 5000, stats: {} },
        },
      };
    };
    const { seen } = watch(use);
    await expect.poll(() => seen.length).toBeGreaterThan(2);
    expect(seen.find((total) => total !== null)).toEqual({ containerCount: 2, cpuPercent: null, memoryBytes: 2000 });
    expect(seen.at(-1)).toEqual({ containerCount: 2, cpuPercent: 200, memoryBytes: 2000 });
  });

  it('asks the engine when nobody watches, or twice for two windows', async () => {
    const { use, link } = await linkedTotal(['one']);
    const signals = new Set<AbortSignal | undefined>();
    const engine = link.current();
    const readStats = engine.readStats.bind(engine);
    engine.readStats = (id, signal) => {
      signals.add(signal);
      return readStats(id, signal);
    };
    const windows = [watch(use), watch(use)];
    await expect.poll(() => windows.every(({ seen }) => seen.length > 2)).toBe(true);
    await windows[0]?.leave();
    expect([...signals].map((signal) => signal?.aborted)).toEqual([false]);
    await windows[1]?.leave();
    expect([...signals].map((signal) => signal?.aborted)).toEqual([true]);
  });
});
