import { useEffect, useSyncExternalStore } from 'react';

/**
 * What is made of a large library, once for the window and with its first use.
 * @param load loads the library and makes it; where that fails, the next use tries again
 * @returns a hook that asks for it with the first `isNeeded`, and gives null until it is there
 */
export function lateLibrary<T>(load: () => Promise<T>): (isNeeded: boolean) => T | null {
  let made: T | null = null;
  let isLoading = false;
  const listeners = new Set<() => void>();

  function begin() {
    if (isLoading) return;
    isLoading = true;
    load().then(
      (loaded) => {
        made = loaded;
        for (const listener of listeners) listener();
      },
      () => {
        isLoading = false;
      },
    );
  }

  function subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  return function useLateLibrary(isNeeded) {
    useEffect(() => {
      if (isNeeded) begin();
    }, [isNeeded]);
    return useSyncExternalStore(subscribe, () => made);
  };
}
