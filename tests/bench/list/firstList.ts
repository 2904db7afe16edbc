import { connectEngine } from '../../../electron/docker/connect';
import type { EngineTarget } from '../../../electron/docker/endpoints';
import { Containers } from '../../../electron/services/containers';
import { EngineLink } from '../../../electron/services/engine';

/** Milliseconds from nothing known (connect, negotiate, open the events, list) to all `count` rows. */
export async function firstListMs(endpoint: EngineTarget, count: number): Promise<number> {
  const fromMs = performance.now();
  const link = new EngineLink({ candidates: () => [endpoint], connect: connectEngine, log: () => {} });
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
