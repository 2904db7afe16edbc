#!/usr/bin/env node
// @ts-check
/** `npm run check`: types per layer, formatting and lint, dependency rules, dead code. Every step runs, all failures are shown. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Reports are read in logs, too. */
const env = { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' };
const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * @param {string} name of the tool's binary
 * @param {string[]} args
 */
function tool(name, ...args) {
  return run(fileURLToPath(new URL(`../node_modules/.bin/${name}`, import.meta.url)), args);
}

/**
 * @param {string} command
 * @param {string[]} args
 */
function run(command, args) {
  const result = spawnSync(command, args, { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024, env });
  return { status: result.status ?? 1, output: `${result.stdout ?? ''}${result.stderr ?? ''}${result.error ?? ''}` };
}

/** @type {[string, () => { status: number, output: string }][]} */
const steps = [
  ['types, one project a layer', () => tool('tsc', '-b')],
  ['formatting and lint', () => tool('biome', 'ci', '--colors=off', '.')],
  ['type-aware lint', () => tool('oxlint', '--type-aware', '--deny-warnings', 'electron', 'renderer')],
  ['dependency rules', () => run(process.execPath, ['scripts/dependencyRules.mjs'])],
  ['dead code', () => tool('knip', '--no-progress')],
];

let failed = 0;
for (const [name, step] of steps) {
  const started = Date.now();
  const { status, output } = step();
  console.log(`${status === 0 ? 'ok  ' : 'FAIL'}  ${name}  (${((Date.now() - started) / 1000).toFixed(1)} s)`);
  if (status !== 0) {
    failed += 1;
    console.log(output);
  }
}
process.exit(failed === 0 ? 0 : 1);
