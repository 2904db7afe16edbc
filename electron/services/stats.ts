import type { Container } from '../contract/containers';
import { isFailure } from '../contract/failures';
import { keptSamples, type StatsEvent, type StatsSample } from '../contract/stats';
import type { StatsReading } from '../docker/stats';
import type { EngineLink } from './engine';
import { LiveEvents } from './live';
import { statsSampleOf } from './statsSample';

/** What `Stats` works with. */
export interface StatsOptions {
  engineLink: EngineLink;
  containers: { table(): readonly Container[] };
  /** Takes one line for the app log. */
  log(line: string): void;
  timing?: Partial<StatsTiming>;
}

export interface StatsTiming {
  /** Between two samples of a container. */
  everyMs: number;
  /** Between the first two of a watch, so that rates are there soon. */
  firstPairMs: number;
}

const defaultTiming: StatsTiming = { everyMs: 2_000, firstPairMs: 500 };

/** One container's samples and who watches them. */
interface Series {
  samples: StatsSample[];
  before: StatsReading | null;
  live: LiveEvents<StatsEvent>;
  readers: number;
  timer: ReturnType<typeof setTimeout> | null;
  asking: AbortController | null;
}

/**
 * Samples what containers use, each only while somebody watches it and it runs: a page watches the rows it shows and stops
 * while its window is hidden, so that nothing is asked then. What was sampled is kept for as long as the container exists.
 */
export class Stats {
  private readonly timing: StatsTiming;
  private readonly series = new Map<string, Series>();
  private closed = false;

  constructor(private readonly options: StatsOptions) {
    this.timing = { ...defaultTiming, ...options.timing };
  }

  /** How many watches are open; tests count them. */
  get readerCount(): number {
    return [...this.series.values()].reduce((count, { readers }) => count + readers, 0);
  }

  /** See `stats.watch`. */
  async *watch(id: string, sampleCount: number, signal?: AbortSignal): AsyncGenerator<StatsEvent, void, void> {
    const series = this.seriesOf(id);
    series.readers += 1;
    if (series.readers === 1) this.begin(id, series);
    try {
      for await (const event of series.live.watch(signal)) {
        yield event.replace ? { replace: true, samples: event.samples.slice(-sampleCount) } : event;
      }
    } finally {
      series.readers -= 1;
      if (series.readers === 0) this.pause(id, series);
    }
  }

  /** Ends all sampling. */
  close(): void {
    this.closed = true;
    for (const [id, series] of this.series) this.pause(id, series);
  }

  private seriesOf(id: string): Series {
    const known = this.series.get(id);
    if (known) return known;
    const samples: StatsSample[] = [];
    const series: Series = {
      samples,
      before: null,
      live: new LiveEvents<StatsEvent>(() => ({ replace: true, samples: [...samples] }), mergeEvents),
      readers: 0,
      timer: null,
      asking: null,
    };
    this.series.set(id, series);
    return series;
  }

  private begin(id: string, series: Series): void {
    if (!this.closed) void this.sample(id, series);
  }

  private pause(id: string, series: Series): void {
    if (series.timer) clearTimeout(series.timer);
    series.timer = null;
    series.asking?.abort();
    series.asking = null;
    if (series.samples.length === 0) this.series.delete(id);
    this.forgetGone();
  }

  /** Samples of containers that are gone are of no use to anybody. */
  private forgetGone(): void {
    const there = new Set(this.options.containers.table().map((container) => container.id));
    for (const [id, { readers }] of this.series) if (readers === 0 && !there.has(id)) this.series.delete(id);
  }

  private async sample(id: string, series: Series): Promise<void> {
    series.timer = null;
    const hadReading = series.before !== null;
    const startedAtMs = Date.now();
    const asking = new AbortController();
    series.asking = asking;
    const reading = await this.read(id, asking.signal);
    if (asking.signal.aborted) return;
    series.asking = null;
    if (reading !== null && reading.readAtMs !== series.before?.readAtMs) this.keep(series, reading);
    if (reading === null) series.before = null;
    const waitMs = reading !== null && !hadReading ? this.timing.firstPairMs : this.timing.everyMs;
    // The engine takes up to a second to answer; the pace holds all the same.
    const leftMs = Math.max(waitMs - (hadReading ? Date.now() - startedAtMs : 0), 0);
    series.timer = setTimeout(() => void this.sample(id, series), leftMs);
  }

  private keep(series: Series, reading: StatsReading): void {
    const sample = statsSampleOf(series.before, reading);
    series.before = reading;
    series.samples.push(sample);
    if (series.samples.length > keptSamples) series.samples.splice(0, series.samples.length - keptSamples);
    series.live.emit({ replace: false, samples: [sample] });
  }

  private async read(id: string, signal: AbortSignal): Promise<StatsReading | null> {
    const container = this.options.containers.table().find((row) => row.id === id);
    if (container?.state !== 'running' && container?.state !== 'paused') return null;
    try {
      return await this.options.engineLink.current().readStats(id, signal);
    } catch (error) {
      // A lost engine or container is told elsewhere; the next sample asks again.
      if (!isFailure(error) && !signal.aborted) this.options.log(`stats of ${id.slice(0, 12)}: ${String(error)}`);
      return null;
    }
  }
}

function mergeEvents(pending: StatsEvent, next: StatsEvent): StatsEvent {
  if (next.replace) return next;
  return { replace: pending.replace, samples: [...pending.samples, ...next.samples].slice(-keptSamples) };
}
