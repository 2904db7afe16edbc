import type { Container } from '../contract/containers';
import type { Containers } from './containers';

/** True where the engine says that a container's process is there. */
export const isUp = (container: Container) => container.state === 'running' || container.state === 'paused';

/**
 * Resolves when the table of containers says that a stopped one runs (`'runs'`), or that another one has taken the name of
 * one that is gone; null where `signal` aborted before.
 * @param isGone the container is known to be removed
 */
export async function nextRun(
  containers: Pick<Containers, 'watch' | 'table'>,
  { id, name, isGone }: { id: string; name: string; isGone: boolean },
  signal: AbortSignal,
): Promise<'runs' | Container | null> {
  let gone = isGone;
  const isNamesake = (row: Container) => row.name === name;
  for await (const event of containers.watch(signal)) {
    if (event.type === 'stale') continue;
    const rows = event.type === 'snapshot' ? event.containers : event.upserted;
    const own = rows.find((row) => row.id === id);
    if (own && isUp(own)) return 'runs';
    if (event.type === 'patch' && event.removed.includes(id)) gone = true;
    if (event.type === 'snapshot') gone = own === undefined;
    const heir = gone && (rows.find(isNamesake) ?? containers.table().find(isNamesake));
    if (heir && heir.id !== id) return heir;
  }
  return null;
}
