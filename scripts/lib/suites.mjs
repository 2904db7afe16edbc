// @ts-check
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { countJUnit, countProjects, noCounts, sum, withRunner } from './counts.mjs';
import { ensureImageVenv } from './imageVenv.mjs';
import { repository } from './places.mjs';
import { endProcess } from './processes.mjs';

/** @typedef {import('./counts.mjs').Counts} Counts */
/** @typedef {'dependencies' | 'build' | 'runtime' | 'engine' | 'display'} Need */

/**
 * What a suite runs in.
 *
 * @typedef {object} Surroundings
 * @property {NodeJS.ProcessEnv} env
 * @property {string} reports Folder for reports.
 * @property {string[]} filters Further arguments for the runner, such as a file name.
 * @property {AbortSignal} signal Ends the suite's processes.
 */

/**
 * @typedef {object} Suite
 * @property {string} name
 * @property {Need[]} needs
 * @property {import('./testTools.mjs').Tool[]} wants What it tests against where this machine can have it.
 * @property {boolean} isFast Part of `npm run test:fast`.
 * @property {(surroundings: Surroundings) => Promise<Counts>} run
 */

/** All suites in the order in which they run. @type {Suite[]} */
export const suites = [
  { name: 'check', needs: ['dependencies'], wants: [], isFast: false, run: runCheck },
  vitest('unit', { isFast: true }),
  vitest('service', { isFast: true }),
  vitest('contract', { isFast: true }),
  vitest('socket'),
  vitest('component', { isFast: true }),
  vitest('page'),
  vitest('setup'),
  { name: 'image', needs: [], wants: [], isFast: false, run: runImage },
  {
    name: 'container',
    needs: ['dependencies', 'engine'],
    wants: ['podman', 'ollama'],
    isFast: false,
    run: runContainer,
  },
  vitest('engine', { needs: ['dependencies', 'engine'], wants: ['registry', 'podman', 'ollama', 'parsers', 'sshd'] }),
  vitest('e2e', { needs: ['dependencies', 'build', 'runtime', 'engine', 'display'], wants: ['ollama'] }),
  vitest('web', { needs: ['dependencies', 'build', 'engine'], wants: ['ollama', 'chromium'] }),
  vitest('package', { needs: ['dependencies', 'build', 'runtime', 'display'], wants: ['x11'] }),
];

/**
 * @param {string} name Project of vitest.config.ts.
 * @param {{ needs?: Need[], wants?: Suite['wants'], isFast?: boolean }} [properties]
 * @returns {Suite}
 */
function vitest(name, { needs = ['dependencies'], wants = [], isFast = false } = {}) {
  return { name, needs, wants, isFast, run: (surroundings) => runVitest([name], surroundings) };
}

/**
 * The same suites with the fast ones as one: together they keep every core busy, and start their runner once.
 *
 * @param {Suite[]} chosen
 * @returns {Suite[]}
 */
export function fastOnesTogether(chosen) {
  const fast = chosen.filter(({ isFast }) => isFast);
  if (fast.length < 2) return chosen;
  const names = fast.map(({ name }) => name);
  /** @type {Suite} */
  const together = {
    ...{ name: names.join(', '), needs: ['dependencies'], wants: [], isFast: true },
    run: (surroundings) => runVitest(names, surroundings),
  };
  return chosen.flatMap((suite) => (suite === fast[0] ? [together] : suite.isFast ? [] : [suite]));
}

/** @param {Surroundings} surroundings @returns {Promise<Counts>} */
async function runCheck({ env, signal }) {
  const end = await runToEnd(process.execPath, [join('scripts', 'check.mjs')], { env, signal });
  return end === undefined ? { ...noCounts(), passed: 1 } : { ...noCounts(), failures: [`check: ${end}`] };
}

/** @param {string[]} names Projects. @param {Surroundings} surroundings @returns {Promise<Counts>} */
async function runVitest(names, { env, reports, filters, signal }) {
  const report = join(reports, `${names.join('-')}.json`);
  const program = join(repository, 'node_modules', 'vitest', 'vitest.mjs');
  const projects = names.flatMap((name) => ['--project', name]);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const end = await runToEnd(process.execPath, [program, 'run', ...projects, ...reporters, ...filters], {
    env,
    signal,
  });
  const text = await readFile(report, 'utf8').catch(() => '{"testResults":[]}');
  return countProjects(names, JSON.parse(text), end);
}

/** The bundled image as a container, on a real engine. @param {Surroundings} surroundings @returns {Promise<Counts>} */
async function runContainer({ env, reports, filters, signal }) {
  const { python, obstacle } = await ensureImageVenv();
  if (python === undefined) return { ...noCounts(), skips: [`container: ${obstacle}`] };
  const cwd = join(repository, 'tests', 'image');
  const report = join(reports, 'container.xml');
  const places = [`--junitxml=${report}`, `--basetemp=${join(reports, 'container')}`];
  const end = await runToEnd(python, ['-m', 'pytest', ...places, ...filters], { cwd, env, signal });
  const xml = await readFile(report, 'utf8').catch(() => '');
  return withRunner('container', countJUnit('container', xml), end);
}

/**
 * Tests, types and lint of the image's Python; the latter two count as one test each.
 *
 * @param {Surroundings} surroundings
 * @returns {Promise<Counts>}
 */
async function runImage({ env, reports, filters, signal }) {
  const { python, obstacle } = await ensureImageVenv();
  if (python === undefined) return { ...noCounts(), skips: [`image: ${obstacle}`] };
  const cwd = join(repository, 'api-image');
  const report = join(reports, 'image.xml');
  const end = await runToEnd(python, ['-m', 'pytest', `--junitxml=${report}`, ...filters], { cwd, env, signal });
  const xml = await readFile(report, 'utf8').catch(() => '');
  const tests = withRunner('image', countJUnit('image', xml), end);
  if (filters.length > 0) return tests;
  const tools = [];
  for (const [tool = '', ...args] of [['ruff', 'check', '.'], ['ruff', 'format', '--check', '.'], ['mypy']]) {
    const complaint = await runToEnd(python, ['-m', tool, ...args], { cwd, env, signal });
    const name = `image: ${[tool, ...args].join(' ')}`;
    tools.push(
      complaint === undefined ? { ...noCounts(), passed: 1 } : { ...noCounts(), failures: [`${name}: ${complaint}`] },
    );
  }
  return sum([tests, ...tools]);
}

/** No suite takes this long; one that does hangs. */
const longestSuiteMs = 20 * 60_000;

/**
 * Runs a command in a process group of its own; it writes to our output.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env: NodeJS.ProcessEnv, signal: AbortSignal }} surroundings
 * @returns {Promise<string | undefined>} How it ended, when not well.
 */
async function runToEnd(command, args, { cwd = repository, env, signal }) {
  if (signal.aborted) return 'was interrupted';
  const child = spawn(command, args, {
    cwd,
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: process.platform !== 'win32',
  });
  const group = process.platform === 'win32' ? (child.pid ?? 0) : -(child.pid ?? 0);
  let timedOut = false;
  const end = () => void endProcess(group, 5000);
  const timer = setTimeout(() => {
    timedOut = true;
    end();
  }, longestSuiteMs);
  signal.addEventListener('abort', end);
  try {
    const status = await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code, name) => resolve(code ?? name));
    });
    if (signal.aborted) return 'was interrupted';
    if (timedOut) return `did not end within ${longestSuiteMs / 60_000} minutes`;
    return status === 0 ? undefined : `ended with ${typeof status === 'number' ? `status ${status}` : status}`;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', end);
  }
}
