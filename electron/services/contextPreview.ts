import { watch } from 'node:fs';
import type { ContextPreview, ContextRequest } from '../contract/builds';
import { type HostSurroundings, readBuildSettings } from '../docker/buildSettings';
import { type ContextSurvey, surveyContext } from '../docker/contextSurvey';
import { argumentsOf, baseArgumentOf, readDockerfile, stagesOf } from '../docker/dockerfile';
import { delay } from './delay';

/** From a change in the folder to the next look: an editor saves in several steps. */
const settleMs = 300;

/** What to look through. */
export interface PreviewRequest extends ContextRequest {
  /** Absolute path of the folder that `source` means. */
  folder: string;
  host: HostSurroundings;
}

/**
 * Looks through a folder as a build of it would, tells what was found so far, and looks again whenever an entry of the
 * folder itself changes: its Dockerfile and its ignore file lie there. Latest wins.
 * @throws CONTEXT_REFUSED where there is no such folder
 */
export async function* previewContext(
  { folder, source, dockerfile, host }: PreviewRequest,
  signal: AbortSignal = new AbortController().signal,
): AsyncGenerator<ContextPreview, void, void> {
  const hostSettings = await settingsOf(source.kind === 'bundled', host);
  let pending: ContextPreview | null = null;
  let failure: unknown = null;
  let wake = () => {};
  let looking = new AbortController();
  const stop = () => {
    looking.abort();
    wake();
  };
  signal.addEventListener('abort', stop, { once: true });
  const look = async () => {
    looking.abort();
    const mine = new AbortController();
    looking = mine;
    try {
      await surveyContext(folder, dockerfile, mine.signal, (survey) => {
        if (mine.signal.aborted) return;
        pending = { ...previewOf(survey), hostSettings };
        wake();
      });
    } catch (error) {
      if (mine.signal.aborted) return;
      failure = error;
      wake();
    }
  };
  void look();
  const watcher = watchFolder(folder, async () => {
    looking.abort();
    await delay(settleMs, signal);
    if (!signal.aborted) void look();
  });
  try {
    while (!signal.aborted) {
      const item = pending as ContextPreview | null;
      pending = null;
      if (item) yield item;
      else if (failure) throw failure;
      else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  } finally {
    signal.removeEventListener('abort', stop);
    looking.abort();
    watcher?.close();
  }
}

/** Calls back once for a burst of changes of the folder's own entries; null where the system cannot tell. */
function watchFolder(folder: string, onChange: () => Promise<void>): { close(): void } | null {
  let isWaiting = false;
  try {
    const watcher = watch(folder, { persistent: false }, () => {
      if (isWaiting) return;
      isWaiting = true;
      void onChange().finally(() => {
        isWaiting = false;
      });
    });
    // A folder that goes away is told by the look that follows.
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    return null;
  }
}

function previewOf({ dockerfile, ...survey }: ContextSurvey): Omit<ContextPreview, 'hostSettings'> {
  const instructions = readDockerfile(dockerfile ?? '');
  const taken = new Map(argumentsOf(instructions).map(({ name, byDefault }) => [name, byDefault]));
  return {
    ...survey,
    stages: stagesOf(instructions),
    arguments: [...taken].map(([name, byDefault]) => ({ name, byDefault })),
    baseArgument: baseArgumentOf(instructions),
  };
}

async function settingsOf(isBundled: boolean, host: HostSurroundings): Promise<ContextPreview['hostSettings']> {
  const { files, buildArguments } = await readBuildSettings(host);
  const has = (name: string) => isBundled && files.some(({ path }) => path.endsWith(name));
  const proxies = Object.keys(buildArguments).filter((name) => name === name.toUpperCase());
  return { proxies, certificates: has('/ca.pem'), pip: has('/pip.conf') };
}
