import { once } from 'node:events';
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import type { ClientHttp2Session } from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type BuildState, buildRequest } from '../../electron/contract/builds';
import { type FakeEngine, startFakeEngine } from '../fakes/fakeEngine';
import { sessionClient, type TakeOptions, takeFolder } from '../fakes/folderTaker';
import { firstWhere, openImageServices } from '../fakes/imageServices';

let folder: string;
let close: (() => Promise<unknown>)[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'build-sync-'));
  await writeFile(join(folder, 'Dockerfile'), 'FROM base\nCOPY . /\n');
});
afterEach(async () => {
  for (const one of close.reverse()) await one();
  close = [];
  await rm(folder, { recursive: true, force: true });
});

/** Services on an engine whose BuildKit takes the folder so. */
async function setUp(take: TakeOptions) {
  const asked: URLSearchParams[] = [];
  const bodies: number[] = [];
  let session: ClientHttp2Session | null = null;
  async function* onBuild(engine: FakeEngine, query: URLSearchParams, contextBytes: number): AsyncGenerator<string> {
    asked.push(query);
    bodies.push(contextBytes);
    const { error } = await takeFolder(session as ClientHttp2Session, 'context', take);
    if (error !== null) {
      yield JSON.stringify({ error });
      return;
    }
    yield JSON.stringify({ aux: { ID: engine.addImage({ tags: ['synced:1'] }).id } });
  }
  const onSession = (connection: Parameters<typeof sessionClient>[0]) => {
    session = sessionClient(connection);
  };
  const fake = await startFakeEngine({ onBuild, onSession });
  close.push(() => fake.close());
  const services = await openImageServices(fake.endpoint);
  close.push(() => services.close());
  const request = buildRequest.parse({ source: { kind: 'folder', path: folder }, tag: 'synced:1' });
  const ended = async (taskId: string): Promise<BuildState> => {
    await services.tasks.ended(taskId);
    return firstWhere(services.builds.watch(taskId), ({ finishedAtMs }) => finishedAtMs !== null);
  };
  return { ...services, request, ended, asked, bodies, session: () => session as unknown as ClientHttp2Session };
}

describe('a folder that BuildKit takes by itself', () => {
  it('is not sent whole beside that, and the build tells what of it was', async () => {
    await writeFile(join(folder, 'old.txt'), 'x'.repeat(1000));
    await writeFile(join(folder, 'new.txt'), 'y'.repeat(300));
    const { builds, request, ended, asked, bodies } = await setUp({ wants: ({ path }) => path === 'new.txt' });
    const state = await ended((await builds.start(request)).taskId);
    expect(state).toMatchObject({ state: 'done', builder: 'buildkit' });
    expect(state.context).toMatchObject({ fileCount: 3, sentBytes: 300, isSending: false });
    expect(Object.fromEntries(asked[0] ?? [])).toMatchObject({ remote: 'client-session', dockerfile: 'Dockerfile' });
    expect(bodies).toEqual([0]);
  });

  it('names the file that vanished while it is taken, whatever the engine makes of that', async () => {
    await writeFile(join(folder, 'gone.txt'), 'x');
    const { builds, request, ended, defects } = await setUp({ onStats: () => rm(join(folder, 'gone.txt')) });
    const state = await ended((await builds.start(request)).taskId);
    expect(state.failure).toEqual({ code: 'CONTEXT_REFUSED', details: { path: 'gone.txt', reason: 'unreadable' } });
    expect(state).toMatchObject({ state: 'failed', imageId: null });
    expect(defects).toEqual([]);
  });

  it('stops going when the build is cancelled, though the engine would take it for ever', async () => {
    await writeFile(join(folder, 'big'), '');
    await truncate(join(folder, 'big'), 1024 ** 4);
    const { builds, request, ended, tasks, session } = await setUp({});
    const { taskId } = await builds.start(request);
    const sending = await firstWhere(builds.watch(taskId), ({ context }) => (context?.sentBytes ?? 0) > 0);
    expect(sending.context?.isSending).toBe(true);
    const closed = once(session(), 'close');
    await tasks.cancel(taskId);
    await closed;
    expect(await ended(taskId)).toMatchObject({ state: 'cancelled', imageId: null });
  });
});
