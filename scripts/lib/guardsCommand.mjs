// @ts-check
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, linkSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { guards } from '../../tests/guards/table.mjs';
import { ensureDependencies } from './dependencies.mjs';
import { ensureImageVenv } from './imageVenv.mjs';
import { repository } from './places.mjs';
import { prepare } from './prepare.mjs';
import { endProcess } from './processes.mjs';
import { namedTest, ofPytest, ofVitest, outcome, runnerFilters } from './testReferences.mjs';
import { ensureTestTool } from './testTools.mjs';

/** @typedef {import('../../tests/guards/table.mjs').Guard} Guard */
/** @typedef {import('./testReferences.mjs').NamedTest} NamedTest */

/** Suites that test the built app, and those that need an engine. */
const builtSuites = new Set(['e2e', 'web']);
const engineSuites = new Set(['e2e', 'web', 'engine', 'container']);

/** No guard's tests take this long, hanging ones apart. */
const limitMs = 300_000;

/**
 * Breaks each guard in turn in a copy of the tree and requires that its tests go red.
 *
 * @param {string[]} args words; only guards whose name, file or tests hold one of them, all without
 * @returns {Promise<number>} Exit status: 0 where every guard's tests went red.
 */
export async function guardsCommand(args) {
  const isMeant = (/** @type {Guard} */ { guard, file, tests }) => {
    const text = [guard, file, ...tests].join('\n');
    return args.length === 0 || args.some((word) => text.includes(word));
  };
  const chosen = guards.filter(isMeant);
  const suites = new Set(chosen.flatMap(({ tests }) => tests.map((one) => namedTest(one).suite)));
  if ([...suites].some((suite) => engineSuites.has(suite))) {
    await prepare();
    if (suites.has('web')) Object.assign(process.env, await ensureTestTool('chromium'));
  } else await ensureDependencies();
  const python = suites.has('image') ? (await ensureImageVenv()).python : undefined;
  const folder = mkdtempSync(join(tmpdir(), 'wharf-guards-'));
  // What was ended a moment ago may still write there.
  process.once('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }));
  for (const name of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.once(name, () => process.exit(130));
  copyTree(join(folder, 'tree'));
  mkdirSync(join(folder, 'tmp'));
  let missed = 0;
  for (const guard of chosen) {
    const startedMs = Date.now();
    const word = await verdict(guard, folder, python);
    if (word !== 'red') missed += 1;
    const seconds = ((Date.now() - startedMs) / 1000).toFixed(0);
    process.stdout.write(`${(word === 'red' ? 'red' : 'GREEN').padEnd(6)}${seconds.padStart(4)} s  ${guard.guard}\n`);
    if (word !== 'red') process.stdout.write(`${word}\n`);
  }
  process.stdout.write(
    `${chosen.length - missed} of ${chosen.length} guards turn their tests red when they are broken\n`,
  );
  return missed === 0 ? 0 : 1;
}

/** Every file that git knows or would take, linked where the disk allows it. @param {string} to */
function copyTree(to) {
  const list = spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: repository,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  const deleted = spawnSync('git', ['ls-files', '-z', '--deleted'], { cwd: repository, encoding: 'utf8' });
  const gone = new Set(deleted.stdout.split('\0'));
  for (const path of list.stdout.split('\0').filter((one) => one !== '' && !gone.has(one))) {
    mkdirSync(dirname(join(to, path)), { recursive: true });
    try {
      linkSync(join(repository, path), join(to, path));
    } catch {
      cpSync(join(repository, path), join(to, path), { verbatimSymlinks: true });
    }
  }
  symlinkSync(join(repository, 'node_modules'), join(to, 'node_modules'), 'junction');
}

/** @param {Guard} guard @param {string} folder @param {string | undefined} python @returns {Promise<string>} `red`, or why not. */
async function verdict(guard, folder, python) {
  const path = join(folder, 'tree', guard.file);
  const sound = readFileSync(path, 'utf8');
  if (sound.split(guard.text).length !== 2) return `  ${guard.file} does not hold the guard's text exactly once`;
  // A new file: the linked one is the tree's own.
  rmSync(path);
  writeFileSync(
    path,
    sound.replace(guard.text, () => guard.broken),
  );
  try {
    const tests = guard.tests.map(namedTest);
    if (tests.some(({ suite }) => builtSuites.has(suite))) {
      const built = await runIn(folder, process.execPath, [
        join('node_modules', 'vite', 'bin', 'vite.js'),
        'build',
        '--app',
      ]);
      if (built.status !== 0) return `  does not build\n${built.said}`;
    }
    const green = [];
    for (const suite of new Set(tests.map((test) => test.suite))) {
      const mine = tests.filter((test) => test.suite === suite);
      green.push(...(await notRed(suite, mine, folder, python)));
    }
    return green.length === 0 ? 'red' : green.map((one) => `  ${one}`).join('\n');
  } finally {
    rmSync(path);
    writeFileSync(path, sound);
  }
}

/** @param {string} suite @param {NamedTest[]} tests @param {string} folder @param {string | undefined} python */
async function notRed(suite, tests, folder, python) {
  const report = join(folder, 'report');
  rmSync(report, { force: true });
  const isPython = suite === 'image';
  const { said } = isPython
    ? await runIn(
        folder,
        python ?? 'python3',
        ['-m', 'pytest', '-q', `--junitxml=${report}`, ...runnerFilters(tests)],
        'api-image',
      )
    : await runIn(folder, process.execPath, [
        join('node_modules', 'vitest', 'vitest.mjs'),
        ...['run', '--project', suite, '--maxWorkers=1', '--reporter=json', `--outputFile=${report}`],
        ...runnerFilters(tests),
      ]);
  let text = '';
  try {
    text = readFileSync(report, 'utf8');
  } catch {
    return [`${suite} ended without a report\n${said}`];
  }
  const reported = isPython ? ofPytest(suite, text) : ofVitest(JSON.parse(text));
  return tests
    .map((test) => ({ test, how: outcome(test, reported) }))
    .filter(({ how }) => how !== 'failed')
    .map(({ test, how }) => `${how}: ${test.reference}`);
}

/**
 * Runs a program in the copy, in a process group that ends with it.
 *
 * @param {string} folder
 * @param {string} command
 * @param {string[]} args
 * @param {string} [below] folder of the copy
 * @returns {Promise<{ status: number | null, said: string }>} `said`: the end of its output.
 */
async function runIn(folder, command, args, below = '') {
  const child = spawn(command, args, {
    cwd: join(folder, 'tree', below),
    env: { ...process.env, TMPDIR: join(folder, 'tmp') },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let said = '';
  for (const output of [child.stdout, child.stderr]) {
    output.on('data', (chunk) => {
      said = (said + chunk).slice(-2000);
    });
  }
  const group = -(child.pid ?? 0);
  // Interrupted, this process ends at once: what it started first, then the folder in which that works.
  const endAtOnce = () => process.kill(group, 'SIGKILL');
  process.prependOnceListener('exit', endAtOnce);
  const timer = setTimeout(() => void endProcess(group, 1000), limitMs);
  const status = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
  process.off('exit', endAtOnce);
  clearTimeout(timer);
  await endProcess(group, 1000);
  return { status, said };
}
