import type Dockerode from 'dockerode';
import { request } from './request';

/** The engine's collector answers at its next tick, up to a second later, and later still on a busy machine. */
const readTimeoutMs = 15_000;

/** Counters of a container at one moment; all but memory and processes only ever grow while it runs. */
export interface StatsReading {
  /** Epoch ms, by the engine's clock. */
  readAtMs: number;
  /** CPU time used, in nanoseconds. */
  cpuNs: number;
  /** CPU time of the whole machine, in nanoseconds over all processors; null where the engine does not say. */
  systemCpuNs: number | null;
  cpuCount: number;
  memoryBytes: number;
  memoryLimitBytes: number | null;
  networkReceivedBytes: number;
  networkSentBytes: number;
  blockReadBytes: number;
  blockWrittenBytes: number;
  processCount: number | null;
}

/** `GET /containers/{id}/stats`, as far as we read it: https://docs.docker.com/reference/api/engine/ (ContainerStats). */
interface StatsAnswer {
  read?: string;
  cpu_stats?: {
    cpu_usage?: { total_usage?: number; percpu_usage?: number[] | null };
    system_cpu_usage?: number;
    online_cpus?: number;
  };
  memory_stats?: { usage?: number; limit?: number; stats?: Record<string, number> };
  networks?: Record<string, { rx_bytes?: number; tx_bytes?: number }> | null;
  blkio_stats?: { io_service_bytes_recursive?: { op?: string; value?: number }[] | null };
  pids_stats?: { current?: number };
}

/** One sample, without the engine's own second one a second later; see `Engine.readStats`. */
export async function readStats(
  docker: Dockerode,
  address: string,
  id: string,
  signal?: AbortSignal,
): Promise<StatsReading | null> {
  const answer = await request(docker, {
    method: 'GET',
    path: `/containers/${id}/stats`,
    query: { stream: false, 'one-shot': true },
    timeoutMs: readTimeoutMs,
    signal,
    context: { address, container: id },
  });
  return readingOf(answer as StatsAnswer);
}

/** Counters of an answer; null where the container was not running, which the engine answers with an empty body. */
export function readingOf(answer: StatsAnswer): StatsReading | null {
  const cpu = answer?.cpu_stats;
  const readAtMs = Date.parse(answer?.read ?? '');
  if (!(readAtMs > 0) || !cpu?.cpu_usage?.total_usage) return null;
  const memory = answer.memory_stats ?? {};
  const networks = Object.values(answer.networks ?? {});
  const blocks = answer.blkio_stats?.io_service_bytes_recursive ?? [];
  const blockBytes = (initial: string) =>
    sum(blocks.map(({ op, value }) => (op?.[0]?.toLowerCase() === initial ? value : 0)));
  return {
    readAtMs: Math.floor(readAtMs),
    cpuNs: cpu.cpu_usage.total_usage,
    systemCpuNs: cpu.system_cpu_usage || null,
    cpuCount: cpu.online_cpus || cpu.cpu_usage.percpu_usage?.length || 1,
    memoryBytes: memoryWithoutCache(memory.usage ?? 0, memory.stats ?? {}),
    memoryLimitBytes: memory.limit || null,
    networkReceivedBytes: sum(networks.map(({ rx_bytes }) => rx_bytes)),
    networkSentBytes: sum(networks.map(({ tx_bytes }) => tx_bytes)),
    blockReadBytes: blockBytes('r'),
    blockWrittenBytes: blockBytes('w'),
    processCount: answer.pids_stats?.current || null,
  };
}

/**
 * Memory in use less the inactive file cache, as `docker stats` shows it: `total_inactive_file` where cgroup v1 says it,
 * `inactive_file` of cgroup v2 otherwise (docker/cli, cli/command/container/stats_helpers.go, calculateMemUsageUnixNoCache).
 */
function memoryWithoutCache(usage: number, details: Record<string, number>): number {
  const v1 = details.total_inactive_file;
  if (v1 !== undefined && v1 < usage) return usage - v1;
  const v2 = details.inactive_file ?? 0;
  return v2 < usage ? usage - v2 : usage;
}

function sum(values: readonly (number | undefined)[]): number {
  return values.reduce<number>((total, value) => total + (value ?? 0), 0);
}
