import type { Container } from '../contract/containers';
import { isFailure } from '../contract/failures';
import type { Settings } from '../contract/settings';
import type { Containers } from './containers';
import { delay } from './delay';
import type { EngineLink } from './engine';
import type { Lines } from './lines';
import { isUp } from './nextRun';
import type { Settings as SettingsStore } from './settings';

/** Logs that are kept at once, each over a stream of its own: on this machine or over TCP, and through one SSH login. */
const mostStreams = 200;
const mostSshStreams = 20;

/** How long after a log ended its container is looked at again: its row may be older than the end. */
const settleMs = 1_000;

export interface LogKeepingOptions {
  engineLink: Pick<EngineLink, 'state'>;
  containers: Pick<Containers, 'watch' | 'table' | 'onContainerEvent'>;
  lines: Pick<Lines, 'keep'>;
  settings: Pick<SettingsStore, 'value' | 'watch'>;
  /** Writes an unexpected error down. */
  logDefect(error: unknown): void;
  mostStreams?: number;
}

interface Keeping {
  name: string;
  stop: AbortController;
  over: Promise<void>;
}

/**
 * Keeps the logs of the containers that the settings name, from their start and whether anybody looks or not: what an
 * auto-removed container wrote is there after it.
 */
export class LogKeeping {
  /** By container; the log of each is read once, for windows too. */
  private readonly keeping = new Map<string, Keeping>();
  /** Containers that came while the table was watched: their logs begin with what is read. */
  private readonly born = new Set<string>();
  private readonly known = new Set<string>();
  /** The run of a container whose log was read to its end, or cannot be, as its start in epoch ms. */
  private readonly done = new Map<string, number | null>();
  private readonly closing = new AbortController();
  private readonly forgetEvents: () => void;
  private isStale = false;

  constructor(private readonly options: LogKeepingOptions) {
    // Before its row says so: what ends at once is gone by then.
    this.forgetEvents = options.containers.onContainerEvent((id, action) => {
      if (action === 'start' && id !== null) this.consider(this.row(id), true);
    });
    void this.watchTable().catch(options.logDefect);
    void this.watchSettings().catch(options.logDefect);
  }

  /** Containers whose logs are being kept now. */
  get count(): number {
    return this.keeping.size;
  }

  /** Running containers whose logs should be kept and are not, because as many as can be are. */
  get leftOutCount(): number {
    if (this.isStale || this.keeping.size < this.most()) return 0;
    return this.options.containers.table().filter((row) => isUp(row) && this.wants(row) && !this.keeping.has(row.id))
      .length;
  }

  /** Lets go of every log. */
  async close(): Promise<void> {
    this.forgetEvents();
    this.closing.abort();
    this.letGo(() => true);
    await Promise.all([...this.keeping.values()].map(({ over }) => over));
  }

  private async watchTable(): Promise<void> {
    for await (const event of this.options.containers.watch(this.closing.signal)) {
      if (event.type === 'stale') {
        this.isStale = true;
        this.letGo(() => true);
      } else if (event.type === 'snapshot') {
        this.isStale = false;
        const there = new Set(event.containers.map(({ id }) => id));
        for (const id of this.known) if (!there.has(id)) this.known.delete(id);
        for (const id of this.born) if (!there.has(id)) this.born.delete(id);
        for (const id of this.done.keys()) if (!there.has(id)) this.done.delete(id);
        this.letGo((id) => !there.has(id));
        for (const row of event.containers) {
          this.known.add(row.id);
          this.consider(row, false);
        }
      } else {
        for (const row of event.upserted) {
          if (!this.known.has(row.id)) this.born.add(row.id);
          this.known.add(row.id);
          this.consider(row, false);
        }
        for (const id of event.removed) {
          this.known.delete(id);
          this.born.delete(id);
          this.done.delete(id);
        }
      }
    }
  }

  private async watchSettings(): Promise<void> {
    for await (const _ of this.options.settings.watch(this.closing.signal)) {
      this.letGo((id) => {
        const row = this.row(id);
        return row !== undefined && !this.wants(row);
      });
      for (const row of this.options.containers.table()) this.consider(row, false);
    }
  }

  private row(id: string): Container | undefined {
    return this.options.containers.table().find((row) => row.id === id);
  }

  private wants({ madeByWharf }: Container): boolean {
    const { keepLogs } = this.options.settings.value as Settings;
    return keepLogs === 'all' || (keepLogs === 'wharf' && madeByWharf);
  }

  private most(): number {
    const isSsh = this.options.engineLink.state.value.endpoint?.address.startsWith('ssh:') ?? false;
    return this.options.mostStreams ?? (isSsh ? mostSshStreams : mostStreams);
  }

  /** Begins to keep a log where it should be and is not. @param starts its engine said just now that it starts */
  private consider(row: Container | undefined, starts: boolean): void {
    if (!row || this.isStale || this.closing.signal.aborted || this.keeping.has(row.id) || !this.wants(row)) return;
    const isRead = this.done.has(row.id) && this.done.get(row.id) === row.startedAtMs;
    // One that is over already has its log still, unless it removes itself.
    const hasRun = isUp(row) || (this.born.has(row.id) && row.startedAtMs !== null);
    if ((isRead || !hasRun) && !starts) return;
    if (this.keeping.size >= this.most()) return;
    const stop = new AbortController();
    const before = [...this.keeping.values()].find(({ name }) => name === row.name)?.over;
    const over = this.keep(row, before, stop.signal);
    this.keeping.set(row.id, { name: row.name, stop, over });
    void over.then(() => this.lookAgain(row.id, stop.signal));
  }

  private async keep({ id, startedAtMs }: Container, before: Promise<void> | undefined, signal: AbortSignal) {
    try {
      // Its log goes on with the one of the container that had its name, which must be at its end.
      await before;
      const run = await this.options.lines.keep(id, this.born.has(id), signal);
      if (!signal.aborted) this.done.set(id, run.startedAtMs ?? startedAtMs);
    } catch (error) {
      if (!isFailure(error, 'CONTAINER_MISSING')) this.options.logDefect(error);
      this.done.set(id, startedAtMs);
    }
  }

  private async lookAgain(id: string, stopped: AbortSignal): Promise<void> {
    if (!stopped.aborted) await delay(settleMs, stopped);
    this.keeping.delete(id);
    const row = this.row(id);
    if (row === undefined) {
      this.born.delete(id);
      this.done.delete(id);
    }
    // A place is free: for this one where it runs again, else for one that had none.
    for (const one of this.options.containers.table()) this.consider(one, false);
  }

  private letGo(isMeant: (id: string) => boolean): void {
    for (const [id, { stop }] of this.keeping) if (isMeant(id)) stop.abort();
  }
}
