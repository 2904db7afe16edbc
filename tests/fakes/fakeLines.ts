import { implement, ORPCError } from '@orpc/server';
import { api } from '../../electron/contract/api';
import { Failure, isFailure } from '../../electron/contract/failures';
import { linePattern } from '../../electron/contract/linePattern';
import type { Line, LineQuery, LineSource } from '../../electron/contract/lines';
import { withoutAnsi } from '../../electron/contract/logText';
import { LiveValue } from '../../electron/services/live';
import { sampleHead } from './samples';

/** What the lines of `FakeHost` need of it. */
interface LinesHost {
  readonly lines: LiveValue<Record<string, Line[]>>;
}

const implementer = () => implement(api).use(({ next }) => next());

interface FakeSearch {
  source: LineSource;
  query: LineQuery;
}

/** The part of the fake host that serves lines; logs are whole from the beginning, and searches are over at once. */
export function fakeLines(os: ReturnType<typeof implementer>, host: LinesHost) {
  const searches = new Map<string, FakeSearch>();
  const cleared = new LiveValue<Record<string, number>>({});
  let searchesMade = 0;

  const all = (source: LineSource): Line[] => {
    if (source.kind === 'container') return (host.lines.value[source.id] ?? []).slice(cleared.value[source.id] ?? 0);
    // Those of a part of a task stand under `task/part`.
    if (source.kind === 'task') return host.lines.value[[source.taskId, source.part ?? []].flat().join('/')] ?? [];
    if (source.kind === 'search') return found(source.searchId);
    const own = source.ids.flatMap((id) => all({ kind: 'container', id }).map((line) => ({ id, line })));
    own.sort((a, b) => (a.line.atMs ?? 0) - (b.line.atMs ?? 0));
    return own.map(({ id, line }, index) => ({ ...line, index, from: { containerId: id, index: line.index } }));
  };
  const searchOf = (id: string): FakeSearch => {
    const search = searches.get(id);
    if (search === undefined) throw new Failure('SEARCH_MISSING', { id });
    return search;
  };
  const found = (id: string): Line[] => {
    const { source, query } = searchOf(id);
    const wanted = linePattern(query.text, query);
    const unwanted = linePattern(query.exclude, query);
    return all(source)
      .filter((line) => {
        const text = withoutAnsi(line.text);
        return (
          line.stream !== 'mark' &&
          (wanted === null || text.search(wanted) >= 0) &&
          (unwanted === null || text.search(unwanted) < 0) &&
          (query.levels.length === 0 || query.levels.includes(line.level ?? 'none')) &&
          (query.streams.length === 0 || query.streams.includes(line.stream))
        );
      })
      .map((line, index) => ({
        ...line,
        index,
        from: { containerId: line.from?.containerId ?? null, index: line.index },
      }));
  };

  return {
    follow: os.lines.follow.handler(async function* ({ input, signal }) {
      for await (const _ of host.lines.watch(signal)) {
        const lines = all(input);
        const endIndex = (lines.at(-1)?.index ?? -1) + 1;
        yield sampleHead({ firstIndex: lines[0]?.index ?? endIndex, endIndex });
      }
    }),
    read: os.lines.read.handler(({ input }) => ({
      lines: all(input.source).filter(({ index }) => index >= input.fromIndex && index < input.toIndex),
    })),
    search: os.lines.search.handler(async function* ({ input, signal }) {
      try {
        linePattern(input.query.text, input.query);
        linePattern(input.query.exclude, input.query);
      } catch (error) {
        throw isFailure(error) ? new ORPCError(error.code, { data: error.details }) : error;
      }
      const searchId = `search-${(searchesMade += 1)}`;
      searches.set(searchId, input);
      try {
        for await (const _ of host.lines.watch(signal)) {
          const lineCount = all(input.source).length;
          const counts = { firstHit: 0, endHit: found(searchId).length, searchedCount: lineCount, lineCount };
          yield { searchId, ...counts, state: 'done' as const, failure: null };
        }
      } finally {
        searches.delete(searchId);
      }
    }),
    nearestHit: os.lines.nearestHit.handler(({ input }) => {
      const hits = found(input.searchId);
      const hit =
        input.direction === 'next'
          ? hits.find((line) => (line.from?.index ?? 0) > input.index)
          : hits.filter((line) => (line.from?.index ?? 0) < input.index).at(-1);
      return { hit: hit?.index ?? null, index: hit?.from?.index ?? null };
    }),
    atTime: os.lines.atTime.handler(({ input }) => ({
      index: all(input.source).find((line) => (line.atMs ?? 0) >= input.atMs)?.index ?? null,
    })),
    save: os.lines.save.handler(() => ({ taskId: 'task-save' })),
    copy: os.lines.copy.handler(({ input }) => ({ copiedCount: input.toIndex - input.fromIndex, isWhole: true })),
    clear: os.lines.clear.handler(({ input }) => {
      cleared.set({ ...cleared.value, [input.id]: (host.lines.value[input.id] ?? []).length });
      host.lines.set({ ...host.lines.value });
      return { undoMs: 15_000 };
    }),
    unclear: os.lines.unclear.handler(({ input }) => {
      const { [input.id]: count, ...rest } = cleared.value;
      cleared.set(rest);
      host.lines.set({ ...host.lines.value });
      return { restored: count !== undefined };
    }),
    kept: os.lines.kept.handler(() => ({ logs: [] })),
  };
}
