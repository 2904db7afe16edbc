import { describe, expect, it, vi } from 'vitest';
import { merged, report, spread, table } from '../../scripts/lib/benchReport.mjs';

const said = (goal: Parameters<typeof report>[0]['goal'], wharf: number[], values = [10, 10, 10]) => {
  vi.spyOn(console, 'log').mockImplementation(() => undefined);
  const figure = report({ name: 'x', unit: 'ms', wharf, reference: { what: 'other', values }, ...(goal && { goal }) });
  vi.restoreAllMocks();
  return figure;
};

const cellsOf = (row = '') => row.split(/(?<!\\)\|/).length - 2;

describe('a benchmark', () => {
  it('takes the mean, or the wrong end, for the middle of its values', () => {
    expect(spread([9, 1, 2, 100, 3])).toEqual({ minimum: 1, median: 3, p95: 100, maximum: 100, count: 5 });
  });

  it('calls a missed goal met, or the other way round', () => {
    expect(said({ of: 'ratio', atMost: 2 }, [20]).met).toBe(true);
    expect(said({ of: 'ratio', atMost: 2 }, [21]).met).toBe(false);
    expect(said({ of: 'median', atLeast: 50 }, [49, 60, 60]).met).toBe(true);
    expect(said({ of: 'minimum', atLeast: 50 }, [49, 60, 60]).met).toBe(false);
    expect(said(undefined, [1]).met).toBeNull();
  });

  it('hides a goal that was missed in one round of several', () => {
    const [figure] = merged([said({ of: 'ratio', atMost: 2 }, [10]), said({ of: 'ratio', atMost: 2 }, [90])]);
    expect(figure).toMatchObject({ met: false, wharf: { minimum: 10, maximum: 90 } });
    expect(table(merged([said(undefined, [1]), said({ of: 'ratio', atMost: 2 }, [90])]))).toContain('| x |');
  });

  it('breaks its table where a command with a pipe is what it is compared with', () => {
    const figure = said(undefined, [1]);
    const reference = { ...figure.reference, what: 'docker logs | grep -c' } as typeof figure.reference;
    const rows = table([{ ...figure, reference }]).split('\n');
    expect(rows.map(cellsOf)).toEqual([6, 6, 6]);
    expect(rows[2]).toContain('docker logs \\| grep -c');
  });
});
