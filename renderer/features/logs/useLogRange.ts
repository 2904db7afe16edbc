import { useEffect, useMemo, useRef, useState } from 'react';
import type { LineSource, LinesHead } from '../../../electron/contract/lines';
import { useApi } from '../../lib/client';
import type { LogAddress } from '../../lib/logAddress';
import type { LineRange } from './lineRows';

/**
 * The lines that an address limits a log to: by time, or the newest so many.
 * @param head null until main told
 * @returns `range` (null: all lines), and `showOlder` to let so many more in before it
 */
export function useLogRange(
  source: LineSource,
  { since, until, tail }: LogAddress,
  head: LinesHead | null,
): { range: LineRange | null; showOlder: (count: number) => void } {
  const api = useApi();
  const sourceKey = JSON.stringify(source);
  const isKnown = head !== null && head.state !== 'opening';
  // Indexes of a time change as older lines get their place and as lines are put in order anew.
  const order = isKnown ? `${head.olderCount === null} ${head.generation}` : '';
  const [times, setTimes] = useState<LineRange | null>(null);
  const [tailFrom, setTailFrom] = useState<number | null>(null);

  // Nothing at or after `since` yet: what comes from now on is.
  const newest = useRef(0);
  newest.current = head?.endIndex ?? 0;

  useEffect(() => {
    if ((since === undefined && until === undefined) || order === '') return setTimes(null);
    let isLeft = false;
    const at = (atMs: number | undefined) =>
      atMs === undefined
        ? Promise.resolve(null)
        : api.lines.atTime({ source: JSON.parse(sourceKey) as LineSource, atMs }).then(({ index }) => index);
    Promise.all([at(since), at(until)]).then(
      ([from, end]) => {
        if (!isLeft)
          setTimes({ from: since === undefined ? 0 : (from ?? newest.current), end: until === undefined ? null : end });
      },
      () => undefined,
    );
    return () => {
      isLeft = true;
    };
  }, [api, sourceKey, since, until, order]);

  const endIndex = isKnown ? head.endIndex : null;
  const [tailOf, setTailOf] = useState<string | null>(null);
  const wanted = tail === undefined ? null : `${sourceKey} ${tail}`;
  useEffect(() => {
    if (wanted === tailOf) return;
    if (wanted === null || tail === undefined) {
      setTailFrom(null);
      setTailOf(null);
    } else if (endIndex !== null) {
      setTailFrom(Math.max(0, endIndex - tail));
      setTailOf(wanted);
    }
  }, [wanted, tailOf, tail, endIndex]);

  const range = useMemo(() => times ?? (tailFrom === null ? null : { from: tailFrom, end: null }), [times, tailFrom]);
  return {
    range,
    showOlder: (count) => setTailFrom((from) => (from === null ? null : Math.max(0, from - count))),
  };
}
