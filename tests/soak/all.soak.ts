import { setMaxListeners } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createServices, type Services } from '../../electron/services/createServices';
import { createHandlers } from '../../electron/services/handlers';
import { memoryLog, overWire, type Wire } from '../contract/overWire';
import { outside, testBaseImage, testImage, testLabels, testName } from '../engine/realEngine';
import { plainHost } from '../fakes/plainHost';
import { ScriptedModel } from '../fakes/scriptedModel';
import { searchWorkerFile } from '../fakes/searchWorkerFile';
import { Chance } from './chance';
import { anyDeed, type World } from './deeds';
import { FaultSocket, type SocketFault } from './faultSocket';
import { type Measures, measure, watchProcess } from './health';
import { misbehavingModel } from './model';
import { StandingPage } from './page';
import { within } from './within';

const minutes = Number(process.env.WHARF_SOAK_MINUTES ?? 1);
const seed = Number(process.env.WHARF_SOAK_SEED ?? Date.now() % 1_000_000_007);
const chance = new Chance(seed);

/**
 * What may differ between two moments at rest: a ping under way, what V8 has not given back, and two files for each of the
 * hundred tasks that are remembered and of the logs that are kept, one for each name.
 */
const allowed = { connections: 8, files: 2 * 100 + 2 * 12, heapBytes: 24 * 1024 * 1024, listeners: 0, readers: 0 };
const healed = { timeout: 40_000, interval: 100 };
/** A last word where one of the limits within has none: the last round, and both times at rest. */
const endsAfterMs = (minutes + 10) * 60_000;
const restLimitMs = 60_000;
const cleanupLimitMs = 20_000;

/** In one round. */
const mostDeeds = 12;

const counted = { deeds: 0, faults: 0, rounds: 0, comparedRows: 0 };
const mark = testName('soak');
const log = memoryLog();
const model = new ScriptedModel(misbehavingModel(chance));
let folder: string;
let socket: FaultSocket;
let services: Services;
let wire: Wire;
let page: StandingPage;
let watched: ReturnType<typeof watchProcess>;
let world: Omit<World, 'signal'>;

/** Writes numbered lines, ends on SIGTERM. */
const writer = `import itertools, signal, time
signal.signal(15, lambda *_: exit(0))
for n in itertools.count(1):
    print('line', n, flush=True)
    time.sleep(0.02)`;

beforeAll(async () => {
  process.stdout.write(`soak: seed ${seed}, ${minutes} minutes\n`);
  watched = watchProcess();
  const image = await testImage('soak', ['python3', '-c', writer]);
  folder = await mkdtemp(join(tmpdir(), 'wharf-soak-'));
  const labels = Object.entries({ ...testLabels, 'app.wharf.soak': mark }).map((pair) => pair.join('='));
  await writeFile(
    join(folder, 'Dockerfile'),
    `FROM ${testBaseImage}\nLABEL ${labels.join(' ')}\nRUN for n in 1 2 3 4 5; do echo $n; sleep 0.2; done\n`,
  );
  socket = new FaultSocket(folder, (process.env.DOCKER_HOST ?? 'unix:///var/run/docker.sock').slice('unix://'.length));
  await socket.listen();
  vi.stubEnv('DOCKER_HOST', socket.address);
  const dataFolder = join(folder, 'data');
  const workerFile = await searchWorkerFile();
  services = await createServices({
    ...{ dataFolder, imageFolder: 'api-image', searchWorkerFile: workerFile, host: plainHost, log },
  });
  wire = overWire(createHandlers(services), log);
  const { api } = wire;
  page = new StandingPage(api);
  const baseUrl = `http://127.0.0.1:${await model.listen()}`;
  const { id: endpointId } = await api.targets.putEndpoint({ id: null, name: 'soak', kind: 'ollama', baseUrl });
  world = { api, chance, mark, image, buildFolder: folder, endpointId };
}, 120_000);

/** Removes what the soak made. */
async function removeAll(): Promise<void> {
  for (const { Id, Names } of await outside.listContainers({ all: true, filters: { name: [mark] } })) {
    const gone = outside.getContainer(Id).remove({ force: true, v: true });
    await within(cleanupLimitMs, `the removal of ${Names[0]}`, gone);
  }
  for (const { Id } of await outside.listImages({ all: false, filters: { label: [`app.wharf.soak=${mark}`] } })) {
    await outside.getImage(Id).remove({ force: true });
  }
}

afterAll(async () => {
  vi.unstubAllEnvs();
  const steps: [what: string, end: () => unknown][] = [
    ['the end of the page’s watches', () => page?.close()],
    ['the end of the wire', () => wire?.close()],
    ['the end of the services', () => services?.close()],
    ['the end of the way to the engine', () => socket?.close()],
    ['the end of the model', () => model.close()],
    ['the removal of containers and images', removeAll],
    ['the removal of the folder', () => rm(folder, { recursive: true, force: true })],
  ];
  const failures: unknown[] = [];
  for (const [what, end] of steps) {
    const ended = (async () => end())();
    await within(2 * cleanupLimitMs, what, ended).catch((error) => failures.push(error));
  }
  watched?.stop();
  expect(failures).toEqual([]);
}, 300_000);

/** Something is wrong with the way to the engine for a while, or a connection is cut. */
async function anyFault(): Promise<void> {
  counted.faults += 1;
  await sleep(chance.whole(0, 500));
  const bytes = chance.whole(1, 5_000);
  const fault = chance.one(['cut', 'cut', 'refuse', 'stall', 'slice', 'cutAfter'] as const);
  await within(restLimitMs, `the end of the fault ${fault}`, suffer(fault, bytes));
}

/** @param bytes of a piece, or until the cut */
async function suffer(fault: 'cut' | SocketFault['kind'], bytes: number): Promise<void> {
  if (fault === 'cut') return socket.cutAll();
  await socket.set(fault === 'slice' || fault === 'cutAfter' ? { kind: fault, bytes } : { kind: fault });
  // Now and then as long as a ping may take, so that silence is noticed.
  await sleep(chance.next() < 0.2 ? 8_000 : chance.whole(100, 2_000));
  await socket.set({ kind: 'none' });
}

/** What `docker ps -a` says of the containers of this soak, in the table's words. */
async function listed(): Promise<string[]> {
  const all = await outside.listContainers({ all: true, filters: { name: [mark] } });
  const rows = await Promise.all(
    all.map(async ({ Id }) => {
      const inspected = outside.getContainer(Id).inspect();
      const { Name, State } = await within(restLimitMs, `the engine’s word on container ${Id}`, inspected);
      return `${Id.slice(0, 12)} ${Name.slice(1)} ${State.Status} ${State.Status === 'exited' ? State.ExitCode : null}`;
    }),
  );
  return rows.sort();
}

const areTheSame = (rows: { listed: string[]; shown: string[] }) => rows.listed.join('\n') === rows.shown.join('\n');

const shown = () =>
  [...page.rows.values()]
    .filter(({ name }) => name.includes(mark))
    .map(({ id, name, state, exitCode }) => `${id.slice(0, 12)} ${name} ${state} ${exitCode}`)
    .sort();

/** Many things at once, some of them while the engine is out of reach; then all is as it should be. */
async function round(): Promise<void> {
  counted.rounds += 1;
  const ending = new AbortController();
  // Each deed may listen to the end of its round, and what Node warns of is trouble here.
  setMaxListeners(mostDeeds, ending.signal);
  const work = Array.from({ length: chance.whole(4, mostDeeds) }, () => anyDeed({ ...world, signal: ending.signal }));
  counted.deeds += work.length;
  const faults = Array.from({ length: chance.whole(0, 2) }, () => anyFault());
  const done = Promise.allSettled([...work, ...faults]);
  await Promise.race([done, sleep(15_000)]);
  ending.abort();
  for (const outcome of await done) if (outcome.status === 'rejected') throw outcome.reason;
  await socket.set({ kind: 'none' });
  await expect.poll(() => page.banners(), healed).toEqual([]);
  await expect.poll(async () => ({ listed: await listed(), shown: shown() }), healed).toSatisfy(areTheSame);
  counted.comparedRows += shown().length;
  expect(watched.troubles).toEqual([]);
  expect(log.entries.filter((entry) => entry.startsWith('error '))).toEqual([]);
}

/** Waits until nothing is under way any more, and measures. */
async function atRest(): Promise<Measures> {
  await within(restLimitMs, 'the engine at rest', wire.api.engine.retry());
  await expect.poll(() => [...page.tasks.values()].filter(({ state }) => state === 'running'), healed).toEqual([]);
  // Streams of logs and samples are closed a moment after their last reader left.
  let last = measure(services.containers.readerCount);
  const untilMs = Date.now() + restLimitMs;
  for (let calm = 0; calm < 5; ) {
    if (Date.now() > untilMs)
      throw new Error(`waited ${restLimitMs / 1000} s for connections to stay as many as they are`);
    await sleep(300);
    const next = measure(services.containers.readerCount);
    calm = next.connections === last.connections ? calm + 1 : 0;
    last = next;
  }
  return last;
}

it('leaks, goes wrong, or goes on saying that something is wrong', { timeout: endsAfterMs }, async () => {
  const endsAtMs = Date.now() + minutes * 60_000;
  // The first rounds load what is loaded late and fill what is kept of the last tasks.
  const warmUntilMs = Date.now() + minutes * 60_000 * 0.3;
  let base: Measures | null = null;
  while (Date.now() < endsAtMs) {
    await round();
    if (base === null && Date.now() > warmUntilMs) base = await atRest();
  }
  const end = await atRest();
  expect(counted.comparedRows).toBeGreaterThan(0);
  const mib = (bytes: number) => `${(bytes / 1024 / 1024).toFixed(0)} MiB`;
  process.stdout.write(
    `soak: seed ${seed}, ${minutes} minutes, ${counted.rounds} rounds, ${counted.deeds} deeds, ${counted.faults} faults, ${counted.comparedRows} rows compared; ` +
      `connections ${base?.connections} -> ${end.connections}, files ${base?.files} -> ${end.files}, heap ${mib(base?.heapBytes ?? 0)} -> ${mib(end.heapBytes)}, ` +
      `listeners ${base?.listeners} -> ${end.listeners}, readers ${base?.readers} -> ${end.readers}\n`,
  );
  for (const [name, more] of Object.entries(allowed) as [keyof Measures, number][]) {
    expect(end[name], name).toBeLessThanOrEqual((base?.[name] ?? 0) + more);
  }
});
