import { request } from 'node:http';
import { describe, it } from 'vitest';
import { connectEngine } from '../../../electron/docker/connect';
import { Containers } from '../../../electron/services/containers';
import { EngineLink } from '../../../electron/services/engine';
import { report } from '../../../scripts/lib/benchReport.mjs';
import { type FakeEngine, startFakeEngine } from '../../fakes/fakeEngine';

/*
 * How the first list grows with the number of containers, on a scripted engine, beside one plain GET of the same list.
 */
const rounds = Number(process.env.WHARF_BENCH_ROUNDS ?? 15);

/** Milliseconds from nothing known (connect, negotiate, open the events, list) to every row. */
async function listed(engine: FakeEngine, count: number): Promise<number> {
  const fromMs = performance.now();
  const link = new EngineLink({ candidates: () => [engine.endpoint], connect: connectEngine, log: () => {} });
  const containers = new Containers({ engineLink: link, log: () => {} });
  try {
    void link.check();
    for await (const event of containers.watch()) {
      if (event.type !== 'snapshot') continue;
      if (event.containers.length !== count) throw new Error(`${event.containers.length} rows`);
      break;
    }
    return performance.now() - fromMs;
  } finally {
    containers.close();
    link.close();
  }
}

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
    await listed(engine, count);
    for (let round = 0; round < rounds; round += 1) {
      plain.push(await fetched(engine));
      wharf.push(await listed(engine, count));
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
