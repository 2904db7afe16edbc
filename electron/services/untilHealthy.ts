import { Failure } from '../contract/failures';
import type { Engine } from '../docker/engine';
import type { Containers } from './containers';
import { withTimeLimit } from './timeLimit';

/**
 * Waits until a container that has just been started is healthy; without a health check it is so at once.
 * @param deadlineMs after which it is given up
 * @throws CONTAINER_EXITED, CONTAINER_UNHEALTHY, CONTAINER_MISSING, and the signal's reason
 */
export async function untilHealthy(
  containers: Containers,
  engine: Engine,
  id: string,
  deadlineMs: number,
  signal: AbortSignal,
): Promise<void> {
  const sinceMs = Date.now();
  const becomesHealthy = async (limited: AbortSignal): Promise<boolean> => {
    await containers.refresh(engine, id);
    for await (const event of containers.watch(limited)) {
      if (event.type === 'stale') continue;
      const row = containers.table().find((candidate) => candidate.id === id);
      if (!row) throw new Failure('CONTAINER_MISSING', { id });
      if (row.state === 'exited' || row.state === 'dead') {
        const lastLines = await containers.lastLines(engine, id);
        throw new Failure('CONTAINER_EXITED', { name: row.name, exitCode: row.exitCode ?? 0, lastLines });
      }
      if (row.health === 'none' || row.health === 'healthy') return true;
      if (row.health === 'unhealthy') break;
    }
    return false;
  };
  if (await withTimeLimit(deadlineMs, becomesHealthy, signal)) return;
  signal.throwIfAborted();
  const waitedMs = Date.now() - sinceMs;
  const lastLines = await containers.lastLines(engine, id);
  throw new Failure('CONTAINER_UNHEALTHY', { name: containers.nameOf(id), waitedMs, lastLines });
}
