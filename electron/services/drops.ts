import { randomUUID } from 'node:crypto';
import { open, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { type Dropped, type DropRefusal, headBytes, kindOfFile } from '../contract/drops';
import { Failure } from '../contract/failures';
import type { FileGrants } from './fileGrants';

/** Drops that no page asked for would add up. */
const keptDrops = 20;

/**
 * What a person dropped onto a window, until its page asks. The preload gives the paths to main and the page gets an id; what
 * it gets for that is a grant, and only for what an archive of images or a model looks like.
 */
export class Drops {
  readonly #held = new Map<string, string[]>();

  constructor(private readonly fileGrants: FileGrants) {}

  /**
   * Keeps what was dropped.
   * @param paths absolute, as the preload was told them by Electron
   * @returns the id that `take` knows it by
   */
  hold(paths: string[]): string {
    const dropId = randomUUID();
    this.#held.set(dropId, paths);
    const [oldest] = this.#held.keys();
    if (this.#held.size > keptDrops && oldest !== undefined) this.#held.delete(oldest);
    return dropId;
  }

  /**
   * Looks at what was dropped, once.
   * @throws FILE_NOT_PICKED for a drop that never was, or was taken before
   */
  async take(dropId: string): Promise<Dropped> {
    const paths = this.#held.get(dropId);
    this.#held.delete(dropId);
    const [path, ...others] = paths ?? [];
    if (path === undefined) throw new Failure('FILE_NOT_PICKED', {});
    const name = basename(path);
    const refused = (reason: DropRefusal): Dropped => ({ kind: 'refused', reason, name });
    if (others.length > 0) return refused('several');
    // Electron gives none for what is dragged out of a page or a mail.
    if (!isAbsolute(path)) return refused('unreadable');
    try {
      const entry = await stat(path);
      if (entry.isDirectory()) {
        const hasDockerfile = await isFile(join(path, 'Dockerfile'));
        return hasDockerfile ? { kind: 'folder', path, dockerfile: 'Dockerfile' } : refused('noDockerfile');
      }
      // A pipe or a device would hold up whoever reads it.
      if (!entry.isFile()) return refused('unknown');
      const kind = kindOfFile(name, await firstBytes(path));
      if (kind === 'dockerfile') return { kind: 'folder', path: dirname(path), dockerfile: name };
      if (kind === 'gguf' || kind === 'archive') return { kind, picked: this.fileGrants.issue(path, 'open') };
      return refused(kind);
    } catch {
      return refused('unreadable');
    }
  }
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (entry) => entry.isFile(),
    () => false,
  );
}

async function firstBytes(path: string): Promise<Uint8Array> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(new Uint8Array(headBytes), 0, headBytes, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
