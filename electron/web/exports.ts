import { randomUUID } from 'node:crypto';
import { type FSWatcher, watch } from 'node:fs';
import { mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { Failure } from '../contract/failures';
import type { ExportedFile } from '../contract/host';
import { LiveValue } from '../services/live';

/** Files of the page's own making end so until they are whole. */
const unfinished = '.part';
/** What nobody fetched for so long is removed at the next start. */
const keptMs = 7 * 24 * 60 * 60_000;

/**
 * The files that cross between the browser and this machine: what Wharf wrote for the person to fetch, and what the person
 * sent for Wharf to read. Each lies in a private folder of the host; no name from the page ever leads out
 * of it.
 */
export class Exports {
  readonly #live: LiveValue<{ files: ExportedFile[] }>;
  readonly #watcher: FSWatcher;

  private constructor(
    private readonly outgoing: string,
    private readonly incoming: string,
    files: ExportedFile[],
  ) {
    this.#live = new LiveValue({ files });
    this.#watcher = watch(outgoing, () => void this.#list());
  }

  /** @param folder absolute path; made when missing. What was sent earlier and read, or never fetched, goes. */
  static async open(folder: string): Promise<Exports> {
    const [outgoing, incoming] = [join(folder, 'exports'), join(folder, 'uploads')];
    await rm(incoming, { recursive: true, force: true });
    for (const one of [outgoing, incoming]) await mkdir(one, { recursive: true, mode: 0o700 });
    for (const name of await readdir(outgoing)) {
      const { mtimeMs } = await stat(join(outgoing, name));
      if (name.endsWith(unfinished) || mtimeMs + keptMs < Date.now()) await rm(join(outgoing, name));
    }
    return new Exports(outgoing, incoming, await listFiles(outgoing));
  }

  /** Watches the files that wait to be fetched, newest first; every item is the whole list. */
  watch(signal?: AbortSignal): AsyncGenerator<{ files: ExportedFile[] }, void, void> {
    return this.#live.watch(signal);
  }

  /** A path for a file that Wharf is about to write: the wanted name, numbered where it is taken. */
  async newPath(wantedName: string): Promise<string> {
    const taken = new Set(await readdir(this.outgoing));
    const ending = extname(wantedName);
    const stem = wantedName.slice(0, wantedName.length - ending.length);
    let name = wantedName;
    for (let number = 2; taken.has(name) || name.startsWith('.'); number += 1)
      name = `${stem || 'file'}-${number}${ending}`;
    return join(this.outgoing, name);
  }

  /** The path of a file that waits to be fetched, or null. */
  find(name: string): string | null {
    return this.#live.value.files.some((file) => file.name === name) ? join(this.outgoing, name) : null;
  }

  /** Removes a file that waits to be fetched; one that is gone already is no error. */
  async remove(name: string): Promise<void> {
    const path = this.find(name);
    if (path !== null) await rm(path, { force: true });
    await this.#list();
  }

  /**
   * Keeps what a browser sends, in a folder of its own: tasks and failures name the file as the person does.
   * @param name as the person's file is called
   * @returns absolute path of the whole file
   * @throws STORAGE_FAILED when the disk refused it; a body that ends early leaves nothing behind
   */
  async receive(name: string, body: Readable): Promise<string> {
    const folder = join(this.incoming, randomUUID());
    const path = join(folder, plainName(name));
    await mkdir(folder, { mode: 0o700 });
    const file = await open(path, 'wx', 0o600);
    try {
      await new Promise<void>((resolve, reject) => {
        // Before the file was open: nobody tells it again.
        if (body.destroyed) reject(new Error('the browser went away'));
        let writing = Promise.resolve();
        body.on('data', (chunk: Buffer) => {
          body.pause();
          writing = file.write(chunk).then(() => void body.resume());
          writing.catch(reject);
        });
        body.once('end', () => writing.then(resolve, reject));
        body.once('error', reject);
        body.once('close', () => !body.readableEnded && reject(new Error('the browser went away')));
      });
    } catch (error) {
      await file.close();
      await rm(folder, { recursive: true, force: true });
      throw new Failure('STORAGE_FAILED', { message: error instanceof Error ? error.message : String(error) });
    }
    await file.close();
    return path;
  }

  close(): void {
    this.#watcher.close();
  }

  async #list(): Promise<void> {
    this.#live.set({ files: await listFiles(this.outgoing) });
  }
}

/** Longest name kept: file systems take 255 bytes, and a letter may need three. */
const nameLength = 80;

/** A name as one part of a path: without separators, hidden beginnings and what some systems refuse; the end stays. */
function plainName(name: string): string {
  const plain = name
    .slice(-nameLength)
    .replace(/[^\p{L}\p{M}\p{N} ._()-]+/gu, '_')
    .replace(/^[. ]+|[. ]+$/g, '');
  return plain || 'file';
}

async function listFiles(folder: string): Promise<ExportedFile[]> {
  const files: ExportedFile[] = [];
  for (const name of await readdir(folder)) {
    // Gone between the two questions: not there.
    const found = await stat(join(folder, name)).catch(() => null);
    if (found === null || name.endsWith(unfinished)) continue;
    files.push({ name, sizeBytes: found.size, writtenAtMs: found.mtimeMs });
  }
  return files.sort((a, b) => b.writtenAtMs - a.writtenAtMs);
}
