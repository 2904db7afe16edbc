import type { Container } from '../contract/containers';

/** What readers have not seen yet. `replace` means the table as it is when they read. */
export interface ContainerChange {
  replace: boolean;
  upserted: Map<string, Container>;
  removed: Set<string>;
  staleAsOfMs: number | null;
}

/** Nothing changed. */
export function noChange(): ContainerChange {
  return { replace: false, upserted: new Map(), removed: new Set(), staleAsOfMs: null };
}

/** Two pending changes as one. */
export function mergeChanges(pending: ContainerChange, next: ContainerChange): ContainerChange {
  if (next.replace) return next;
  const upserted = new Map(pending.upserted);
  const removed = new Set(pending.removed);
  for (const id of next.removed) {
    upserted.delete(id);
    removed.add(id);
  }
  for (const [id, row] of next.upserted) {
    removed.delete(id);
    upserted.set(id, row);
  }
  return { replace: pending.replace, upserted, removed, staleAsOfMs: next.staleAsOfMs ?? pending.staleAsOfMs };
}

/** Whether a list says of a container what its row says already, as far as a list tells. */
export function saysTheSame(row: Container, listed: Container): boolean {
  return (
    row.name === listed.name &&
    row.imageId === listed.imageId &&
    row.state === listed.state &&
    row.health === listed.health &&
    row.exitCode === listed.exitCode &&
    row.onHostNetwork === listed.onHostNetwork &&
    (row.onHostNetwork || JSON.stringify(row.ports) === JSON.stringify(listed.ports))
  );
}
