import type { Stats } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ContextPreview } from '../contract/builds';
import { type Failure, isFailure } from '../contract/failures';
import { readPlainFile, realFolder } from './contextFiles';
import { mayBeSentBelow, walkContext } from './contextWalk';
import { readIgnoreRules } from './ignoreRules';

/** What a look through a folder found so far. */
export type ContextSurvey = Pick<
  ContextPreview,
  'complete' | 'fileCount' | 'sizeBytes' | 'largest' | 'dropped' | 'refused' | 'dockerfiles'
> & {
  /** The chosen Dockerfile's text; null where there is none. */
  dockerfile: string | null;
};

/** Between two tellings. */
const tellEveryMs = 100;
const largestCount = 10;
const refusedCount = 20;
/** Files and folders that are added up in all dropped folders together. */
const droppedLimit = 50_000;

/**
 * Looks through a folder as a build would, and through what it drops for its size. Calls `tell` while it does, and once
 * more at the end. What would refuse a build is found, not thrown.
 * @throws CONTEXT_REFUSED where the folder itself cannot be looked through, CANCELLED
 */
export async function surveyContext(
  folder: string,
  dockerfile: string,
  signal: AbortSignal,
  tell: (survey: ContextSurvey) => void,
): Promise<void> {
  const root = await realFolder(folder);
  const survey: ContextSurvey = {
    complete: false,
    fileCount: 0,
    sizeBytes: 0,
    largest: [],
    dropped: { ignoreFile: null, entryCount: 0, sizeBytes: 0, sizeIsWhole: true, largest: [] },
    refused: [],
    dockerfiles: await dockerfilesOf(root),
    dockerfile: null,
  };
  let toldAtMs = 0;
  const tellNow = () => {
    toldAtMs = Date.now();
    tell({ ...survey, dropped: { ...survey.dropped } });
  };
  const tellSometimes = () => {
    if (Date.now() - toldAtMs >= tellEveryMs) tellNow();
  };
  const refuse = (failure: Failure<'CONTEXT_REFUSED'>) => {
    if (survey.refused.length < refusedCount) survey.refused = [...survey.refused, failure.details];
  };
  const attempt = async <T>(read: Promise<T>): Promise<T | null> =>
    read.catch((error: unknown) => {
      if (!isFailure(error, 'CONTEXT_REFUSED')) throw error;
      refuse(error);
      return null;
    });

  survey.dockerfile = await attempt(readPlainFile(root, dockerfile, 'noDockerfile'));
  const rules = await attempt(readIgnoreRules(root, dockerfile));
  const droppedFolders: string[] = [];
  if (rules) {
    survey.dropped.ignoreFile = rules.file;
    await walkContext(
      root,
      { rules, dockerfile, signal },
      {
        sent(path, stats) {
          if (!stats.isFile()) return;
          survey.fileCount += 1;
          survey.sizeBytes += stats.size;
          survey.largest = withLargest(survey.largest, { path, sizeBytes: stats.size });
          tellSometimes();
        },
        dropped(path, stats) {
          survey.dropped.entryCount += 1;
          if (stats.isDirectory() && !mayBeSentBelow(path, dockerfile, rules)) droppedFolders.push(path);
          else if (stats.isFile()) addDropped(survey, path, stats.size);
          tellSometimes();
        },
        refused: refuse,
      },
    );
  }
  let left = droppedLimit;
  for (const path of droppedFolders) {
    const measured = await sizeOf(join(root, path), left, signal);
    left -= measured.count;
    addDropped(survey, path, measured.sizeBytes);
    if (left <= 0) survey.dropped.sizeIsWhole = false;
    tellSometimes();
  }
  survey.complete = true;
  tellNow();
}

type SizedPath = ContextPreview['largest'][number];

/** The largest ones, with one more that may belong to them. */
function withLargest(largest: SizedPath[], candidate: SizedPath): SizedPath[] {
  const smallest = largest[largestCount - 1];
  if (smallest && smallest.sizeBytes >= candidate.sizeBytes) return largest;
  const at = largest.findIndex(({ sizeBytes }) => sizeBytes < candidate.sizeBytes);
  const place = at === -1 ? largest.length : at;
  return [...largest.slice(0, place), candidate, ...largest.slice(place)].slice(0, largestCount);
}

function addDropped(survey: ContextSurvey, path: string, sizeBytes: number): void {
  survey.dropped.sizeBytes += sizeBytes;
  survey.dropped.largest = withLargest(survey.dropped.largest, { path, sizeBytes });
}

/** Bytes of all files below a folder, of `limit` entries at most. What cannot be read counts as nothing: it is not sent. */
async function sizeOf(
  folder: string,
  limit: number,
  signal: AbortSignal,
): Promise<{ sizeBytes: number; count: number }> {
  let sizeBytes = 0;
  let count = 0;
  const folders = [folder];
  for (let next = folders.pop(); next !== undefined && count < limit && !signal.aborted; next = folders.pop()) {
    const names = await readdir(next).catch(() => []);
    const at = next;
    const found = await Promise.all(
      names.slice(0, limit - count).map(async (name): Promise<[string, Stats | null]> => {
        const path = join(at, name);
        return [path, await lstat(path).catch(() => null)];
      }),
    );
    count += found.length;
    for (const [path, stats] of found) {
      if (stats?.isDirectory()) folders.push(path);
      else if (stats?.isFile()) sizeBytes += stats.size;
    }
  }
  return { sizeBytes, count };
}

/** Names that are usual for a Dockerfile: `Dockerfile`, `Dockerfile.dev`, `dev.Dockerfile`, `Containerfile`. */
async function dockerfilesOf(root: string): Promise<string[]> {
  const names = await readdir(root).catch(() => []);
  const usual = names.filter((name) => /^(?:(?:docker|container)file(?:\..+)?|.+\.dockerfile)$/i.test(name));
  return usual
    .filter((name) => !/\.(dockerignore|containerignore)$/i.test(name))
    .sort()
    .slice(0, 100);
}
