import type { Readable } from 'node:stream';
import type Dockerode from 'dockerode';
import { Failure, isFailure } from '../contract/failures';
import { openStream, request } from './request';
import { readStream } from './stream';
import { toFailure } from './toFailure';

const headTimeoutMs = 30_000;
/** How long bytes take depends on how many there are. */
const uploadTimeoutMs = 24 * 3_600_000;

function open(docker: Dockerode, address: string, id: string, path: string, signal?: AbortSignal) {
  return openStream(docker, {
    method: 'GET',
    path: `/containers/${id}/archive`,
    query: { path },
    timeoutMs: headTimeoutMs,
    ...(signal && { signal }),
    context: { address },
  }).catch((error: unknown) => {
    throw isFailure(error, 'ENGINE_REFUSED') && /no such container/i.test(error.details.message)
      ? new Failure('CONTAINER_MISSING', { id })
      : error;
  });
}

/** Size by the answer's own header; see `Engine.fileSize`. */
export async function fileSize(docker: Dockerode, address: string, id: string, path: string): Promise<number | null> {
  try {
    const stream = await open(docker, address, id, path);
    stream.on('error', () => {});
    stream.destroy();
    const said = Buffer.from(String(stream.headers['x-docker-container-path-stat'] ?? ''), 'base64').toString('utf8');
    const { size } = JSON.parse(said) as { size?: unknown };
    return typeof size === 'number' ? size : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    if (isFailure(error, 'ENGINE_REFUSED') && error.details.status === 404) return null;
    throw error;
  }
}

/** `GET /containers/{id}/archive`; see `Engine.readFiles`. */
export async function* readFiles(
  docker: Dockerode,
  address: string,
  id: string,
  path: string,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, void> {
  const stream = await open(docker, address, id, path, signal);
  try {
    yield* readStream(stream, signal);
  } catch (error) {
    throw toFailure(error, { address });
  }
  if (signal.aborted) throw new Failure('CANCELLED', {});
}

/** `PUT /containers/{id}/archive`; see `Engine.writeFiles`. */
export async function writeFiles(
  docker: Dockerode,
  address: string,
  id: string,
  path: string,
  archive: Readable,
  signal: AbortSignal,
): Promise<void> {
  // The engine waits for the rest of an archive that broke: the request has to be closed.
  const cut = new AbortController();
  let broken: Error | null = null;
  const close = () => cut.abort();
  archive.once('error', (error) => {
    broken = error;
    close();
  });
  signal.addEventListener('abort', close, { once: true });
  if (signal.aborted) close();
  try {
    await request(docker, {
      method: 'PUT',
      path: `/containers/${id}/archive`,
      query: { path, noOverwriteDirNonDir: true },
      tar: archive,
      timeoutMs: uploadTimeoutMs,
      signal: cut.signal,
      context: { address, container: id },
    });
  } catch (error) {
    throw signal.aborted || broken === null ? error : broken;
  } finally {
    signal.removeEventListener('abort', close);
    archive.destroy();
  }
}
