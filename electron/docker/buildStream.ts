import { posix } from 'node:path';
import type { Readable } from 'node:stream';
import type Dockerode from 'dockerode';
import { Failure, isFailure } from '../contract/failures';
import type { BuildEvent, BuildOptions, SendingWatcher } from './build';
import type { BuildContext } from './buildContext';
import { BuildkitBuild } from './buildkitBuild';
import { type BuildSession, openBuildSession } from './buildSession';
import { ClassicBuild } from './classicBuild';
import { ndjson } from './ndjson';
import { registryKey } from './registryCredentials';
import { openStream } from './request';
import { readStream } from './stream';

/** Longest JSON line of a build; a trace message carries what came since the last one. */
const maxMessageBytes = 16 * 1024 * 1024;

/** The classic builder answers once it has read the whole context, however long that takes. */
const headersTimeoutMs = 24 * 60 * 60 * 1000;

/**
 * Runs a build (`POST /build`) and yields what the builder says, `builder` first and `ended` last. A refusal of the engine,
 * such as a Dockerfile that it cannot parse, is a `failed` event. BuildKit takes a local base image without asking a
 * registry, and stops its work as the classic builder does when the connection closes (both seen on Docker 20.10).
 *
 * @param address of the engine, for failures
 * @param signal closes the connection, on which the engine stops the build
 * @throws CANCELLED when `signal` aborts, ENGINE_UNREACHABLE before the first word, whatever the context's stream fails with
 */
export async function* openBuild(
  docker: Dockerode,
  address: string,
  options: BuildOptions,
  signal: AbortSignal,
): AsyncGenerator<BuildEvent, void, void> {
  const { context, sending: watcher = nobody, credentials } = options;
  let contextError: unknown = null;
  const stop = new AbortController();
  const abort = () => stop.abort();
  const failed = (error: unknown) => {
    contextError ??= error;
    abort();
  };
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  let session: BuildSession | null = null;
  let tar: Readable | null = null;
  try {
    const sending = { folders: context.folders, watcher, failed };
    session = options.builder === 'buildkit' ? await openBuildSession(docker, signal, { credentials, sending }) : null;
    const builder = session ? 'buildkit' : 'classic';
    yield { type: 'builder', builder };
    tar = session ? null : packed(options.context, watcher, failed);
    const stream = await openStream(docker, {
      method: 'POST',
      path: '/build',
      query: query(options, session),
      ...(tar && { tar }),
      registryConfig: registryConfig(options.credentials),
      timeoutMs: headersTimeoutMs,
      signal: stop.signal,
      context: { address },
    });
    for await (const event of readBuild(readStream(stream, stop.signal), builder)) {
      // What the engine says of it is less: it knows neither the path nor the reason.
      if (contextError) throw contextError;
      if (event.type === 'ended' && signal.aborted) throw new Failure('CANCELLED', {});
      yield event;
    }
  } catch (error) {
    if (contextError) throw contextError;
    if (!isFailure(error, 'ENGINE_REFUSED') && !isFailure(error, 'DISK_FULL')) throw error;
    yield { type: 'failed', message: error.details.message, atMs: Date.now() };
    yield { type: 'ended', complete: true, atMs: Date.now() };
  } finally {
    signal.removeEventListener('abort', abort);
    session?.close();
    tar?.destroy();
  }
}

const nobody: SendingWatcher = { begun: () => {}, sent: () => {}, ended: () => {} };

function packed(context: BuildContext, watcher: SendingWatcher, failed: (error: unknown) => void): Readable {
  watcher.begun();
  return context
    .pack((bytes) => watcher.sent(bytes))
    .on('error', failed)
    .once('end', () => watcher.ended());
}

/** The classic builder asks for registries by the names that they have in Docker's config. */
function registryConfig(credentials: BuildOptions['credentials']): object | undefined {
  const entries = Object.entries(credentials);
  if (entries.length === 0) return undefined;
  return Object.fromEntries(entries.map(([registry, secret]) => [registryKey(registry), secret]));
}

/** https://docs.docker.com/reference/api/engine/ (ImageBuild). `rm` and `forcerm` leave no container of a step behind. */
function query(options: BuildOptions, session: BuildSession | null): Record<string, string | boolean> {
  return {
    t: options.tag,
    // BuildKit gets it in a folder of its own.
    dockerfile: session ? posix.basename(options.dockerfile) : options.dockerfile,
    buildargs: JSON.stringify(options.buildArguments),
    labels: JSON.stringify(options.labels),
    nocache: options.noCache,
    pull: options.pull,
    ...(options.target !== null && { target: options.target }),
    ...(options.platform !== null && { platform: options.platform }),
    rm: true,
    forcerm: true,
    ...(session ? { version: '2', session: session.id, remote: 'client-session' } : {}),
  };
}

/**
 * Reads the answer of a build, however its bytes are cut. A stream that breaks, or holds a line that is no message of a
 * build, ends with `complete: false`.
 * @param chunks UTF-8 bytes, one JSON value a line
 * @param now clock in epoch ms, for what has no time of its own
 */
export async function* readBuild(
  chunks: AsyncIterable<Uint8Array>,
  builder: 'classic' | 'buildkit',
  now: () => number = Date.now,
): AsyncGenerator<BuildEvent, void, void> {
  const build = builder === 'buildkit' ? new BuildkitBuild(now) : new ClassicBuild(now);
  let complete = true;
  const isBroken = () => {
    complete = false;
  };
  for await (const message of ndjson(untilCut(chunks, isBroken), maxMessageBytes, isBroken)) {
    const events = complete ? build.read(message) : null;
    if (events === null) {
      complete = false;
      break;
    }
    yield* events;
  }
  yield* build.end();
  yield { type: 'ended', complete, atMs: now() };
}

/** The same bytes, with an end where the connection broke: why it did tells nothing that "interrupted" does not. */
async function* untilCut(chunks: AsyncIterable<Uint8Array>, onCut: () => void): AsyncGenerator<Uint8Array, void, void> {
  try {
    for await (const chunk of chunks) yield chunk;
  } catch {
    onCut();
  }
}
