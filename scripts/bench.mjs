#!/usr/bin/env node
// @ts-check
/** `npm run bench:start`: figures beside a reference taken in the same run. Set-up and the build come first. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const rounds = Number(process.env.WHARF_BENCH_ROUNDS ?? 10);

/**
 * Starts Electron on `target` and answers the milliseconds from the spawn to the first paint of the element that is
 * marked `elementtiming="painted"`, by the page's own clock, so that watching does not slow what is watched.
 * @param {string} target folder with a package.json
 * @param {string} dataFolder
 */
async function timeToPaint(target, dataFolder) {
  const { chromium } = await import('playwright');
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
    const browser = await chromium.connectOverCDP(address);
    const context = browser.contexts()[0];
    const page = context?.pages()[0] ?? (await context?.waitForEvent('page'));
    if (!page) throw new Error('no page');
    const paintedAtMs = await page.evaluate(
      () =>
        new Promise((/** @type {(value: number) => void} */ resolve) => {
          const observer = new PerformanceObserver((list) => {
            const entry = list.getEntries().find((e) => /** @type {any} */ (e).identifier === 'painted');
            if (entry) resolve(performance.timeOrigin + /** @type {any} */ (entry).renderTime);
          });
          observer.observe(/** @type {any} */ ({ type: 'element', buffered: true }));
        }),
    );
    await browser.close();
    return paintedAtMs - spawnedAtMs;
  } finally {
    child.kill('SIGTERM');
    await exited;
  }
}

/** @param {number[]} values */
function summary(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (/** @type {number} */ share) => Math.round(sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN);
  return { minimum: at(0), median: at(0.5), maximum: at(1) };
}

async function benchStart() {
  const { prepare } = await import('./lib/prepare.mjs');
  await prepare();
  const dataFolders = ['wharf', 'empty'].map((name) => mkdtempSync(join(tmpdir(), `wharf-bench-${name}-`)));
  const [wharfFolder = '', emptyFolder = ''] = dataFolders;
  const empty = join(root, 'tests/bench/emptyWindow');
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
    for (const folder of dataFolders) rmSync(folder, { recursive: true, force: true });
  }
  const result = { wharf: summary(times.wharf), emptyWindow: summary(times.empty) };
  const ratio = result.wharf.median / result.emptyWindow.median;
  console.log(JSON.stringify({ unit: 'ms', rounds, ...result, ratioOfMedians: Number(ratio.toFixed(2)) }, null, 2));
}

if (process.argv[2] === 'start') {
  await benchStart();
} else {
  console.error('Usage: node scripts/bench.mjs start');
  process.exit(1);
}
