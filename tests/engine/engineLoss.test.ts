import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { isFailure } from '../../electron/contract/failures';
import { connectEngine } from '../../electron/docker/connect';
import { Containers } from '../../electron/services/containers';
import { EngineLink } from '../../electron/services/engine';
import { type OwnEngine, ownEngine, ownEngineObstacle } from './ownEngine';

const obstacle = ownEngineObstacle();

/** Network interfaces of this machine but those of single containers. */
async function lastingInterfaces(): Promise<string[]> {
  return (await readdir('/sys/class/net')).filter((name) => !name.startsWith('veth')).sort();
}

/** Longest that a person waits to hear that an engine is silent or gone, and for it to be back. */
const noticed = { timeout: 10_000 };

describe.skipIf(obstacle !== null)(`an engine that goes away${obstacle ? ` (${obstacle})` : ''}`, () => {
  let own: OwnEngine;
  let link: EngineLink;
  let containers: Containers;
  let stale = false;
  let interfaces: string[];
  const watching = new AbortController();

  beforeAll(async () => {
    interfaces = await lastingInterfaces();
    own = await ownEngine();
    await own.start();
    await own.createContainers(['one', 'two', 'three']);
    link = new EngineLink({ candidates: () => [own.endpoint], connect: connectEngine, log: () => {} });
    containers = new Containers({ engineLink: link, log: () => {} });
    void (async () => {
      for await (const event of containers.watch(watching.signal)) stale = event.type === 'stale';
    })();
    await vi.waitFor(() => expect(names()).toEqual(['one', 'three', 'two']), noticed);
  });

  afterAll(async () => {
    watching.abort();
    containers?.close();
    link?.close();
    await own?.close();
  });

  const names = () =>
    containers
      .table()
      .map((row) => row.name)
      .sort();

  it("is this test's own: the machine has the interfaces that it had before", async () => {
    expect(await lastingInterfaces()).toEqual(interfaces);
  });

  it('is called silent when dockerd is frozen, and ready with fresh rows when it goes on', async () => {
    own.process.kill('SIGSTOP');
    await expect.poll(() => link.state.value.phase, noticed).toBe('notAnswering');
    await expect.poll(() => stale, noticed).toBe(true);
    const id = containers.table()[0]?.id ?? '';
    const failure = await containers.start(id).catch((error: unknown) => error);
    expect(isFailure(failure, 'ENGINE_NOT_ANSWERING')).toBe(true);
    own.process.kill('SIGCONT');
    await expect.poll(() => link.state.value.phase, noticed).toBe('ready');
    await expect.poll(() => stale, noticed).toBe(false);
  });

  it('is called gone when dockerd is killed, keeps its rows, and shows what there is when it is back', async () => {
    await own.end('SIGKILL');
    await expect.poll(() => link.state.value.phase, noticed).toBe('unreachable');
    expect(names()).toEqual(['one', 'three', 'two']);
    await expect.poll(() => stale, noticed).toBe(true);
    await own.start();
    await own.docker.getContainer('two').remove();
    await expect.poll(() => link.state.value.phase, noticed).toBe('ready');
    await expect.poll(names, noticed).toEqual(['one', 'three']);
    await expect.poll(() => stale, noticed).toBe(false);
  });
});
