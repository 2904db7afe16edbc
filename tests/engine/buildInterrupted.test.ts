import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { buildRequest } from '../../electron/contract/builds';
import { firstWhere, openImageServices } from '../fakes/imageServices';
import { faultProxy } from './faultProxy';
import { ownEngine, ownEngineObstacle } from './ownEngine';

const obstacle = ownEngineObstacle();

describe.skipIf(obstacle !== null)('a step that is under way when the engine is killed', () => {
  it('is the one the build was interrupted at, with the last lines that it wrote', async () => {
    const own = await ownEngine();
    onTestFinished(() => own.close());
    await own.start();
    await own.takeShell('shell:1');
    const folder = await mkdtemp(join(tmpdir(), 'interrupted-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const proxy = await faultProxy(folder, own.endpoint.address.replace('unix://', ''), { withoutBuildkit: true });
    onTestFinished(() => proxy.close());
    const endpoint = { source: 'environment', label: 'Docker', address: proxy.address } as const;
    const services = await openImageServices(endpoint);
    onTestFinished(() => services.close());
    await writeFile(
      join(folder, 'Dockerfile'),
      'FROM shell:1\nRUN echo first\nRUN echo second; echo halfway; sleep 600\n',
    );
    const { taskId } = await services.builds.start(
      buildRequest.parse({ source: { kind: 'folder', path: folder }, tag: 'interrupted:1', hostSettings: false }),
    );
    const written = async () => Object.values((await services.builds.details(taskId)).lastLines).flat();
    await expect.poll(written, { timeout: 60_000 }).toContain('halfway');
    await own.end('SIGKILL');
    // A started engine ends what the killed one left running.
    onTestFinished(() => own.start());
    await services.tasks.ended(taskId);
    const state = await firstWhere(services.builds.watch(taskId), ({ finishedAtMs }) => finishedAtMs !== null);
    expect(state).toMatchObject({ state: 'interrupted', imageId: null, failure: { code: 'BUILD_INTERRUPTED' } });
    expect(state.failure?.details).toMatchObject({ step: 3, lastLines: expect.arrayContaining(['second', 'halfway']) });
  });
});
