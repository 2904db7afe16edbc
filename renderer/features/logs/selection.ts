import { type RefObject, useEffect, useState } from 'react';

/** The text a person selected inside `view`, without what stands beside the lines; empty where nothing is selected. */
export function selectedLogText(view: HTMLElement | null): string {
  const selection = window.getSelection();
  if (!view || !selection || selection.isCollapsed || selection.rangeCount === 0) return '';
  const range = selection.getRangeAt(0);
  if (!view.contains(range.commonAncestorContainer)) return '';
  const texts = [...view.querySelectorAll<HTMLElement>('[data-text]')]
    .filter((text) => range.intersectsNode(text))
    .map((text) => {
      const part = document.createRange();
      part.selectNodeContents(text);
      if (range.compareBoundaryPoints(Range.START_TO_START, part) > 0)
        part.setStart(range.startContainer, range.startOffset);
      if (range.compareBoundaryPoints(Range.END_TO_END, part) < 0) part.setEnd(range.endContainer, range.endOffset);
      return { part, top: text.getBoundingClientRect().top };
    });
  return texts
    .sort((a, b) => a.top - b.top)
    .map(({ part }) => part.toString())
    .join('\n');
}

/** True while a person has text selected inside `view`. */
export function useHasSelection(view: RefObject<HTMLElement | null>): boolean {
  const [has, setHas] = useState(false);
  useEffect(() => {
    const onChange = () => {
      const selection = window.getSelection();
      setHas(selection !== null && !selection.isCollapsed && Boolean(view.current?.contains(selection.anchorNode)));
    };
    document.addEventListener('selectionchange', onChange);
    return () => document.removeEventListener('selectionchange', onChange);
  }, [view]);
  return has;
}
