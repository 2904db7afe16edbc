import { Failure, type FailureDetails } from '../contract/failures';

type Refusal = FailureDetails<'CONTEXT_REFUSED'>['reason'];

/** Why a folder cannot be a context: `path` is what is wrong, relative to the folder where it lies in it. */
export function refusedContext(path: string, reason: Refusal, cause?: unknown): Failure<'CONTEXT_REFUSED'> {
  return new Failure('CONTEXT_REFUSED', { path, reason }, { cause });
}

/** The system's code of an error (`ENOENT`), empty where it has none. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
