import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import dockerignore from '@balena/dockerignore';
import { refusedContext } from './contextFailure';
import { readPlainFile } from './contextFiles';

/** What an ignore file says. Paths have slashes. */
export interface IgnoreRules {
  /** Path of the ignore file in the folder; null where there is none. */
  file: string | null;
  keeps(path: string): boolean;
  /** False where nothing below an ignored folder can be kept, so that it need not be read. */
  mayKeepBelow(folder: string): boolean;
}

/**
 * Reads the ignore file that counts for a Dockerfile: `<Dockerfile>.dockerignore` beside it, otherwise `.dockerignore`.
 * https://docs.docker.com/build/concepts/context/#dockerignore-files
 * @throws CONTEXT_REFUSED where it cannot be understood
 */
export async function readIgnoreRules(root: string, dockerfile: string): Promise<IgnoreRules> {
  for (const file of [`${dockerfile}.dockerignore`, '.dockerignore']) {
    const isThere = await lstat(join(root, file)).then(
      () => true,
      () => false,
    );
    if (isThere) return rulesOf(file, await readPlainFile(root, file, 'badIgnore'));
  }
  return { file: null, keeps: () => true, mayKeepBelow: () => true };
}

/** @param text of the ignore file @param file named where it cannot be understood */
function rulesOf(file: string, text: string): IgnoreRules {
  const rules = dockerignore({ ignorecase: false }).add(text);
  try {
    // The patterns become regular expressions with the first path that is asked for.
    rules.ignores('Dockerfile');
  } catch (error) {
    throw refusedContext(file, 'badIgnore', error);
  }
  const exceptions = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line.startsWith('!'))
    .map((line) =>
      line
        .slice(1)
        .trim()
        .replace(/^(\.?\/)+/, ''),
    );
  return {
    file,
    keeps: (path) => !rules.ignores(path),
    mayKeepBelow: (folder) =>
      exceptions.some((exception) => {
        const literal = exception.replace(/[*?[\\].*$/, '');
        return exception.startsWith(`${folder}/`) || (literal !== exception && `${folder}/`.startsWith(literal));
      }),
  };
}
