// @ts-check
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { report } from './benchReport.mjs';
import { findEngine } from './engine.mjs';
import { ask } from './engineApi.mjs';
import { prepare } from './prepare.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const rounds = Number(process.env.WHARF_BENCH_ROUNDS ?? 10);

/** Runs in the page: resolves with the epoch milliseconds at which the marked text was painted. */
const paintedAt = `new Promise((resolve) => {
  const observer = new PerformanceObserver((list) => {
    const entry = list.getEntries().find(({ identifier }) => identifier === 'painted');
    if (entry) resolve(performance.timeOrigin + entry.renderTime);
  });
  observer.observe({ type: 'element', buffered: true });
})`;

/**
 * Evaluates `expression` in the window's page over the DevTools protocol; Electron has no browser contexts, which is what
 * Playwright would want to connect to a running one.
 * @param {string} port of DevTools
 * @param {string} expression that yields a promise of a number
 * @returns {Promise<number>}
 */
async function evaluateInPage(port, expression) {
  const { WebSocket } = await import('ws');
  /** @type {{ type: string, webSocketDebuggerUrl: string } | undefined} */
  let page;
  while (page === undefined) {
    const answer = await fetch(`http://127.0.0.1:${port}/json/list`);
    page = /** @type {any[]} */ (await answer.json()).find(({ type }) => type === 'page');
  }
  const socket = new WebSocket(page.webSocketDebuggerUrl);
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  const params = { expression, awaitPromise: true, returnByValue: true };
  const ask = () => socket.send(JSON.stringify({ id: 1, method: 'Runtime.evaluate', params }));
  ask();
  const value = await new Promise((/** @type {(value: number) => void} */ resolve) => {
    socket.on('message', (data) => {
      const { id, result } = JSON.parse(String(data));
      if (id !== 1) return;
      // The blank page that a window begins with goes away under the question.
      if (result?.result?.value === undefined) ask();
      else resolve(result.result.value);
    });
  });
  socket.close();
  return value;
}

/**
 * Starts Electron on `target` and answers the milliseconds from the spawn to the first paint of the element that is
 * marked `elementtiming="painted"`, by the page's own clock, so that watching does not slow what is watched.
 * @param {string} target folder with a package.json
 * @param {string} dataFolder
 */
async function timeToPaint(target, dataFolder) {
  const electron = process.env.WHARF_ELECTRON;
  if (!electron) throw new Error('WHARF_ELECTRON is not set');
  const flags = ['--remote-debugging-port=0', `--user-data-dir=${dataFolder}`];
  if (process.getuid?.() === 0) flags.unshift('--no-sandbox');
  const spawnedAtMs = performance.timeOrigin + performance.now();
  const child = spawn(electron, [...flags, target], { stdio: ['ignore', 'ignore', 'pipe'] });
  const exited = new Promise((resolve) => child.once('exit', resolve));
  try {
    const address = await new Promise((/** @type {(value: string) => void} */ resolve, reject) => {
      let text = '';
      child.stderr.on('data', (chunk) => {
        text += chunk;
        const found = /DevTools listening on (ws:\S+)/.exec(text);
        if (found?.[1]) resolve(found[1]);
      });
      child.once('exit', () => reject(new Error(`Electron ended early: ${text}`)));
    });
    const port = new URL(address).port;
    const paintedAtMs = await evaluateInPage(port, paintedAt);
    return paintedAtMs - spawnedAtMs;
  } finally {
    child.kill('SIGTERM');
    await exited;
  }
}

/** Runs a container to be listed, and answers how to take it away again. */
async function runListedContainer() {
  const { engine } = await findEngine();
  if (engine === undefined) throw new Error('no engine answers');
  const body = {
    Image: process.env.WHARF_TEST_BASE_IMAGE,
    Cmd: ['sleep', '3600'],
    Labels: { 'app.wharf.test': 'bench' },
  };
  const { Id } = await ask(engine, { method: 'POST', path: '/containers/create', body });
  await ask(engine, { method: 'POST', path: `/containers/${Id}/start` });
  return () => ask(engine, { method: 'DELETE', path: `/containers/${Id}?force=1` });
}

/** Time from the start of the process to the painted live list, beside an empty window. @returns {Promise<number>} Exit status. */
export async function benchStart() {
  await prepare();
  const removeContainer = await runListedContainer();
  const dataFolders = ['wharf', 'empty'].map((name) => mkdtempSync(join(tmpdir(), `wharf-bench-${name}-`)));
  const [wharfFolder = '', emptyFolder = ''] = dataFolders;
  const empty = join(root, 'tests/bench/start/emptyWindow');
  /** @type {{ wharf: number[], empty: number[] }} */
  const times = { wharf: [], empty: [] };
  try {
    // One uncounted round each: the first start fills Chromium's caches and the data folder.
    for (let round = -1; round < rounds; round += 1) {
      const emptyMs = await timeToPaint(empty, emptyFolder);
      const wharfMs = await timeToPaint(root, wharfFolder);
      if (round < 0) continue;
      times.empty.push(emptyMs);
      times.wharf.push(wharfMs);
      console.log(`round ${round + 1}: empty window ${Math.round(emptyMs)} ms, Wharf ${Math.round(wharfMs)} ms`);
    }
  } finally {
    await removeContainer();
    for (const folder of dataFolders) rmSync(folder, { recursive: true, force: true });
  }
  report({
    name: 'start to the painted list',
    unit: 'ms',
    wharf: times.wharf,
    reference: { what: 'empty window', values: times.empty },
    goal: { of: 'ratio', atMost: 2 },
  });
  return 0;
}
