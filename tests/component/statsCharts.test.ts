// @vitest-environment node
import { describe, expect, test } from 'vitest';
import type { StatsSample } from '../../electron/contract/stats';
import { chartColumns, lastOf, peakOf } from '../../renderer/features/containers/stats/chartData';
import { reduceStats } from '../../renderer/live/useStats';
import { jqPath } from '../../renderer/ui/JsonTree';

const sample = (atMs: number, cpuPercent: number | null): StatsSample => ({
  atMs,
  cpuPercent,
  memoryBytes: atMs,
  memoryLimitBytes: null,
  networkReceivedBytesPerS: null,
  networkSentBytesPerS: null,
  blockReadBytesPerS: null,
  blockWrittenBytesPerS: null,
  processCount: null,
});

describe('columns of a chart', () => {
  test('a time in which nobody looked is not joined by a line', () => {
    const samples = [sample(1000, 5), sample(3000, 6), sample(60_000, 7)];
    expect(chartColumns(samples, ['cpuPercent'], 120_000)).toEqual([
      [1, 3, 3.001, 60],
      [5, 6, null, 7],
    ]);
  });

  test('what is older than the window does not count for the peak', () => {
    const columns = chartColumns([sample(1000, 99), sample(59_000, 1), sample(61_000, null)], ['cpuPercent'], 30_000);
    expect(columns[0]).toEqual([59, 61]);
    expect([peakOf(columns[1]), lastOf(columns[1])]).toEqual([1, 1]);
    expect([peakOf([null]), lastOf([]), peakOf(undefined)]).toEqual([null, null, null]);
  });

  test('samples on the page do not grow without end, and a snapshot replaces them', () => {
    const many = Array.from({ length: 10 }, (_, index) => sample(index * 2000, index));
    expect(reduceStats(many, { replace: false, samples: [sample(30_000, 1)] }, 5)).toHaveLength(5);
    expect(reduceStats(many, { replace: true, samples: [sample(1, 1)] }, 5)).toEqual([sample(1, 1)]);
  });
});

describe('the path of a value', () => {
  test.each([
    ['/Config/Env/3', '.Config.Env[3]'],
    ['/Config/Labels/app.name', '.Config.Labels["app.name"]'],
    ['/Config/Labels/a~1b~0c"', '.Config.Labels["a/b~c\\""]'],
    ['/0/Id', '.[0].Id'],
  ])('%s cannot be pasted after jq', (pointer, path) => expect(jqPath(pointer)).toBe(path));
});
