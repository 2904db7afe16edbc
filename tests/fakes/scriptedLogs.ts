import type { Container, ContainersEvent } from '../../electron/contract/containers';
import { Failure } from '../../electron/contract/failures';
import type { LogLine, LogOptions } from '../../electron/docker/logs';
import { LiveEvents } from '../../electron/services/live';
import type { LogSource } from '../../electron/services/logSource';
import { sampleContainer } from './samples';

interface OpenStream {
  signal: AbortSignal;
  broken: boolean;
  wake: () => void;
}

/**
 * One container whose log a test writes, loses and rotates: stands for the engine behind `Lines`. A stream gives one line
 * a batch, so that it can be cut between any two.
 */
export class ScriptedLogs {
  id: string;
  log: LogLine[] = [];
  /** Streams opened so far, and those still open. */
  opened = 0;
  readonly streams = new Set<OpenStream>();
  /** Calls of `logs` with what they asked for. */
  readonly asked: LogOptions[] = [];
  failure: Failure | null = null;
  /** Podman stamps what it reads at once, so that lines share a time stamp; Docker stamps each line. */
  product: 'Docker' | 'Podman' = 'Podman';
  /** Follows go silent instead of giving lines written after they were opened. */
  stalls = false;
  private clockMs = Date.parse('2026-03-04T05:06:07Z');
  private row: Container;
  private isRemoved = false;
  private readonly table = new LiveEvents<ContainersEvent>(
    () => ({ type: 'snapshot', containers: this.isRemoved ? [] : [this.row], asOfMs: 0 }),
    (_pending, next) => next,
  );

  constructor(id = 'c'.repeat(64), name = 'numbers') {
    this.id = id;
    this.row = sampleContainer({ id, name, startedAtMs: this.clockMs, ports: [] });
  }

  /** What `Lines` is given. */
  readonly source: LogSource = {
    engineLink: {
      current: () => {
        if (this.failure) throw this.failure;
        return {
          facts: { product: this.product },
          endpoint: { source: 'socket', label: '', address: 'unix:///x' },
          inspectContainer: async (asked: string) => {
            if (this.failure) throw this.failure;
            if (this.isRemoved || asked !== this.id) throw new Failure('CONTAINER_MISSING', { id: asked });
            return this.row;
          },
          logs: (_id: string, options: LogOptions, signal: AbortSignal) => this.read(options, signal),
        } as never;
      },
      check: async () => undefined,
    },
    containers: { watch: (signal) => this.table.watch(signal), table: () => (this.isRemoved ? [] : [this.row]) },
    logDefect: (error) => {
      throw error;
    },
  };

  /** Readers that wait for the container to run. */
  get watchers(): number {
    return this.table.readerCount;
  }

  /** Writes lines, each stamped a little later than the one before. */
  write(texts: string[], options: { stream?: LogLine['stream']; sameTime?: boolean } = {}): void {
    for (const text of texts) {
      if (!options.sameTime) this.clockMs += 1;
      const time = `${new Date(this.clockMs).toISOString().slice(0, -1)}000000Z`;
      const stream = options.stream ?? 'stdout';
      this.log.push({ stream, time, bytes: Buffer.from(text), continues: false, hasBreak: true });
    }
    this.wakeAll();
  }

  /** Lets a millisecond pass. */
  tick(): void {
    this.clockMs += 1;
  }

  /** Cuts every stream as a lost socket does. */
  cut(): void {
    for (const stream of this.streams) stream.broken = true;
    this.wakeAll();
  }

  /** The container ends, and with it its streams after their last line. */
  stop(): void {
    this.clockMs += 1000;
    this.row = { ...this.row, state: 'exited', finishedAtMs: this.clockMs, exitCode: 0 };
    this.table.emit({ type: 'patch', upserted: [this.row], removed: [] });
    this.wakeAll();
  }

  /** The container runs again. */
  start(): void {
    this.clockMs += 1000;
    this.row = { ...this.row, state: 'running', startedAtMs: this.clockMs, finishedAtMs: null, exitCode: null };
    this.table.emit({ type: 'patch', upserted: [this.row], removed: [] });
  }

  /** The container is removed with its log, running or not. */
  remove(): void {
    this.stop();
    this.isRemoved = true;
    this.log = [];
    this.table.emit({ type: 'patch', upserted: [], removed: [this.id] });
  }

  /** Another container of the same name runs. */
  recreate(newId: string): void {
    this.clockMs += 1000;
    this.id = newId;
    this.isRemoved = false;
    this.log = [];
    const times = { createdAtMs: this.clockMs, startedAtMs: this.clockMs, finishedAtMs: null };
    this.row = { ...this.row, ...times, id: newId, state: 'running', exitCode: null };
    this.table.emit({ type: 'patch', upserted: [this.row], removed: [] });
  }

  private wakeAll(): void {
    for (const stream of this.streams) stream.wake();
  }

  private async *read(options: LogOptions, signal: AbortSignal): AsyncGenerator<LogLine[], void, void> {
    if (this.failure) throw this.failure;
    this.asked.push(options);
    this.opened += 1;
    const stream: OpenStream = { signal, broken: false, wake: () => undefined };
    this.streams.add(stream);
    const sinceMs = options.since === null ? null : Date.parse(options.since);
    const log = this.log;
    let at = options.tail === null ? 0 : Math.max(0, log.length - options.tail);
    const endAtOpening = log.length;
    const onAbort = () => stream.wake();
    signal.addEventListener('abort', onAbort);
    try {
      while (!signal.aborted) {
        if (stream.broken) throw new Failure('ENGINE_UNREACHABLE', { address: 'unix:///x', reason: 'lost' });
        const line = log[at];
        if (line && !(options.follow && this.stalls && at >= endAtOpening)) {
          at += 1;
          if (sinceMs === null || Date.parse(line.time) > sinceMs) yield [line];
        } else if (!options.follow || this.row.state !== 'running') {
          return;
        } else {
          await new Promise<void>((resolve) => {
            stream.wake = resolve;
          });
        }
      }
    } finally {
      signal.removeEventListener('abort', onAbort);
      this.streams.delete(stream);
    }
  }
}

/** Several containers on one engine. */
export function severalLogs(logs: readonly ScriptedLogs[]): LogSource {
  const [first] = logs;
  if (!first) throw new Error('no log');
  const engineOf = (id: string) => (logs.find((log) => log.id === id) ?? first).source.engineLink.current();
  return {
    engineLink: {
      ...first.source.engineLink,
      current: () => ({
        ...first.source.engineLink.current(),
        inspectContainer: (id, signal) => engineOf(id).inspectContainer(id, signal),
        logs: (id, options, signal) => engineOf(id).logs(id, options, signal),
      }),
    },
    containers: {
      watch: (signal) => first.source.containers.watch(signal),
      table: () => logs.flatMap((log) => log.source.containers.table()),
    },
    logDefect: first.source.logDefect,
  };
}
