// @ts-check
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureBuild } from './appBuild.mjs';
import { ensureBaseImage } from './baseImage.mjs';
import { lastLine, noCounts, sum } from './counts.mjs';
import { displayPackages, ensurePackages, thisSystem, windowPackages } from './debian.mjs';
import { ensureDependencies } from './dependencies.mjs';
import { canMakeDisplay, hasDisplay, startDisplay } from './display.mjs';
import { ensureRuntime } from './electronRuntime.mjs';
import { findEngine, noEngine } from './engine.mjs';
import { engineVariables } from './engineApi.mjs';
import {
  endLeftProcesses,
  engineThings,
  leftFiles,
  leftInEngine,
  newContainersOfWharf,
  ownFolderPrefix,
  removeFromEngine,
  sweepKilledRuns,
} from './leaks.mjs';
import { privateEngineObstacle, startPrivateEngine, sweepPrivateEngines } from './privateEngine.mjs';
import { SetupFailure, words } from './say.mjs';
import { fastOnesTogether, suites } from './suites.mjs';
import { ensureTestTool } from './testTools.mjs';

/** @typedef {import('./counts.mjs').Counts} Counts */
/** @typedef {import('./suites.mjs').Suite} Suite */
/** @typedef {import('./suites.mjs').Need} Need */

/** Something that this machine cannot do; the suites that need it are skipped with this reason. */
class Obstacle extends Error {}

/** @param {string[]} args @returns {Promise<number>} Exit status. */
export async function testCommand(args) {
  const { chosen, filters } = choose(args);
  const interruption = new AbortController();
  for (const name of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(name, () => interruption.abort());
  }
  const run = new TestRun(interruption.signal, filters);
  /** @type {Counts[]} */
  const counts = [];
  await sweepKilledRuns();
  try {
    for (const suite of fastOnesTogether(chosen)) counts.push(await run.one(suite));
  } finally {
    counts.push(await run.end());
  }
  report(sum(counts));
  if (interruption.signal.aborted) return 130;
  return sum(counts).failures.length === 0 ? 0 : 1;
}

/** @param {string[]} args @returns {{ chosen: Suite[], filters: string[] }} */
function choose(args) {
  const names = suites.map(({ name }) => name);
  if (args[0] === '--fast') return { chosen: suites.filter(({ isFast }) => isFast), filters: args.slice(1) };
  if (args.length === 0) return { chosen: suites, filters: [] };
  const wanted = args[0] === '--only' ? (args[1] ?? '').split(',') : [];
  if (wanted.length === 0 || !wanted.every((name) => names.includes(name))) {
    throw new SetupFailure({
      en: `Usage: npm test [-- --fast | --only SUITE[,SUITE] [FILE ...]]; suites: ${names.join(', ')}`,
      ko: `사용법: npm test [-- --fast | --only 묶음[,묶음] [파일 ...]]; 묶음: ${names.join(', ')}`,
    });
  }
  return { chosen: suites.filter(({ name }) => wanted.includes(name)), filters: args.slice(2) };
}

/** @param {Counts} counts */
function report(counts) {
  const lines = [
    ...counts.skips.map((name) => `skipped: ${name}`),
    ...counts.failures.map((name) => `failed: ${name}`),
    lastLine(counts),
  ];
  process.stdout.write(`\n${lines.join('\n')}\n`);
}

/** The names under which programs look for the temporary folder. @param {string} folder */
function temporaryFolder(folder) {
  return process.platform === 'win32' ? { TEMP: folder, TMP: folder } : { TMPDIR: folder };
}

/** One run: what the suites need is made when the first of them comes, and taken away at the end. */
export class TestRun {
  /** @param {AbortSignal} signal @param {string[]} filters */
  constructor(signal, filters) {
    this.signal = signal;
    this.filters = filters;
    this.name = `run-${process.pid}-${Date.now().toString(36)}`;
    /** @type {NodeJS.ProcessEnv} */
    this.env = { ...process.env, WHARF_TEST_RUN: this.name };
    /** @type {Map<Need, Promise<void>>} */
    this.met = new Map();
    /** What to undo, last made first; each says what it found left behind. @type {Array<() => Promise<string[]>>} */
    this.endings = [];
    /** @type {Promise<string> | undefined} */
    this.madeFolder = undefined;
  }

  /** @param {Suite} suite @param {string[]} [filters] @returns {Promise<Counts>} */
  async one(suite, filters = this.filters) {
    if (this.signal.aborted) return { ...noCounts(), skips: [`${suite.name}: interrupted`] };
    process.stdout.write(`\n== ${suite.name} ==\n`);
    try {
      const folder = await this.folder();
      for (const need of suite.needs) await this.meet(need);
      const lacking = await this.tools(suite);
      const counts = await suite.run({
        env: { ...this.env, ...temporaryFolder(join(folder, 'tmp')) },
        reports: folder,
        filters,
        signal: this.signal,
      });
      const left = await endLeftProcesses(this.name);
      const failures = [...lacking, ...left.map((what) => `left behind ${what}`)];
      return sum([counts, { ...noCounts(), failures: failures.map((what) => `${suite.name}: ${what}`) }]);
    } catch (error) {
      if (error instanceof Obstacle) return { ...noCounts(), skips: [`${suite.name}: ${error.message}`] };
      const reason = error instanceof SetupFailure ? words(error.text) : String(error);
      console.error(error instanceof SetupFailure ? reason : error);
      return { ...noCounts(), failures: [`${suite.name}: ${reason.split('\n')[0]}`] };
    }
  }

  /** What the suite wants to test against. Its other tests run without. @param {Suite} suite @returns {Promise<string[]>} What failed. */
  async tools({ wants }) {
    const failures = [];
    for (const tool of wants) {
      try {
        Object.assign(this.env, await ensureTestTool(tool));
      } catch (error) {
        if (!(error instanceof SetupFailure)) throw error;
        console.error(words(error.text));
        failures.push(words(error.text).split('\n')[0] ?? tool);
      }
    }
    return failures;
  }

  /** The run's own temporary folder, with `tmp` in it for the suites. */
  folder() {
    this.madeFolder ??= this.makeFolder();
    return this.madeFolder;
  }

  async makeFolder() {
    const folder = await mkdtemp(ownFolderPrefix());
    await mkdir(join(folder, 'tmp'));
    this.endings.push(async () => {
      const left = await leftFiles(join(folder, 'tmp'));
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
      // Programs that were cut short had no time to tidy up.
      return this.signal.aborted ? [] : left;
    });
    return folder;
  }

  /** @param {Need} need */
  meet(need) {
    const met = this.met.get(need) ?? this.make(need);
    this.met.set(need, met);
    return met;
  }

  /** @param {Need} need */
  async make(need) {
    switch (need) {
      case 'dependencies':
        return ensureDependencies();
      case 'build':
        return ensureBuild();
      case 'runtime':
        return this.makeRuntime();
      case 'engine':
        return this.makeEngine();
      case 'display':
        return this.makeDisplay();
    }
  }

  async makeRuntime() {
    const system = await thisSystem();
    if (system.family === 'debian' && system.isRoot) {
      await ensurePackages([...windowPackages, ...displayPackages], system, {
        en: 'Electron windows',
        ko: 'Electron 창',
      });
    }
    this.env.WHARF_ELECTRON = (await ensureRuntime()).executable;
  }

  async makeEngine() {
    await sweepPrivateEngines();
    const { engine, silent } = await findEngine();
    const address = engine ?? (await this.makePrivateEngine(silent));
    const { image } = await ensureBaseImage(address);
    const before = await engineThings(address);
    this.endings.push(async () => {
      const after = await engineThings(address);
      const left = leftInEngine(before, after, { runName: this.name, isPrivate: !engine });
      await removeFromEngine(address, left);
      // Made by the app itself while the run went on, perhaps for a person: named, but not taken away.
      const others = newContainersOfWharf(before, after).filter((one) => !left.includes(one));
      return [...left, ...others].map(({ kind, name }) => `${kind} ${name}`);
    });
    Object.assign(this.env, engineVariables(address), { WHARF_TEST_BASE_IMAGE: image });
  }

  /** @param {import('./engine.mjs').Silence[]} silent */
  async makePrivateEngine(silent) {
    const obstacle = await privateEngineObstacle();
    if (obstacle) {
      const [reason] = words(noEngine(await thisSystem(), silent).text).split('\n');
      throw new Obstacle(`${reason} (${obstacle})`);
    }
    const engine = await startPrivateEngine();
    this.endings.push(engine.stop);
    return engine;
  }

  /** Windows of tests stay off a person's own screen wherever a screen in memory can be had. */
  async makeDisplay() {
    if (process.platform === 'linux' && (await canMakeDisplay())) {
      const { display, stop } = await startDisplay({ ...process.env, WHARF_TEST_SERVER_OF: this.name });
      this.endings.push(async () => {
        await stop();
        return [];
      });
      this.env.DISPLAY = display;
      delete this.env.WAYLAND_DISPLAY;
    } else if (!hasDisplay()) throw new Obstacle('there is no display, and Xvfb is not installed');
  }

  /** Takes away what the run made. @returns {Promise<Counts>} What was left behind, as failures. */
  async end() {
    const failures = (await endLeftProcesses(this.name)).map((what) => `left behind: ${what}`);
    for (const ending of this.endings.reverse()) {
      try {
        failures.push(...(await ending()).map((what) => `left behind: ${what}`));
      } catch (error) {
        failures.push(`clean-up: ${error instanceof Error ? error.message : error}`);
      }
    }
    return { ...noCounts(), failures };
  }
}
