import type { Line } from '../../contract/lines';
import { guessLevel, withoutAnsi } from '../../contract/logText';
import { lineText } from '../../docker/logs';
import { markOf } from '../logMark';
import type { StoredLine } from './block';

/** A stored line as the page gets it. */
export function shownLine({ index, atMs, stream, bytes, cutBytes, continues }: StoredLine): Line {
  const text = lineText(bytes);
  if (stream !== 'mark') {
    // From the middle of a line nothing can be told.
    const level = continues ? null : guessLevel(withoutAnsi(text));
    return { index, from: null, atMs, stream, text, cutBytes, level, mark: null };
  }
  const mark = markOf(text);
  return { index, from: null, atMs, stream, text: mark?.kind ?? text, cutBytes, level: null, mark };
}
