import { useEffect, useSyncExternalStore } from 'react';
import type { Highlight } from './markdownHtml';

let highlight: Highlight | null = null;
let loading = false;
const listeners = new Set<() => void>();

/** Loads the colouring of the common languages, once for the window. Without it code is plain, which nobody is told of. */
function load(): void {
  if (loading) return;
  loading = true;
  import('highlight.js/lib/common').then(
    ({ default: library }) => {
      highlight = (code, language) =>
        library.getLanguage(language) ? library.highlight(code, { language, ignoreIllegals: true }).value : null;
      for (const listener of listeners) listener();
    },
    () => {
      loading = false;
    },
  );
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Colours code, once the library for that is there; it is asked for with the first code block (`isNeeded`). */
export function useHighlight(isNeeded: boolean): Highlight | null {
  useEffect(() => {
    if (isNeeded) load();
  }, [isNeeded]);
  return useSyncExternalStore(subscribe, () => highlight);
}
