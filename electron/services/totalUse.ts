import type { Container } from '../contract/containers';
import { isFailure } from '../contract/failures';
import type { StatsTotal } from '../contract/stats';
import type { StatsReading } from '../docker/stats';
import { delay } from './delay';
import type { EngineLink } from './engine';
import { LiveValue } from './live';
import { statsSampleOf } from './statsSample';

/** What `TotalUse` works with. */
export interface TotalUseOptions {
  engineLink: EngineLink;
  containers: { table(): readonly Container[] };
  /** Takes one line for the app log. */
  log(line: string): void;
  timing?: Partial<TotalUseTiming>;
}

export interface TotalUseTiming {
  /** Between the beginnings of two rounds, at least. */
  roundMs: number;
  /** Between the first two rounds of a watch, so that the rate is there soon. */
  firstPairMs: number;
  /** Between two containers of a round: what it costs the engine does not grow with their number. */
  pauseMs: number;
}

const defaultTiming: TotalUseTiming = { roundMs: 5_000, firstPairMs: 1_500, pauseMs: 200 };

/** A round over a hundred containers takes twenty seconds; readings that lie further apart than this make no rate. */
const longestGapMs = 180_000;

/** Adds up what all running containers use, slowly, and only while somebody watches. */
export class TotalUse {
  private readonly timing: TotalUseTiming;
  private readonly live = new LiveValue<StatsTotal | null>(null);
  private readonly readings = new Map<string, StatsReading>();
  private working: AbortController | null = null;
  private readers = 0;

  constructor(private readonly options: TotalUseOptions) {
    this.timing = { ...defaultTiming, ...options.timing };
  }

  /** See `stats.watchTotal`. */
  async *watch(signal?: AbortSignal): AsyncGenerator<StatsTotal | null, void, void> {
    this.readers += 1;
    if (this.working === null) {
      this.working = new AbortController();
      void this.goRound(this.working.signal);
    }
    try {
      yield* this.live.watch(signal);
    } finally {
      this.readers -= 1;
      if (this.readers === 0) this.close();
    }
  }

  /** Ends all asking. */
  close(): void {
    this.working?.abort();
    this.working = null;
  }

  private async goRound(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const startedAtMs = Date.now();
      const total = await this.add(signal);
      if (signal.aborted) return;
      this.live.set(total);
      const hasRate = total === null || total.cpuPercent !== null || total.containerCount === 0;
      const waitMs = hasRate ? this.timing.roundMs : this.timing.firstPairMs;
      await delay(Math.max(waitMs - (Date.now() - startedAtMs), this.timing.pauseMs), signal);
    }
  }

  /** One round; null while no engine answers. */
  private async add(signal: AbortSignal): Promise<StatsTotal | null> {
    if (this.options.engineLink.state.value.phase !== 'ready') return null;
    const running = this.options.containers.table().filter(({ state }) => state === 'running' || state === 'paused');
    const there = new Set(running.map(({ id }) => id));
    for (const id of this.readings.keys()) if (!there.has(id)) this.readings.delete(id);
    let cpuPercent: number | null = running.length === 0 ? 0 : null;
    let memoryBytes = 0;
    let containerCount = 0;
    for (const [at, { id }] of running.entries()) {
      if (at > 0) await delay(this.timing.pauseMs, signal);
      if (signal.aborted) return null;
      const reading = await this.read(id, signal);
      if (reading === null) continue;
      const sample = statsSampleOf(this.readings.get(id) ?? null, reading, longestGapMs);
      this.readings.set(id, reading);
      containerCount += 1;
      memoryBytes += sample.memoryBytes;
      if (sample.cpuPercent !== null) cpuPercent = (cpuPercent ?? 0) + sample.cpuPercent;
    }
    return { containerCount, cpuPercent, memoryBytes };
  }

  /** Null where the container ended meanwhile or the engine is away: both are told elsewhere. */
  private async read(id: string, signal: AbortSignal): Promise<StatsReading | null> {
    try {
      return await this.options.engineLink.current().readStats(id, signal);
    } catch (error) {
      if (!isFailure(error) && !signal.aborted) this.options.log(`use of ${id.slice(0, 12)}: ${String(error)}`);
      return null;
    }
  }
}
