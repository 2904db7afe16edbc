// @ts-check
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { cpus, loadavg, release, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { merged, table } from './benchReport.mjs';
import { installedRuntime } from './electronRuntime.mjs';
import { findEngine } from './engine.mjs';
import { ask } from './engineApi.mjs';
import { repository } from './places.mjs';
import { prepare } from './prepare.mjs';
import { SetupFailure } from './say.mjs';

/** @typedef {import('./benchReport.mjs').Figure} Figure */

const resultsFile = join(repository, 'dist', 'benchmarks.json');

/**
 * Every benchmark, one after the other, and what they measured in one table and one file, `dist/benchmarks.json`.
 *
 * @param {string[]} names
 * @param {string[]} args `--rounds N`: each benchmark so often (1); `--write`: the table goes into docs/benchmarks.md, unless a
 *   benchmark broke; `--only NAME,NAME`: these, beside what the file has of the others.
 * @returns {Promise<number>} 0: every benchmark ran to its end, and every goal was met.
 */
export async function benchAll(names, args) {
  const { rounds, isWritten, only } = choose(args, names);
  const loadBefore = loadavg().map((value) => Number(value.toFixed(1)));
  await prepare();
  const machine = { ...(await thisMachine()), loadBefore };
  const folder = mkdtempSync(join(tmpdir(), 'wharf-bench-'));
  /** @type {Record<string, Figure[]>} */
  const results = only === undefined ? {} : resultsBefore();
  /** @type {Set<string>} */
  const broken = new Set();
  try {
    for (const name of only ?? names) {
      const file = join(folder, `${name}.jsonl`);
      writeFileSync(file, '');
      let hasFailed = false;
      for (let round = 0; round < rounds; round += 1) {
        console.log(`\n== ${name}, round ${round + 1} of ${rounds} ==`);
        const { status } = spawnSync(process.execPath, [join('scripts', 'bench.mjs'), name], {
          cwd: repository,
          stdio: 'inherit',
          env: { ...process.env, WHARF_BENCH_REPORT: file },
        });
        hasFailed ||= status !== 0;
      }
      const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
      const figures = merged(lines.map((line) => JSON.parse(line)));
      // The image's benchmark ends with 1 when a goal is missed; its figures say so too.
      const hasMissed = name === 'api' && figures.some(({ met }) => met === false);
      if (figures.length === 0 || (hasFailed && !hasMissed)) broken.add(name);
      results[name] = figures;
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const text = names
    .flatMap((name) => (results[name] === undefined ? [] : [{ name, figures: results[name] }]))
    .map(({ name, figures }) => `### bench:${name}\n\n${table(figures)}`)
    .join('\n\n');
  console.log(`\n${text}\n`);
  await mkdir(join(repository, 'dist'), { recursive: true });
  const whole = { at: new Date().toISOString(), machine, rounds, results };
  writeFileSync(resultsFile, `${JSON.stringify(whole, null, 2)}\n`);
  if (isWritten && broken.size === 0) writeInto(text, machine, rounds);
  const missed = Object.values(results).flatMap((figures) => figures.filter(({ met }) => met === false));
  for (const { name, goal } of missed) console.log(`missed: ${name} (${goal})`);
  for (const name of broken) console.log(`broken: bench:${name}`);
  if (isWritten && broken.size > 0) console.log('docs/benchmarks.md is left as it was.');
  return missed.length + broken.size === 0 ? 0 : 1;
}

/** @returns {Record<string, Figure[]>} What the last run found; nothing where there was none. */
function resultsBefore() {
  if (!existsSync(resultsFile)) return {};
  return JSON.parse(readFileSync(resultsFile, 'utf8')).results;
}

/**
 * @param {string[]} args
 * @param {string[]} names of all benchmarks
 * @returns {{ rounds: number, isWritten: boolean, only: string[] | undefined }}
 */
function choose(args, names) {
  const options = /** @type {const} */ ({
    rounds: { type: 'string', default: '1' },
    write: { type: 'boolean', default: false },
    only: { type: 'string' },
  });
  // Strict ones throw without a word in Korean.
  const { values, tokens } = parseArgs({ args, options, strict: false, allowPositionals: true, tokens: true });
  const isKnown = tokens.every((token) => token.kind === 'option' && token.name in options);
  const only = values.only === undefined ? undefined : String(values.only).split(',');
  const isOfThem = only === undefined || only.every((name) => names.includes(name));
  if (isKnown && isOfThem && typeof values.write === 'boolean' && /^[1-9]\d*$/.test(String(values.rounds))) {
    return { rounds: Number(values.rounds), isWritten: values.write, only };
  }
  throw new SetupFailure({
    en: 'Usage: npm run bench [-- --rounds N] [--only NAME,NAME] [--write]',
    ko: '사용법: npm run bench [-- --rounds N] [--only NAME,NAME] [--write]',
  });
}

/** What figures depend on, once it is set up. */
async function thisMachine() {
  const { engine } = await findEngine();
  const version = engine === undefined ? undefined : await ask(engine, { path: '/version' });
  return {
    processor: `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}`,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${process.platform} ${release()}`,
    node: process.version,
    engine: version === undefined ? 'none' : `${version.Version} (API ${version.ApiVersion})`,
    electron: installedRuntime()?.version ?? 'none',
  };
}

const begin = '<!-- bench: begin -->';
const end = '<!-- bench: end -->';

/** @param {string} text @param {Awaited<ReturnType<typeof thisMachine>> & { loadBefore: number[] }} machine @param {number} rounds */
function writeInto(text, machine, rounds) {
  const file = join(repository, 'docs', 'benchmarks.md');
  const page = readFileSync(file, 'utf8');
  const [before, after] = [page.indexOf(begin), page.indexOf(end)];
  if (before < 0 || after < before) throw new Error('docs/benchmarks.md has no place for the table');
  const { processor, memoryGiB, system, node, engine, electron, loadBefore } = machine;
  const on = `${processor}, ${memoryGiB} GiB, ${system}, Node ${node}, engine ${engine}, Electron ${electron}, load before ${loadBefore.join(' ')}, ${rounds} round${rounds === 1 ? '' : 's'}.`;
  writeFileSync(file, `${page.slice(0, before + begin.length)}\n${on}\n\n${text}\n${page.slice(after)}`);
}
