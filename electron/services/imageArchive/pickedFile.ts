import { type FileHandle, open, rename, rm } from 'node:fs/promises';
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

/**
 * Writes a file that is there only once it is whole: into `<path>.part`, which is moved over `path` when `write` is done and
 * the bytes are on the disk, and removed when anything fails.
 * @throws FILE_FAILED, and what `write` throws
 */
export async function writeWhole<T>(path: string, write: (file: FileHandle) => Promise<T>): Promise<T> {
  const part = `${path}.part`;
  try {
    const file = await open(part, 'w', 0o600);
    let result: T;
    try {
      result = await write(file);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(part, path);
    return result;
  } catch (error) {
    await rm(part, { force: true }).catch(() => {});
    throw fileFailure(error, path);
  }
}
