#!/usr/bin/env node
// @ts-check
/** `npm run check`: types per layer, formatting and lint, dependency rules, dead code. Every step runs, all failures are shown. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * @param {string} name of the tool's binary
 * @param {string[]} args
 */
function tool(name, ...args) {
  const bin = fileURLToPath(new URL(`../node_modules/.bin/${name}`, import.meta.url));
  const result = spawnSync(bin, args, { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  return { status: result.status ?? 1, output: `${result.stdout ?? ''}${result.stderr ?? ''}${result.error ?? ''}` };
}

/** dependency-cruiser passes happily when it could parse nothing, so the modules it saw are counted. */
function dependencyRules() {
  const rules = tool(
    'depcruise',
    '--config',
    '.dependency-cruiser.cjs',
    'electron',
    'renderer',
    '--output-type',
    'json',
  );
  let cruised = 0;
  try {
    const report = JSON.parse(rules.output);
    cruised = report.summary.totalCruised;
    if (cruised > 100 && report.summary.error === 0) return { status: 0, output: `${cruised} modules\n` };
    const violations = report.summary.violations.map(
      (/** @type {{ rule: { name: string }, from: string, to: string }} */ v) => `${v.rule.name}: ${v.from} -> ${v.to}`,
    );
    return { status: 1, output: `${cruised} modules cruised\n${violations.join('\n')}\n` };
  } catch {
    return { status: 1, output: rules.output };
  }
}

/** @type {[string, () => { status: number, output: string }][]} */
const steps = [
  ['types, one project a layer', () => tool('tsc', '-b')],
  ['formatting and lint', () => tool('biome', 'ci', '.')],
  ['type-aware lint', () => tool('oxlint', '--type-aware', '--deny-warnings', 'electron', 'renderer')],
  ['dependency rules', dependencyRules],
  ['dead code', () => tool('knip')],
];

let failed = 0;
for (const [name, run] of steps) {
  const started = Date.now();
  const { status, output } = run();
  console.log(`${status === 0 ? 'ok  ' : 'FAIL'}  ${name}  (${((Date.now() - started) / 1000).toFixed(1)} s)`);
  if (status !== 0) {
    failed += 1;
    console.log(output);
  }
}
process.exit(failed === 0 ? 0 : 1);
