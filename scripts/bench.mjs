#!/usr/bin/env node
// @ts-check
/**
 * `npm run bench:NAME`: figures beside a reference taken in the same run; `npm run bench`: all of them, see
 * lib/benchAll.mjs. Set-up and the build come first. Benchmarks that need the app's own code are vitest files,
 * `tests/bench/NAME/*.bench.ts`; they print their figures with lib/benchReport.mjs and assert nothing.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ensureImageVenv } from './lib/imageVenv.mjs';
import { prepare } from './lib/prepare.mjs';
import { ensureTestTool } from './lib/testTools.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** @param {string} command @param {string[]} args */
function runToEnd(command, args) {
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  process.exitCode = status ?? 1;
}

/** The bundled image beside the tutorial's, in the Python of the image's tests. */
async function benchApi() {
  await prepare();
  Object.assign(process.env, await ensureTestTool('load'), await ensureTestTool('ollama'));
  const { python, obstacle } = await ensureImageVenv();
  if (python === undefined) throw new Error(obstacle);
  runToEnd(python, ['tests/bench/api/bench.py', ...process.argv.slice(3)]);
}

/** @param {string} name */
async function benchWithVitest(name) {
  await prepare();
  Object.assign(process.env, await ensureTestTool('ollama'), await ensureTestTool('chromium'));
  const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url));
  runToEnd(process.execPath, [vitest, 'run', '--project', 'bench', `tests/bench/${name}/`]);
}

/** @type {Record<string, () => Promise<void>>} */
const benches = {
  start: async () => (await import('./lib/benchStart.mjs')).benchStart(),
  api: benchApi,
};
for (const name of readdirSync(new URL('../tests/bench', import.meta.url)))
  benches[name] ??= () => benchWithVitest(name);
const names = Object.keys(benches);
benches.all = async () => {
  process.exitCode = await (await import('./lib/benchAll.mjs')).benchAll(names, process.argv.slice(3));
};

const chosen = benches[process.argv[2] ?? ''];
if (chosen) {
  await chosen();
} else {
  console.error(`Usage: node scripts/bench.mjs ${Object.keys(benches).join(' | ')}`);
  process.exitCode = 1;
}
