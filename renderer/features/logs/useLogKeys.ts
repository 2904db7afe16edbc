import { type RefObject, useEffect, useRef } from 'react';

const typesInto = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || target.matches('input, textarea, select'));

/**
 * Keys of a log, wherever the focus is on its page: Ctrl+F or `/` lead to the search, F3 to the next hit.
 * @param view the log, null where it has no search; with several logs on a page, the one with the focus is meant
 */
export function useLogKeys(
  view: RefObject<HTMLElement | null> | null,
  field: RefObject<HTMLInputElement | null>,
  step: (direction: 'next' | 'previous') => void,
): void {
  const newest = useRef(step);
  newest.current = step;
  useEffect(() => {
    if (view === null) return;
    const listen = (event: KeyboardEvent) => {
      if (event.defaultPrevented || document.querySelector('[role=dialog], [role=menu]') !== null) return;
      const all = document.querySelectorAll('[role=log]').length;
      const pane = view.current?.parentElement;
      if (all > 1 && !pane?.contains(document.activeElement)) return;
      // By key code: with a Korean layout the key itself is a letter of Hangul.
      const isFind = event.code === 'KeyF' && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey;
      const isSlash =
        event.key === '/' && !event.ctrlKey && !event.metaKey && !event.altKey && !typesInto(event.target);
      if (isFind || isSlash) {
        event.preventDefault();
        field.current?.focus();
        field.current?.select();
      } else if (event.key === 'F3') {
        event.preventDefault();
        newest.current(event.shiftKey ? 'previous' : 'next');
      }
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, [view, field]);
}
