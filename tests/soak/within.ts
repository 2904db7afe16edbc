import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Waits for `work`, but not without end: an engine that holds a lock for good answers nobody any more.
 * @param what is waited for, as the error names it
 */
export async function within<T>(limitMs: number, what: string, work: Promise<T>): Promise<T> {
  const isOver = new AbortController();
  const tooLong = sleep(limitMs, undefined, { signal: isOver.signal }).then(() => {
    throw new Error(`waited ${limitMs / 1000} s for ${what}`);
  });
  try {
    return await Promise.race([work, tooLong]);
  } finally {
    isOver.abort();
  }
}
