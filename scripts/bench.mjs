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
import { exitWith } from './lib/command.mjs';
import { ensureImageVenv } from './lib/imageVenv.mjs';
import { prepare } from './lib/prepare.mjs';
import { ensureTestTool } from './lib/testTools.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** @param {string} command @param {string[]} args @returns {number} Exit status. */
function runToEnd(command, args) {
  return spawnSync(command, args, { cwd: root, stdio: 'inherit' }).status ?? 1;
}

/** The bundled image beside the tutorial's, in the Python of the image's tests. */
async function benchApi() {
  await prepare();
  Object.assign(process.env, await ensureTestTool('load'), await ensureTestTool('ollama'));
  const { python, obstacle } = await ensureImageVenv();
  if (python === undefined) throw new Error(obstacle);
  return runToEnd(python, ['tests/bench/api/bench.py', ...process.argv.slice(3)]);
}

/** @param {string} name */
async function benchWithVitest(name) {
  await prepare();
  for (const tool of /** @type {const} */ (['ollama', 'chromium', 'registry'])) {
    Object.assign(process.env, await ensureTestTool(tool));
  }
  const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url));
  return runToEnd(process.execPath, [vitest, 'run', '--project', 'bench', `tests/bench/${name}/`]);
}

/** Each answers the exit status. @type {Record<string, () => Promise<number>>} */
const benches = {
  start: async () => (await import('./lib/benchStart.mjs')).benchStart(),
  api: benchApi,
};
for (const name of readdirSync(new URL('../tests/bench', import.meta.url)))
  benches[name] ??= () => benchWithVitest(name);
const names = Object.keys(benches);
benches.all = async () => (await import('./lib/benchAll.mjs')).benchAll(names, process.argv.slice(3));

const chosen = benches[process.argv[2] ?? ''];
if (chosen) {
  await exitWith(chosen);
} else {
  console.error(`Usage: node scripts/bench.mjs ${Object.keys(benches).join(' | ')}`);
  process.exitCode = 1;
}
