import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ORPCError } from '@orpc/client';
import type { Api } from '../../electron/contract/api';
import { runRequest } from '../../electron/contract/runRequest';
import { outside, testLabels } from '../engine/realEngine';
import type { Chance } from './chance';
import { within } from './within';

/** What the deeds of a soak share. */
export interface World {
  api: Api;
  chance: Chance;
  /** In the name of everything made. */
  mark: string;
  /** Image whose containers write numbered lines. */
  image: string;
  /** Folder with a Dockerfile. */
  buildFolder: string;
  /** A server of Ollama's API that misbehaves. */
  endpointId: string;
  /** Aborts at the end of a round. */
  signal: AbortSignal;
}

const slots = 6;
/** So long after the end of a round that no time limit of Wharf's and no fault of the way explains it. */
const deedLimitMs = 120_000;
const refusals = new Set(['INTERNAL', 'BAD_REQUEST']);

let shellOrPause: Promise<void> = Promise.resolve();

/**
 * One after the other: Docker 20.10 locks up a container for good where an exec starts in it while it is being paused, and a
 * soak is to find Wharf's defects.
 */
function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const done = shellOrPause.then(work);
  shellOrPause = done.then(
    () => {},
    () => {},
  );
  return done;
}

/** What failed as declared is an answer like any other; a defect, or anything else, is not. */
async function expected(work: Promise<unknown>, signal: AbortSignal): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (signal.aborted) return;
    if (!(error instanceof ORPCError) || refusals.has(error.code)) throw error;
  }
}

/** The same of somebody else's docker: an answer of the engine is fine. */
async function byOthers(work: Promise<unknown>): Promise<void> {
  await work.catch((error: { statusCode?: number }) => {
    if (error.statusCode === undefined) throw error;
  });
}

async function ours({ mark }: World): Promise<{ id: string; name: string }[]> {
  const all = await outside.listContainers({ all: true, filters: { name: [mark] } });
  return all.map(({ Id, Names }) => ({ id: Id, name: Names[0]?.slice(1) ?? '' }));
}

async function someone(world: World): Promise<string | null> {
  const all = await ours(world);
  return all.length === 0 ? null : world.chance.one(all).id;
}

/** Looks at a watch for a while and leaves it. */
async function look(world: World, open: (signal: AbortSignal) => Promise<AsyncIterable<unknown>>): Promise<void> {
  const leaving = new AbortController();
  const leave = () => leaving.abort();
  world.signal.addEventListener('abort', leave, { once: true });
  const timer = setTimeout(leave, world.chance.whole(5, 2_000));
  const read = async () => {
    for await (const _ of await open(leaving.signal)) if (leaving.signal.aborted) break;
  };
  await expected(read(), leaving.signal);
  clearTimeout(timer);
  world.signal.removeEventListener('abort', leave);
}

async function changeByApp(world: World): Promise<void> {
  const { api, chance, mark } = world;
  const id = await someone(world);
  if (id === null) return;
  const acts = [
    () => api.containers.start({ id }),
    () => api.containers.stop({ id, graceSeconds: 0 }),
    () => api.containers.restart({ id, graceSeconds: 0 }),
    () => inTurn(() => api.containers.pause({ id })),
    () => api.containers.unpause({ id }),
    () => api.containers.kill({ id }),
    () => api.containers.rename({ id, name: `${mark}-${chance.whole(1, 2 * slots)}` }),
    () => api.containers.remove({ id, force: true, volumes: true }),
  ];
  await expected(chance.one(acts)(), world.signal);
}

async function changeByOthers(world: World): Promise<void> {
  const { chance, mark } = world;
  const id = await someone(world);
  if (id === null) return;
  const one = outside.getContainer(id);
  const acts = [
    () => one.start(),
    () => one.stop({ t: 0 }),
    () => one.restart({ t: 0 }),
    () => inTurn(() => one.pause()),
    () => one.unpause(),
    () => one.kill(),
    () => one.rename({ name: `${mark}-${chance.whole(1, 2 * slots)}` }),
    () => one.remove({ force: true, v: true }),
  ];
  await byOthers(chance.one(acts)());
}

async function makeByApp(world: World): Promise<void> {
  const { api, chance, image, mark } = world;
  if ((await ours(world)).length >= slots) return;
  const asked = { image, name: `${mark}-${chance.whole(1, 2 * slots)}`, ports: [], memoryBytes: 64 * 1024 * 1024 };
  await expected(api.containers.run(runRequest.parse(asked)), world.signal);
}

async function makeByOthers(world: World): Promise<void> {
  const { chance, image, mark } = world;
  if ((await ours(world)).length >= slots) return;
  const name = `${mark}-${chance.whole(1, 2 * slots)}`;
  await byOthers(outside.createContainer({ Image: image, name, Labels: testLabels }).then((made) => made.start()));
}

async function lookAround(world: World): Promise<void> {
  const { api, chance } = world;
  const id = await someone(world);
  if (id === null) return;
  const source = { kind: 'container' as const, id };
  const text = chance.one(['line 1', 'nothing', '(a+)+$']);
  const views = [
    (signal: AbortSignal) => api.lines.follow(source, { signal }),
    (signal: AbortSignal) => api.lines.search({ source, query: { text, isRegex: text.startsWith('(') } }, { signal }),
    (signal: AbortSignal) => api.stats.watch({ id }, { signal }),
    (signal: AbortSignal) => api.inspect.watch({ id }, { signal }),
    (signal: AbortSignal) => api.containers.watch(undefined, { signal }),
    (signal: AbortSignal) => api.tasks.watch(undefined, { signal }),
  ];
  await look(world, chance.one(views));
}

async function openShell(world: World): Promise<void> {
  const { api } = world;
  const id = await someone(world);
  if (id === null) return;
  const work = async () => {
    const { id: sessionId } = await api.terminal.open({ containerId: id, columns: 80, rows: 24 });
    await api.terminal.write({ sessionId, text: 'seq 1 2000; exit\n' });
    await look(world, (signal) => api.terminal.follow({ sessionId }, { signal }));
    await api.terminal.close({ sessionId });
  };
  await expected(inTurn(work), world.signal);
}

async function build(world: World): Promise<void> {
  const { api, buildFolder, chance, mark } = world;
  const work = async () => {
    const source = { kind: 'folder' as const, path: buildFolder };
    const { taskId } = await api.builds.start({ source, tag: `${mark}:built`, hostSettings: false });
    await look(world, (signal) => api.builds.watch({ taskId }, { signal }));
    if (chance.next() < 0.5) await api.tasks.cancel({ id: taskId });
  };
  await expected(work(), world.signal);
}

async function talk(world: World): Promise<void> {
  const { api, chance, endpointId } = world;
  const work = async () => {
    const target = { kind: 'endpoint' as const, endpointId, name: 'soak', model: 'soak' };
    const { id: conversationId } = await api.chat.create({ target });
    await api.chat.send({ conversationId, messageId: randomUUID(), text: 'go on' });
    await look(world, (signal) => api.chat.watch({ conversationId }, { signal }));
    if (chance.next() < 0.5) await api.chat.stop({ conversationId });
    if (chance.next() < 0.8) await api.chat.remove({ conversationId });
  };
  await expected(work(), world.signal);
}

const deeds = [
  ...[changeByApp, changeByApp, changeByOthers, changeByOthers, makeByApp, makeByApp, makeByOthers],
  ...[lookAround, lookAround, lookAround, openShell, build, talk, talk],
];

/** Does one thing, whichever. */
export async function anyDeed(world: World): Promise<void> {
  await sleep(world.chance.whole(0, 200));
  const deed = world.chance.one(deeds);
  await within(deedLimitMs, `the end of ${deed.name}`, deed(world));
}
