import { Failure } from '../contract/failures';

/** What the disk or the database said, as a failure. */
export function storageFailed(error: unknown): Failure<'STORAGE_FAILED'> {
  const message = error instanceof Error ? error.message : String(error);
  return new Failure('STORAGE_FAILED', { message }, { cause: error });
}
