import { describe, expect, it, vi } from 'vitest';
import { Failure, isFailure } from '../../electron/contract/failures';
import { connectEngine } from '../../electron/docker/connect';
import type { EngineEvent } from '../../electron/docker/engine';
import { fakeEngine, linkTo } from '../fakes/linkedEngine';

const nowhere = { source: 'socket' as const, label: 'Nowhere', address: 'unix:///nonexistent/engine.sock' };

describe('EngineLink', () => {
  it('takes the first engine that answers and tells of those that did not', async () => {
    const fake = await fakeEngine();
    const { link } = linkTo(() => [nowhere, fake.endpoint]);
    await link.check();
    const state = link.state.value;
    expect(state.phase).toBe('ready');
    expect(state.endpoint).toEqual(fake.endpoint);
    expect(state.facts).toMatchObject({ product: 'Docker', apiVersion: '1.41', version: '20.10.24' });
    expect(state.attempts).toEqual([
      {
        endpoint: nowhere,
        failure: { code: 'ENGINE_UNREACHABLE', details: { address: nowhere.address, reason: 'absent' } },
      },
      { endpoint: fake.endpoint, failure: null },
    ]);
    expect(link.current().endpoint).toEqual(fake.endpoint);
  });

  it('says which engine is there and cannot be used rather than which is absent', async () => {
    const old = await fakeEngine({ apiVersion: '1.40' });
    const { link } = linkTo(() => [nowhere, old.endpoint]);
    await link.check();
    expect(link.state.value).toMatchObject({ phase: 'unreachable', endpoint: old.endpoint });
    expect(() => link.current()).toThrow(Failure);
    expect(link.state.value.failure).toMatchObject({ code: 'ENGINE_VERSION', details: { reason: 'tooOld' } });
  });

  it('is ready again when the engine comes back, with its new version, and tells everybody', async () => {
    const fake = await fakeEngine();
    const { link } = linkTo(() => [fake.endpoint]);
    const ready = vi.fn();
    link.onReady(ready);
    await expect.poll(() => ready.mock.calls.length).toBe(1);
    const first = link.current();
    await fake.stop();
    await expect.poll(() => link.state.value.phase).toBe('unreachable');
    expect(link.state.value.failure).toMatchObject({ code: 'ENGINE_UNREACHABLE', details: { reason: 'absent' } });
    expect(link.state.value.nextTryAtMs).not.toBeNull();
    expect(() => link.current()).toThrow(expect.objectContaining({ code: 'ENGINE_UNREACHABLE' }));
    fake.options.apiVersion = '1.47';
    await fake.start();
    await expect.poll(() => ready.mock.calls.length).toBe(2);
    expect(link.current()).not.toBe(first);
    expect(link.state.value.facts?.apiVersion).toBe('1.47');
  });

  it('calls an engine that takes connections and stays silent not answering, and keeps its streams', async () => {
    const fake = await fakeEngine();
    const { link } = linkTo(() => [fake.endpoint], { timing: { pingTimeoutMs: 50 } });
    await link.check();
    const seen: EngineEvent[] = [];
    const reading = new AbortController();
    const read = (async () => {
      for await (const event of link.current().events(reading.signal, () => {})) seen.push(event);
    })();
    await expect.poll(() => fake.eventStreams.size).toBe(1);
    fake.faults.stall = true;
    await expect.poll(() => link.state.value.phase).toBe('notAnswering');
    expect(link.state.value.failure).toMatchObject({ code: 'ENGINE_NOT_ANSWERING', details: { timeoutMs: 50 } });
    expect(() => link.current()).toThrow(expect.objectContaining({ code: 'ENGINE_NOT_ANSWERING' }));
    fake.faults.stall = false;
    await expect.poll(() => link.state.value.phase).toBe('ready');
    fake.addContainer({ name: 'later', state: 'created' });
    await expect.poll(() => seen.length).toBe(1);
    reading.abort();
    await read;
  });

  it('does not go over to another engine by itself, only when asked', async () => {
    const [one, two] = [await fakeEngine(), await fakeEngine()];
    const { link } = linkTo(() => [one.endpoint, two.endpoint]);
    await link.check();
    await one.stop();
    await expect.poll(() => link.state.value.phase).toBe('unreachable');
    for (let tries = 0; tries < 5; tries += 1) await link.check();
    expect(link.state.value).toMatchObject({ phase: 'unreachable', endpoint: one.endpoint });
    expect(two.requests).toEqual([]);
    expect(await link.retry()).toMatchObject({ phase: 'ready', endpoint: two.endpoint });
  });

  it('finds an engine that appears later, and logs one line for 20 failures in a row', async () => {
    const fake = await fakeEngine();
    await fake.stop();
    let tries = 0;
    const { link, lines } = linkTo(() => [fake.endpoint], {
      now: () => 1_000,
      connect: (target, signal) => {
        tries += 1;
        return connectEngine(target, signal);
      },
    });
    await expect.poll(() => tries, { timeout: 10_000 }).toBeGreaterThanOrEqual(20);
    expect(lines).toHaveLength(1);
    await fake.start();
    await expect.poll(() => link.state.value.phase).toBe('ready');
  });

  it('waits longer after each failure, up to a limit, and never exactly as long', async () => {
    const waits: number[] = [];
    const { link } = linkTo(() => [nowhere], {
      now: () => 0,
      random: () => 0.5,
      timing: { firstRetryMs: 10, longestRetryMs: 40 },
    });
    for (let tries = 0; tries < 5; tries += 1) {
      await link.check();
      waits.push(link.state.value.nextTryAtMs ?? 0);
    }
    expect(waits).toEqual([9, 17, 34, 34, 34]);
  });

  it('pings once for many services that lost a stream at the same time', async () => {
    const fake = await fakeEngine();
    const { link } = linkTo(() => [fake.endpoint], { timing: { pingEveryMs: 60_000 } });
    await link.check();
    await Promise.all(Array.from({ length: 50 }, () => link.check()));
    expect(fake.requests.filter((request) => request.startsWith('GET /_ping')).length).toBe(1);
  });

  it('takes a try that hangs away when the person asks for another', async () => {
    const fake = await fakeEngine();
    fake.faults.stall = true;
    const { link } = linkTo(() => [fake.endpoint]);
    await expect.poll(() => fake.requests.length).toBe(1);
    const retried = link.retry();
    fake.faults.stall = false;
    expect((await retried).phase).toBe('ready');
  });

  it('asks nothing any more and holds no socket once closed', async () => {
    const fake = await fakeEngine();
    const { link } = linkTo(() => [fake.endpoint]);
    await link.check();
    const reading = new AbortController();
    const lost = (async () => {
      for await (const _ of link.current().events(reading.signal, () => {}));
    })().catch((error: unknown) => error);
    await expect.poll(() => fake.eventStreams.size).toBe(1);
    link.close();
    const error = await lost;
    expect(isFailure(error, 'ENGINE_UNREACHABLE') && error.details.reason).toBe('lost');
    await expect.poll(() => fake.sockets.size).toBe(0);
    const before = fake.requests.length;
    await link.check();
    expect(fake.requests.length).toBe(before);
  });

  it('does not count a stream that ended as a lost engine while it answers', async () => {
    const fake = await fakeEngine();
    const { link } = linkTo(() => [fake.endpoint]);
    await link.check();
    const since = link.state.value.sinceMs;
    fake.cutStreams();
    await link.check();
    expect(link.state.value).toMatchObject({ phase: 'ready', sinceMs: since });
  });

  it('lists and opens streams again after sleep, once, though the engine answers as if nothing had been', async () => {
    const fake = await fakeEngine();
    let sleptMs = 0;
    // A busy machine is no silent engine: that would be ready once more.
    const { link } = linkTo(() => [fake.endpoint], {
      now: () => Date.now() + sleptMs,
      timing: { pingTimeoutMs: 60_000 },
    });
    const ready = vi.fn();
    link.onReady(ready);
    await expect.poll(() => ready.mock.calls.length).toBe(1);
    sleptMs = 8 * 3_600_000;
    await expect.poll(() => ready.mock.calls.length).toBe(2);
    const before = fake.requests.length;
    await expect.poll(() => fake.requests.length).toBeGreaterThan(before + 5);
    expect(ready.mock.calls.length).toBe(2);
  });

  it('notices sleep although a service that lost its stream asks before the timer does, or a ping was under way', async () => {
    const fake = await fakeEngine();
    let sleptMs = 0;
    const { link } = linkTo(() => [fake.endpoint], {
      now: () => Date.now() + sleptMs,
      timing: { pingEveryMs: 600_000, pingTimeoutMs: 60_000 },
    });
    const ready = vi.fn();
    link.onReady(ready);
    await link.check();
    expect(ready.mock.calls.length).toBe(1);
    sleptMs = 3_600_000;
    await link.check();
    expect(ready.mock.calls.length).toBe(2);
    fake.faults.stall = true;
    const pinged = link.check();
    await expect.poll(() => fake.requests.filter((request) => request.startsWith('GET /_ping')).length).toBe(2);
    sleptMs *= 2;
    fake.faults.stall = false;
    await pinged;
    expect(ready.mock.calls.length).toBe(3);
    await link.check();
    expect(ready.mock.calls.length).toBe(3);
  });
});
