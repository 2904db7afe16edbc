import type { Stats } from 'node:fs';
import { lstat, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../contract/failures';
import { refusedContext } from './contextFailure';
import { isLinkInside } from './contextFiles';
import type { FolderMatch } from './ignorePatterns';
import type { IgnoreRules } from './ignoreRules';

/** Told of what lies in a folder, in order of names. */
export interface ContextVisitor {
  /** Belongs to the context; `isDropped` where the ignore file drops it and only the builder needs it. */
  sent(path: string, stats: Stats, isDropped: boolean): void;
  /** Is left out because the ignore file says so; what is in such a folder is only told where it is looked into. */
  dropped(path: string, stats: Stats): void;
  /** Keeps the folder from being a context. Throwing it ends the walk. */
  refused(failure: Failure<'CONTEXT_REFUSED'>): void;
}

/** What is sent whatever the ignore file says: the builder reads both. */
function isNeeded(path: string, dockerfile: string, rules: IgnoreRules): boolean {
  return path === dockerfile || path === rules.file;
}

/** False where nothing in a dropped folder can be sent, so that it need not be looked into. */
export function mayBeSentBelow(folder: string, dockerfile: string, rules: IgnoreRules): boolean {
  const isAbove = (path: string | null) => path?.startsWith(`${folder}/`) ?? false;
  return isAbove(dockerfile) || isAbove(rules.file) || rules.patterns.mayKeepBelow(folder);
}

/** How many files are asked for their size at a time. */
const statsAtOnce = 64;

/**
 * Walks through a folder as `docker build` does: in order of names, nothing followed out of it. Sockets are left out, as
 * Docker does; the Dockerfile and its ignore file are always sent.
 * @throws CANCELLED when `signal` aborts, and what the visitor throws
 */
export async function walkContext(
  root: string,
  asked: { rules: IgnoreRules; dockerfile: string; signal: AbortSignal },
  visitor: ContextVisitor,
  folder: { path: string; match: FolderMatch | null } = { path: '', match: null },
): Promise<void> {
  const { rules, dockerfile, signal } = asked;
  let names: string[];
  try {
    names = await readdir(join(root, folder.path));
  } catch (error) {
    visitor.refused(refusedContext(folder.path || root, 'unreadable', error));
    return;
  }
  // In order of bytes, as Go sorts: JavaScript's own order is that of UTF-16 units.
  names.sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
  for (let from = 0; from < names.length; from += statsAtOnce) {
    if (signal.aborted) throw new Failure('CANCELLED', {});
    const found = await Promise.all(
      names.slice(from, from + statsAtOnce).map(async (name) => {
        const path = folder.path === '' ? name : `${folder.path}/${name}`;
        return { path, stats: await lstat(join(root, path)).catch((error: unknown) => error) };
      }),
    );
    for (const { path, stats } of found) {
      if (!isStats(stats)) {
        visitor.refused(refusedContext(path, 'unreadable', stats));
        continue;
      }
      const { isDropped, own } = rules.patterns.match(path, folder.match);
      const isSent = !isDropped || isNeeded(path, dockerfile, rules);
      if (!isSent) visitor.dropped(path, stats);
      else if (stats.isFile() || stats.isDirectory()) visitor.sent(path, stats, isDropped);
      else if (!stats.isSocket()) await visitSpecial(root, path, stats, isDropped, visitor);
      if (stats.isDirectory() && (isSent || mayBeSentBelow(path, dockerfile, rules))) {
        await walkContext(root, asked, visitor, { path, match: own });
      }
    }
  }
}

function isStats(value: unknown): value is Stats {
  return typeof value === 'object' && value !== null && 'isDirectory' in value;
}

async function visitSpecial(
  root: string,
  path: string,
  stats: Stats,
  isDropped: boolean,
  visitor: ContextVisitor,
): Promise<void> {
  if (!stats.isSymbolicLink()) {
    visitor.refused(refusedContext(path, 'specialFile'));
    return;
  }
  const target = await readlink(join(root, path));
  if (isLinkInside(root, path, target)) visitor.sent(path, stats, isDropped);
  else visitor.refused(refusedContext(path, 'linkOutside'));
}
