import { type ClipboardEvent, type MouseEvent, type RefObject, useEffect, useState } from 'react';
import { withoutColors } from './ansiLine';
import { placeOf } from './LogLines';
import type { LineFeed } from './lineFeed';
import { selectedLogText, useHasSelection } from './selection';
import type { LogDeeds } from './useLogDeeds';

interface RowClicksOptions {
  feed: LineFeed;
  isSearch: boolean;
  view: RefObject<HTMLElement | null>;
  deeds: LogDeeds;
  /** A link in the log was clicked. */
  onLink: (url: string) => void;
  /** The request of a line was clicked. */
  onRequest: (requestId: string) => void;
  /** The lines that a filter hides before a line were clicked. */
  onContext: (index: number) => void;
}

/** Clicks on rows, for all of them in one place: a log has thousands. */
export function useRowClicks({ feed, isSearch, view, deeds, onLink, onRequest, onContext }: RowClicksOptions) {
  const hasSelection = useHasSelection(view);
  const [state, setState] = useState<{ feed: LineFeed; chosen: { from: number; to: number } | null }>({
    feed,
    chosen: null,
  });
  const chosen = state.feed === feed ? state.chosen : null;
  const choose = (next: { from: number; to: number } | null) => setState({ feed, chosen: next });

  // Text that runs away cannot be selected.
  useEffect(() => {
    if (hasSelection) feed.follow(false);
  }, [hasSelection, feed]);

  function chooseRow(index: number, isMore: boolean) {
    feed.follow(false);
    if (isMore && chosen) choose({ from: Math.min(chosen.from, index), to: Math.max(chosen.to, index + 1) });
    else if (chosen && chosen.from === index && chosen.to === index + 1) choose(null);
    else choose({ from: index, to: index + 1 });
  }

  function onClick(
    event: MouseEvent,
    toggles: { toggleFold: (entryHead: number) => void; toggleOpen: (index: number) => void },
  ) {
    const target = event.target instanceof Element ? event.target : null;
    const part = target?.closest<HTMLElement>(
      '[data-link], [data-request], [data-copy-line], [data-fold], [data-open], [data-context], [data-gutter]',
    );
    if (!part) return;
    const { link, request, copyLine, fold, open, context } = part.dataset;
    if (link !== undefined) onLink(link);
    else if (request !== undefined) onRequest(request);
    else if (copyLine !== undefined) deeds.copyText(withoutColors(feed.line(Number(copyLine))?.line.text ?? ''));
    else if (fold !== undefined) toggles.toggleFold(Number(fold));
    else if (open !== undefined) toggles.toggleOpen(Number(open));
    else if (context !== undefined) {
      const shown = feed.line(Number(context));
      if (shown) onContext(placeOf(shown, isSearch));
    } else {
      const row = part.closest<HTMLElement>('[data-row]')?.dataset.row;
      if (row !== undefined) chooseRow(Number(row), event.shiftKey);
    }
  }

  function onCopy(event: ClipboardEvent) {
    const selected = selectedLogText(view.current);
    if (selected === '' && chosen === null) return;
    event.preventDefault();
    if (selected !== '') deeds.copyText(selected);
    else if (chosen) deeds.copyRows(chosen.from, chosen.to);
  }

  return { chosen, choose, onClick, onCopy };
}
