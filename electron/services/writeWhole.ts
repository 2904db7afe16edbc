import { type FileHandle, open, rename, rm } from 'node:fs/promises';

/**
 * Writes a file that is there only once it is whole: into `<path>.part`, which is moved over `path` when `write` is done and
 * the bytes are on the disk, and removed when anything fails. What was at `path` stays until then.
 * @throws the system's error, and what `write` throws
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
    throw error;
  }
}
