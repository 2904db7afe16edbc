import type { Readable } from 'node:stream';
import type Dockerode from 'dockerode';
import { Failure, isFailure } from '../contract/failures';
import { errorIn } from './errorIn';
import { ndjson } from './ndjson';
import { openStream } from './request';
import { readStream } from './stream';
import { isDiskFull, toFailure } from './toFailure';

/** The engine packs a whole archive, or unpacks it, before its first word; how long that takes depends on its disk. */
const archiveTimeoutMs = 24 * 3_600_000;

/** `GET /images/get`; see `Engine.saveImages`. */
export async function* saveImages(
  docker: Dockerode,
  address: string,
  references: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, void> {
  const stream = await openStream(docker, {
    method: 'GET',
    path: '/images/get',
    query: { names: references },
    timeoutMs: archiveTimeoutMs,
    signal,
    context: { address, image: references.join(', ') },
  });
  try {
    yield* readStream(stream, signal);
  } catch (error) {
    throw toFailure(error, { address });
  }
  if (signal.aborted) throw new Failure('CANCELLED', {});
}

/** `POST /images/load`; see `Engine.loadImages`. */
export async function loadImages(
  docker: Dockerode,
  address: string,
  archive: Readable,
  signal: AbortSignal,
): Promise<string[]> {
  const loaded: string[] = [];
  const closeArchive = () => archive.destroy();
  signal.addEventListener('abort', closeArchive, { once: true });
  try {
    const stream = await openStream(docker, {
      method: 'POST',
      path: '/images/load',
      query: { quiet: true },
      tar: archive,
      timeoutMs: archiveTimeoutMs,
      signal,
      context: { address },
    });
    for await (const line of ndjson(readStream(stream, signal))) {
      const message = errorIn(line);
      if (message !== null) throw refusal(message);
      const { stream: text } = line as { stream?: unknown };
      if (typeof text === 'string' && text.trim() !== '') loaded.push(text.trim());
    }
  } catch (error) {
    if (isFailure(error, 'ENGINE_REFUSED')) throw refusal(error.details.message);
    throw toFailure(error, { address });
  } finally {
    signal.removeEventListener('abort', closeArchive);
    archive.destroy();
  }
  if (signal.aborted) throw new Failure('CANCELLED', {});
  return loaded;
}

function refusal(message: string): Failure {
  return isDiskFull(message)
    ? new Failure('DISK_FULL', { message })
    : new Failure('ENGINE_REFUSED', { status: 500, message });
}
