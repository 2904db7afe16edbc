import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import type { Container } from '../../electron/contract/containers';
import { isFailure } from '../../electron/contract/failures';
import { runRequest } from '../../electron/contract/runRequest';
import type { Containers } from '../../electron/services/containers';
import { outside, realContainers, testImage, testLabels, testName } from './realEngine';

let containers: Containers;
let image: string;

beforeAll(async () => {
  ({ containers } = await realContainers());
  image = await testImage('storm', [
    'python3',
    '-c',
    'import signal; signal.signal(15, lambda *_: exit(0)); signal.pause()',
  ]);
});

const slots = 5;
const kinds = ['create', 'start', 'stop', 'restart', 'pause', 'unpause', 'kill', 'rename', 'remove'] as const;
const by = ['app', 'outside'] as const;
const deed = fc.record({ by: fc.constantFrom(...by), kind: fc.constantFrom(...kinds), slot: fc.nat(slots - 1) });
type StormDeed = { by: (typeof by)[number]; kind: (typeof kinds)[number]; slot: number };

/** What `docker ps -a` says of the containers of this storm, in the table's words. */
async function listed(mark: string): Promise<string[]> {
  const all = await outside.listContainers({ all: true, filters: { name: [mark] } });
  return Promise.all(
    all.map(async ({ Id }) => {
      const { Name, State } = await outside.getContainer(Id).inspect();
      const exit = State.Status === 'exited' ? State.ExitCode : null;
      return `${Id.slice(0, 12)} ${Name.slice(1)} ${State.Status} ${exit}`;
    }),
  ).then((rows) => rows.sort());
}

const shown = (mark: string) =>
  containers
    .table()
    .filter(({ name }) => name.includes(mark))
    .map(({ id, name, state, exitCode }: Container) => `${id.slice(0, 12)} ${name} ${state} ${exitCode}`)
    .sort();

/** Does it, whether it makes sense or not: a refusal is an answer like any other. */
async function act(
  mark: string,
  ids: (string | null)[],
  { by: who, kind, slot }: StormDeed,
  step: number,
): Promise<void> {
  const id = ids[slot] ?? null;
  const name = `${mark}-${slot}-${step}`;
  if (kind === 'create') {
    if (id !== null) return;
    if (who === 'app') {
      ids[slot] = (
        await containers.run(runRequest.parse({ image, name, ports: [], memoryBytes: 64 * 1024 * 1024 }))
      ).id;
    } else {
      const made = await outside.createContainer({ Image: image, name, Labels: testLabels });
      await made.start();
      ids[slot] = made.id;
    }
    return;
  }
  if (id === null) return;
  if (kind === 'remove') ids[slot] = null;
  await (who === 'app' ? byApp(id, kind, name) : byOthers(id, kind, name));
}

function byApp(id: string, kind: Exclude<StormDeed['kind'], 'create'>, name: string): Promise<void> {
  const acts = {
    start: () => containers.start(id),
    stop: () => containers.stop(id, 0),
    restart: () => containers.restart(id, 0),
    pause: () => containers.pause(id),
    unpause: () => containers.unpause(id),
    kill: () => containers.kill(id, 'SIGKILL'),
    rename: () => containers.rename(id, name),
    remove: () => containers.remove(id, { force: true, volumes: true }),
  };
  return acts[kind]().catch((error: unknown) => {
    if (!isFailure(error)) throw error;
  });
}

async function byOthers(id: string, kind: Exclude<StormDeed['kind'], 'create'>, name: string): Promise<void> {
  const one = outside.getContainer(id);
  const acts = {
    start: () => one.start(),
    stop: () => one.stop({ t: 0 }),
    restart: () => one.restart({ t: 0 }),
    pause: () => one.pause(),
    unpause: () => one.unpause(),
    kill: () => one.kill(),
    rename: () => one.rename({ name }),
    remove: () => one.remove({ force: true, v: true }),
  };
  await acts[kind]().catch((error: { statusCode?: number }) => {
    if (error.statusCode === undefined) throw error;
  });
}

it('shows after any storm what the engine lists, whoever did what in whichever order', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(deed, { minLength: 1, maxLength: 4 }), { minLength: 8, maxLength: 14 }),
      async (rounds) => {
        const mark = testName('storm');
        // Something in every slot, so that the first deeds find it.
        const ids: (string | null)[] = Array.from({ length: slots }, () => null);
        await Promise.all(
          ids.map((_, slot) => act(mark, ids, { by: slot % 2 === 0 ? 'app' : 'outside', kind: 'create', slot }, 1000)),
        );
        for (const [step, together] of rounds.entries()) {
          // Different containers at once, the same one in order: what holds in the end is decided.
          const slotsNow = [...new Set(together.map(({ slot }) => slot))];
          const bySlot = slotsNow.map((slot) => together.filter((one) => one.slot === slot));
          await Promise.all(
            bySlot.map(async (deeds, lane) => {
              for (const [at, one] of deeds.entries()) await act(mark, ids, one, step * 100 + lane * 10 + at);
            }),
          );
        }
        await expect.poll(() => shown(mark), { timeout: 10_000 }).toEqual(await listed(mark));
        for (const { Id } of await outside.listContainers({ all: true, filters: { name: [mark] } })) {
          await outside.getContainer(Id).remove({ force: true, v: true });
        }
        await expect.poll(() => shown(mark), { timeout: 10_000 }).toEqual([]);
      },
    ),
    { numRuns: 4, endOnFailure: true },
  );
});
