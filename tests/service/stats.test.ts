import { describe, expect, it, onTestFinished } from 'vitest';
import type { StatsSample } from '../../electron/contract/stats';
import { Stats } from '../../electron/services/stats';
import type { FakeEngineOptions } from '../fakes/fakeEngine';
import { linkedContainers } from '../fakes/linkedEngine';

async function linkedStats(options: FakeEngineOptions) {
  const linked = await linkedContainers(options);
  const stats = new Stats({
    engineLink: linked.link,
    containers: linked.containers,
    log: (line) => linked.lines.push(line),
    timing: { everyMs: 20, firstPairMs: 1 },
  });
  onTestFinished(() => stats.close());
  await expect.poll(() => linked.containers.table().length).toBe(linked.fake.containers.size);
  const asked = () => linked.fake.requests.filter((request) => request.includes('/stats?'));
  return { ...linked, stats, asked };
}

/** Watches and keeps what came; `leave` ends it. */
function watch(stats: Stats, id: string, sampleCount = 900) {
  const abort = new AbortController();
  const seen = { samples: [] as StatsSample[], firsts: [] as number[] };
  const over = (async () => {
    for await (const event of stats.watch(id, sampleCount, abort.signal)) {
      if (event.replace) seen.firsts.push(event.samples.length);
      seen.samples = event.replace ? event.samples : [...seen.samples, ...event.samples];
    }
  })();
  const leave = async () => {
    abort.abort();
    await over;
  };
  onTestFinished(leave);
  return { seen, leave };
}

const cpuStats = (total: number, system: number) => ({
  cpu_stats: { cpu_usage: { total_usage: total }, system_cpu_usage: system, online_cpus: 4 },
  memory_stats: { usage: 1000, limit: 2000, stats: {} },
});

describe('sampling', () => {
  it('asks the engine about containers that nobody looks at, or goes on when the page left', async () => {
    const { fake, stats, asked } = await linkedStats({ containers: [{ name: 'seen' }, { name: 'unseen' }] });
    const [seen] = [...fake.containers.values()];
    const view = watch(stats, seen?.id ?? '');
    await expect.poll(() => view.seen.samples.length).toBeGreaterThan(2);
    expect(new Set(asked().map((request) => request.split('/')[2]))).toEqual(new Set([seen?.id]));
    await view.leave();
    expect(stats.readerCount).toBe(0);
    const before = asked().length;
    const other = watch(stats, [...fake.containers.keys()][1] ?? '');
    await expect.poll(() => other.seen.samples.length).toBeGreaterThan(3);
    // One may have been under way when the page left.
    expect(asked().filter((request) => request.includes(seen?.id ?? '')).length).toBeLessThanOrEqual(before + 1);
  });

  it('asks twice for two windows', async () => {
    const { fake, stats, asked } = await linkedStats({ containers: [{ name: 'one' }] });
    const id = [...fake.containers.keys()][0] ?? '';
    const views = [watch(stats, id), watch(stats, id)];
    await expect.poll(() => views.map(({ seen }) => seen.samples.length > 3)).toEqual([true, true]);
    const [first, second] = views.map(({ seen }) => seen.samples.map(({ atMs }) => atMs));
    expect(first?.slice(0, 3)).toEqual(second?.slice(0, 3));
    expect(asked().length).toBeLessThanOrEqual((first?.length ?? 0) + 2);
  });

  it('forgets what was sampled before when the page comes back, or sends more of it than was asked for', async () => {
    const { fake, stats } = await linkedStats({ containers: [{ name: 'one' }] });
    const id = [...fake.containers.keys()][0] ?? '';
    const view = watch(stats, id);
    await expect.poll(() => view.seen.samples.length).toBeGreaterThan(4);
    await view.leave();
    const again = watch(stats, id);
    await expect.poll(() => again.seen.firsts[0]).toBeGreaterThan(4);
    const short = watch(stats, id, 2);
    await expect.poll(() => short.seen.firsts[0]).toBe(2);
  });

  it('takes the rate from anything but the two readings', async () => {
    const { fake, stats } = await linkedStats({ containers: [{ name: 'busy', stats: cpuStats(1e9, 100e9) }] });
    const id = [...fake.containers.keys()][0] ?? '';
    const view = watch(stats, id);
    await expect.poll(() => view.seen.samples.length).toBeGreaterThan(1);
    expect(view.seen.samples[0]).toMatchObject({ cpuPercent: null, memoryBytes: 1000, memoryLimitBytes: 2000 });
    fake.change(id, { stats: cpuStats(2e9, 108e9) }, 'exec_die');
    // One second of eight that four processors had: half of one.
    await expect.poll(() => view.seen.samples.some(({ cpuPercent }) => cpuPercent === 50)).toBe(true);
  });

  it('stops for good, or shows a peak, when the container was restarted', async () => {
    const { fake, stats, asked, containers } = await linkedStats({
      containers: [{ name: 'one', stats: cpuStats(9e9, 100e9) }, { name: 'clock' }],
    });
    const [id = '', clockId = ''] = [...fake.containers.keys()];
    const view = watch(stats, id);
    const clock = watch(stats, clockId);
    const ofOne = () => asked().filter((request) => request.includes(id)).length;
    await expect.poll(() => view.seen.samples.length).toBeGreaterThan(1);
    fake.change(id, { state: 'exited', stats: cpuStats(1e6, 101e9) }, 'die');
    await expect.poll(() => containers.table().find((row) => row.id === id)?.state).toBe('exited');
    const whileStopped = view.seen.samples.length;
    const askedBefore = ofOne();
    const then = clock.seen.samples.length;
    await expect.poll(() => clock.seen.samples.length).toBeGreaterThan(then + 3);
    expect(ofOne()).toBeLessThanOrEqual(askedBefore + 1);
    fake.change(id, { state: 'running' }, 'start');
    await expect.poll(() => view.seen.samples.length).toBeGreaterThan(whileStopped + 1);
    expect(view.seen.samples.every(({ cpuPercent }) => cpuPercent === null || cpuPercent === 0)).toBe(true);
  });

  it('ends when the engine was away, or fills the log meanwhile', async () => {
    const { fake, stats, lines } = await linkedStats({ containers: [{ name: 'one' }] });
    const id = [...fake.containers.keys()][0] ?? '';
    const view = watch(stats, id);
    await expect.poll(() => view.seen.samples.length).toBeGreaterThan(1);
    await fake.stop();
    await fake.start();
    const then = view.seen.samples.length;
    await expect.poll(() => view.seen.samples.length, { timeout: 5000 }).toBeGreaterThan(then + 1);
    expect(lines.filter((line) => line.startsWith('stats'))).toEqual([]);
  });

  it('keeps the samples of containers that are gone', async () => {
    const { fake, stats, containers } = await linkedStats({ containers: [{ name: 'one' }, { name: 'two' }] });
    const [one = '', two = ''] = [...fake.containers.keys()];
    const view = watch(stats, one);
    await expect.poll(() => view.seen.samples.length).toBeGreaterThan(1);
    fake.removeContainer(one);
    await expect.poll(() => containers.table().length).toBe(1);
    await view.leave();
    await watch(stats, two).leave();
    const again = watch(stats, one);
    await expect.poll(() => again.seen.firsts).toEqual([0]);
  });
});
