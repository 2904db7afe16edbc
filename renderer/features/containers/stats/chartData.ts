import type { StatsSample } from '../../../../electron/contract/stats';

/** Samples further apart than this are not joined by a line: nobody looked in between. */
const longestStepMs = 10_000;

/** A number of a sample, by its name. */
export type StatsField = Exclude<keyof StatsSample, 'atMs'>;

/** Columns as a chart takes them: times in seconds, then a column a series, with a hole where the line must break. */
export type ChartColumns = [times: number[], ...series: (number | null)[][]];

/**
 * The samples of the last `windowMs` as columns.
 * @param fields one a series
 */
export function chartColumns(
  samples: readonly StatsSample[],
  fields: readonly StatsField[],
  windowMs: number,
): ChartColumns {
  const endMs = samples.at(-1)?.atMs ?? 0;
  const times: number[] = [];
  const series: (number | null)[][] = fields.map(() => []);
  let beforeMs: number | null = null;
  for (const sample of samples) {
    if (sample.atMs < endMs - windowMs) continue;
    if (beforeMs !== null && sample.atMs - beforeMs > longestStepMs) {
      times.push((beforeMs + 1) / 1000);
      for (const column of series) column.push(null);
    }
    beforeMs = sample.atMs;
    times.push(sample.atMs / 1000);
    fields.forEach((field, index) => series[index]?.push(sample[field]));
  }
  return [times, ...series];
}

/** The highest value of a column; null where there is none. */
export function peakOf(column: readonly (number | null)[] | undefined): number | null {
  let peak: number | null = null;
  for (const value of column ?? []) if (value !== null && (peak === null || value > peak)) peak = value;
  return peak;
}

/** The last value of a column; null where there is none. */
export function lastOf(column: readonly (number | null)[] | undefined): number | null {
  for (let index = (column?.length ?? 0) - 1; index >= 0; index -= 1) {
    const value = column?.[index];
    if (value !== null && value !== undefined) return value;
  }
  return null;
}
