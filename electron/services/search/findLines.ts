import { linePattern } from '../../contract/linePattern';
import type { Line, LineQuery } from '../../contract/lines';
import { withoutAnsi } from '../../contract/logText';
import type { ReadableLines } from '../readableLines';
import type { SearchedLines } from './lineSearch';

/**
 * Finds lines by reading them.
 * @param containerId whose lines they are; null for a task's
 * @throws SEARCH_PATTERN_INVALID
 */
export function lineFinder(lines: ReadableLines, query: LineQuery, containerId: string | null): SearchedLines {
  const wanted = linePattern(query.text, query);
  const unwanted = linePattern(query.exclude, query);
  const fits = (line: Line) => {
    if (line.stream === 'mark') return false;
    const text = withoutAnsi(line.text);
    return (
      (query.streams.length === 0 || query.streams.includes(line.stream)) &&
      (query.levels.length === 0 || query.levels.includes(line.level ?? 'none')) &&
      (query.fromMs === null || (line.atMs ?? 0) >= query.fromMs) &&
      (query.beforeMs === null || (line.atMs ?? 0) < query.beforeMs) &&
      (wanted === null || text.search(wanted) >= 0) &&
      (unwanted === null || text.search(unwanted) < 0)
    );
  };
  return {
    head: lines.head,
    find: async (from, to, signal) => {
      const found: number[] = [];
      for (let at = from; at < to && !signal.aborted; at += 1000) {
        for (const line of await lines.read(at, Math.min(to, at + 1000))) if (fits(line)) found.push(line.index);
      }
      return found;
    },
    readAt: async (indexes) => {
      const found: Line[] = [];
      for (const index of indexes) {
        for (const line of await lines.read(index, index + 1)) {
          found.push({ ...line, from: line.from ?? { containerId, index } });
        }
      }
      return found;
    },
  };
}
