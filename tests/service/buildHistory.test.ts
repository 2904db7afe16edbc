import { copyFile, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildRequest } from '../../electron/contract/builds';
import { BuildHistory, type KeptBuild, rememberedBuilds } from '../../electron/services/buildHistory';
import { startFakeEngine } from '../fakes/fakeEngine';
import { firstWhere, type ImageServices, openImageServices } from '../fakes/imageServices';
import { sampleBuild } from '../fakes/samples';

let folder: string;
let close: (() => Promise<void>)[] = [];
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'history-')), 'builds');
});
afterEach(async () => {
  for (const one of close.reverse()) await one();
  close = [];
  await rm(join(folder, '..'), { recursive: true, force: true });
});

const said: string[] = [];
const open = () => new BuildHistory({ folder, log: (line) => said.push(line) });
const request = buildRequest.parse({ source: { kind: 'bundled' }, tag: 'llm-api', buildArguments: { A: 'b' } });

/** One run of Wharf on a fake engine that remembers builds in the folder. */
async function run(taskIdPrefix: string, onBuild?: () => AsyncGenerator<string>): Promise<ImageServices> {
  const fake = await startFakeEngine(onBuild ? { onBuild } : {});
  const services = await openImageServices(fake.endpoint, { historyFolder: folder, taskIdPrefix });
  close.push(async () => {
    await services.close();
    await fake.close();
  });
  return services;
}

const line = (message: object) => JSON.stringify(message);
const lastOf = <T>(watch: AsyncIterable<T>) => firstWhere(watch, () => true);

describe('builds of an earlier run of Wharf', () => {
  it('are there with all that they were built from, and are not mixed up with those of this run', async () => {
    const first = await run('one-');
    const { taskId } = await first.builds.start(request);
    await first.tasks.ended(taskId);
    const before = await firstWhere(first.builds.watch(taskId), ({ finishedAtMs }) => finishedAtMs !== null);
    const detailsBefore = await first.builds.details(taskId);
    await first.close();

    const second = await run('two-');
    expect(await lastOf(second.builds.watch(taskId))).toEqual(before);
    expect(before).toMatchObject({ state: 'done', request: { ...request, tag: 'llm-api:latest' } });
    expect(before.dockerfileHash).toMatch(/^[0-9a-f]{64}$/);
    expect(before.baseImages).toEqual(['python:3.11-slim']);
    expect(await second.builds.details(taskId)).toEqual(detailsBefore);
    expect(detailsBefore.dockerfile).toContain('FROM ${BASE_IMAGE}');
    const again = await second.builds.start(request);
    await second.tasks.ended(again.taskId);
    const { builds } = await firstWhere(second.builds.watchHistory(), (item) => item.builds[0]?.state === 'done');
    expect(builds.map((build) => build.taskId)).toEqual([again.taskId, taskId]);
    expect(builds[1]).toMatchObject({ tag: 'llm-api:latest', stepCount: 3, cachedCount: 0 });
  });

  it('that Wharf did not live to see the end of were interrupted; they do not run for ever', async () => {
    let begin = () => {};
    const begun = new Promise<void>((resolve) => (begin = resolve));
    const first = await run('one-', async function* () {
      yield line({ stream: 'Step 1/2 : FROM base\n' });
      begin();
      await new Promise(() => {});
    });
    const { taskId } = await first.builds.start(request);
    await begun;
    await firstWhere(first.builds.watch(taskId), ({ steps }) => steps[0]?.state === 'running');
    await first.history.settled();
    // What is on disk now is what a killed Wharf leaves.
    const second = open();
    const { state } = await second.read(taskId);
    expect(state).toMatchObject({ state: 'interrupted', failure: { code: 'APP_CLOSED' }, imageId: null });
    expect(state.steps.map((step) => step.state)).toEqual(['cancelled']);
    expect(state.finishedAtMs).toBeGreaterThan(0);
  });

  it('that were cancelled or refused are there as such', async () => {
    const first = await run('one-');
    await writeFile(join(first.imageFolder, '.dockerignore'), '[a-\n');
    const { taskId } = await first.builds.start(request);
    await first.tasks.ended(taskId);
    await first.close();
    const { state } = await open().read(taskId);
    expect(state).toMatchObject({ state: 'failed', failure: { code: 'CONTEXT_REFUSED' } });
  });
});

describe('the files of the build history', () => {
  const kept = (taskId: string, startedAtMs = 1): KeptBuild => ({
    state: { ...sampleBuild(taskId, 9, 'done'), startedAtMs, finishedAtMs: startedAtMs + 5 },
    details: { dockerfile: 'FROM x', lastLines: {} },
  });

  it('are nobody else’s to read, and no half-written one stays', async () => {
    const history = open();
    history.keep(kept('a-1'));
    await history.settled();
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect((await stat(join(folder, 'a-1.json'))).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(['a-1.json']);
  });

  it('that cannot be understood are put aside and said, and hide no other build', async () => {
    const history = open();
    history.keep(kept('a-1'));
    history.keep(kept('a-2', 2));
    await history.settled();
    const text = await readFile(join(folder, 'a-1.json'), 'utf8');
    await writeFile(join(folder, 'a-1.json'), text.slice(0, 100));
    const builds = await lastOf(open().watch());
    expect(builds.map(({ taskId }) => taskId)).toEqual(['a-2']);
    expect(await readdir(folder)).toEqual(['a-1.json.broken', 'a-2.json']);
    expect(said.join('\n')).toContain('a-1.json');
  });

  it('that lie under another build’s name are put aside: one build is not there twice', async () => {
    const history = open();
    history.keep(kept('a-1'));
    await history.settled();
    await copyFile(join(folder, 'a-1.json'), join(folder, '0-copy.json'));
    const builds = await lastOf(open().watch());
    expect(builds.map(({ taskId }) => taskId)).toEqual(['a-1']);
    expect(await readdir(folder)).toEqual(['0-copy.json.broken', 'a-1.json']);
  });

  it('do not grow without end: the oldest builds go', async () => {
    const history = open();
    for (let at = 0; at < rememberedBuilds + 5; at += 1) history.keep(kept(`a-${at}`, at + 1));
    await history.settled();
    expect(await readdir(folder)).toHaveLength(rememberedBuilds);
    await expect(history.read('a-4')).rejects.toMatchObject({ code: 'TASK_MISSING' });
    expect((await history.read('a-5')).state.taskId).toBe('a-5');
  });

  it('go when a build is forgotten, and others stay', async () => {
    const history = open();
    for (const id of ['a-1', 'a-2']) history.keep(kept(id));
    await history.settled();
    await history.forget(['a-1', 'not-there']);
    expect(await readdir(folder)).toEqual(['a-2.json']);
    expect((await lastOf(history.watch())).map(({ taskId }) => taskId)).toEqual(['a-2']);
  });

  it('are the only ones that the page can reach: an id is no path', async () => {
    await open().settled();
    await writeFile(join(folder, '../secret.json'), JSON.stringify(kept('../secret'))).catch(() => {});
    await expect(open().read('../secret')).rejects.toMatchObject({ code: 'TASK_MISSING' });
  });

  it('that cannot be written leave the build readable for as long as Wharf runs, and are said', async () => {
    await writeFile(join(folder, '..', 'builds'), 'in the way');
    const history = open();
    history.keep(kept('a-1'));
    await history.settled();
    expect((await history.read('a-1')).state.taskId).toBe('a-1');
    expect(said.join('\n')).toContain('a-1 could not be written');
  });
});
