import { useEffect, useState } from 'react';
import type { LineSource, LinesHead } from '../../../electron/contract/lines';
import { useApi } from '../../lib/client';
import type { LogAddress } from '../../lib/logAddress';

/**
 * The line that the address leads to: shown once, as soon as it can be.
 * @returns `index` of the line to mark; `isGone` where it is no longer kept
 */
export function useLinkedLine(
  source: LineSource,
  { line, at }: LogAddress,
  head: LinesHead | null,
  reveal: (index: number) => void,
): { index: number | null; isGone: boolean; dismiss: () => void } {
  const api = useApi();
  const [index, setIndex] = useState<number | null>(null);
  const [isGone, setGone] = useState(false);
  const sourceKey = JSON.stringify(source);
  // Older lines get their place all at once: before that, a line may look as if it were gone.
  const isReady =
    head !== null && head.state !== 'opening' && head.olderCount === null && head.endIndex > head.firstIndex;

  useEffect(() => {
    if (line === undefined || !isReady) return;
    let isLeft = false;
    const from = JSON.parse(sourceKey) as LineSource;
    const find = async (): Promise<number | null> => {
      const { lines } = await api.lines.read({ source: from, fromIndex: line, toIndex: line + 1 });
      if (lines[0] && (at === undefined || lines[0].atMs === at)) return line;
      // The same log read anew has other indexes; the time stays.
      return at === undefined ? null : (await api.lines.atTime({ source: from, atMs: at })).index;
    };
    find().then(
      (found) => {
        if (isLeft) return;
        setIndex(found);
        setGone(found === null);
        if (found !== null) reveal(found);
      },
      () => undefined,
    );
    return () => {
      isLeft = true;
    };
  }, [api, sourceKey, line, at, isReady, reveal]);

  return { index, isGone, dismiss: () => setGone(false) };
}
