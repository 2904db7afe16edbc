/** One visible line of a JSON tree. */
export interface JsonRow {
  /** JSON pointer (RFC 6901) of the value; empty for the whole. */
  path: string;
  /** Key or index; null for the whole. */
  name: string | null;
  depth: number;
  kind: 'object' | 'array' | 'string' | 'number' | 'boolean' | 'null';
  /** The value as JSON for what has no children; for an object or array how many it has. */
  text: string;
  childCount: number;
  isOpen: boolean;
  /** The search matches its name or its own value. */
  matches: boolean;
}

/** What a tree shows: its lines, how many matched, and whether lines were left out because there are too many. */
export interface JsonRows {
  rows: JsonRow[];
  matchCount: number;
  isCut: boolean;
}

/** Lines that are drawn at once; an image's whole inspect has a few hundred. */
export const shownRows = 2_000;

/**
 * The visible lines of a JSON value.
 * @param open pointers of the objects and arrays that are unfolded
 * @param find looked for in names and values, in any case; where it is not empty, only what matches is shown, with
 *   everything above it unfolded
 */
export function jsonRows(value: unknown, open: ReadonlySet<string>, find: string): JsonRows {
  const wanted = find.trim().toLowerCase();
  const found = wanted === '' ? null : matching(value, wanted);
  const rows: JsonRow[] = [];
  let isCut = false;
  const add = (name: string | null, path: string, depth: number, one: unknown, inMatch: boolean) => {
    if (rows.length >= shownRows) {
      isCut = true;
      return;
    }
    const children = childrenOf(one);
    const isOpen = children.length > 0 && (open.has(path) || (found !== null && !inMatch && found.above.has(path)));
    const matches = found?.matches.has(path) ?? false;
    rows.push({
      path,
      name,
      depth,
      kind: kindOf(one),
      text: children.length > 0 || isBranch(one) ? '' : JSON.stringify(one ?? null),
      childCount: children.length,
      isOpen,
      matches,
    });
    if (!isOpen) return;
    for (const [childName, child] of children) {
      const childPath = path + pointerOf([childName]);
      const below = inMatch || matches;
      if (found === null || below || found.matches.has(childPath) || found.above.has(childPath)) {
        add(childName, childPath, depth + 1, child, below);
      }
    }
  };
  add(null, '', 0, value, false);
  return { rows, matchCount: found?.matches.size ?? 0, isCut };
}

/** Pointers of the objects and arrays that lie less than `depth` levels down: what a tree opens with. */
export function openTo(value: unknown, depth: number): Set<string> {
  const open = new Set<string>();
  const walk = (one: unknown, path: string, left: number) => {
    if (left <= 0 || open.size > shownRows || !isBranch(one)) return;
    open.add(path);
    for (const [name, child] of childrenOf(one)) walk(child, path + pointerOf([name]), left - 1);
  };
  walk(value, '', depth);
  return open;
}

/** The value at a JSON pointer; undefined where there is none. */
export function valueAt(value: unknown, path: string): unknown {
  let one = value;
  for (const step of stepsOf(path)) one = childrenOf(one).find(([name]) => name === step)?.[1];
  return one;
}

function matching(value: unknown, wanted: string): { matches: Set<string>; above: Set<string> } {
  const matches = new Set<string>();
  const above = new Set<string>();
  const walk = (one: unknown, name: string, path: string): boolean => {
    const own = isBranch(one) ? '' : String(one);
    if (`${name}\n${own}`.toLowerCase().includes(wanted)) matches.add(path);
    let below = false;
    for (const [childName, child] of childrenOf(one)) {
      if (walk(child, childName, path + pointerOf([childName]))) below = true;
    }
    if (below) above.add(path);
    return below || matches.has(path);
  };
  walk(value, '', '');
  return { matches, above };
}

function isBranch(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function childrenOf(value: unknown): [string, unknown][] {
  return isBranch(value) ? Object.entries(value) : [];
}

function kindOf(value: unknown): JsonRow['kind'] {
  if (Array.isArray(value)) return 'array';
  if (value === null || value === undefined) return 'null';
  const type = typeof value;
  return type === 'object' || type === 'number' || type === 'boolean' ? type : 'string';
}

/** The JSON pointer (RFC 6901) of names and indexes. */
export function pointerOf(steps: readonly string[]): string {
  return steps.map((step) => `/${step.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** Names and indexes of a JSON pointer. */
export function stepsOf(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}
