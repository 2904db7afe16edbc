import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { connectEngine } from '../../electron/docker/connect';
import type { EngineTarget } from '../../electron/docker/endpoints';
import type { Engine } from '../../electron/docker/engine';
import { fingerprintOf, knownHostsLine } from '../../electron/docker/knownHosts';
import { Containers } from '../../electron/services/containers';
import { EngineChoices, enginesToTry } from '../../electron/services/engineChoices';
import { EngineMemory } from '../../electron/services/engineMemory';
import { Tasks } from '../../electron/services/tasks';
import { fakeEngine, linkTo } from '../fakes/linkedEngine';

/** A home folder with Docker contexts of the given names and addresses, the first of them current. */
async function homeWith(contexts: Record<string, string>): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'wharf-home-'));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  for (const [name, Host] of Object.entries(contexts)) {
    const folder = join(home, '.docker/contexts/meta', createHash('sha256').update(name).digest('hex'));
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'meta.json'), JSON.stringify({ Name: name, Endpoints: { docker: { Host } } }));
  }
  await writeFile(join(home, '.docker/config.json'), JSON.stringify({ currentContext: Object.keys(contexts)[0] }));
  return home;
}

/** Two engines under two contexts, `one` current, and what chooses between them. */
async function twoEngines(contexts: Record<string, string> = {}) {
  const [one, two] = [await fakeEngine(), await fakeEngine()];
  const home = await homeWith({ one: one.endpoint.address, two: two.endpoint.address, ...contexts });
  const surroundings = { env: {}, homeDirectory: home, platform: 'linux' };
  const memory = await EngineMemory.open(join(home, 'wharf'), '');
  const opened: Engine[] = [];
  const connect = async (target: EngineTarget, signal?: AbortSignal) => {
    const engine = await connectEngine(target, signal, memory);
    vi.spyOn(engine, 'close');
    opened.push(engine);
    return engine;
  };
  const { link } = linkTo(() => enginesToTry(memory, surroundings), { connect });
  const noLines = { add: () => undefined, end: () => undefined };
  const tasks = new Tasks({ taskWriter: () => noLines } as never, () => 'id');
  const choices = new EngineChoices({ memory, surroundings, engineLink: link, tasks, connect });
  await link.check();
  return { one, two, home, surroundings, memory, link, tasks, choices, opened };
}

describe('choosing an engine', () => {
  it('does not hide a context that is not the current one, nor contact one that is far away to list it', async () => {
    const { choices, one, two, home } = await twoEngines({ far: 'ssh://nobody@far.invalid' });
    const { choices: listed, chosenId } = await choices.list();
    expect(chosenId).toBeNull();
    const states = Object.fromEntries(listed.map(({ id, state }) => [id, state]));
    expect(states).toMatchObject({ 'context:one': 'driven', 'context:two': 'answers', 'context:far': 'unasked' });
    expect(listed.find(({ id }) => id === 'context:two')?.facts?.version).toBe('20.10.24');
    // A usual place where nothing listens is no choice.
    expect(Object.keys(states)).not.toContain(`unix://${home}/.colima/default/docker.sock`);
    expect([one.sockets.size, two.sockets.size].every((count) => count <= 1)).toBe(true);
  });

  it('drives the chosen engine at once and after a restart, and no other while it is away', async () => {
    const { choices, link, one, two, home, surroundings } = await twoEngines();
    const reading = (async () => {
      for await (const _ of link.current().events(new AbortController().signal, () => {}));
    })().catch((error: unknown) => error);
    await expect.poll(() => one.eventStreams.size).toBe(1);
    expect((await choices.choose('context:two')).endpoint?.address).toBe(two.endpoint.address);
    expect(link.current().endpoint.address).toBe(two.endpoint.address);
    // What is under way with the one before ends.
    expect(await reading).toMatchObject({ code: 'ENGINE_UNREACHABLE' });
    await expect.poll(() => one.sockets.size).toBe(0);
    const later = await EngineMemory.open(join(home, 'wharf'), '');
    expect(enginesToTry(later, surroundings).map(({ address }) => address)).toEqual([two.endpoint.address]);
    await rm(join(home, '.docker'), { recursive: true });
    expect(enginesToTry(later, surroundings).map(({ address }) => address)).toEqual([two.endpoint.address]);
    await two.stop();
    await expect.poll(() => link.state.value.phase).toBe('unreachable');
    await link.retry();
    expect(link.state.value).toMatchObject({ phase: 'unreachable', endpoint: { address: two.endpoint.address } });
  });

  it('does not keep a choice against a DOCKER_HOST that was set since', async () => {
    const { choices, home } = await twoEngines();
    await choices.choose('context:two');
    expect((await EngineMemory.open(join(home, 'wharf'), '')).chosen?.id).toBe('context:two');
    expect((await EngineMemory.open(join(home, 'wharf'), 'tcp://127.0.0.1:1')).chosen).toBeNull();
  });

  it('trusts no host’s key but the one whose fingerprint a person compared', async () => {
    const { choices, memory, home } = await twoEngines({ far: 'ssh://nobody@far.invalid' });
    const key = Buffer.concat([Buffer.from([0, 0, 0, 11]), Buffer.from('ssh-ed25519'), Buffer.alloc(36, 7)]);
    const written = () => readFile(join(home, 'wharf/known_hosts'), 'utf8').catch(() => '');
    memory.sawHostKey('ssh://nobody@far.invalid', 'far.invalid', 22, key);
    const missing = { code: 'ENGINE_CHOICE_MISSING' };
    await expect(choices.trustHost('context:far', 'SHA256:another')).rejects.toMatchObject(missing);
    await expect(choices.trustHost('context:two', fingerprintOf(key))).rejects.toMatchObject(missing);
    expect(await written()).toBe('');
    await choices.trustHost('context:far', fingerprintOf(key));
    expect(await written()).toBe(knownHostsLine('far.invalid', 22, key));
  });

  it('waits for an engine that says nothing as long as for one that is driven, before the list is there', async () => {
    const { choices, two } = await twoEngines();
    two.faults.stall = true;
    const { choices: listed } = await choices.list();
    two.faults.stall = false;
    expect(listed.find(({ id }) => id === 'context:two')).toMatchObject({
      state: 'silent',
      failure: { code: 'ENGINE_NOT_ANSWERING', details: { timeoutMs: 1_500 } },
    });
  });

  it('stays where it is when the chosen engine does not answer', async () => {
    const { choices, link, one, memory } = await twoEngines({ gone: 'unix:///nonexistent/engine.sock' });
    await expect(choices.choose('context:gone')).rejects.toMatchObject({ code: 'ENGINE_UNREACHABLE' });
    await expect(choices.choose('context:never')).rejects.toMatchObject({ code: 'ENGINE_CHOICE_MISSING' });
    expect(memory.chosen).toBeNull();
    expect(link.current().endpoint.address).toBe(one.endpoint.address);
  });

  it('does not pull the engine away from under a running task, or repeat a failed one on the next engine', async () => {
    const { choices, tasks } = await twoEngines();
    let finish = (): void => undefined;
    const work = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const again = async () => ({ taskId: 'again' });
    const subject = { kind: 'prune', what: [] } as never;
    const id = tasks.start(subject, 'docker system prune', () => work, again);
    await expect(choices.choose('context:two')).rejects.toMatchObject({
      code: 'ENGINE_BUSY',
      details: { taskCount: 1 },
    });
    finish();
    await tasks.ended(id);
    expect(tasks.get(id)?.canRetry).toBe(true);
    await choices.choose('context:two');
    expect(tasks.get(id)?.canRetry).toBe(false);
    await expect(tasks.retry(id)).rejects.toMatchObject({ code: 'TASK_NOT_REPEATABLE' });
  });

  it('does not pull the engine away from under work that began while the other one was tried', async () => {
    const { choices, tasks, two, link, one, memory, opened } = await twoEngines();
    two.faults.stall = true;
    const chosen = choices.choose('context:two');
    await expect.poll(() => two.requests.length).toBeGreaterThan(0);
    let finish = (): void => undefined;
    const work = new Promise<void>((resolve) => {
      finish = resolve;
    });
    tasks.start({ kind: 'prune', what: [] } as never, 'docker system prune', () => work);
    two.faults.stall = false;
    await expect(chosen).rejects.toMatchObject({ code: 'ENGINE_BUSY' });
    finish();
    expect(memory.chosen).toBeNull();
    expect(link.current().endpoint.address).toBe(one.endpoint.address);
    // An engine over SSH that is not driven after all would stay logged in.
    expect(opened.at(-1)?.endpoint.address).toBe(two.endpoint.address);
    expect(opened.at(-1)?.close).toHaveBeenCalled();
  });

  it('shows no row of the engine before under the name of the next one', async () => {
    const { choices, link, one, two } = await twoEngines();
    one.addContainer({ name: 'on-one' });
    two.addContainer({ name: 'on-two' });
    const containers = new Containers({ engineLink: link, log: () => undefined });
    onTestFinished(() => containers.close());
    await expect.poll(() => containers.table().map(({ name }) => name)).toEqual(['on-one']);
    // Its list never comes.
    two.faults.answer = (_, path) =>
      path.includes('/containers/json') ? { status: 500, body: { message: 'no' } } : null;
    const seen: string[][] = [];
    const reading = new AbortController();
    const read = (async () => {
      for await (const event of containers.watch(reading.signal)) {
        if (event.type === 'snapshot') seen.push(event.containers.map(({ name }) => name));
      }
    })();
    await expect.poll(() => seen).toEqual([['on-one']]);
    await choices.choose('context:two');
    await expect.poll(() => seen.at(-1)).toEqual([]);
    reading.abort();
    await read;
  });
});
