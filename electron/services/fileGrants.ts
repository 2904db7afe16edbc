import { randomUUID } from 'node:crypto';
import { basename } from 'node:path';
import { Failure } from '../contract/failures';

/** What a person picked a file for: `save` to be written, `open` to be read. */
type Purpose = 'save' | 'open';

/** Picked and never used, they would add up. */
const keptGrants = 100;

/**
 * Files that a person picked, under names that mean nothing: the page asks for a dialog, gets a grant, and hands it to the
 * call that reads or writes the file. So no page, however hostile, can name a path.
 */
export class FileGrants {
  readonly #paths = new Map<string, { path: string; purpose: Purpose }>();

  /**
   * Keeps `path` under a new grant; the oldest unused one is forgotten beyond a hundred.
   * @param path as the host's dialog gave it; null where the person changed their mind
   * @returns the grant and the file's name without its folder, or null
   */
  issue(path: string, purpose: Purpose): { grant: string; name: string };
  issue(path: string | null, purpose: Purpose): { grant: string; name: string } | null;
  issue(path: string | null, purpose: Purpose): { grant: string; name: string } | null {
    if (path === null) return null;
    const grant = randomUUID();
    this.#paths.set(grant, { path, purpose });
    const [oldest] = this.#paths.keys();
    if (this.#paths.size > keptGrants && oldest !== undefined) this.#paths.delete(oldest);
    return { grant, name: basename(path) };
  }

  /**
   * The absolute path behind a grant, once: a second use is refused.
   * @throws FILE_NOT_PICKED for a grant that was never given, was used, or was given for the other purpose
   */
  redeem(grant: string, purpose: Purpose): string {
    const kept = this.#paths.get(grant);
    if (kept === undefined || kept.purpose !== purpose) throw new Failure('FILE_NOT_PICKED', {});
    this.#paths.delete(grant);
    return kept.path;
  }
}
