import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { assertNever, Failure } from '../contract/failures';
import type { KeptLog, Line, LineQuery, LineSource, LinesHead, SearchProgress } from '../contract/lines';
import { withoutAnsi } from '../contract/logText';
import { ContainerLog, type LogSource, type LogWaits, logWaits } from './containerLog';
import { delay } from './delay';
import type { LineWriter, TaskOutput } from './lineWriter';
import { LiveValue } from './live';
import { emptyHead, type ReadableLines } from './readableLines';
import { lineFinder } from './search/findLines';
import { LineSearch } from './search/lineSearch';
import { Spool } from './spool/spool';
import { TaskPart } from './taskPart';

/** A page draws a frame each 16 ms: more heads than that would be thrown away. */
const headPaceMs = 16;

/** Spools of containers nobody follows that are kept for coming back; beyond that the least recently followed goes. */
const keptUnfollowed = 8;

/** How long what was cleared can be brought back. */
const undoMs = 15_000;

interface SpooledTask extends ReadableLines {
  spool: Spool;
  parts: Map<string, TaskPart>;
}

export interface LinesOptions extends LogSource {
  /** Where spools live. Each run has its own folder in it, removed on close; those of crashed runs are removed at start. */
  folder: string;
  /** Bytes that one source's lines may take on disk, at most. */
  spoolBytes: number;
  waits?: LogWaits;
}

/** Lines of containers and tasks, spooled on disk: the page watches how many there are and reads those it shows. */
export class Lines implements TaskOutput {
  private readonly logs = new Map<string, { log: ContainerLog; spool: Spool }>();
  private readonly tasks = new Map<string, SpooledTask>();
  private readonly searches = new Map<string, LineSearch>();
  private readonly runFolder: string;
  private spoolsMade = 0;

  private constructor(private readonly options: LinesOptions) {
    this.runFolder = join(options.folder, `run-${process.pid}`);
  }

  /** Removes what earlier runs left behind. */
  static async open(options: LinesOptions): Promise<Lines> {
    const lines = new Lines(options);
    await mkdir(options.folder, { recursive: true, mode: 0o700 });
    for (const name of await readdir(options.folder)) {
      const pid = /^run-(\d+)$/.exec(name)?.[1];
      if (pid !== undefined && !isOtherProcess(Number(pid))) {
        await rm(join(options.folder, name), { recursive: true, force: true });
      }
    }
    return lines;
  }

  /**
   * Watches which lines of a source there are: a head at once, then the newest one each frame at most. A container's log is
   * opened with its first follower and read once for all of them.
   * @throws Failure CONTAINER_MISSING, TASK_MISSING
   */
  async *follow(source: LineSource, signal?: AbortSignal): AsyncGenerator<LinesHead, void, void> {
    if (source.kind === 'task') {
      const task = this.tasks.get(source.taskId);
      if (!task) throw new Failure('TASK_MISSING', { id: source.taskId });
      yield* paced((this.readable(source) ?? task).head, signal);
      return;
    }
    if (source.kind === 'search') {
      yield* paced(this.searchOf(source.searchId).head, signal);
      return;
    }
    const log = this.log(source.kind === 'merged' ? (source.ids[0] as string) : source.id);
    log.enter();
    try {
      for await (const head of paced(log.head, signal)) {
        if (head.failure?.code === 'CONTAINER_MISSING') throw new Failure('CONTAINER_MISSING', head.failure.details);
        yield head;
      }
    } finally {
      log.leave();
    }
  }

  /**
   * Reads the lines [fromIndex, toIndex) of a source that are kept; none of one that nobody has followed.
   * @throws Failure STORAGE_FAILED
   */
  async read(source: LineSource, fromIndex: number, toIndex: number): Promise<Line[]> {
    return (await this.readable(source)?.read(fromIndex, toIndex)) ?? [];
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
    const lines = this.readable(source);
    if (!lines) throw new Failure('SEARCH_MISSING', { id: '' });
    const containerId = source.kind === 'container' ? source.id : null;
    const search = new LineSearch(randomUUID(), lineFinder(lines, query, containerId));
    const leaving = new AbortController();
    const leave = () => leaving.abort();
    signal?.addEventListener('abort', leave, { once: true });
    this.searches.set(search.id, search);
    void search.run(leaving.signal);
    try {
      for await (const progress of search.progress.watch(signal)) {
        yield progress;
        await delay(headPaceMs, signal);
      }
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

  /** Index of the first line at or after `atMs`, null where all are earlier. */
  async atTime(source: LineSource, atMs: number): Promise<number | null> {
    const lines = this.readable(source);
    if (!lines) return null;
    let low = lines.head.value.firstIndex;
    let high = lines.head.value.endIndex;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const [line] = await lines.read(middle, middle + 1);
      if (line === undefined || (line.atMs ?? 0) < atMs) low = middle + 1;
      else high = middle;
    }
    return low < lines.head.value.endIndex ? low : null;
  }

  /**
   * The lines that a source has now.
   * @throws Failure SEARCH_MISSING
   */
  range(source: LineSource): { from: number; to: number } {
    if (source.kind === 'search') this.searchOf(source.searchId);
    const head = this.readable(source)?.head.value ?? emptyHead('opening');
    return { from: head.firstIndex, to: head.endIndex };
  }

  /**
   * The text of the lines [fromIndex, toIndex) without ANSI sequences and marks, as much as fits into `limit` characters.
   * @throws Failure STORAGE_FAILED
   */
  async text(source: LineSource, fromIndex: number, toIndex: number, limit: number) {
    const texts: string[] = [];
    let length = 0;
    for (let from = fromIndex; from < toIndex; from += 1000) {
      for (const line of await this.read(source, from, Math.min(toIndex, from + 1000))) {
        if (line.stream === 'mark') continue;
        const text = withoutAnsi(line.text);
        length += text.length + 1;
        if (length > limit) return { text: texts.join('\n'), copiedCount: texts.length, isWhole: false };
        texts.push(text);
      }
    }
    return { text: texts.join('\n'), copiedCount: texts.length, isWhole: true };
  }

  /** Forgets what the log of a container has so far, and answers how long `unclear` can take that back. */
  clear(id: string): { undoMs: number } {
    this.logs.get(id)?.log.clear(undoMs);
    return { undoMs };
  }

  /** Brings back what `clear` took; false where it is too late. */
  unclear(id: string): boolean {
    return this.logs.get(id)?.log.unclear() ?? false;
  }

  /** The containers' logs that are kept. */
  kept(): KeptLog[] {
    return [];
  }

  private readable(source: LineSource): ReadableLines | null {
    switch (source.kind) {
      case 'task': {
        const task = this.tasks.get(source.taskId);
        return (task && source.part !== undefined ? partOf(task, source.part) : task) ?? null;
      }
      case 'container':
        return this.logs.get(source.id)?.log ?? null;
      case 'search': {
        const search = this.searches.get(source.searchId);
        return search ?? null;
      }
      case 'merged':
        return this.logs.get(source.ids[0] as string)?.log ?? null;
      default:
        return assertNever(source);
    }
  }

  private searchOf(id: string): LineSearch {
    const search = this.searches.get(id);
    if (!search) throw new Failure('SEARCH_MISSING', { id });
    return search;
  }

  /** Opens the output of a task. It stays readable until Wharf closes. */
  taskWriter(taskId: string): LineWriter {
    let state: LinesHead['state'] = 'live';
    const head = new LiveValue(emptyHead(state));
    const show = () => {
      const { firstIndex, endIndex, failure } = spool;
      head.set({
        ...head.value,
        firstIndex,
        endIndex,
        droppedCount: firstIndex,
        state: failure ? 'failed' : state,
        failure: failure?.toValue() ?? null,
      });
    };
    const showAll = () => {
      show();
      for (const part of parts.values()) part.follow(head.value);
    };
    const spool = this.spool(showAll);
    const parts = new Map<string, TaskPart>();
    const task: SpooledTask = { spool, head, parts, read: (from, to) => spool.read(from, to) };
    this.tasks.set(taskId, task);
    return {
      append: ({ part, ...line }) => {
        const index = spool.append({ ...line, cutBytes: 0 });
        show();
        if (part !== undefined) partOf(task, part).append(index, head.value);
        return index;
      },
      end: () => {
        state = 'ended';
        showAll();
      },
    };
  }

  /** Closes every stream and removes this run's spools. */
  async close(): Promise<void> {
    for (const { log } of this.logs.values()) log.close();
    const spools = [...this.logs.values(), ...this.tasks.values()].map(({ spool }) => spool);
    // What cannot be removed now is removed at the next start.
    await Promise.allSettled(spools.map((spool) => spool.remove()));
    await rm(this.runFolder, { recursive: true, force: true }).catch(() => undefined);
  }

  private log(id: string): ContainerLog {
    const known = this.logs.get(id);
    const isUseless = known && !known.log.isFollowed && known.spool.failure !== null;
    if (known) this.logs.delete(id);
    if (known && !isUseless) {
      // Set again: a Map keeps the order, so the least recently followed comes first.
      this.logs.set(id, known);
      return known.log;
    }
    if (known) this.discard(known);
    const spool = this.spool(() => log.spoolChanged());
    const log = new ContainerLog(id, spool, this.options, this.options.waits ?? logWaits);
    this.logs.set(id, { log, spool });
    this.forgetOldest();
    return log;
  }

  private forgetOldest(): void {
    const unfollowed = [...this.logs].filter(([, { log }]) => !log.isFollowed);
    for (const [id, entry] of unfollowed.slice(0, Math.max(0, unfollowed.length - 1 - keptUnfollowed))) {
      this.logs.delete(id);
      this.discard(entry);
    }
  }

  private discard({ log, spool }: { log: ContainerLog; spool: Spool }): void {
    log.close();
    // What cannot be removed now is removed with the run's folder.
    spool.remove().catch(() => undefined);
  }

  private spool(onChange: () => void): Spool {
    this.spoolsMade += 1;
    return new Spool(join(this.runFolder, String(this.spoolsMade)), this.options.spoolBytes, onChange);
  }
}

/** A part of a task; that of a step which writes later is there before its first line. */
function partOf({ parts, head, spool }: SpooledTask, part: string): TaskPart {
  const known = parts.get(part) ?? new TaskPart(head.value, (from, to) => spool.read(from, to));
  parts.set(part, known);
  return known;
}

async function* paced(head: LiveValue<LinesHead>, signal?: AbortSignal): AsyncGenerator<LinesHead, void, void> {
  for await (const item of head.watch(signal)) {
    yield item;
    await delay(headPaceMs, signal);
  }
}

/** True where `pid` is a running process other than this one. */
function isOtherProcess(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
