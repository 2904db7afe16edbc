import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../contract/failures';
import type { Line, LineSource, LinesHead } from '../contract/lines';
import { ContainerLog, type LogSource, type LogWaits, logWaits } from './containerLog';
import { delay } from './delay';
import type { LineWriter, TaskOutput } from './lineWriter';
import { LiveValue } from './live';
import { Spool } from './spool/spool';

/** A page draws a frame each 16 ms: more heads than that would be thrown away. */
const headPaceMs = 16;

/** Spools of containers nobody follows that are kept for coming back; beyond that the least recently followed goes. */
const keptUnfollowed = 8;

interface SpooledSource {
  spool: Spool;
  head: LiveValue<LinesHead>;
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
  private readonly tasks = new Map<string, SpooledSource>();
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
      yield* paced(task.head, signal);
      return;
    }
    const log = this.log(source.id);
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
    const spool = source.kind === 'task' ? this.tasks.get(source.taskId)?.spool : this.logs.get(source.id)?.spool;
    return spool ? spool.read(fromIndex, toIndex) : [];
  }

  /** Opens the output of a task. It stays readable until Wharf closes. */
  taskWriter(taskId: string): LineWriter {
    let state: LinesHead['state'] = 'live';
    const head = new LiveValue<LinesHead>({ firstIndex: 0, endIndex: 0, state, failure: null });
    const show = () => {
      const { firstIndex, endIndex, failure } = spool;
      head.set({ firstIndex, endIndex, state: failure ? 'failed' : state, failure: failure?.toValue() ?? null });
    };
    const spool = this.spool(show);
    this.tasks.set(taskId, { spool, head });
    return {
      append: (line) => {
        const index = spool.append({ ...line, cutBytes: 0 });
        show();
        return index;
      },
      end: () => {
        state = 'ended';
        show();
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
