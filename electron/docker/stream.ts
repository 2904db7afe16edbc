import type { Readable } from 'node:stream';

/** Bytes held for a slow reader before the source is paused. */
const pauseAtBytes = 1024 * 1024;

/**
 * Reads a Node stream through its events: iterating the stream itself stalls in Electron 22's main process.
 * The source is paused while a megabyte waits, so back-pressure reaches the engine's socket. What arrived since the reader
 * came last is one chunk: the engine sends each line of a log as a chunk of its own, and a turn for each costs more than
 * all else.
 *
 * @param stream bytes; destroyed when the reader leaves, when `signal` aborts, or when it breaks
 * @param signal ends the iteration without an error
 * @throws the stream's error, or ECONNRESET where it closed before its end
 */
export async function* readStream(stream: Readable, signal?: AbortSignal): AsyncGenerator<Uint8Array, void, void> {
  const queue: Uint8Array[] = [];
  let queuedBytes = 0;
  let ended = false;
  let failure: unknown = null;
  let wake: (() => void) | null = null;

  const onData = (chunk: Uint8Array) => {
    queue.push(chunk);
    queuedBytes += chunk.length;
    if (queuedBytes >= pauseAtBytes) stream.pause();
    wake?.();
  };
  const onEnd = () => {
    ended = true;
    wake?.();
  };
  const onError = (error: unknown) => {
    failure ??= error;
    wake?.();
  };
  const onClose = () => {
    if (!ended) failure ??= Object.assign(new Error('stream closed before its end'), { code: 'ECONNRESET' });
    wake?.();
  };
  const onAbort = () => {
    stream.destroy();
    wake?.();
  };

  stream.on('error', onError).on('end', onEnd).on('close', onClose).on('data', onData);
  signal?.addEventListener('abort', onAbort, { once: true });
  if (signal?.aborted) onAbort();
  try {
    while (!signal?.aborted) {
      const chunk = queue.length > 1 ? Buffer.concat(queue) : queue[0];
      if (chunk) {
        queue.length = 0;
        queuedBytes = 0;
        if (stream.isPaused()) stream.resume();
        yield chunk;
      } else if (ended) {
        return;
      } else if (failure) {
        throw failure;
      } else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        wake = null;
      }
    }
  } finally {
    signal?.removeEventListener('abort', onAbort);
    // The error listener stays: a destroyed socket may still report its reset.
    stream.off('data', onData).off('end', onEnd).off('close', onClose);
    stream.destroy();
  }
}
