import { createHash } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import { lstat, readlink } from 'node:fs/promises';
import { join, posix, sep } from 'node:path';
import { refusedContext } from './contextFailure';
import { type ExtraFile, isLinkInside } from './contextFiles';
import type { EntryStat } from './fileSyncPackets';
import type { IgnoreRules } from './ignoreRules';

/** One entry of a folder that an engine takes. */
export interface SyncedEntry extends EntryStat {
  /** Bytes of a file that does not lie in the folder; null where they are read from it. */
  content: Buffer | null;
  /** Says which file it is, where it has more names than one; null otherwise. */
  sharedFile: string | null;
}

/** What a builder wants of a folder. */
export interface FolderRequest {
  /** Paths that it will copy, with slashes; empty for all. */
  followPaths: readonly string[];
  /** False while it does not go by an ignore file, which is while it asks for the ignore file itself. */
  hasExcludes: boolean;
}

/** A folder that an engine takes what it misses from. */
export interface SyncedFolder {
  /** Absolute path. */
  root: string;
  /**
   * What is in it, each folder before what it holds and in order of bytes, as fsutil demands.
   * @throws CONTEXT_REFUSED for what vanished or became something else meanwhile
   */
  entries(asked: FolderRequest): AsyncGenerator<SyncedEntry, void, void>;
}

/** What was found when the folder was looked through. */
export interface FoundContext {
  root: string;
  /** Paths in order of the walk. */
  entries: readonly string[];
  /** Those of them that the ignore file drops: only the builder may see them. */
  onlyForBuilder: ReadonlySet<string>;
  extraFiles: readonly ExtraFile[];
  dockerfile: { path: string; text: string };
  rules: IgnoreRules;
}

/**
 * The two folders that the docker command gives to BuildKit: `context`, which is what the ignore file leaves, and
 * `dockerfile` with the Dockerfile and its own ignore file, so that neither needs to be in the context.
 */
export function contextFolders(found: FoundContext): Record<'context' | 'dockerfile', SyncedFolder> {
  const { root, dockerfile, rules, extraFiles } = found;
  const forBuilder = [{ path: posix.basename(dockerfile.path), content: dockerfile.text }];
  if (rules.file === `${dockerfile.path}.dockerignore`) {
    forBuilder.push({ path: posix.basename(rules.file), content: rules.text });
  }
  const kept = found.entries.filter((path) => !found.onlyForBuilder.has(path));
  return {
    dockerfile: { root, entries: () => entriesOf(root, [], forBuilder) },
    context: {
      root,
      async *entries({ followPaths, hasExcludes }) {
        const isHidden = rules.file !== null && found.onlyForBuilder.has(rules.file);
        const ignoreFile = isHidden && !hasExcludes ? [{ path: rules.file as string, content: rules.text }] : [];
        const followed = await followedPaths(root, followPaths);
        const isWanted = (path: string) =>
          followed === null || followed.some((one) => path === one || path.startsWith(`${one}/`));
        const ours = [...extraFiles, ...ignoreFile].filter(({ path }) => isWanted(path));
        yield* entriesOf(root, kept.filter(isWanted), ours);
      },
    },
  };
}

/** How many paths are looked at together. */
const statsAtOnce = 64;

/** What lies in the folder, with files of our own between it, and the folders above what is kept of dropped ones. */
async function* entriesOf(
  root: string,
  paths: readonly string[],
  ours: readonly ExtraFile[],
): AsyncGenerator<SyncedEntry, void, void> {
  const contents = new Map(ours.map(({ path, content }) => [path, Buffer.from(content)]));
  const all = ours.length === 0 ? paths : [...paths, ...contents.keys()].sort(inWalkOrder);
  const above: string[] = [];
  const names = new Map<string, string>();
  for (let from = 0; from < all.length; from += statsAtOnce) {
    const slice = all.slice(from, from + statsAtOnce);
    const entries = await Promise.all(slice.map((path) => entryOf(root, path, contents.get(path))));
    for (const found of entries) {
      const entry = withFirstName(found, names);
      while (above.length > 0 && !entry.path.startsWith(`${above[above.length - 1]}/`)) above.pop();
      for (const folder of foldersAbove(entry.path).slice(above.length)) {
        above.push(folder);
        yield await folderEntry(root, folder);
      }
      yield entry;
      if (isFolder(entry)) above.push(entry.path);
    }
  }
}

/** A file that already came under another name is a hard link to it, as in the docker command's contexts. */
function withFirstName(entry: SyncedEntry, names: Map<string, string>): SyncedEntry {
  if (entry.sharedFile === null) return entry;
  const first = names.get(entry.sharedFile);
  if (first === undefined) {
    names.set(entry.sharedFile, entry.path);
    return entry;
  }
  return { ...entry, sizeBytes: 0, linkTarget: first };
}

/** `a`, `a/b` for `a/b/c`. */
function foldersAbove(path: string): string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, at) => parts.slice(0, at + 1).join('/'));
}

/** A slash comes before all else, so that what a folder holds follows it: `a`, `a/b`, `a.txt`. */
function inWalkOrder(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one.replaceAll('/', '\0')), Buffer.from(other.replaceAll('/', '\0')));
}

/** Bits of Go's `os.FileMode` beside the permissions: https://pkg.go.dev/io/fs#FileMode */
const goBits = { folder: 2 ** 31, link: 2 ** 27, setUid: 2 ** 23, setGid: 2 ** 22, sticky: 2 ** 20 };

function isFolder({ mode }: EntryStat): boolean {
  return mode >= goBits.folder;
}

function goMode(stats: BigIntStats): number {
  const mode = Number(stats.mode);
  const has = (bit: number, go: number) => ((mode & bit) === 0 ? 0 : go);
  // As the docker command: Windows has no such permissions.
  const permissions =
    process.platform === 'win32'
      ? 0o755
      : (mode & 0o777) + has(0o4000, goBits.setUid) + has(0o2000, goBits.setGid) + has(0o1000, goBits.sticky);
  if (stats.isDirectory()) return goBits.folder + permissions;
  return stats.isSymbolicLink() ? goBits.link + permissions : permissions;
}

/** Of what no disk tells a time of. */
const unknownTimeNs = BigInt(Date.UTC(2000, 0)) * 1_000_000n;

async function entryOf(root: string, path: string, content: Buffer | undefined): Promise<SyncedEntry> {
  if (content) {
    // The engine compares sizes and times only: another text gets another time, the same text the same.
    const fraction = createHash('sha256').update(content).digest().readUInt32BE() % 1_000_000_000;
    const modifiedAtNs = unknownTimeNs + BigInt(fraction);
    return { path, mode: 0o644, sizeBytes: content.length, modifiedAtNs, linkTarget: '', content, sharedFile: null };
  }
  const stats = await statsOf(root, path);
  if (!stats.isFile() && !stats.isDirectory() && !stats.isSymbolicLink()) throw refusedContext(path, 'specialFile');
  return {
    path,
    mode: goMode(stats),
    sizeBytes: stats.isDirectory() ? 0 : Number(stats.size),
    modifiedAtNs: stats.mtimeNs,
    linkTarget: stats.isSymbolicLink() ? await targetOf(root, path) : '',
    content: null,
    sharedFile: stats.isFile() && stats.nlink > 1n && process.platform !== 'win32' ? `${stats.dev}:${stats.ino}` : null,
  };
}

async function statsOf(root: string, path: string): Promise<BigIntStats> {
  try {
    return await lstat(join(root, path), { bigint: true });
  } catch (error) {
    throw refusedContext(path, 'unreadable', error);
  }
}

async function targetOf(root: string, path: string): Promise<string> {
  let target: string;
  try {
    target = await readlink(join(root, path));
  } catch (error) {
    throw refusedContext(path, 'unreadable', error);
  }
  if (!isLinkInside(root, path, target)) throw refusedContext(path, 'linkOutside');
  return target.split(sep).join('/');
}

/** A folder above something: one of ours need not lie on the disk. */
async function folderEntry(root: string, path: string): Promise<SyncedEntry> {
  const stats = await lstat(join(root, path), { bigint: true }).catch(() => null);
  const isThere = stats?.isDirectory() ?? false;
  return {
    path,
    mode: isThere ? goMode(stats as BigIntStats) : goBits.folder + 0o755,
    sizeBytes: 0,
    modifiedAtNs: isThere ? (stats as BigIntStats).mtimeNs : unknownTimeNs,
    linkTarget: '',
    content: null,
    sharedFile: null,
  };
}

/** More links than this one after the other lead in a circle. */
const mostLinks = 255;

/**
 * What must be sent so that these paths can be copied: themselves, and where they lead through links.
 * @returns null for everything, which is never wrong: for patterns, the folder itself, circles
 */
async function followedPaths(root: string, asked: readonly string[]): Promise<string[] | null> {
  if (asked.length === 0) return null;
  const found = new Set<string>();
  const waiting = asked.map(inFolder);
  for (let links = 0; waiting.length > 0; ) {
    const path = waiting.pop() as string;
    if (path === '' || /[*?[\\]/.test(path) || links > mostLinks) return null;
    const link = await firstLink(root, path);
    if (link) {
      links += 1;
      found.add(link.path);
      waiting.push(inFolder(link.leadsTo));
    } else {
      found.add(path);
    }
  }
  return [...found];
}

/** The first part of a path that is a link, and where the whole path leads through it. */
async function firstLink(root: string, path: string): Promise<{ path: string; leadsTo: string } | null> {
  for (const part of [...foldersAbove(path), path]) {
    const target = await readlink(join(root, part)).catch(() => null);
    if (target === null) continue;
    const way = target.split(sep).join('/');
    const leadsTo = posix.join(
      posix.isAbsolute(way) ? way : posix.join(posix.dirname(part), way),
      path.slice(part.length),
    );
    return { path: part, leadsTo };
  }
  return null;
}

/** Cleaned and relative to the folder, which nothing climbs out of; empty for the folder itself. */
function inFolder(path: string): string {
  return posix.join('/', path).replace(/^\/|\/$/g, '');
}
