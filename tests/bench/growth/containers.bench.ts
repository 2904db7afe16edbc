import { request } from 'node:http';
import { describe, it } from 'vitest';
import { report } from '../../../scripts/lib/benchReport.mjs';
import { type FakeEngine, startFakeEngine } from '../../fakes/fakeEngine';
import { firstListMs } from '../list/firstList';

/*
 * How the first list grows with the number of containers, on a scripted engine, beside one plain GET of the same list.
 */
const rounds = Number(process.env.WHARF_BENCH_ROUNDS ?? 15);

/** Milliseconds of GET /containers/json?all=1, read and parsed. */
function fetched(engine: FakeEngine): Promise<number> {
  const fromMs = performance.now();
  const socketPath = engine.endpoint.address.replace('unix://', '');
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, path: '/containers/json?all=1' }, (answer) => {
      const parts: Buffer[] = [];
      answer.on('data', (part: Buffer) => parts.push(part));
      answer.on('end', () => {
        JSON.parse(Buffer.concat(parts).toString());
        resolve(performance.now() - fromMs);
      });
    });
    asked.on('error', reject).end();
  });
}

describe('the first list', () => {
  it.each([10, 100, 1000])('of %i containers', async (count) => {
    const engine = await startFakeEngine({
      containers: Array.from({ length: count }, (_, at) => ({ name: `grown-${at}`, state: 'running' as const })),
    });
    const wharf: number[] = [];
    const plain: number[] = [];
    await firstListMs(engine.endpoint, count);
    for (let round = 0; round < rounds; round += 1) {
      plain.push(await fetched(engine));
      wharf.push(await firstListMs(engine.endpoint, count));
    }
    await engine.close();
    report({
      name: `first list of ${count} containers, scripted engine`,
      unit: 'ms',
      wharf,
      reference: { what: 'one plain GET of the list', values: plain },
    });
  });
});
