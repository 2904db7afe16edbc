/** Waits before a watch is asked for again, in ms; the last one repeats. */
const pausesMs = [100, 500, 2000, 5000];

interface Following<T> {
  /** Opens the watch; its first item is a snapshot, so that opening again heals whatever was missed. */
  open: (signal: AbortSignal) => Promise<AsyncIterable<T>>;
  onItem: (item: T) => void;
  /** Told each time the watch fails; a watch that simply ends is opened again in silence. Answers `stop` to give up. */
  onFailure?: (error: unknown) => 'again' | 'stop';
  signal: AbortSignal;
}

/**
 * Follows a watch until `signal` aborts, and opens it again, with growing pauses, whenever it ends or fails.
 * Never rejects.
 */
export async function followWatch<T>({ open, onItem, onFailure, signal }: Following<T>): Promise<void> {
  let tries = 0;
  while (!signal.aborted) {
    try {
      for await (const item of await open(signal)) {
        if (signal.aborted) return;
        tries = 0;
        onItem(item);
      }
    } catch (error) {
      if (signal.aborted) return;
      if (onFailure?.(error) === 'stop') return;
    }
    const pauseMs = pausesMs[Math.min(tries, pausesMs.length - 1)];
    tries += 1;
    await pause(pauseMs ?? 0, signal);
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}
