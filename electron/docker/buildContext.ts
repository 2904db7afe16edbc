import type { Stats } from 'node:fs';
import { lstat, readdir, readFile, readlink, realpath, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { PassThrough, type Readable } from 'node:stream';
import dockerignore from '@balena/dockerignore';
import tar from 'tar-fs';
import { Failure, type FailureDetails } from '../contract/failures';

/** A file that is put into a context without lying in its folder. */
export interface ExtraFile {
  /** Path in the context, with slashes. */
  path: string;
  content: string;
}

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
  contextBytes: number;
  /**
   * Starts packing: a tar stream that holds no more than a few blocks at a time. It fails with CONTEXT_REFUSED where a file
   * vanished, changed its size or cannot be read meanwhile. Destroying it closes everything.
   */
  pack(): Readable;
}

/**
 * Looks through a folder as `docker build` does: in order of names, `.dockerignore` honoured, nothing followed out of it.
 * Sockets are left out, as Docker does; the Dockerfile and `.dockerignore` are always sent.
 *
 * @param folder absolute path
 * @throws CONTEXT_REFUSED with the path and why: no such folder, no Dockerfile, unreadable, a link that leaves the folder, a
 *   FIFO or device, a `.dockerignore` that cannot be understood
 */
export async function openContext(folder: string, options: ContextOptions, signal: AbortSignal): Promise<BuildContext> {
  const root = await realFolder(folder);
  const dockerfile = await readPlainFile(root, options.dockerfile, 'noDockerfile');
  const rules = await readIgnore(root);
  const replaced = new Set(options.extraFiles.map(({ path }) => path));
  const isSent = (path: string) => {
    const isNeeded = path === options.dockerfile || path === '.dockerignore';
    return !replaced.has(path) && (isNeeded || rules.keeps(path));
  };
  const plan = { entries: [] as string[], fileCount: 0, contextBytes: 0 };
  await walk(root, '', plan, isSent, rules.mayKeepBelow, signal);
  const extraBytes = options.extraFiles.reduce((sum, { content }) => sum + Buffer.byteLength(content), 0);
  return {
    dockerfile,
    fileCount: plan.fileCount + options.extraFiles.length,
    contextBytes: plan.contextBytes + extraBytes,
    pack: () => pack(root, plan.entries, options.extraFiles),
  };
}

/**
 * Whether a folder can be a build context at all, without looking through it.
 * @throws CONTEXT_REFUSED: missing, notAFolder, noDockerfile, unreadable
 */
export async function checkContext(folder: string, dockerfile: string): Promise<void> {
  await readPlainFile(await realFolder(folder), dockerfile, 'noDockerfile');
}

type Refusal = FailureDetails<'CONTEXT_REFUSED'>['reason'];

function refused(path: string, reason: Refusal, cause?: unknown): Failure {
  return new Failure('CONTEXT_REFUSED', { path, reason }, { cause });
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

async function realFolder(folder: string): Promise<string> {
  if (!isAbsolute(folder)) throw refused(folder, 'missing');
  let root: string;
  let found: Stats;
  try {
    root = await realpath(folder);
    found = await stat(root);
  } catch (error) {
    throw refused(folder, codeOf(error) === 'ENOENT' ? 'missing' : 'unreadable', error);
  }
  if (!found.isDirectory()) throw refused(folder, 'notAFolder');
  return root;
}

/** Text of a file that must be a plain one inside the folder: reading a FIFO would never end. */
async function readPlainFile(root: string, path: string, otherwise: Refusal): Promise<string> {
  try {
    const real = await realpath(join(root, path));
    if (!isInside(root, real) || !(await stat(real)).isFile()) throw refused(path, otherwise);
    return await readFile(real, 'utf8');
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw refused(path, codeOf(error) === 'EACCES' ? 'unreadable' : otherwise, error);
  }
}

function isInside(root: string, path: string): boolean {
  const way = relative(root, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

interface IgnoreRules {
  keeps(path: string): boolean;
  /** False where nothing below an ignored folder can be kept, so that it need not be read. */
  mayKeepBelow(folder: string): boolean;
}

async function readIgnore(root: string): Promise<IgnoreRules> {
  try {
    await lstat(join(root, '.dockerignore'));
  } catch {
    return { keeps: () => true, mayKeepBelow: () => true };
  }
  const text = await readPlainFile(root, '.dockerignore', 'badIgnore');
  const rules = dockerignore({ ignorecase: false }).add(text);
  try {
    // The patterns become regular expressions with the first path that is asked for.
    rules.ignores('Dockerfile');
  } catch (error) {
    throw refused('.dockerignore', 'badIgnore', error);
  }
  const exceptions = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line.startsWith('!'))
    .map((line) =>
      line
        .slice(1)
        .trim()
        .replace(/^(\.?\/)+/, ''),
    );
  return {
    keeps: (path) => !rules.ignores(path),
    mayKeepBelow: (folder) =>
      exceptions.some((exception) => {
        const literal = exception.replace(/[*?[\\].*$/, '');
        return exception.startsWith(`${folder}/`) || (literal !== exception && `${folder}/`.startsWith(literal));
      }),
  };
}

/** How many files are asked for their size at a time. */
const statsAtOnce = 64;

async function walk(
  root: string,
  folder: string,
  plan: { entries: string[]; fileCount: number; contextBytes: number },
  isSent: (path: string) => boolean,
  mayKeepBelow: (folder: string) => boolean,
  signal: AbortSignal,
): Promise<void> {
  const names = await readdir(join(root, folder)).catch((error: unknown) => {
    throw refused(folder || root, 'unreadable', error);
  });
  names.sort();
  for (let from = 0; from < names.length; from += statsAtOnce) {
    if (signal.aborted) throw new Failure('CANCELLED', {});
    const found = await Promise.all(
      names.slice(from, from + statsAtOnce).map(async (name) => {
        const path = folder === '' ? name : `${folder}/${name}`;
        return { path, stats: await statOf(root, path) };
      }),
    );
    for (const { path, stats } of found) {
      const sent = isSent(path);
      if (sent && (await isPackable(root, path, stats))) {
        plan.entries.push(path);
        if (stats.isFile()) {
          plan.fileCount += 1;
          plan.contextBytes += stats.size;
        }
      }
      if (stats.isDirectory() && (sent || mayKeepBelow(path))) {
        await walk(root, path, plan, isSent, mayKeepBelow, signal);
      }
    }
  }
}

async function statOf(root: string, path: string): Promise<Stats> {
  return lstat(join(root, path)).catch((error: unknown) => {
    throw refused(path, 'unreadable', error);
  });
}

async function isPackable(root: string, path: string, stats: Stats): Promise<boolean> {
  if (stats.isFile() || stats.isDirectory()) return true;
  if (stats.isSocket()) return false;
  if (!stats.isSymbolicLink()) throw refused(path, 'specialFile');
  const target = await readlink(join(root, path));
  if (!isInside(root, resolve(join(root, dirname(path)), target))) throw refused(path, 'linkOutside');
  return true;
}

/** tar-fs with what it has beyond its types. */
type PackOptions = tar.PackOptions & { umask: number };

function pack(root: string, entries: string[], extraFiles: readonly ExtraFile[]): Readable {
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
  stream.on('close', () => archive.destroy());
  // A build that never starts leaves nobody to listen.
  stream.on('error', () => {});
  return archive.pipe(stream);
}

function packingFailure(root: string, error: Error): Failure {
  const path = 'path' in error && typeof error.path === 'string' ? error.path : '';
  const special = /unsupported type for (.+)$/.exec(error.message)?.[1];
  if (special !== undefined) return refused(special, 'specialFile', error);
  return refused(path === '' ? root : relative(root, path), 'unreadable', error);
}
