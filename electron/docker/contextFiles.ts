import type { Stats } from 'node:fs';
import { readFile, realpath, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { type FailureDetails, isFailure } from '../contract/failures';
import { codeOf, refusedContext } from './contextFailure';

/** A file that is put into a context without lying in its folder. */
export interface ExtraFile {
  /** Path in the context, with slashes. */
  path: string;
  content: string;
}

/**
 * The folder itself, links in its own path resolved.
 * @throws CONTEXT_REFUSED: missing, notAFolder, unreadable
 */
export async function realFolder(folder: string): Promise<string> {
  if (!isAbsolute(folder)) throw refusedContext(folder, 'missing');
  let root: string;
  let found: Stats;
  try {
    root = await realpath(folder);
    found = await stat(root);
  } catch (error) {
    throw refusedContext(folder, codeOf(error) === 'ENOENT' ? 'missing' : 'unreadable', error);
  }
  if (!found.isDirectory()) throw refusedContext(folder, 'notAFolder');
  return root;
}

/** Text of a file that must be a plain one inside the folder: reading a FIFO would never end. */
export async function readPlainFile(
  root: string,
  path: string,
  otherwise: FailureDetails<'CONTEXT_REFUSED'>['reason'],
): Promise<string> {
  try {
    const real = await realpath(join(root, path));
    if (!isInside(root, real) || !(await stat(real)).isFile()) throw refusedContext(path, otherwise);
    return await readFile(real, 'utf8');
  } catch (error) {
    if (isFailure(error)) throw error;
    throw refusedContext(path, codeOf(error) === 'EACCES' ? 'unreadable' : otherwise, error);
  }
}

/** Whether a link in the folder leads to what may lie in it: `path` with slashes and relative to it, `target` as written. */
export function isLinkInside(root: string, path: string, target: string): boolean {
  return isInside(root, resolve(join(root, dirname(path)), target));
}

/** Whether `path` lies in the folder or is the folder; both are absolute. */
function isInside(root: string, path: string): boolean {
  const way = relative(root, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
