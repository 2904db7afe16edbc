import { type RefCallback, useCallback, useRef } from 'react';
import { listenForEnter } from '../lib/imeEnter';

/**
 * Enter in the palette's search field, also in the middle of a Hangul syllable: the kit ignores that one. By the time it is
 * told, the list is that of the whole word, so the choice is made a frame later.
 * @returns the ref of the field
 */
export function usePaletteEnter(): RefCallback<HTMLInputElement> {
  const stop = useRef<(() => void) | null>(null);
  return useCallback((field) => {
    stop.current?.();
    stop.current = field && listenForEnter(field, () => requestAnimationFrame(chooseSelected), { keepsKey: true });
  }, []);
}

function chooseSelected() {
  const action =
    document.querySelector<HTMLElement>('[data-action][data-selected]') ?? document.querySelector('[data-action]');
  (action as HTMLElement | null)?.click();
}
