import type { EngineEndpoint, EngineState } from '../contract/engine';
import { Failure, type FailureValue, isFailure } from '../contract/failures';
import type { EngineTarget } from '../docker/endpoints';
import type { Engine } from '../docker/engine';
import { LiveValue } from './live';

/** Times of the link, in ms. The defaults keep "not answering" within 10 s and "ready again" within 2 s. */
export interface EngineLinkTiming {
  /** Between two pings of an engine that answers. */
  pingEveryMs: number;
  /** Silence after which an engine counts as not answering. */
  pingTimeoutMs: number;
  /** Between two pings of an engine that does not answer. */
  silentPingEveryMs: number;
  /** First and longest wait before the next try when no engine is there; trying a local socket costs next to nothing. */
  firstRetryMs: number;
  longestRetryMs: number;
  /** At most one log line about failed tries in this time. */
  logEveryMs: number;
  /** An answer that is so late slept with the machine: what happened meanwhile has to be asked for. */
  asleepMs: number;
}

const defaultTiming: EngineLinkTiming = {
  pingEveryMs: 3_000,
  pingTimeoutMs: 4_000,
  silentPingEveryMs: 500,
  firstRetryMs: 250,
  longestRetryMs: 1_500,
  logEveryMs: 60_000,
  asleepMs: 20_000,
};

/** What an `EngineLink` works with. */
export interface EngineLinkOptions {
  /** Where an engine may be, best first; asked before every round of tries. */
  candidates(): EngineTarget[];
  connect(target: EngineTarget, signal: AbortSignal): Promise<Engine>;
  /** Takes one line for the app log. */
  log(line: string): void;
  now?: () => number;
  /** A number in [0, 1), for the jitter. */
  random?: () => number;
  timing?: Partial<EngineLinkTiming>;
}

type Attempt = EngineState['attempts'][number];

/**
 * The supervisor of the engine: finds one, watches that it answers, and finds it again when it went away. Once one has
 * answered, only that one is tried again by itself, so that what a person does next never lands on another engine;
 * `retry` starts over with all candidates.
 */
export class EngineLink {
  readonly state: LiveValue<EngineState>;
  private readonly timing: EngineLinkTiming;
  private readonly now: () => number;
  private readonly random: () => number;
  private readonly readyListeners = new Set<(engine: Engine) => void>();
  private engine: Engine | null = null;
  /** The engine in use, or the one that was lost. */
  private target: EngineTarget | null = null;
  private closed = false;
  /** When the next look begins, unless somebody asks before. */
  private dueAtMs = Number.POSITIVE_INFINITY;
  private failures = 0;
  private loggedAtMs = Number.NEGATIVE_INFINITY;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private round: { done: Promise<void>; abort: AbortController } | null = null;

  constructor(private readonly options: EngineLinkOptions) {
    this.timing = { ...defaultTiming, ...options.timing };
    this.now = options.now ?? Date.now;
    this.random = options.random ?? Math.random;
    this.state = new LiveValue<EngineState>({
      phase: 'connecting',
      endpoint: null,
      facts: null,
      failure: null,
      attempts: [],
      sinceMs: this.now(),
      nextTryAtMs: null,
    });
    void this.check();
  }

  /**
   * The engine in use.
   * @throws Failure ENGINE_UNREACHABLE or ENGINE_NOT_ANSWERING, with the reason, while none answers
   */
  current(): Engine {
    const { phase, failure, endpoint } = this.state.value;
    if (phase === 'ready' && this.engine) return this.engine;
    if (failure) throw new Failure(failure.code, failure.details as never);
    throw new Failure('ENGINE_UNREACHABLE', { address: endpoint?.address ?? '', reason: 'timeout' });
  }

  /** Calls `listener` now if an engine is ready, and each time one becomes ready (again). Returns how to stop that. */
  onReady(listener: (engine: Engine) => void): () => void {
    this.readyListeners.add(listener);
    if (this.engine && this.state.value.phase === 'ready') listener(this.engine);
    return () => this.readyListeners.delete(listener);
  }

  /** Tries all candidates at once; for the person who asks. Answers with the state after the try. */
  async retry(): Promise<EngineState> {
    if (this.state.value.phase !== 'ready') {
      this.round?.abort.abort();
      this.dropEngine();
      await this.round?.done;
      this.target = null;
      this.failures = 0;
    }
    await this.check();
    return this.state.value;
  }

  /**
   * Drives another engine, which answers already. Whatever was under way with the one before ends with its connections.
   * @param target where it is, so that it is found again when it goes away
   */
  use(target: EngineTarget, engine: Engine): void {
    this.round?.abort.abort();
    const before = this.engine;
    this.engine = engine;
    this.target = target;
    this.becomeReady(engine);
    before?.close();
  }

  /** @throws ENGINE_CHANGED where the engine in use is another than the one at `address`; null fits any */
  mustBeAt(address: string | null): void {
    const driven = this.state.value.endpoint?.address ?? null;
    if (address === null || driven === null || address === driven) return;
    throw new Failure('ENGINE_CHANGED', { meant: address, driven });
  }

  /** Looks at once whether the engine answers; for services whose stream was lost. Joins a look under way. */
  check(): Promise<void> {
    if (this.closed) return Promise.resolve();
    if (this.round) return this.round.done;
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    const abort = new AbortController();
    const done = (this.engine ? this.ping(this.engine) : this.connect(abort.signal)).finally(() => {
      this.round = null;
      this.schedule();
    });
    this.round = { done, abort };
    return done;
  }

  /** Ends all timers and sockets. The link is not used any more. */
  close(): void {
    this.closed = true;
    if (this.timer) clearTimeout(this.timer);
    this.round?.abort.abort();
    this.readyListeners.clear();
    this.dropEngine();
  }

  private async ping(engine: Engine): Promise<void> {
    try {
      await engine.ping(this.timing.pingTimeoutMs);
      // Everybody then lists again and opens new streams. Not the timer's to notice: it comes after others that ask.
      const slept = this.now() - this.dueAtMs > this.timing.asleepMs;
      if (this.engine !== engine || (this.state.value.phase === 'ready' && !slept)) return;
      this.becomeReady(engine);
    } catch (error) {
      if (this.closed || this.engine !== engine) return;
      this.failures += 1;
      this.note(error);
      // A silent or overloaded engine keeps its sockets: its streams go on where they were when it wakes up.
      const lost = isFailure(error, 'ENGINE_UNREACHABLE') && error.details.reason !== 'timeout';
      if (lost) this.dropEngine();
      this.change(lost ? 'unreachable' : 'notAnswering', engine.endpoint, valueOf(error, engine.endpoint.address));
    }
  }

  private async connect(signal: AbortSignal): Promise<void> {
    const targets = this.target ? [this.target] : this.options.candidates();
    const attempts: Attempt[] = [];
    for (const target of targets) {
      const { source, label, address } = target;
      const endpoint = { source, label, address };
      try {
        const engine = await this.options.connect(target, signal);
        if (signal.aborted || this.closed) {
          engine.close();
          return;
        }
        this.engine = engine;
        this.target = target;
        this.becomeReady(engine, [...attempts, { endpoint, failure: null }]);
        return;
      } catch (error) {
        if (signal.aborted || this.closed) return;
        attempts.push({ endpoint, failure: valueOf(error, address) });
        if (!isFailure(error)) this.options.log(`connecting to ${address}: ${String(error)}`);
      }
    }
    this.failures += 1;
    const telling = mostTelling(attempts);
    const failure: FailureValue = telling?.failure ?? {
      code: 'ENGINE_UNREACHABLE',
      details: { address: '', reason: 'absent' },
    };
    this.note(failure.code);
    const phase = failure.code === 'ENGINE_NOT_ANSWERING' ? 'notAnswering' : 'unreachable';
    this.change(phase, telling?.endpoint ?? null, failure, attempts);
  }

  private becomeReady(engine: Engine, attempts?: Attempt[]): void {
    this.failures = 0;
    const { version, apiVersion, product } = engine.facts;
    this.options.log(`engine ready: ${product} ${version} (API ${apiVersion}) at ${engine.endpoint.address}`);
    this.state.set({
      phase: 'ready',
      endpoint: engine.endpoint,
      facts: engine.facts,
      failure: null,
      attempts: attempts ?? [{ endpoint: engine.endpoint, failure: null }],
      sinceMs: this.now(),
      nextTryAtMs: null,
    });
    for (const listener of [...this.readyListeners]) listener(engine);
  }

  private change(
    phase: EngineState['phase'],
    endpoint: EngineEndpoint | null,
    failure: FailureValue,
    attempts: Attempt[] = endpoint ? [{ endpoint, failure }] : [],
  ): void {
    const before = this.state.value;
    this.state.set({
      phase,
      endpoint,
      facts: before.facts,
      failure,
      attempts,
      sinceMs: before.phase === phase ? before.sinceMs : this.now(),
      nextTryAtMs: this.now() + this.waitMs(),
    });
  }

  private schedule(): void {
    if (this.closed || this.timer || this.round) return;
    const { phase, nextTryAtMs } = this.state.value;
    const delayMs = phase === 'ready' ? this.timing.pingEveryMs : Math.max(0, (nextTryAtMs ?? 0) - this.now());
    this.dueAtMs = this.now() + delayMs;
    this.timer = setTimeout(() => void this.check(), delayMs);
  }

  /** Until the next try: doubling up to the longest, between 70 and 100 % of it so that many apps do not beat in time. */
  private waitMs(): number {
    if (this.engine) return this.timing.silentPingEveryMs;
    const fullMs = Math.min(
      this.timing.longestRetryMs,
      this.timing.firstRetryMs * 2 ** Math.min(this.failures - 1, 10),
    );
    return Math.round(fullMs * (0.7 + 0.3 * this.random()));
  }

  private dropEngine(): void {
    this.engine?.close();
    this.engine = null;
  }

  private note(error: unknown): void {
    if (this.now() - this.loggedAtMs < this.timing.logEveryMs) return;
    this.loggedAtMs = this.now();
    const why = error instanceof Failure ? `${error.code} ${JSON.stringify(error.details)}` : String(error);
    this.options.log(`engine does not answer (${this.failures} tries in a row): ${why}`);
  }
}

/** An unexpected error while connecting is an engine that we cannot speak to. */
function valueOf(error: unknown, address: string): FailureValue {
  if (isFailure(error)) return error.toValue();
  return { code: 'ENGINE_UNREACHABLE', details: { address, reason: 'notAnEngine' } };
}

/** The attempt to show: the first where something is there at all, else the first. */
function mostTelling(attempts: Attempt[]): Attempt | undefined {
  const somethingThere = ({ failure }: Attempt) =>
    failure?.code !== 'ENGINE_UNREACHABLE' || failure.details.reason !== 'absent';
  return attempts.find(somethingThere) ?? attempts[0];
}
