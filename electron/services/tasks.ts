import { Failure, type FailureValue } from '../contract/failures';
import type { Task, TaskSubject, TasksEvent } from '../contract/tasks';
import { delay } from './delay';
import { failureOf } from './failureOf';
import type { LineWriter, TaskOutput } from './lineWriter';
import { LiveEvents } from './live';

/** Tasks that are remembered; running ones are never forgotten. */
export const rememberedTasks = 100;

/** What the work of a task gets: how to stop, where to write, and how to say how far it is. */
export interface TaskWork<S extends TaskSubject = TaskSubject> {
  readonly id: string;
  /** Aborts when somebody cancels the task or Wharf closes; its reason is the `Failure` to end with. */
  readonly signal: AbortSignal;
  readonly output: LineWriter;
  progress(progress: Task['progress']): void;
  /** Says how many bytes have moved; callers keep it to a few times a second. */
  bytes(bytes: Task['bytes']): void;
  /** Changes what is known of the subject. */
  subject(change: Partial<S>): void;
}

interface Entry {
  task: Task;
  again: (() => Promise<{ taskId: string }>) | null;
  controller: AbortController;
  over: Promise<void>;
}

/** Long work: it has an id at once, goes on whoever watches, and can be cancelled. Newest first. */
export class Tasks {
  private readonly entries = new Map<string, Entry>();
  private readonly live = new LiveEvents<TasksEvent>(() => this.snapshot(), mergeEvents);
  private readonly now: () => number;
  private readonly idPrefix: string;
  private started = 0;
  private closed = false;

  /**
   * @param output where the lines of tasks go
   * @param logDefect writes down an unexpected error and answers the id that finds it in the app log
   * @param options `now`: clock in epoch ms; `idPrefix`: what ids begin with
   */
  constructor(
    private readonly output: TaskOutput,
    private readonly logDefect: (error: unknown) => string,
    { now = Date.now, idPrefix = 'task-' }: { now?: () => number; idPrefix?: string } = {},
  ) {
    this.now = now;
    this.idPrefix = idPrefix;
  }

  /**
   * Starts work as a task and answers its id at once.
   * @param command the `docker` line that does the same; shown and kept, so it carries no secret
   * @param run the work. Resolving is done; a thrown `Failure` is the task's; anything else is a defect
   * @param again starts the same work as a new task, for `retry`; left out where it cannot be repeated
   * @throws APP_CLOSED once Wharf is closing
   */
  start<S extends TaskSubject>(
    subject: S,
    command: string,
    run: (work: TaskWork<S>) => Promise<void>,
    again?: () => Promise<{ taskId: string }>,
  ): string {
    if (this.closed) throw new Failure('APP_CLOSED', {});
    this.started += 1;
    const id = `${this.idPrefix}${this.started}`;
    const controller = new AbortController();
    const output = this.output.taskWriter(id);
    const entry: Entry = {
      task: {
        id,
        subject,
        state: 'running',
        startedAtMs: this.now(),
        finishedAtMs: null,
        progress: null,
        bytes: null,
        command,
        failure: null,
        canRetry: again !== undefined,
      },
      again: again ?? null,
      controller,
      over: Promise.resolve(),
    };
    this.entries.set(id, entry);
    this.change(entry, {});
    entry.over = this.run(entry, run as (work: TaskWork) => Promise<void>, output);
    this.forgetOldest();
    return id;
  }

  /** The task as it stands, or undefined where there is none (any more). */
  get(id: string): Task | undefined {
    return this.entries.get(id)?.task;
  }

  /** The running task whose subject `matches`, if there is one. */
  running(matches: (subject: TaskSubject) => boolean): Task | undefined {
    for (const { task } of this.entries.values()) {
      if (task.state === 'running' && matches(task.subject)) return task;
    }
    return undefined;
  }

  /** How many tasks run. */
  get runningCount(): number {
    return [...this.entries.values()].filter(({ task }) => task.state === 'running').length;
  }

  /** Another engine is driven: what failed on the one before must not be repeated on this one. */
  forgetRepeats(): void {
    for (const entry of this.entries.values()) {
      if (entry.again === null || entry.task.state === 'running') continue;
      entry.again = null;
      this.change(entry, { canRetry: false });
    }
  }

  /** Yields all tasks, then those that changed. */
  watch(signal?: AbortSignal): AsyncGenerator<TasksEvent, void, void> {
    return this.live.watch(signal);
  }

  /**
   * Cancels a task and resolves when its work has stopped. One that is over is left alone.
   * @throws TASK_MISSING
   */
  async cancel(id: string): Promise<void> {
    const entry = this.entry(id);
    if (entry.task.state === 'running') entry.controller.abort(new Failure('CANCELLED', {}));
    await entry.over;
  }

  /**
   * Starts the work of a task that is over as a new task.
   * @throws TASK_MISSING, TASK_NOT_REPEATABLE, and what starting it throws
   */
  async retry(id: string): Promise<{ taskId: string }> {
    const { task, again } = this.entry(id);
    if (again === null || task.state === 'running') throw new Failure('TASK_NOT_REPEATABLE', { id });
    return again();
  }

  /**
   * Resolves when the task is over, with how it ended.
   * @throws TASK_MISSING
   */
  async ended(id: string): Promise<Task> {
    const entry = this.entry(id);
    await entry.over;
    return entry.task;
  }

  /**
   * Wharf closes: every running task fails with APP_CLOSED. Resolves when all work has stopped, or after `limitMs`: an engine
   * that takes calls and answers none must not keep the window open.
   */
  async close(limitMs = 5_000): Promise<void> {
    this.closed = true;
    for (const { task, controller } of this.entries.values()) {
      if (task.state === 'running') controller.abort(new Failure('APP_CLOSED', {}));
    }
    const allOver = new AbortController();
    const stopped = Promise.all([...this.entries.values()].map(({ over }) => over)).then(() => allOver.abort());
    await Promise.race([stopped, delay(limitMs, allOver.signal)]);
  }

  private async run(entry: Entry, run: (work: TaskWork) => Promise<void>, output: LineWriter): Promise<void> {
    const { signal } = entry.controller;
    try {
      await run({
        id: entry.task.id,
        signal,
        output,
        progress: (progress) => this.change(entry, { progress }),
        bytes: (bytes) => this.change(entry, { bytes }),
        subject: (change) => this.change(entry, { subject: { ...entry.task.subject, ...change } as TaskSubject }),
      });
      this.finish(entry, 'done', null);
    } catch (error) {
      // Work that is told to stop may fail in any way while it does.
      const failure = signal.aborted ? (signal.reason as Failure).toValue() : failureOf(error, this.logDefect);
      this.finish(entry, failure.code === 'CANCELLED' ? 'cancelled' : 'failed', failure);
    } finally {
      output.end();
    }
  }

  private finish(entry: Entry, state: Task['state'], failure: FailureValue | null): void {
    this.change(entry, { state, failure, finishedAtMs: this.now() });
  }

  private change(entry: Entry, change: Partial<Task>): void {
    entry.task = { ...entry.task, ...change };
    this.live.emit({ type: 'patch', upserted: [entry.task] });
  }

  private entry(id: string): Entry {
    const entry = this.entries.get(id);
    if (!entry) throw new Failure('TASK_MISSING', { id });
    return entry;
  }

  private forgetOldest(): void {
    const over = [...this.entries.values()].filter(({ task }) => task.state !== 'running');
    const surplus = Math.min(this.entries.size - rememberedTasks, over.length);
    if (surplus <= 0) return;
    for (const { task } of over.slice(0, surplus)) this.entries.delete(task.id);
    this.live.emit(this.snapshot());
  }

  private snapshot(): TasksEvent {
    return { type: 'snapshot', tasks: [...this.entries.values()].map(({ task }) => task).reverse() };
  }
}

/** Two pending events as one: a snapshot takes patches in, new tasks go first. */
function mergeEvents(pending: TasksEvent, next: TasksEvent): TasksEvent {
  if (next.type === 'snapshot') return next;
  const fresh = new Map(next.upserted.map((task) => [task.id, task]));
  const before = pending.type === 'snapshot' ? pending.tasks : pending.upserted;
  const kept = before.map((task) => {
    const changed = fresh.get(task.id) ?? task;
    fresh.delete(task.id);
    return changed;
  });
  const tasks = [...fresh.values(), ...kept];
  return pending.type === 'snapshot' ? { type: 'snapshot', tasks } : { type: 'patch', upserted: tasks };
}
