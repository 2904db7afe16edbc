import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Container, ContainersEvent } from '../../electron/contract/containers';
import type { Containers } from '../../electron/services/containers';
import type { FakeEngine } from '../fakes/fakeEngine';
import { inspected, listed } from '../fakes/fakeEngineRoutes';
import { linkedContainers } from '../fakes/linkedEngine';

/** A page's view: applies what the watch says. */
class View {
  rows = new Map<string, Container>();
  events: ContainersEvent['type'][] = [];
  stale = false;
  /** Called after each event. */
  onChange = () => {};
  private readonly abort = new AbortController();
  private readonly over: Promise<void>;

  constructor(containers: Containers) {
    this.over = this.read(containers);
  }

  private async read(containers: Containers): Promise<void> {
    for await (const event of containers.watch(this.abort.signal)) {
      this.events.push(event.type);
      if (event.type === 'stale') this.stale = true;
      else if (event.type === 'snapshot') {
        this.stale = false;
        this.rows = new Map(event.containers.map((row) => [row.id, row]));
      } else {
        for (const id of event.removed) this.rows.delete(id);
        for (const row of event.upserted) this.rows.set(row.id, row);
      }
      this.onChange();
    }
  }

  get names(): string[] {
    return [...this.rows.values()].map((row) => row.name).sort();
  }

  async close(): Promise<void> {
    this.abort.abort();
    await this.over;
  }
}

function watchAll(containers: Containers): View {
  const view = new View(containers);
  onTestFinished(() => view.close());
  return view;
}

function truth(fake: FakeEngine): string[] {
  return [...fake.containers.values()].map((container) => container.name).sort();
}

describe('watching containers', () => {
  it('shows a container that was created between subscribing and listing', async () => {
    const { fake, containers } = await linkedContainers({ containers: [{ name: 'before' }] });
    fake.faults.answer = (method, path) => {
      if (method === 'GET' && path === '/containers/json') {
        fake.faults.answer = () => null;
        // The list was made, and this one came before it arrived: only its event tells.
        const listed = { status: 200, body: [] };
        fake.addContainer({ name: 'between' });
        return listed;
      }
      return null;
    };
    const view = watchAll(containers);
    await expect.poll(() => view.names).toContain('between');
  });

  it('removes a row when its container was removed by somebody else', async () => {
    const { fake, containers } = await linkedContainers({ containers: [{ name: 'one' }, { name: 'two' }] });
    const view = watchAll(containers);
    await expect.poll(() => view.names).toEqual(['one', 'two']);
    const one = [...fake.containers.values()].find((container) => container.name === 'one');
    fake.removeContainer(one?.id ?? '');
    await expect.poll(() => view.names).toEqual(['two']);
  });

  it('does not bring a removed container back with the answer to an earlier inspect', async () => {
    const { fake, containers } = await linkedContainers({ containers: [{ name: 'one' }] });
    const view = watchAll(containers);
    await expect.poll(() => [...view.rows.values()][0]?.startedAtMs ?? null).not.toBeNull();
    const [id = ''] = fake.containers.keys();
    const container = fake.containers.get(id);
    let answered = false;
    fake.faults.answer = async (_method, path) => {
      if (path !== `/containers/${id}/json` || !container || answered) return null;
      answered = true;
      const before = inspected(container);
      fake.removeContainer(id);
      await vi.waitFor(() => expect(view.rows.has(id)).toBe(false));
      return { status: 200, body: before };
    };
    fake.change(id, { restartCount: 1 }, 'restart');
    await expect.poll(() => view.names).toEqual([]);
    // One more round through the engine: the late answer has arrived before this row does.
    fake.addContainer({ name: 'after' });
    await expect.poll(() => view.names).toContain('after');
    expect(view.names).toEqual(['after']);
  });

  it('leaves a row old whose inspect was cut, although events and pings go on', async () => {
    const { fake, containers } = await linkedContainers({ containers: [{ name: 'one' }] });
    const view = watchAll(containers);
    await expect.poll(() => [...view.rows.values()][0]?.startedAtMs ?? null).not.toBeNull();
    const [id = ''] = fake.containers.keys();
    let cuts = 0;
    fake.faults.answer = (_method, path) => {
      if (path !== `/containers/${id}/json` || cuts === 2) return null;
      cuts += 1;
      [...fake.sockets].at(-1)?.destroy();
      return { status: 200, body: {} };
    };
    fake.change(id, { state: 'paused' }, 'pause');
    await expect.poll(() => view.rows.get(id)?.state).toBe('paused');
    expect(cuts).toBe(2);
  });

  it('does not undo with the answer to an earlier list what events told meanwhile', async () => {
    const { fake, containers } = await linkedContainers({ containers: [{ name: 'one' }] }, { relistEveryMs: 20 });
    const view = watchAll(containers);
    await expect.poll(() => [...view.rows.values()][0]?.startedAtMs ?? null).not.toBeNull();
    const before = [...fake.containers.values()].map(listed);
    const [id = ''] = fake.containers.keys();
    let lists = 0;
    const seen: string[][] = [];
    fake.faults.answer = async (_method, path) => {
      if (path !== '/containers/json') return null;
      lists += 1;
      if (lists > 1) return null;
      fake.removeContainer(id);
      fake.addContainer({ name: 'new' });
      await vi.waitFor(() => expect(view.names).toEqual(['new']));
      view.onChange = () => seen.push(view.names);
      return { status: 200, body: before };
    };
    await expect.poll(() => lists).toBeGreaterThan(2);
    expect(seen.filter((names) => names.join() !== 'new')).toEqual([]);
    expect(view.names).toEqual(['new']);
  });

  it('heals with a list what events did not tell', async () => {
    const { fake, containers } = await linkedContainers({ containers: [{ name: 'one' }] }, { relistEveryMs: 50 });
    const view = watchAll(containers);
    await expect.poll(() => view.names).toEqual(['one']);
    fake.faults.muteEvents = true;
    fake.addContainer({ name: 'silent' });
    fake.removeContainer([...fake.containers.keys()][0] ?? '');
    await expect.poll(() => view.names).toEqual(['silent']);
  });

  it('shows a restart that no event told, although a list says the same before and after', async () => {
    const { fake, containers } = await linkedContainers({ containers: [{ name: 'one' }] }, { relistEveryMs: 50 });
    const view = watchAll(containers);
    await expect.poll(() => [...view.rows.values()][0]?.startedAtMs ?? null).not.toBeNull();
    fake.faults.muteEvents = true;
    fake.change([...fake.containers.keys()][0] ?? '', { restartCount: 7, startedAtMs: 1_700_000_000_000 }, 'restart');
    await expect.poll(() => [...view.rows.values()][0]?.restartCount).toBe(7);
  });

  it('lists again when the event stream ends while the engine still answers', async () => {
    const { fake, containers } = await linkedContainers({ containers: [{ name: 'one' }] });
    const view = watchAll(containers);
    await expect.poll(() => view.names).toEqual(['one']);
    fake.faults.muteEvents = true;
    fake.cutStreams();
    fake.addContainer({ name: 'during' });
    await expect.poll(() => view.names).toEqual(['during', 'one']);
    expect(view.events).toContain('stale');
    expect(view.stale).toBe(false);
    await expect.poll(() => fake.eventStreams.size).toBe(1);
  });

  it('says that rows are old while the engine is gone, and replaces them when it is back', async () => {
    const { fake, containers } = await linkedContainers({ containers: [{ name: 'one' }, { name: 'two' }] });
    const view = watchAll(containers);
    await expect.poll(() => view.names).toEqual(['one', 'two']);
    await fake.stop();
    await expect.poll(() => view.stale).toBe(true);
    expect(view.names).toEqual(['one', 'two']);
    fake.containers.delete([...fake.containers.keys()][0] ?? '');
    await fake.start();
    await expect.poll(() => view.stale).toBe(false);
    expect(view.names).toEqual(truth(fake));
  });

  it('says that rows are old while the engine is silent', async () => {
    const { fake, containers } = await linkedContainers({ containers: [{ name: 'one' }] });
    const view = watchAll(containers);
    await expect.poll(() => view.names).toEqual(['one']);
    fake.faults.stall = true;
    await expect.poll(() => view.stale).toBe(true);
    fake.faults.stall = false;
    await expect.poll(() => view.stale).toBe(false);
  });

  it('ends right after 500 events that are doubled, out of order, unknown and broken', async () => {
    const { fake, containers } = await linkedContainers();
    const view = watchAll(containers);
    await expect.poll(() => view.events).toContain('snapshot');
    fake.faults.eventCopies = 2;
    fake.faults.sliceBytes = 97;
    for (let index = 0; index < 250; index += 1) {
      const { id } = fake.addContainer({ name: `c${index}`, state: 'created' });
      if (index % 3 === 0) fake.emit({ type: 'container', action: 'destroy', id });
      if (index % 5 === 0) fake.emitRaw('not json at all\n');
      if (index % 7 === 0) fake.emit({ type: 'container', action: 'teleport', id });
      if (index % 3 === 0) fake.change(id, { state: 'running', startedAtMs: 1_700_000_000_000 }, 'start');
      if (index % 2 === 0) fake.removeContainer(id);
    }
    await expect.poll(() => view.names, { timeout: 10_000 }).toEqual(truth(fake));
    await expect
      .poll(() => [...view.rows.values()].filter((row) => row.state === 'running').length, { timeout: 10_000 })
      .toBe([...fake.containers.values()].filter((container) => container.state === 'running').length);
  });

  it('understands the events of an engine that speaks 1.52 and of Podman', async () => {
    for (const options of [{ apiVersion: '1.54', minApiVersion: '1.44' }, { product: 'Podman' as const }]) {
      const { fake, containers } = await linkedContainers({ ...options, containers: [{ name: 'one' }] });
      const view = watchAll(containers);
      await expect.poll(() => view.names).toEqual(['one']);
      const [id = ''] = fake.containers.keys();
      fake.change(id, { state: 'exited', exitCode: 137 }, 'die');
      await expect.poll(() => view.rows.get(id)?.exitCode).toBe(137);
      fake.removeContainer(id);
      await expect.poll(() => view.names).toEqual([]);
    }
  });

  it('does not inspect for the exec events of health checks', async () => {
    const { fake, containers } = await linkedContainers({ containers: [{ name: 'one' }] });
    const view = watchAll(containers);
    await expect.poll(() => [...view.rows.values()][0]?.startedAtMs ?? null).not.toBeNull();
    const [id = ''] = fake.containers.keys();
    const before = fake.requests.length;
    for (const action of ['exec_create: /bin/check', 'exec_start: /bin/check', 'exec_die']) {
      fake.emit({ type: 'container', action, id });
    }
    fake.addContainer({ name: 'after' });
    await expect.poll(() => view.names).toContain('after');
    expect(fake.requests.slice(before).filter((request) => request.includes(id))).toEqual([]);
  });

  it('asks once for many events of one container that come together', async () => {
    const { fake, containers } = await linkedContainers({ containers: [{ name: 'one' }] });
    const view = watchAll(containers);
    await expect.poll(() => [...view.rows.values()][0]?.startedAtMs ?? null).not.toBeNull();
    const [id = ''] = fake.containers.keys();
    const before = fake.requests.length;
    for (let restartCount = 1; restartCount <= 100; restartCount += 1) fake.change(id, { restartCount }, 'restart');
    await expect.poll(() => view.rows.get(id)?.restartCount).toBe(100);
    expect(fake.requests.slice(before).filter((request) => request.includes(id)).length).toBeLessThan(10);
  });

  it('lists 500 containers with one request and completes them behind it', async () => {
    const many = Array.from({ length: 500 }, (_, index) => ({ name: `c${index}`, memoryBytes: 1024 * 1024 * 64 }));
    const { fake, containers } = await linkedContainers({ containers: many }, {}, { pingTimeoutMs: 10_000 });
    const view = watchAll(containers);
    await expect.poll(() => view.rows.size).toBe(500);
    await expect
      .poll(() => [...view.rows.values()].every((row) => row.memoryLimitBytes !== null), { timeout: 15_000 })
      .toBe(true);
    expect(fake.requests.filter((request) => request.startsWith('GET /containers/json')).length).toBe(1);
  });

  it('shares one event stream among all watches, and forgets a watch that is left', async () => {
    const { fake, containers } = await linkedContainers({ containers: [{ name: 'one' }] });
    const views = Array.from({ length: 20 }, () => new View(containers));
    await expect.poll(() => views.every((view) => view.names.length === 1)).toBe(true);
    expect(fake.eventStreams.size).toBe(1);
    expect(containers.readerCount).toBe(20);
    for (const view of views) await view.close();
    expect(containers.readerCount).toBe(0);
  });

  it('leaves no socket behind when it is closed', async () => {
    const { fake, link, containers } = await linkedContainers({ containers: [{ name: 'one' }] });
    const view = watchAll(containers);
    await expect.poll(() => view.names).toEqual(['one']);
    containers.close();
    link.close();
    await expect.poll(() => fake.sockets.size).toBe(0);
    const before = fake.requests.length;
    fake.addContainer({ name: 'unheard' });
    await new Promise((resolve) => setImmediate(resolve));
    expect(fake.requests.length).toBe(before);
  });
});
