// @ts-check
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { faultTable } from '../../tests/faults/table.mjs';
import { SetupFailure } from './say.mjs';
import { suites } from './suites.mjs';
import { TestRun } from './testCommand.mjs';
import { namedTest, ofPytest, ofVitest, outcome, runnerFilters } from './testReferences.mjs';

/** @typedef {import('./testReferences.mjs').NamedTest} NamedTest */
/** @typedef {import('./testReferences.mjs').Outcome | 'not run'} Outcome */
/** @typedef {{ section: string, row: string, result: Outcome, cases: Record<string, Record<string, Outcome>> }} RowResult */

/**
 * Runs the tests that prove what Wharf survives, and no others, and prints the table with what came of each row.
 *
 * @param {string[]} args `--only SUITE[,SUITE]` for a part, `--json FILE` for the table with every test.
 * @returns {Promise<number>} Exit status: 0 where every row passed, none skipped.
 */
export async function faultsCommand(args) {
  const { only, json } = choose(args);
  const tests = faultTable.flatMap(({ rows }) =>
    rows.flatMap(({ cases }) => Object.values(cases).flat().map(namedTest)),
  );
  const interruption = new AbortController();
  for (const name of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.on(name, () => interruption.abort());
  const run = new TestRun(interruption.signal, []);
  /** @type {Map<string, Outcome>} */
  const outcomes = new Map();
  /** @type {string[]} */
  let left = [];
  try {
    for (const suite of suites.filter(({ name }) => only === undefined || only.includes(name))) {
      const mine = tests.filter((test) => test.suite === suite.name);
      if (mine.length === 0) continue;
      await run.one(suite, runnerFilters(mine));
      const reported = await report(suite.name, await run.folder());
      for (const test of mine) outcomes.set(test.reference, outcome(test, reported));
    }
  } finally {
    ({ failures: left } = await run.end());
  }
  const rows = faultTable.flatMap(({ section, rows: ofSection }) =>
    ofSection.map((row) => result(section, row, outcomes)),
  );
  if (json) await writeFile(json, `${JSON.stringify(rows, null, 2)}\n`);
  print(rows, left);
  if (interruption.signal.aborted) return 130;
  const isPartGood = rows.every(({ result: one }) => one === 'passed' || (only && one === 'not run'));
  return isPartGood && left.length === 0 ? 0 : 1;
}

/** @param {string[]} args @returns {{ only?: string[], json?: string }} */
function choose(args) {
  /** @type {{ only?: string[], json?: string }} */
  const chosen = {};
  for (let at = 0; at < args.length; at += 2) {
    const value = args[at + 1];
    if (args[at] === '--only' && value) chosen.only = value.split(',');
    else if (args[at] === '--json' && value) chosen.json = value;
    else {
      throw new SetupFailure({
        en: 'Usage: npm run test:faults [-- --only SUITE[,SUITE]] [--json FILE]',
        ko: '사용법: npm run test:faults [-- --only 묶음[,묶음]] [--json 파일]',
      });
    }
  }
  return chosen;
}

/** @param {string} suite @param {string} folder */
async function report(suite, folder) {
  const isPython = suite === 'image' || suite === 'container';
  const text = await readFile(join(folder, `${suite}.${isPython ? 'xml' : 'json'}`), 'utf8').catch(() => '');
  if (isPython) return ofPytest(suite, text);
  return ofVitest(text === '' ? { testResults: [] } : JSON.parse(text));
}

/** The worst first. @type {Outcome[]} */
const worst = ['failed', 'missing', 'skipped', 'not run', 'passed'];

/**
 * @param {string} section
 * @param {import('../../tests/faults/table.mjs').Row} row
 * @param {Map<string, Outcome>} outcomes
 * @returns {RowResult}
 */
function result(section, { row, cases }, outcomes) {
  const ofCases = Object.entries(cases).map(([name, references]) => {
    return /** @type {const} */ ([
      name,
      Object.fromEntries(references.map((one) => [one, outcomes.get(one) ?? 'not run'])),
    ]);
  });
  const all = ofCases.flatMap(([, tests]) => Object.values(tests));
  const worstOne = worst.find((one) => all.includes(one)) ?? 'missing';
  return { section, row, result: worstOne, cases: Object.fromEntries(ofCases) };
}

/** @param {RowResult[]} rows @param {string[]} left */
function print(rows, left) {
  const lines = [''];
  let section = '';
  for (const one of rows) {
    if (one.section !== section) lines.push('', one.section);
    section = one.section;
    const tests = Object.values(one.cases).flatMap((ofCase) => Object.entries(ofCase));
    const passed = tests.filter(([, status]) => status === 'passed').length;
    lines.push(`  ${one.result.padEnd(8)} ${`${passed}/${tests.length}`.padStart(5)}  ${one.row}`);
    if (one.result === 'not run') continue;
    for (const [reference, status] of tests) if (status !== 'passed') lines.push(`      ${status}: ${reference}`);
  }
  const good = rows.filter((one) => one.result === 'passed').length;
  lines.push('', ...left, `${good} of ${rows.length} rows passed`);
  process.stdout.write(`${lines.join('\n')}\n`);
}
