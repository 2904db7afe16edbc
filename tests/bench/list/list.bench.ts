import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, it, onTestFinished } from 'vitest';
import { report } from '../../../scripts/lib/benchReport.mjs';
import { type OwnEngine, ownEngine } from '../../engine/ownEngine';
import { outsideContainer, realContainers } from '../../engine/realEngine';
import { firstListMs } from './firstList';

/*
 * The container table beside the command line, in the same run: how long the first list of 500 containers takes, on an
 * engine of the test's own, and how long after somebody else's start, stop or remove the table shows it.
 */
const run = promisify(execFile);
const containerCount = 500;
const lists = 10;
const changes = Number(process.env.WHARF_BENCH_ROUNDS ?? 25);

describe('the first list', () => {
  let engine: OwnEngine;
  beforeAll(async () => {
    engine = await ownEngine();
    await engine.start();
    await engine.createContainers(Array.from({ length: containerCount }, (_, at) => `listed-${at}`));
  });
  afterAll(() => engine.close());

  async function listWithDocker(): Promise<number> {
    const fromMs = performance.now();
    const { stdout } = await run('docker', ['-H', engine.endpoint.address, 'ps', '-a'], { maxBuffer: 1e8 });
    if (stdout.trim().split('\n').length !== containerCount + 1) throw new Error('docker listed something else');
    return performance.now() - fromMs;
  }

  it('of 500 containers', async () => {
    const wharf: number[] = [];
    const docker: number[] = [];
    await listWithDocker();
    await firstListMs(engine.endpoint, containerCount);
    for (let round = 0; round < lists; round += 1) {
      docker.push(await listWithDocker());
      wharf.push(await firstListMs(engine.endpoint, containerCount));
    }
    report({
      name: `first list of ${containerCount} containers`,
      unit: 'ms',
      wharf,
      reference: { what: 'docker ps -a', values: docker },
      goal: { of: 'ratio', atMost: 1.3 },
    });
  });
});

describe('what somebody else does', () => {
  it('shows in the table', async () => {
    const { containers } = await realContainers();
    const container = await outsideContainer('seen', ['python3', '-c', 'import signal; signal.pause()']);
    const abort = new AbortController();
    onTestFinished(() => abort.abort());
    let look = () => {};
    void (async () => {
      for await (const _ of containers.watch(abort.signal)) look();
    })();
    /** Milliseconds from the engine's answer to the row that says so; what was there before the answer is 0. */
    const shownAfter = async (act: () => Promise<unknown>, isThere: () => boolean): Promise<number> => {
      let shownAtMs = Number.NaN;
      const shown = new Promise<void>((resolve) => {
        look = () => {
          if (!isThere() || !Number.isNaN(shownAtMs)) return;
          shownAtMs = performance.now();
          resolve();
        };
      });
      await act();
      const doneAtMs = performance.now();
      look();
      await shown;
      return Math.max(0, shownAtMs - doneAtMs);
    };
    const stateIs = (id: string, state: string | undefined) => () =>
      containers.table().find((row) => row.id === id)?.state === state;
    await new Promise<void>((resolve) => {
      look = () => stateIs(container.id, 'running')() && resolve();
      look();
    });
    const times: Record<string, number[]> = { start: [], stop: [], remove: [] };
    for (let round = 0; round < changes; round += 1) {
      times.stop?.push(await shownAfter(() => container.stop({ t: 0 }), stateIs(container.id, 'exited')));
      times.start?.push(await shownAfter(() => container.start(), stateIs(container.id, 'running')));
      const other = await outsideContainer('gone', ['python3', '-c', 'import signal; signal.pause()']);
      times.remove?.push(await shownAfter(() => other.remove({ force: true }), stateIs(other.id, undefined)));
    }
    for (const [what, values] of Object.entries(times)) {
      report({
        name: `shown after somebody else's ${what}, from the engine's answer`,
        unit: 'ms',
        wharf: values,
        goal: { of: 'p95', atMost: 100 },
      });
    }
  });
});
