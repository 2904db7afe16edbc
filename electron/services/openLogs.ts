import { isFailure } from '../contract/failures';
import type { KeptLog } from '../contract/lines';
import { ContainerLog } from './containerLog';
import { KeptLines } from './keptLines';
import type { LogSource } from './logSource';
import { type LogWaits, logWaits } from './logWaits';
import { MergedLog } from './mergedLog';
import { LogShelf, type ShelvedLog, shelvedBytes } from './spool/logShelf';

/** Logs nobody follows that stay open for coming back; beyond that the least recently followed is closed. */
const keptUnfollowed = 8;

/** All logs together may take so many times what one may; the ones used longest ago go first. */
const logsOnDisk = 8;

export interface LogsOptions extends LogSource {
  /** Where spools live; containers' logs stay there, those of tasks in a folder of each run. */
  folder: string;
  runFolder: string;
  /** Bytes that one source's lines may take on disk, at most, as it is set now. */
  spoolBytes(): number;
  waits?: LogWaits;
}

interface OpenMerged {
  log: MergedLog;
  members: ContainerLog[];
  followers: number;
  over: AbortController;
}

/** The containers' logs that are open, alone and merged: opened with their first follower, closed when nobody needs them. */
export class OpenLogs {
  /** By folder, the least recently followed first. */
  private readonly logs = new Map<string, { log: ContainerLog; shelved: ShelvedLog }>();
  private readonly opening = new Map<string, Promise<ContainerLog>>();
  private readonly mergedLogs = new Map<string, OpenMerged>();
  private readonly closing = new Set<Promise<void>>();

  private constructor(
    private readonly options: LogsOptions,
    private readonly shelf: LogShelf,
  ) {}

  static async open(options: LogsOptions): Promise<OpenLogs> {
    const logs = new OpenLogs(options, await LogShelf.open(options.folder, options.runFolder));
    // Beside what opens the app; what cannot be removed now is removed another time.
    void logs.removeOldest().catch(() => undefined);
    return logs;
  }

  /**
   * Follows the log of a container; `leave` of what comes back ends that.
   * @throws Failure CONTAINER_MISSING where neither the engine nor the disk knows it
   */
  async enter(id: string): Promise<ContainerLog> {
    const log = await this.of(id);
    const isUseless = !log.isFollowed && log.kept.spool.failure !== null;
    if (isUseless) {
      await this.remove(log);
      return this.enter(id);
    }
    const entry = [...this.logs].find(([, { log: one }]) => one === log);
    if (entry) {
      // Set again: a Map keeps the order.
      this.logs.delete(entry[0]);
      this.logs.set(...entry);
    }
    log.enter();
    this.closeOldest();
    return log;
  }

  /** The log of a container as it is kept, without opening the engine's; undefined where nothing is. */
  async known(id: string): Promise<ContainerLog | undefined> {
    const shelved = this.shelf.find(id);
    return shelved && (await this.load(shelved));
  }

  /** Follows several logs as one, until `leaveMerged`. */
  async enterMerged(ids: readonly string[]): Promise<MergedLog> {
    const key = ids.join();
    const known = this.mergedLogs.get(key);
    if (known) {
      known.followers += 1;
      return known.log;
    }
    const entered = await Promise.allSettled([...new Set(ids)].map(async (id) => ({ id, log: await this.enter(id) })));
    const there = entered.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    const failed = entered.find((one) => one.status === 'rejected');
    if (failed && there.length === 0) throw (failed as PromiseRejectedResult).reason;
    const meanwhile = this.mergedLogs.get(key);
    if (meanwhile) {
      for (const { log } of there) log.leave();
      meanwhile.followers += 1;
      return meanwhile.log;
    }
    const log = new MergedLog(
      there.map(({ id, log: lines }) => ({ containerId: id, lines })),
      this.options.logDefect,
    );
    const over = new AbortController();
    this.mergedLogs.set(key, { log, members: there.map(({ log: member }) => member), followers: 1, over });
    void log.run(over.signal);
    return log;
  }

  /** One follower of a merged log less. */
  leaveMerged(ids: readonly string[]): void {
    const key = ids.join();
    const merged = this.mergedLogs.get(key);
    if (!merged) return;
    merged.followers -= 1;
    if (merged.followers > 0) return;
    this.mergedLogs.delete(key);
    merged.over.abort();
    for (const member of merged.members) member.leave();
  }

  /** A merged log that is followed. */
  merged(ids: readonly string[]): MergedLog | null {
    return this.mergedLogs.get(ids.join())?.log ?? null;
  }

  /** The logs on disk, the one used last first. */
  kept(): Promise<KeptLog[]> {
    return Promise.all(
      this.shelf.list().map(async (shelved) => {
        const { ids, name } = shelved.record;
        const newestAtMs = this.logs.get(shelved.folder)?.log.kept.newestAtMs ?? shelved.record.newestAtMs;
        return { containerId: ids.at(-1) as string, name, sizeBytes: await shelvedBytes(shelved), newestAtMs };
      }),
    );
  }

  /** Closes every stream and writes down what is in memory. */
  async close(): Promise<void> {
    for (const { over } of this.mergedLogs.values()) over.abort();
    this.mergedLogs.clear();
    await Promise.allSettled(this.opening.values());
    await Promise.allSettled([...this.logs.values()].map(({ log }) => log.end()));
    await Promise.allSettled(this.closing);
    this.logs.clear();
    await this.shelf.close();
  }

  /** The log of a container, whatever is known of it. */
  private async of(id: string): Promise<ContainerLog> {
    const row = this.options.containers.table().find((one) => one.id === id);
    const known = this.shelf.find(id);
    // Its old name may have gone to another one, which writes that log now.
    const isHeir = known !== undefined && row !== undefined && known.record.ids.at(-1) !== id;
    if (known && !isHeir) return this.load(known);
    const { engine, name, createdAtMs } = row ? { ...this.engine(), ...row } : await this.inspect(id);
    const shelved = await this.shelf.claim(engine, name, id);
    const log = await this.load(shelved);
    await log.switchTo({ id, createdAtMs });
    return log;
  }

  private engine(): { engine: string } {
    try {
      return { engine: this.options.engineLink.current().endpoint.address };
    } catch (error) {
      if (!isFailure(error)) throw error;
      return { engine: '' };
    }
  }

  private async inspect(id: string): Promise<{ engine: string; name: string; createdAtMs: number }> {
    try {
      const { name, createdAtMs } = await this.options.engineLink.current().inspectContainer(id);
      return { ...this.engine(), name, createdAtMs };
    } catch (error) {
      if (!isFailure(error) || error.code === 'CONTAINER_MISSING') throw error;
      // Followed all the same: it is there when the engine is.
      return { ...this.engine(), name: id, createdAtMs: 0 };
    }
  }

  private load(shelved: ShelvedLog): Promise<ContainerLog> {
    const known = this.logs.get(shelved.folder);
    if (known) return Promise.resolve(known.log);
    const opening = this.opening.get(shelved.folder) ?? this.loadNew(shelved);
    this.opening.set(shelved.folder, opening);
    return opening;
  }

  private async loadNew(shelved: ShelvedLog): Promise<ContainerLog> {
    try {
      await Promise.allSettled(this.closing);
      const onChange = () => log.spoolChanged();
      const kept = await KeptLines.open(this.shelf, shelved, this.options.spoolBytes, onChange);
      const log: ContainerLog = new ContainerLog(kept, this.options, this.options.waits ?? logWaits);
      this.logs.set(shelved.folder, { log, shelved });
      return log;
    } finally {
      this.opening.delete(shelved.folder);
    }
  }

  private closeOldest(): void {
    const unfollowed = [...this.logs].filter(([, { log }]) => !log.isFollowed);
    for (const [folder, { log }] of unfollowed.slice(0, Math.max(0, unfollowed.length - keptUnfollowed))) {
      this.logs.delete(folder);
      // What could not be written now the engine still has.
      const closed = log.end().catch(() => undefined);
      this.closing.add(closed);
      void closed.finally(() => this.closing.delete(closed));
    }
  }

  private async remove(log: ContainerLog): Promise<void> {
    for (const [folder, { log: one }] of this.logs) if (one === log) this.logs.delete(folder);
    log.close();
    // Files that cannot be removed now are removed when the space is needed.
    await log.kept.remove().catch(() => undefined);
  }

  private async removeOldest(): Promise<void> {
    let left = this.options.spoolBytes() * logsOnDisk;
    for (const shelved of this.shelf.list()) {
      left -= await shelvedBytes(shelved);
      if (left < 0 && !this.logs.has(shelved.folder)) await this.shelf.remove(shelved);
    }
  }
}
