import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readingOf, type StatsReading } from '../../electron/docker/stats';
import { statsSampleOf } from '../../electron/services/statsSample';

const reading = (values: Partial<StatsReading> = {}): StatsReading => ({
  readAtMs: 1_000_000,
  cpuNs: 5e9,
  systemCpuNs: 100e9,
  cpuCount: 2,
  memoryBytes: 1000,
  memoryLimitBytes: 4000,
  networkReceivedBytes: 0,
  networkSentBytes: 0,
  blockReadBytes: 0,
  blockWrittenBytes: 0,
  processCount: 1,
  ...values,
});

/** What Docker 20.10 on cgroup v1 answered for a sleeping Python container, shortened. */
const v1Answer = {
  read: '2026-11-23T12:53:30.38717707Z',
  pids_stats: { current: 3 },
  blkio_stats: {
    io_service_bytes_recursive: [
      { major: 8, minor: 0, op: 'Read', value: 4096 },
      { major: 8, minor: 0, op: 'Write', value: 100 },
      { major: 8, minor: 16, op: 'Read', value: 4 },
      { major: 8, minor: 0, op: 'Total', value: 4196 },
    ],
  },
  cpu_stats: {
    cpu_usage: { total_usage: 24_968_133, percpu_usage: [24_968_133, 0] },
    system_cpu_usage: 23_344_620_000_000,
    online_cpus: 2,
  },
  memory_stats: {
    usage: 3_117_056,
    limit: 134_217_728,
    stats: { cache: 2_629_632, inactive_file: 1, total_inactive_file: 2_629_632 },
  },
  networks: { eth0: { rx_bytes: 200, tx_bytes: 7 }, eth1: { rx_bytes: 1, tx_bytes: 1 } },
};

describe('a reading of the engine’s counters', () => {
  it('counts the file cache as used memory, or takes v2’s word on a v1 machine', () => {
    expect(readingOf(v1Answer)).toEqual({
      readAtMs: Date.parse('2026-11-23T12:53:30.387Z'),
      cpuNs: 24_968_133,
      systemCpuNs: 23_344_620_000_000,
      cpuCount: 2,
      memoryBytes: 487_424,
      memoryLimitBytes: 134_217_728,
      networkReceivedBytes: 201,
      networkSentBytes: 8,
      blockReadBytes: 4100,
      blockWrittenBytes: 100,
      processCount: 3,
    });
  });

  it('counts the file cache on cgroup v2, whose block counters are in lower case', () => {
    const read = readingOf({
      ...v1Answer,
      memory_stats: { usage: 10_000, limit: 20_000, stats: { inactive_file: 4000 } },
      blkio_stats: {
        io_service_bytes_recursive: [
          { op: 'read', value: 5 },
          { op: 'write', value: 6 },
        ],
      },
    });
    expect(read).toMatchObject({ memoryBytes: 6000, blockReadBytes: 5, blockWrittenBytes: 6 });
  });

  it('goes below zero where the cache is said to be larger than the use', () => {
    const read = readingOf({ ...v1Answer, memory_stats: { usage: 100, stats: { inactive_file: 4000 } } });
    expect(read).toMatchObject({ memoryBytes: 100, memoryLimitBytes: null });
  });

  it('breaks on the answers of engines that leave parts out', () => {
    const bare = readingOf({ read: v1Answer.read, cpu_stats: { cpu_usage: { total_usage: 5 } }, networks: null });
    expect(bare).toMatchObject({ cpuNs: 5, systemCpuNs: null, cpuCount: 1, memoryBytes: 0, processCount: null });
  });

  it('takes the empty answer for a stopped container for a container that uses nothing', () => {
    expect(readingOf({ read: '0001-01-01T00:00:00Z', cpu_stats: { cpu_usage: { total_usage: 0 } } })).toBeNull();
    expect(readingOf({})).toBeNull();
  });
});

describe('a sample between two readings', () => {
  it('differs from docker stats: half of both processors is 100 %', () => {
    // In 2 s, two processors have 4 s of time; the container used 2 s of it.
    const now = reading({ readAtMs: 1_002_000, cpuNs: 7e9, systemCpuNs: 104e9 });
    expect(statsSampleOf(reading(), now).cpuPercent).toBeCloseTo(100);
  });

  it('measures nothing where the engine does not count the machine’s time', () => {
    const before = reading({ systemCpuNs: null });
    const now = reading({ readAtMs: 1_002_000, cpuNs: 6e9, systemCpuNs: null });
    expect(statsSampleOf(before, now).cpuPercent).toBeCloseTo(50);
  });

  it('reads rates per sample instead of per second', () => {
    const now = reading({ readAtMs: 1_002_000, networkReceivedBytes: 5000, blockWrittenBytes: 1000 });
    expect(statsSampleOf(reading(), now)).toMatchObject({
      networkReceivedBytesPerS: 2500,
      networkSentBytesPerS: 0,
      blockWrittenBytesPerS: 500,
    });
  });

  it('draws a peak or a negative rate after a restart or a long pause', () => {
    const nothing = { cpuPercent: null, networkReceivedBytesPerS: null, blockReadBytesPerS: null };
    expect(statsSampleOf(reading(), reading({ readAtMs: 1_002_000, cpuNs: 1 }))).toMatchObject(nothing);
    expect(statsSampleOf(reading(), reading({ readAtMs: 9_000_000, cpuNs: 9e9 }))).toMatchObject(nothing);
    expect(statsSampleOf(null, reading())).toMatchObject({ ...nothing, memoryBytes: 1000 });
  });

  it('ever answers with a negative, infinite or missing number', () => {
    const counter = fc.nat({ max: 2 ** 40 });
    const readings = fc.record({
      readAtMs: fc.integer({ min: 1, max: 2 ** 40 }),
      cpuNs: counter,
      systemCpuNs: fc.option(counter),
      cpuCount: fc.integer({ min: 1, max: 256 }),
      memoryBytes: counter,
      memoryLimitBytes: fc.option(counter),
      networkReceivedBytes: counter,
      networkSentBytes: counter,
      blockReadBytes: counter,
      blockWrittenBytes: counter,
      processCount: fc.option(counter),
    });
    const close = fc.tuple(readings, fc.integer({ min: -5000, max: 20_000 }), readings);
    fc.assert(
      fc.property(close, ([before, afterMs, now]) => {
        const sample = statsSampleOf(before, { ...now, readAtMs: Math.max(1, before.readAtMs + afterMs) });
        for (const value of Object.values(sample)) {
          if (value !== null) expect(Number.isFinite(value) && value >= 0).toBe(true);
        }
      }),
    );
  });
});
