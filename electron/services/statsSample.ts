import type { StatsSample } from '../contract/stats';
import type { StatsReading } from '../docker/stats';

/** Readings further apart than this do not make a rate: the sampling was paused between them. */
const usualGapMs = 20_000;

/**
 * What a container used between two readings of its counters.
 * @param before the reading before; null where there is none. One that is too old, or whose counters are higher (the
 *   container was restarted), makes no rate either.
 * @param longestGapMs between the two
 */
export function statsSampleOf(
  before: StatsReading | null,
  now: StatsReading,
  longestGapMs: number = usualGapMs,
): StatsSample {
  const spanMs = before === null ? 0 : now.readAtMs - before.readAtMs;
  const start = before !== null && spanMs > 0 && spanMs <= longestGapMs && now.cpuNs >= before.cpuNs ? before : null;
  const perS = (counter: 'networkReceivedBytes' | 'networkSentBytes' | 'blockReadBytes' | 'blockWrittenBytes') =>
    start === null || now[counter] < start[counter] ? null : ((now[counter] - start[counter]) * 1000) / spanMs;
  return {
    atMs: now.readAtMs,
    cpuPercent: start === null ? null : cpuPercent(start, now, spanMs),
    memoryBytes: now.memoryBytes,
    memoryLimitBytes: now.memoryLimitBytes,
    networkReceivedBytesPerS: perS('networkReceivedBytes'),
    networkSentBytesPerS: perS('networkSentBytes'),
    blockReadBytesPerS: perS('blockReadBytes'),
    blockWrittenBytesPerS: perS('blockWrittenBytes'),
    processCount: now.processCount,
  };
}

/**
 * The container's share of the machine's CPU time times the number of processors, so that 100 is one of them (docker/cli,
 * cli/command/container/stats_helpers.go, calculateCPUPercentUnix). Engines that do not count the machine's time (Podman)
 * are measured by the clock.
 */
function cpuPercent(before: StatsReading, now: StatsReading, spanMs: number): number {
  const usedNs = now.cpuNs - before.cpuNs;
  if (now.systemCpuNs === null || before.systemCpuNs === null) return (usedNs / (spanMs * 1e6)) * 100;
  const systemNs = now.systemCpuNs - before.systemCpuNs;
  return systemNs > 0 ? (usedNs / systemNs) * now.cpuCount * 100 : 0;
}
