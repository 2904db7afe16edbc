import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { WebSocket } from 'ws';
import { type FakeEngine, startFakeEngine } from '../../fakes/fakeEngine';

/*
 * What Wharf costs while nobody looks: CPU of all its processes with 100 running containers, each with a health check
 * every 30 seconds, the window seen and hidden, beside an empty Electron window hidden in the same run. Driven through
 * main's inspector: Playwright keeps pages visible whatever becomes of their window.
 */
const containers = 100;
const healthEveryMs = 30_000;
const measuredMs = 30_000;
const settleMs = 10_000;
/** Kernel ticks a second; USER_HZ is 100 on every Linux that Node runs on. */
const ticksPerS = 100;

/** An app of which main can be told what to do. */
interface Started {
  child: ChildProcess;
  /** Evaluates an expression in main, where `window` is its first window. */
  inMain(expression: string): Promise<unknown>;
  close(): Promise<void>;
}

let engine: FakeEngine;
let wharf: Started;
let empty: Started;
let health: ReturnType<typeof setInterval>;

async function start(folder: string, env: Record<string, string>): Promise<Started> {
  const executablePath = process.env.WHARF_ELECTRON;
  if (executablePath === undefined) throw new Error('WHARF_ELECTRON names the Electron binary');
  const dataFolder = await mkdtemp(join(tmpdir(), 'wharf-bench-idle-'));
  const asRoot = process.getuid?.() === 0;
  const child = spawn(
    executablePath,
    [...(asRoot ? ['--no-sandbox'] : []), '--inspect=0', `--user-data-dir=${dataFolder}`, '--lang=en', folder],
    { env: { ...process.env, LANGUAGE: 'en', ...env }, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const address = await new Promise<string>((resolve, reject) => {
    let text = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const found = /Debugger listening on (ws:\S+)/.exec(text)?.[1];
      if (found) resolve(found);
    });
    child.once('exit', () => reject(new Error(`ended early: ${text}`)));
  });
  const socket = new WebSocket(address);
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  let asked = 0;
  const inMain = (expression: string) =>
    new Promise<unknown>((resolve, reject) => {
      const id = ++asked;
      const listen = (data: Buffer) => {
        const answer = JSON.parse(data.toString());
        if (answer.id !== id) return;
        socket.off('message', listen);
        if (answer.result?.exceptionDetails) reject(new Error(JSON.stringify(answer.result.exceptionDetails)));
        else resolve(answer.result?.result?.value);
      };
      socket.on('message', listen);
      const code = `(async () => {
        // Not there before the app itself is loaded.
        const window = process.mainModule?.require('electron').BrowserWindow.getAllWindows()[0];
        return ${expression};
      })()`;
      const params = { expression: code, awaitPromise: true, returnByValue: true };
      socket.send(JSON.stringify({ id, method: 'Runtime.evaluate', params }));
    });
  try {
    for (let isThere = false; !isThere; ) {
      await wait(200);
      isThere = (await inMain('window !== undefined && window.isVisible()')) === true;
    }
  } catch (error) {
    child.kill();
    throw error;
  }
  return {
    child,
    inMain,
    close: async () => {
      socket.close();
      const over = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await over;
      await rm(dataFolder, { recursive: true, force: true });
    },
  };
}

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
  empty = await start(fileURLToPath(new URL('../start/emptyWindow', import.meta.url)), {});
  wharf = await start(fileURLToPath(new URL('../../..', import.meta.url)), { DOCKER_HOST: engine.endpoint.address });
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
    const rows: Record<string, string>[] = [];
    const samples = () => engine.requests.filter((request) => request.includes('/stats?')).length;
    const measure = async (what: string, app: Started) => {
      await wait(settleMs);
      const before = samples();
      const percent = await cpuPercent(app.child.pid ?? 0, measuredMs);
      rows.push({
        what,
        'CPU, 100 % is one processor': `${percent.toFixed(2)} %`,
        'samples a second': app === wharf ? ((samples() - before) / (measuredMs / 1000)).toFixed(1) : '',
      });
    };
    await measure(`Wharf, ${containers} running containers, on screen`, wharf);
    await wharf.inMain('window.hide()');
    await empty.inMain('window.hide()');
    await measure(`Wharf, ${containers} running containers, hidden`, wharf);
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
