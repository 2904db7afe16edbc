import type { Container, ContainersEvent } from '../contract/containers';
import { isFailure } from '../contract/failures';
import type { Engine } from '../docker/engine';
import { type ContainerChange, mergeChanges, noChange, saysTheSame } from './containerChange';
import { delay } from './delay';
import type { EngineLink } from './engine';
import { InspectQueue } from './inspectQueue';
import { LiveEvents } from './live';
import { StartProblems } from './startProblems';

/** Times in ms and counts of the table. */
export interface ContainerTableTiming {
  /** Between two lists that heal what events lost. */
  relistEveryMs: number;
  /** First and longest wait before a lost event stream is opened again. */
  firstReopenMs: number;
  longestReopenMs: number;
  inspectsAtOnce: number;
  /** Running containers that a healing list inspects again, in turns. */
  inspectsPerRelist: number;
}

const defaultTiming: ContainerTableTiming = {
  relistEveryMs: 45_000,
  firstReopenMs: 250,
  longestReopenMs: 10_000,
  inspectsAtOnce: 6,
  inspectsPerRelist: 50,
};

/** Told of an event of one container, or with null that events of any may have been missed. */
export type ContainerListener = (id: string | null, action: string) => void;

/** Container events that change nothing in a row; health checks alone make three of these every few seconds. */
const withoutEffect = /^(exec_|top$|attach$|detach$|resize$|export$|archive-path$|extract-to-dir$|commit$|copy$|sync$)/;

/**
 * All containers of the engine in use, kept right by its events for as long as Wharf runs, whether anybody watches or
 * not: one event stream, opened before the first list, one inspect an event, and a slow list that heals what got lost.
 */
export class ContainerTable {
  private readonly timing: ContainerTableTiming;
  private readonly rows = new Map<string, Container>();
  /** When each row was last asked for, counted in questions: an answer to an older question is dropped. */
  private readonly askedFor = new Map<string, number>();
  private questions = 0;
  private listed = false;
  private asOfMs = 0;
  private stale = false;
  private address = '';
  private healFrom = 0;
  private session = new AbortController();
  private readonly closing = new AbortController();
  private readonly forgetReady: () => void;
  private readonly starts = new StartProblems();
  private readonly imageListeners = new Set<() => void>();
  private readonly containerListeners = new Set<ContainerListener>();
  private readonly live = new LiveEvents<ContainerChange>(
    () => ({ ...noChange(), replace: this.listed, staleAsOfMs: this.stale ? this.asOfMs : null }),
    mergeChanges,
  );

  constructor(
    private readonly engineLink: EngineLink,
    private readonly log: (line: string) => void,
    timing: Partial<ContainerTableTiming> = {},
    private readonly now: () => number = Date.now,
  ) {
    this.timing = { ...defaultTiming, ...timing };
    this.forgetReady = engineLink.onReady((engine) => void this.follow(engine));
    void this.noticeLoss();
  }

  /** How many watches are open; tests count them. */
  get readerCount(): number {
    return this.live.readerCount;
  }

  /** The rows as last known, newest first. */
  get(): readonly Container[] {
    return [...this.rows.values()].sort(
      (left, right) => right.createdAtMs - left.createdAtMs || left.name.localeCompare(right.name),
    );
  }

  /** Watches the table. First item: a snapshot, once the engine has been listed. */
  async *watch(signal?: AbortSignal): AsyncGenerator<ContainersEvent, void, void> {
    for await (const change of this.live.watch(signal)) {
      if (change.replace) {
        yield { type: 'snapshot', containers: [...this.get()], asOfMs: this.stale ? this.asOfMs : this.now() };
      } else if (change.upserted.size > 0 || change.removed.size > 0) {
        yield { type: 'patch', upserted: [...change.upserted.values()], removed: [...change.removed] };
      }
      if (change.staleAsOfMs !== null) yield { type: 'stale', asOfMs: change.staleAsOfMs };
    }
  }

  /** Calls `listener` for each image event of the one event stream. Returns how to stop that. */
  onImageEvent(listener: () => void): () => void {
    this.imageListeners.add(listener);
    return () => this.imageListeners.delete(listener);
  }

  /** Calls `listener` for each container event, those too that change nothing in a row. Returns how to stop that. */
  onContainerEvent(listener: ContainerListener): () => void {
    this.containerListeners.add(listener);
    return () => this.containerListeners.delete(listener);
  }

  /** Asks for one container now, without waiting for its event. Answers its row, or null where it is gone. */
  async refresh(engine: Engine, id: string): Promise<Container | null> {
    const question = ++this.questions;
    try {
      const row = await this.starts.explain(engine, await engine.inspectContainer(id));
      this.put(row, question);
      return row;
    } catch (error) {
      if (!isFailure(error, 'CONTAINER_MISSING')) throw error;
      this.drop(id, question);
      return null;
    }
  }

  /** Ends the event stream and all timers. */
  close(): void {
    this.forgetReady();
    this.closing.abort();
    this.session.abort();
  }

  private async noticeLoss(): Promise<void> {
    for await (const { phase } of this.engineLink.state.watch(this.closing.signal)) {
      if (phase === 'unreachable' || phase === 'notAnswering') this.markStale();
    }
  }

  /** Follows one engine until it is lost; the link calls again when one is ready. */
  private async follow(engine: Engine): Promise<void> {
    this.session.abort();
    const session = new AbortController();
    this.session = session;
    if (engine.endpoint.address !== this.address) {
      this.address = engine.endpoint.address;
      this.rows.clear();
      this.askedFor.clear();
      // What the engine before had is on no page under this one's name, not even until its list is there.
      this.stale = false;
      this.emit({ ...noChange(), replace: true });
      this.listed = false;
    }
    for (let waitMs = this.timing.firstReopenMs; !session.signal.aborted; waitMs *= 2) {
      const openedAtMs = this.now();
      try {
        await this.keepRight(engine, session.signal);
      } catch (error) {
        if (session.signal.aborted) return;
        this.log(`container events lost: ${isFailure(error) ? error.code : String(error)}`);
      }
      if (session.signal.aborted) return;
      this.markStale();
      await this.engineLink.check();
      if (session.signal.aborted || this.engineLink.state.value.phase !== 'ready') return;
      if (this.now() - openedAtMs > this.timing.longestReopenMs) waitMs = this.timing.firstReopenMs;
      await delay(Math.min(waitMs, this.timing.longestReopenMs), session.signal);
    }
  }

  /** Opens the event stream, lists, and keeps the table right until the stream is over. */
  private async keepRight(engine: Engine, signal: AbortSignal): Promise<void> {
    const scope = new AbortController();
    const end = () => scope.abort();
    signal.addEventListener('abort', end, { once: true });
    try {
      let opened = () => {};
      const open = new Promise<void>((resolve) => {
        opened = resolve;
      });
      const queue: InspectQueue = new InspectQueue(
        this.timing.inspectsAtOnce,
        (id) => this.inspect(engine, id, scope.signal, () => queue.add([id])),
        scope.signal,
      );
      const streamOver = this.readEvents(engine, queue, scope.signal, opened).then(() => 'over' as const);
      // Whoever races it below hears of its failure; without a listener in between it would count as unhandled.
      streamOver.catch(() => {});
      if ((await Promise.race([streamOver, open])) === 'over') return;
      for (let first = true; !signal.aborted; first = false) {
        const list = this.list(engine, queue, scope.signal, first);
        list.catch(() => {});
        if ((await Promise.race([streamOver, list])) === 'over') return;
        if ((await Promise.race([streamOver, delay(this.timing.relistEveryMs, scope.signal)])) === 'over') return;
      }
    } finally {
      signal.removeEventListener('abort', end);
      end();
    }
  }

  private async readEvents(
    engine: Engine,
    queue: InspectQueue,
    signal: AbortSignal,
    opened: () => void,
  ): Promise<void> {
    for await (const event of engine.events(signal, opened)) {
      if (event.subject === 'image') for (const listener of this.imageListeners) listener();
      if (event.subject === 'container')
        for (const listener of this.containerListeners) listener(event.id, event.action);
      if (event.subject !== 'container' || withoutEffect.test(event.action)) continue;
      if (event.action === 'destroy') this.drop(event.id, ++this.questions);
      else queue.add([event.id]);
    }
  }

  /** Lists. The first one after the stream opened replaces the table and has every row completed behind it. */
  private async list(engine: Engine, queue: InspectQueue, signal: AbortSignal, first: boolean): Promise<void> {
    const question = ++this.questions;
    const listed = await engine.listContainers(signal);
    if (signal.aborted) return;
    const change = noChange();
    const answeredLater = (id: string) => (this.askedFor.get(id) ?? 0) > question;
    for (const row of listed) {
      const before = this.rows.get(row.id);
      if (answeredLater(row.id) || (before && saysTheSame(before, row))) continue;
      const next = before ? { ...row, image: before.image, memoryLimitBytes: before.memoryLimitBytes } : row;
      if (before && row.onHostNetwork && row.state === 'running') next.ports = before.ports;
      this.rows.set(row.id, next);
      change.upserted.set(row.id, next);
    }
    const present = new Set(listed.map((row) => row.id));
    for (const id of this.rows.keys()) {
      if (present.has(id) || answeredLater(id)) continue;
      this.rows.delete(id);
      change.removed.add(id);
    }
    for (const id of this.askedFor.keys()) if (!this.rows.has(id) && !answeredLater(id)) this.askedFor.delete(id);
    if (first) {
      this.listed = true;
      this.stale = false;
      this.live.emit({ ...noChange(), replace: true });
      queue.add(this.rows.keys());
      for (const listener of this.containerListeners) listener(null, '');
    } else {
      this.emit(change);
      queue.add([...change.upserted.keys(), ...this.someRunning()]);
    }
  }

  /** A restart leaves the same words in a list: running containers are inspected again, a few at a time. */
  private someRunning(): string[] {
    const running = [...this.rows.values()].filter((row) => row.state === 'running').map((row) => row.id);
    if (this.healFrom >= running.length) this.healFrom = 0;
    const some = running.slice(this.healFrom, this.healFrom + this.timing.inspectsPerRelist);
    this.healFrom += some.length;
    return some;
  }

  private async inspect(engine: Engine, id: string, signal: AbortSignal, again: () => void): Promise<void> {
    const question = ++this.questions;
    try {
      const row = await this.starts.explain(engine, await engine.inspectContainer(id, signal), signal);
      if (!signal.aborted) this.put(row, question);
    } catch (error) {
      if (signal.aborted) return;
      if (isFailure(error, 'CONTAINER_MISSING')) this.drop(id, question);
      else if (isFailure(error, 'ENGINE_UNREACHABLE') || isFailure(error, 'ENGINE_NOT_ANSWERING')) {
        // A lost engine ends this with the session; where only this connection broke, nothing else would ask again.
        void delay(this.timing.firstReopenMs, signal).then(again);
      } else if (!isFailure(error)) this.log(`inspect of ${id.slice(0, 12)}: ${String(error)}`);
    }
  }

  private put(row: Container, question: number): void {
    if ((this.askedFor.get(row.id) ?? 0) > question) return;
    this.askedFor.set(row.id, question);
    const before = this.rows.get(row.id);
    if (before && JSON.stringify(before) === JSON.stringify(row)) return;
    this.rows.set(row.id, row);
    this.emit({ ...noChange(), upserted: new Map([[row.id, row]]) });
  }

  private drop(id: string, question: number): void {
    if ((this.askedFor.get(id) ?? 0) > question) return;
    this.askedFor.set(id, question);
    if (this.rows.delete(id)) this.emit({ ...noChange(), removed: new Set([id]) });
  }

  private emit(change: ContainerChange): void {
    if (this.listed) this.live.emit(change);
  }

  private markStale(): void {
    if (this.stale || !this.listed) return;
    this.stale = true;
    this.asOfMs = this.now();
    this.live.emit({ ...noChange(), staleAsOfMs: this.asOfMs });
  }
}
