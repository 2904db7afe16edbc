import { basename } from 'node:path';
import { Failure, type FailureDetails, isFailure } from '../../contract/failures';

const reasons: Record<string, FailureDetails<'FILE_FAILED'>['reason']> = {
  ENOSPC: 'noSpace',
  EDQUOT: 'noSpace',
  EFBIG: 'noSpace',
  EACCES: 'permission',
  EPERM: 'permission',
  EROFS: 'permission',
  ENOENT: 'missing',
};

/** The failure that a system error about a person's file is; a `Failure`, or what is no system error, stays what it is. */
export function fileFailure(error: unknown, path: string): unknown {
  if (isFailure(error) || !(error instanceof Error) || !('code' in error) || !('syscall' in error)) return error;
  const reason = reasons[String(error.code)] ?? 'other';
  return new Failure('FILE_FAILED', { file: basename(path), reason, message: error.message }, { cause: error });
}
