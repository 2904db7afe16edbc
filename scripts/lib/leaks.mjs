// @ts-check
import { readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { ask } from './engineApi.mjs';
import { commandOf, endProcess, isAlive, processesWith } from './processes.mjs';

/** @typedef {import('./engineApi.mjs').EngineAddress} EngineAddress */

/** Label that tests put on what they make in an engine; its value is the run's name, `WHARF_TEST_RUN`. */
const testLabel = 'app.wharf.test';

/** Label that the app puts on its containers. */
const managedLabel = 'app.wharf.managed';

/**
 * A thing in an engine.
 *
 * @typedef {object} EngineThing
 * @property {'container' | 'network' | 'volume' | 'image'} kind
 * @property {string} id
 * @property {string} name
 * @property {Record<string, string>} labels
 */

/** @param {EngineAddress} engine @returns {Promise<EngineThing[]>} */
export async function engineThings(engine) {
  const [containers, networks, volumes, images] = await Promise.all([
    ask(engine, { path: '/containers/json?all=1' }),
    ask(engine, { path: '/networks' }),
    ask(engine, { path: '/volumes' }),
    ask(engine, { path: '/images/json' }),
  ]);
  return [
    ...containers.map((/** @type {any} */ one) => thing('container', one.Id, one.Names?.[0]?.slice(1), one.Labels)),
    ...networks.map((/** @type {any} */ one) => thing('network', one.Id, one.Name, one.Labels)),
    ...(volumes.Volumes ?? []).map((/** @type {any} */ one) => thing('volume', one.Name, one.Name, one.Labels)),
    ...images.map((/** @type {any} */ one) => thing('image', one.Id, one.RepoTags?.[0], one.Labels)),
  ];
}

/**
 * @param {EngineThing['kind']} kind
 * @param {string} id
 * @param {string | undefined} name
 * @param {Record<string, string> | null} labels
 * @returns {EngineThing}
 */
function thing(kind, id, name, labels) {
  return { kind, id, name: name ?? id.replace('sha256:', '').slice(0, 12), labels: labels ?? {} };
}

/**
 * What a run left in the engine. In an engine of its own that is every container, network and volume that is new; in one
 * that others use too, only what carries the label of this run or a label that names no run.
 *
 * @param {EngineThing[]} before
 * @param {EngineThing[]} after
 * @param {{ runName: string, isPrivate: boolean }} run
 */
export function leftInEngine(before, after, { runName, isPrivate }) {
  const known = new Set(before.map(({ id }) => id));
  return after.filter(({ id, kind, labels }) => {
    if (known.has(id)) return false;
    const label = labels[testLabel];
    const ofAnotherRun = label !== undefined && label !== runName && label.startsWith('run-');
    return (label !== undefined && !ofAnotherRun) || (isPrivate && kind !== 'image');
  });
}

/**
 * Containers that the app made since; the label is the app's own.
 *
 * @param {EngineThing[]} before
 * @param {EngineThing[]} after
 */
export function newContainersOfWharf(before, after) {
  const known = new Set(before.map(({ id }) => id));
  return after.filter(({ id, kind, labels }) => kind === 'container' && !known.has(id) && managedLabel in labels);
}

/** Removes things from an engine, containers first. @param {EngineAddress} engine @param {EngineThing[]} things */
export async function removeFromEngine(engine, things) {
  const path = {
    container: (/** @type {string} */ id) => `/containers/${id}?force=1&v=1`,
    network: (/** @type {string} */ id) => `/networks/${id}`,
    volume: (/** @type {string} */ id) => `/volumes/${id}?force=1`,
    image: (/** @type {string} */ id) => `/images/${id}?force=1`,
  };
  for (const kind of /** @type {const} */ (['container', 'network', 'volume', 'image'])) {
    for (const { id } of things.filter((one) => one.kind === kind)) {
      await ask(engine, { method: 'DELETE', path: path[kind](id) });
    }
  }
}

const processGraceMs = 3000;

/**
 * Ends the processes that a run left, whoever their parent is by now: each carries the run's name in its environment.
 *
 * @param {string} runName
 * @returns {Promise<string[]>} Their command lines.
 */
export async function endLeftProcesses(runName) {
  const ofThisRun = () => processesWith(({ environment }) => environment.includes(`WHARF_TEST_RUN=${runName}\0`));
  const deadline = Date.now() + processGraceMs;
  let left = await ofThisRun();
  while (left.length > 0 && Date.now() < deadline) {
    await wait(50);
    left = await ofThisRun();
  }
  for (const { pid } of left) await endProcess(pid, 1000);
  return left.map(({ pid, command }) => `process ${pid}: ${commandOf(command)}`);
}

/** In the environment of every process of a run: of its suites, and of what serves them. */
const ownerOfProcess = /\bWHARF_TEST_(?:RUN|SERVER_OF)=run-(\d+)-/;

/** Name of a run's temporary folder, with the id of the process that made it. */
const ownerOfFolder = /^wharf-test-(\d+)-/;

/** The beginning of this run's temporary folder, for `mkdtemp`. */
export function ownFolderPrefix() {
  return join(tmpdir(), `wharf-test-${process.pid}-`);
}

/** Takes away the processes and folders of runs that were killed before they could do so. */
export async function sweepKilledRuns() {
  const isOfKilledRun = (/** @type {RegExp} */ owner, /** @type {string} */ text) => {
    const pid = owner.exec(text)?.[1];
    return pid !== undefined && !isAlive(Number(pid));
  };
  const left = await processesWith(({ environment }) => isOfKilledRun(ownerOfProcess, environment));
  await Promise.all(left.map(({ pid }) => endProcess(pid, 3000)));
  for (const name of await readdir(tmpdir())) {
    if (isOfKilledRun(ownerOfFolder, name)) await rm(join(tmpdir(), name), { recursive: true, force: true });
  }
}

/** Folders that Node and other tools keep in a temporary folder on purpose, for their next start. */
const toolCaches = ['node-compile-cache', 'v8-compile-cache-0', 'node-jiti', 'jiti'];

/** Chromium's own, which one that a test kills cannot take away. */
const ofKilledChromium = /^scoped_dir\w{6}$/;

/** What is left in the run's temporary folder, by name. @param {string} folder */
export async function leftFiles(folder) {
  return (await readdir(folder))
    .filter((name) => !toolCaches.includes(name) && !ofKilledChromium.test(name))
    .map((name) => `temporary ${name}`);
}
