import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { assertNever, Failure } from '../contract/failures';
import type { KeptLog, Line, LineQuery, LineSource, LinesHead, SearchProgress } from '../contract/lines';
import { withoutAnsi } from '../contract/logText';
import { lineText } from '../docker/logs';
import { delay } from './delay';
import type { LineWriter, TaskOutput } from './lineWriter';
import type { LiveValue } from './live';
import { type LogsOptions, OpenLogs } from './openLogs';
import { emptyHead, type ReadableLines, wholeLines } from './readableLines';
import { LineSearch } from './search/lineSearch';
import { SearchPool } from './search/searchPool';
import type { StoredLine } from './spool/block';
import { isOtherProcess } from './spool/logShelf';
import { Spool } from './spool/spool';
import { TaskLines } from './taskLines';

/** A page draws a frame each 16 ms: more heads than that would be thrown away. */
const headPaceMs = 16;

/** How long after a log was opened the search is made ready: what is seen first goes first. */
const searchReadyMs = 300;

export interface LinesOptions extends Omit<LogsOptions, 'runFolder'> {
  /** The bundled search worker, see `search/searchWorker`. */
  searchWorkerFile: string;
}

/**
 * Lines of containers and tasks, spooled on disk: the page watches how many there are and reads those it shows. Containers'
 * logs outlive Wharf; what tasks wrote ends with it.
 */
export class Lines implements TaskOutput {
  private readonly tasks = new Map<string, TaskLines>();
  private readonly searches = new Map<string, LineSearch>();
  private readonly pool: SearchPool;
  private spoolsMade = 0;

  private constructor(
    private readonly options: LinesOptions,
    private readonly runFolder: string,
    private readonly logs: OpenLogs,
  ) {
    this.pool = new SearchPool(options.searchWorkerFile);
  }

  /** Takes up the logs that were kept, and removes what earlier runs left behind of tasks. */
  static async open(options: LinesOptions): Promise<Lines> {
    const runFolder = join(options.folder, `run-${process.pid}`);
    await mkdir(options.folder, { recursive: true, mode: 0o700 });
    for (const name of await readdir(options.folder)) {
      const pid = /^run-(\d+)$/.exec(name)?.[1];
      if (pid !== undefined && !isOtherProcess(Number(pid))) {
        await rm(join(options.folder, name), { recursive: true, force: true });
      }
    }
    return new Lines(options, runFolder, await OpenLogs.open({ ...options, runFolder }));
  }

  /**
   * Watches which lines of a source there are: a head at once, then the newest one each frame at most. A container's log is
   * opened with its first follower and read once for all of them.
   * @throws Failure CONTAINER_MISSING, TASK_MISSING, SEARCH_MISSING
   */
  async *follow(source: LineSource, signal?: AbortSignal): AsyncGenerator<LinesHead, void, void> {
    if (source.kind === 'task') {
      const lines = this.task(source);
      if (!lines) throw new Failure('TASK_MISSING', { id: source.taskId });
      yield* paced(lines.head, signal);
    } else if (source.kind === 'search') {
      yield* paced(this.searchOf(source.searchId).head, signal);
    } else if (source.kind === 'merged') {
      const merged = await this.logs.enterMerged(source.ids);
      const leaveSearch = this.expectSearch();
      try {
        yield* paced(merged.head, signal);
      } finally {
        leaveSearch();
        this.logs.leaveMerged(source.ids);
      }
    } else {
      const log = await this.logs.enter(source.id);
      const leaveSearch = this.expectSearch();
      try {
        for await (const head of paced(log.head, signal)) {
          if (head.failure?.code === 'CONTAINER_MISSING') throw new Failure('CONTAINER_MISSING', head.failure.details);
          yield head;
        }
      } finally {
        leaveSearch();
        log.leave();
      }
    }
  }

  /**
   * Reads the lines [fromIndex, toIndex) of a source that are kept.
   * @throws Failure STORAGE_FAILED
   */
  async read(source: LineSource, fromIndex: number, toIndex: number): Promise<Line[]> {
    return (await (await this.readable(source))?.read(fromIndex, toIndex)) ?? [];
  }

  /**
   * Searches the lines of a source until `signal` aborts.
   * @throws Failure SEARCH_PATTERN_INVALID, SEARCH_MISSING
   */
  async *search(
    source: LineSource,
    query: LineQuery,
    signal?: AbortSignal,
  ): AsyncGenerator<SearchProgress, void, void> {
    const finder = this.pool.finder(query);
    const lines = await this.readable(source);
    if (!lines || source.kind === 'search') throw new Failure('SEARCH_MISSING', { id: '' });
    const containerId = source.kind === 'container' ? source.id : null;
    const search = new LineSearch(randomUUID(), lines, finder, containerId, this.options.logDefect);
    const leaving = new AbortController();
    const leave = () => leaving.abort();
    signal?.addEventListener('abort', leave, { once: true });
    this.searches.set(search.id, search);
    void search.run(leaving.signal);
    try {
      yield* paced(search.progress, signal);
    } finally {
      signal?.removeEventListener('abort', leave);
      leave();
      this.searches.delete(search.id);
    }
  }

  /**
   * The hit next to a line of what is searched.
   * @throws Failure SEARCH_MISSING
   */
  nearestHit(searchId: string, index: number, direction: 'next' | 'previous') {
    return this.searchOf(searchId).nearest(index, direction);
  }

  /**
   * Index of the first line at or after `atMs`, null where all are earlier.
   * @throws Failure STORAGE_FAILED
   */
  async atTime(source: LineSource, atMs: number): Promise<number | null> {
    const lines = await this.readable(source);
    if (!lines) return null;
    const { endIndex } = lines.head.value;
    let low = lines.head.value.firstIndex;
    let high = endIndex;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      // A line without a time counts as the next one that has one.
      const times = await lines.times(middle, Math.min(high, middle + 50));
      const time = times.find((one) => !Number.isNaN(one));
      if (time !== undefined && time < atMs) low = middle + 1;
      else high = middle;
    }
    return low < endIndex ? low : null;
  }

  /**
   * Lines that a source has now, to be read whole and in order; a search keeps them as it found them.
   * @throws Failure SEARCH_MISSING
   */
  async whole(source: LineSource): Promise<{ lines: ReadableLines | null; from: number; to: number }> {
    if (source.kind === 'search') this.searchOf(source.searchId);
    const lines = await this.readable(source);
    const { firstIndex, endIndex } = lines?.head.value ?? emptyHead('opening');
    return { lines, from: firstIndex, to: endIndex };
  }

  /**
   * The text of the lines [fromIndex, toIndex) without ANSI sequences and marks, as much as fits into `limit` characters.
   * @throws Failure STORAGE_FAILED
   */
  async text(source: LineSource, fromIndex: number, toIndex: number, limit: number) {
    const texts: string[] = [];
    let length = 0;
    let lastStream: StoredLine['stream'] = 'mark';
    const { lines, from, to } = await this.whole(source);
    const range = [Math.max(from, fromIndex), Math.min(to, toIndex)] as const;
    for await (const part of lines ? wholeLines(lines, ...range) : []) {
      for (const line of part) {
        if (line.stream === 'mark') continue;
        const text = withoutAnsi(lineText(line.bytes));
        length += text.length + 1;
        if (length > limit) return { text: texts.join('\n'), copiedCount: texts.length, isWhole: false };
        if (line.continues && line.stream === lastStream) texts.push((texts.pop() ?? '') + text);
        else texts.push(text);
        lastStream = line.stream;
      }
    }
    return { text: texts.join('\n'), copiedCount: texts.length, isWhole: true };
  }

  /** Forgets what the log of a container has so far, and answers how long `unclear` can take that back. */
  async clear(id: string): Promise<{ undoMs: number }> {
    return { undoMs: (await this.logs.known(id))?.clear() ?? 0 };
  }

  /** Brings back what `clear` took; false where it is too late. */
  async unclear(id: string): Promise<boolean> {
    return (await this.logs.known(id))?.unclear() ?? false;
  }

  /** The containers' logs that are kept on disk, the one used last first. */
  kept(): Promise<KeptLog[]> {
    return this.logs.kept();
  }

  /** Opens the output of a task. It stays readable until Wharf closes. */
  taskWriter(taskId: string): LineWriter {
    this.spoolsMade += 1;
    const folder = join(this.runFolder, String(this.spoolsMade));
    const task = new TaskLines((onChange) => new Spool(folder, this.options.spoolBytes, onChange));
    this.tasks.set(taskId, task);
    return task;
  }

  /** Closes every stream; what containers wrote stays on disk, what tasks wrote is removed. */
  async close(): Promise<void> {
    await this.pool.close();
    await this.logs.close();
    // What cannot be removed now is removed at the next start.
    await Promise.allSettled([...this.tasks.values()].map((task) => task.remove()));
    await rm(this.runFolder, { recursive: true, force: true }).catch(() => undefined);
  }

  /** Somebody looks at a log and may search it soon, until what comes back is called. */
  private expectSearch(): () => void {
    let leave: (() => void) | null = null;
    const timer = setTimeout(() => {
      leave = this.pool.hold();
    }, searchReadyMs);
    return () => {
      clearTimeout(timer);
      leave?.();
    };
  }

  private async readable(source: LineSource): Promise<ReadableLines | null> {
    switch (source.kind) {
      case 'task':
        return this.task(source);
      case 'container':
        return (await this.logs.known(source.id)) ?? null;
      case 'search':
        return this.searches.get(source.searchId) ?? null;
      case 'merged':
        return this.logs.merged(source.ids);
      default:
        return assertNever(source);
    }
  }

  private task({ taskId, part }: Extract<LineSource, { kind: 'task' }>): ReadableLines | null {
    const task = this.tasks.get(taskId);
    return (part === undefined ? task : task?.part(part)) ?? null;
  }

  private searchOf(id: string): LineSearch {
    const search = this.searches.get(id);
    if (!search) throw new Failure('SEARCH_MISSING', { id });
    return search;
  }
}

async function* paced<T>(value: LiveValue<T>, signal?: AbortSignal): AsyncGenerator<T, void, void> {
  for await (const item of value.watch(signal)) {
    yield item;
    await delay(headPaceMs, signal);
  }
}
