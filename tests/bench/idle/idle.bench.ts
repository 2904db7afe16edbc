import { readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { report } from '../../../scripts/lib/benchReport.mjs';
import { processesBelow } from '../../../scripts/lib/processes.mjs';
import { type FakeEngine, startFakeEngine } from '../../fakes/fakeEngine';
import { type InspectedApp, startInspected } from './inspectedApp';

/*
 * What Wharf costs while nobody looks: CPU of all its processes with 100 running containers, each with a health check
 * every 30 seconds, the window seen and hidden, beside an empty Electron window hidden in the same run.
 */
const containers = 100;
const healthEveryMs = 30_000;
const measuredMs = 30_000;
const settleMs = 10_000;
/** Kernel ticks a second; USER_HZ is 100 on every Linux that Node runs on. */
const ticksPerS = 100;

let engine: FakeEngine;
let wharf: InspectedApp;
let empty: InspectedApp;
let health: ReturnType<typeof setInterval>;

beforeAll(async () => {
  engine = await startFakeEngine({
    containers: Array.from({ length: containers }, (_, index) => ({
      name: `idle-${index}`,
      health: 'healthy' as const,
    })),
  });
  const ids = [...engine.containers.keys()];
  let turn = 0;
  health = setInterval(() => {
    const id = ids[turn++ % ids.length] ?? '';
    for (const action of ['exec_create: check', 'exec_start: check', 'exec_die']) {
      engine.emit({ type: 'container', action, id });
    }
  }, healthEveryMs / containers);
  empty = await startInspected(fileURLToPath(new URL('../start/emptyWindow', import.meta.url)), {});
  wharf = await startInspected(fileURLToPath(new URL('../../..', import.meta.url)), {
    DOCKER_HOST: engine.endpoint.address,
  });
  for (let shown = 0; shown < 10; ) {
    await wait(500);
    const rows = `location.hash = '#/containers'; document.querySelectorAll('main tbody tr').length`;
    shown = Number(await wharf.inMain(`await window.webContents.executeJavaScript(${JSON.stringify(rows)})`));
  }
});
afterAll(async () => {
  clearInterval(health);
  await empty?.close();
  await wharf?.close();
  await engine?.close();
});

describe('idle', () => {
  it('is measured', async () => {
    const samples = () => engine.requests.filter((request) => request.includes('/stats?')).length;
    const measure = async (app: InspectedApp) => {
      await wait(settleMs);
      return cpuPercent(app.child.pid ?? 0, measuredMs);
    };
    const unit = '% of one processor';
    const before = samples();
    report({ name: `CPU with ${containers} running containers on screen`, unit, wharf: [await measure(wharf)] });
    console.log(
      `    samples a second meanwhile: ${((samples() - before) / ((settleMs + measuredMs) / 1000)).toFixed(1)}`,
    );
    await wharf.inMain('window.hide()');
    await empty.inMain('window.hide()');
    report({
      name: `CPU with ${containers} running containers, hidden`,
      unit,
      wharf: [await measure(wharf)],
      reference: { what: 'empty window, hidden', values: [await measure(empty)] },
      goal: { of: 'median', atMost: 1 },
    });
  }, 240_000);
});

/** CPU time of a process and all below it over `ms`, in percent of one processor. */
async function cpuPercent(pid: number, ms: number): Promise<number> {
  const startedAtMs = performance.now();
  const before = await ticksBelow(pid);
  await wait(ms);
  const after = await ticksBelow(pid);
  let ticks = 0;
  for (const [one, now] of after) ticks += now - (before.get(one) ?? now);
  return (ticks / ticksPerS / ((performance.now() - startedAtMs) / 1000)) * 100;
}

/** Ticks used so far by each process of the tree under `root`. */
async function ticksBelow(root: number): Promise<Map<number, number>> {
  const below = new Map<number, number>();
  for (const pid of await processesBelow(root)) {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    // proc(5): fields 14 and 15, counted from the one after the name in brackets.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    below.set(pid, Number(fields[11] ?? 0) + Number(fields[12] ?? 0));
  }
  return below;
}
