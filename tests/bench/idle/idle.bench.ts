import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { _electron, type ElectronApplication } from 'playwright';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { startWharf, type Wharf } from '../../e2e/wharf';
import { type FakeEngine, startFakeEngine } from '../../fakes/fakeEngine';

/*
 * What Wharf costs while nobody looks: CPU of all its processes with 100 running containers, each with a health check
 * every 30 seconds, the window hidden and seen, beside an empty Electron window hidden in the same run.
 */
const containers = 100;
const healthEveryMs = 30_000;
const measuredMs = 30_000;
const settleMs = 10_000;
/** Kernel ticks a second; USER_HZ is 100 on every Linux that Node runs on. */
const ticksPerS = 100;

let engine: FakeEngine;
let wharf: Wharf;
let empty: ElectronApplication;
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
  const executablePath = process.env.WHARF_ELECTRON;
  if (executablePath === undefined) throw new Error('WHARF_ELECTRON names the Electron binary');
  const asRoot = process.getuid?.() === 0;
  empty = await _electron.launch({
    executablePath,
    args: [...(asRoot ? ['--no-sandbox'] : []), fileURLToPath(new URL('../start/emptyWindow', import.meta.url))],
  });
  await empty.firstWindow();
  wharf = await startWharf({ dockerHost: engine.endpoint.address });
  await wharf.page.evaluate(() => {
    window.location.hash = '#/containers';
  });
  await wharf.page.getByRole('link', { name: 'idle-99', exact: true }).waitFor();
});
afterAll(async () => {
  clearInterval(health);
  await empty?.close();
  await wharf?.close();
  await engine?.close();
});

describe('idle', () => {
  it('is measured', async () => {
    const rows: Record<string, string>[] = [];
    const measure = async (what: string, app: ElectronApplication) => {
      await wait(settleMs);
      const percent = await cpuPercent(app.process().pid ?? 0, measuredMs);
      rows.push({ what, 'CPU (100 % is one processor)': `${percent.toFixed(2)} %` });
    };
    const hide = (app: ElectronApplication) =>
      app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.hide());
    await measure(`Wharf, ${containers} running containers on screen`, wharf.app);
    await hide(wharf.app);
    await hide(empty);
    const asked = () => engine.requests.filter((request) => request.includes('/stats?')).length;
    await wait(settleMs);
    const before = asked();
    await measure(`Wharf, ${containers} running containers, window hidden`, wharf.app);
    rows.push({
      what: 'samples asked of the engine while hidden',
      'CPU (100 % is one processor)': String(asked() - before),
    });
    await measure('empty window, hidden', empty);
    console.table(rows);
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

/** Ticks used so far by each process of the tree under `root` (proc(5): fields 14 and 15 of `stat`). */
async function ticksBelow(root: number): Promise<Map<number, number>> {
  const seen = new Map<number, { parent: number; ticks: number }>();
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    seen.set(Number(name), { parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]) });
  }
  const below = new Map<number, number>();
  for (const [pid, { ticks }] of seen) {
    for (let at = pid; at > 1; at = seen.get(at)?.parent ?? 0) {
      if (at === root) below.set(pid, ticks);
    }
  }
  return below;
}
