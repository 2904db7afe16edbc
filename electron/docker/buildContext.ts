import { relative } from 'node:path';
import { PassThrough, type Readable } from 'node:stream';
import tar from 'tar-fs';
import type { Failure } from '../contract/failures';
import { refusedContext } from './contextFailure';
import { type ExtraFile, readPlainFile, realFolder } from './contextFiles';
import { contextFolders } from './contextFolders';
import { walkContext } from './contextWalk';
import { readIgnoreRules } from './ignoreRules';

/** What to pack. */
export interface ContextOptions {
  /** Path of the Dockerfile in the folder. */
  dockerfile: string;
  /** Replace files of the same path. */
  extraFiles: readonly ExtraFile[];
}

/** A folder that is ready to be sent. */
export interface BuildContext {
  /** The Dockerfile's text. */
  dockerfile: string;
  fileCount: number;
  /** Bytes of all files, as they were when the folder was looked through. */
  sizeBytes: number;
  /**
   * Starts packing: a tar stream that holds no more than a few blocks at a time. It fails with CONTEXT_REFUSED where a file
   * vanished, changed its size or cannot be read meanwhile. Destroying it closes everything.
   * @param onBytes told how many more bytes of the archive were packed
   */
  pack(onBytes?: (bytes: number) => void): Readable;
  /** What BuildKit is given instead of an archive, see `contextFolders`. */
  folders: ReturnType<typeof contextFolders>;
}

/**
 * Looks through a folder as `docker build` does, see `walkContext`.
 *
 * @param folder absolute path
 * @throws CONTEXT_REFUSED with the path and why: no such folder, no Dockerfile, unreadable, a link that leaves the folder, a
 *   FIFO or device, an ignore file that cannot be understood
 */
export async function openContext(folder: string, options: ContextOptions, signal: AbortSignal): Promise<BuildContext> {
  const { extraFiles } = options;
  const root = await realFolder(folder);
  const dockerfile = await readPlainFile(root, options.dockerfile, 'noDockerfile');
  const rules = await readIgnoreRules(root, options.dockerfile);
  const replaced = new Set(extraFiles.map(({ path }) => path));
  const entries: string[] = [];
  const onlyForBuilder = new Set<string>();
  let fileCount = extraFiles.length;
  let sizeBytes = extraFiles.reduce((sum, { content }) => sum + Buffer.byteLength(content), 0);
  await walkContext(
    root,
    { rules, dockerfile: options.dockerfile, signal },
    {
      sent(path, stats, isDropped) {
        if (replaced.has(path)) return;
        entries.push(path);
        if (isDropped) onlyForBuilder.add(path);
        if (!stats.isFile()) return;
        fileCount += 1;
        sizeBytes += stats.size;
      },
      dropped: () => undefined,
      refused: (failure) => {
        throw failure;
      },
    },
  );
  const found = { root, entries, onlyForBuilder, extraFiles, rules };
  return {
    dockerfile,
    fileCount,
    sizeBytes,
    pack: (onBytes) => pack(root, entries, extraFiles, onBytes),
    folders: contextFolders({ ...found, dockerfile: { path: options.dockerfile, text: dockerfile } }),
  };
}

/**
 * Whether a folder can be a build context at all, without looking through it.
 * @throws CONTEXT_REFUSED: missing, notAFolder, noDockerfile, unreadable
 */
export async function checkContext(folder: string, dockerfile: string): Promise<void> {
  await readPlainFile(await realFolder(folder), dockerfile, 'noDockerfile');
}

/** tar-fs with what it has beyond its types. */
type PackOptions = tar.PackOptions & { umask: number };

function pack(
  root: string,
  entries: string[],
  extraFiles: readonly ExtraFile[],
  onBytes: (bytes: number) => void = () => {},
): Readable {
  const options: PackOptions = {
    entries,
    // Every entry is named, folders do not bring what is in them.
    ignore: () => true,
    umask: 0,
    map: (header) => ({ ...header, uid: 0, gid: 0, mode: process.platform === 'win32' ? 0o755 : header.mode }),
    finalize: false,
    finish: (archive) => {
      for (const { path, content } of extraFiles) archive.entry({ name: path, mode: 0o644 }, content);
      archive.finalize();
    },
  };
  const archive = tar.pack(root, options);
  const stream = new PassThrough();
  archive.on('error', (error: Error) => stream.destroy(packingFailure(root, error)));
  archive.on('data', (chunk) => onBytes((chunk as Buffer).length));
  stream.on('close', () => archive.destroy());
  // A build that never starts leaves nobody to listen.
  stream.on('error', () => {});
  return archive.pipe(stream);
}

function packingFailure(root: string, error: Error): Failure {
  const path = 'path' in error && typeof error.path === 'string' ? error.path : '';
  const special = /unsupported type for (.+)$/.exec(error.message)?.[1];
  if (special !== undefined) return refusedContext(special, 'specialFile', error);
  return refusedContext(path === '' ? root : relative(root, path), 'unreadable', error);
}
