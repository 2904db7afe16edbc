import { useEffect, useMemo } from 'react';

/** A scroll belongs to the reader where a wheel, key, finger or button of theirs came so shortly before. */
const intentMs = 400;

/** Tells whether a list is scrolled by its reader, or by what arrives. */
export interface Reader {
  /** A wheel, key or finger of theirs came. */
  intend: () => void;
  /** A button of theirs went down on the list or its scrollbar. */
  press: () => void;
  isScrolling: () => boolean;
}

/** The reader of one list. */
export function useReader(): Reader {
  const { reader, release } = useMemo(() => {
    let intentAtMs = Number.NEGATIVE_INFINITY;
    let isPressed = false;
    const reader: Reader = {
      intend: () => {
        intentAtMs = performance.now();
      },
      press: () => {
        isPressed = true;
      },
      isScrolling: () => isPressed || performance.now() - intentAtMs < intentMs,
    };
    // A scrollbar that is let go tells nobody: the next move without a button does.
    const release = (event: PointerEvent) => {
      if (event.buttons === 0) isPressed = false;
    };
    return { reader, release };
  }, []);
  useEffect(() => {
    const types = ['pointerup', 'pointercancel', 'pointermove'] as const;
    for (const type of types) window.addEventListener(type, release);
    return () => {
      for (const type of types) window.removeEventListener(type, release);
    };
  }, [release]);
  return reader;
}
