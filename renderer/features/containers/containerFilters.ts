import type { Container } from '../../../electron/contract/containers';
import type { ContainerFilter, ContainerSort } from '../../lib/places';

/** What the table shows and in which order; it stands in the address. */
export interface ContainerFilters {
  show: ContainerFilter;
  find: string;
  /** A column, with `-` before it downwards. */
  sort: ContainerSort | `-${ContainerSort}`;
}

/** Which containers each filter lets through. */
export const passes: Record<ContainerFilter, (container: Container) => boolean> = {
  all: () => true,
  running: ({ state }) => state === 'running' || state === 'restarting' || state === 'paused',
  wharf: ({ madeByWharf }) => madeByWharf,
};

const stateOrder: Container['state'][] = ['running', 'restarting', 'paused', 'created', 'exited', 'removing', 'dead'];

const compare: Record<ContainerSort, (left: Container, right: Container) => number> = {
  name: (left, right) => left.name.localeCompare(right.name, undefined, { numeric: true }),
  state: (left, right) =>
    stateOrder.indexOf(left.state) - stateOrder.indexOf(right.state) ||
    Number(left.health === 'unhealthy') - Number(right.health === 'unhealthy') ||
    (left.exitCode ?? 0) - (right.exitCode ?? 0),
  image: (left, right) => left.image.localeCompare(right.image, undefined, { numeric: true }),
  ports: (left, right) => (left.ports[0]?.hostPort ?? 65_536) - (right.ports[0]?.hostPort ?? 65_536),
  since: (left, right) => sinceMs(left) - sinceMs(right),
  created: (left, right) => left.createdAtMs - right.createdAtMs,
};

/** When a container began to be as it is. */
function sinceMs(container: Container): number {
  if (container.state === 'running' || container.state === 'paused')
    return container.startedAtMs ?? container.createdAtMs;
  return container.finishedAtMs ?? container.createdAtMs;
}

/** Rows that pass, in order. The search looks at name, image, ports and the beginning of the id. */
export function shownContainers(all: readonly Container[], { show, find, sort }: ContainerFilters): Container[] {
  const wanted = find.trim().toLowerCase();
  const isDown = sort.startsWith('-');
  const by = compare[(isDown ? sort.slice(1) : sort) as ContainerSort];
  return all
    .filter((container) => passes[show](container) && (wanted === '' || textOf(container).includes(wanted)))
    .sort((left, right) => (isDown ? by(right, left) : by(left, right)) || left.name.localeCompare(right.name));
}

function textOf({ name, image, ports, id }: Container): string {
  const numbers = ports.map(({ hostPort }) => `:${hostPort}`).join('');
  return `${name}\n${image}\n${numbers}\n${id.slice(0, 12)}`.toLowerCase();
}

/** The order after a click on a column's name: upwards, downwards, and as it was at first. */
export function nextSort(sort: ContainerFilters['sort'], column: ContainerSort): ContainerFilters['sort'] {
  if (sort === column) return `-${column}`;
  return sort === `-${column}` && column !== 'created' ? '-created' : column;
}
