// @ts-check
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { cpus, loadavg, release, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { merged, table } from './benchReport.mjs';
import { findEngine } from './engine.mjs';
import { ask } from './engineApi.mjs';
import { repository } from './places.mjs';

/** @typedef {import('./benchReport.mjs').Figure} Figure */

/**
 * Every benchmark, one after the other, and what they measured in one table and one file, `dist/benchmarks.json`.
 *
 * @param {string[]} names
 * @param {string[]} args `--rounds N`: each benchmark so often (1); `--write`: the table goes into docs/benchmarks.md.
 * @returns {Promise<number>} 0: every benchmark ran to its end, and every goal was met.
 */
export async function benchAll(names, args) {
  const rounds = Number(args[args.indexOf('--rounds') + 1] ?? 1) || 1;
  const machine = await thisMachine();
  const folder = mkdtempSync(join(tmpdir(), 'wharf-bench-'));
  /** @type {Record<string, Figure[]>} */
  const results = {};
  const broken = [];
  try {
    for (const name of names) {
      const file = join(folder, `${name}.jsonl`);
      writeFileSync(file, '');
      for (let round = 0; round < rounds; round += 1) {
        console.log(`\n== ${name}, round ${round + 1} of ${rounds} ==`);
        const { status } = spawnSync(process.execPath, [join('scripts', 'bench.mjs'), name], {
          cwd: repository,
          stdio: 'inherit',
          env: { ...process.env, WHARF_BENCH_REPORT: file },
        });
        // The image's benchmark ends with 1 when a goal is missed; its figures say so too.
        if (status !== 0 && name !== 'api') broken.push(name);
      }
      const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
      if (lines.length === 0) broken.push(name);
      results[name] = merged(lines.map((line) => JSON.parse(line)));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const text = Object.entries(results)
    .map(([name, figures]) => `### bench:${name}\n\n${table(figures)}`)
    .join('\n\n');
  console.log(`\n${text}\n`);
  await mkdir(join(repository, 'dist'), { recursive: true });
  const whole = { at: new Date().toISOString(), machine, rounds, results };
  writeFileSync(join(repository, 'dist', 'benchmarks.json'), `${JSON.stringify(whole, null, 2)}\n`);
  if (args.includes('--write')) writeInto(text, machine, rounds);
  const missed = Object.values(results).flatMap((figures) => figures.filter(({ met }) => met === false));
  for (const { name, goal } of missed) console.log(`missed: ${name} (${goal})`);
  for (const name of new Set(broken)) console.log(`broken: bench:${name}`);
  return missed.length + broken.length === 0 ? 0 : 1;
}

/** What figures depend on. */
async function thisMachine() {
  const { engine } = await findEngine();
  const version = engine === undefined ? undefined : await ask(engine, { path: '/version' });
  const electron = process.env.WHARF_ELECTRON ? spawnSync(process.env.WHARF_ELECTRON, ['--version']).stdout : null;
  return {
    processor: `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}`,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${process.platform} ${release()}`,
    node: process.version,
    engine: version === undefined ? 'none' : `${version.Version} (API ${version.ApiVersion})`,
    electron: electron === null ? 'as set up' : String(electron).trim(),
    loadBefore: loadavg().map((value) => Number(value.toFixed(1))),
  };
}

const begin = '<!-- bench: begin -->';
const end = '<!-- bench: end -->';

/** @param {string} text @param {Awaited<ReturnType<typeof thisMachine>>} machine @param {number} rounds */
function writeInto(text, machine, rounds) {
  const file = join(repository, 'docs', 'benchmarks.md');
  const page = readFileSync(file, 'utf8');
  const [before, after] = [page.indexOf(begin), page.indexOf(end)];
  if (before < 0 || after < before) throw new Error('docs/benchmarks.md has no place for the table');
  const { processor, memoryGiB, system, node, engine, electron, loadBefore } = machine;
  const on = `${processor}, ${memoryGiB} GiB, ${system}, Node ${node}, engine ${engine}, Electron ${electron}, load before ${loadBefore.join(' ')}, ${rounds} round${rounds === 1 ? '' : 's'}.`;
  writeFileSync(file, `${page.slice(0, before + begin.length)}\n${on}\n\n${text}\n${page.slice(after)}`);
}
