/**
 * Runs `act` with a signal that aborts after `limitMs`, or with `signal`. What an abort means is `act`'s to say: this itself
 * neither ends it nor rejects.
 */
export async function withTimeLimit<T>(
  limitMs: number,
  act: (limited: AbortSignal) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const limit = new AbortController();
  const stop = () => limit.abort();
  const timer = setTimeout(stop, limitMs);
  signal?.addEventListener('abort', stop, { once: true });
  if (signal?.aborted) stop();
  try {
    return await act(limit.signal);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
  }
}
