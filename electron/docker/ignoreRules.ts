import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { refusedContext } from './contextFailure';
import { readPlainFile } from './contextFiles';
import { BadPattern, IgnorePatterns } from './ignorePatterns';

/** An ignore file that is in force. */
export interface IgnoreRules {
  /** Path of the file in the folder; null where there is none. */
  file: string | null;
  /** The file's text; empty where there is none. */
  text: string;
  patterns: IgnorePatterns;
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
  return { file: null, text: '', patterns: new IgnorePatterns('') };
}

function rulesOf(file: string, text: string): IgnoreRules {
  try {
    return { file, text, patterns: new IgnorePatterns(text) };
  } catch (error) {
    if (error instanceof BadPattern) throw refusedContext(file, 'badIgnore', error);
    throw error;
  }
}
