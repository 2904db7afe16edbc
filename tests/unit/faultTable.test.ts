import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { hasTitle, namedTest, ofPytest, ofVitest, outcome, runnerFilters } from '../../scripts/lib/testReferences.mjs';
import { faultTable } from '../faults/table.mjs';
import { guards } from '../guards/table.mjs';

const rows = faultTable.flatMap((section) => section.rows);
const references = rows.flatMap(({ cases }) => Object.values(cases).flat());

/** Those of the named tests that no file has. */
async function absent(named: string[]): Promise<string[]> {
  const sources = new Map<string, string>();
  const wanting: string[] = [];
  for (const test of named.map(namedTest)) {
    const source = sources.get(test.file) ?? (await readFile(test.file, 'utf8').catch(() => ''));
    sources.set(test.file, source);
    if (!hasTitle(source, test)) wanting.push(test.reference);
  }
  return wanting;
}

describe('the table of faults', () => {
  it('has a row or a case that nothing proves', () => {
    const bare = rows.flatMap(({ row, cases }) => {
      const empty = Object.entries(cases).filter(([, tests]) => tests.length === 0);
      return Object.keys(cases).length === 0 ? [row] : empty.map(([name]) => `${row}: ${name}`);
    });
    expect(bare).toEqual([]);
    expect(rows.length).toBeGreaterThan(40);
  });

  it('names a test that was renamed or removed', async () => {
    expect(await absent(references)).toEqual([]);
    expect(await absent(['unit/demux.test.ts › a title that no test has', 'unit/none.test.ts › x'])).toHaveLength(2);
  });
});

describe('the table of guards', () => {
  it('names a text that its file does not hold exactly once, or a test that was renamed or removed', async () => {
    const stale: string[] = [];
    for (const { guard, file, text } of guards) {
      const source = await readFile(file, 'utf8').catch(() => '');
      if (source.split(text).length !== 2) stale.push(guard);
    }
    expect(stale).toEqual([]);
    expect(await absent(guards.flatMap(({ tests }) => tests))).toEqual([]);
  });

  it('breaks nothing that proves a row of the table of faults', () => {
    const guarded = new Set(guards.flatMap(({ tests }) => tests));
    const bare = rows.filter(
      ({ cases }) =>
        !Object.values(cases)
          .flat()
          .some((one) => guarded.has(one)),
    );
    expect(bare.map(({ row }) => row)).toEqual([]);
  });
});

describe('a named test', () => {
  const one = namedTest('unit/a.test.ts › takes %s (once) for $other.');
  const reported = (...tests: [string, string][]) =>
    ofVitest({
      testResults: [
        { name: '/there/tests/unit/a.test.ts', assertionResults: tests.map(([title, status]) => ({ title, status })) },
      ],
    });

  it('passes though one of its values failed, was skipped, or none ran', () => {
    expect(outcome(one, reported(['takes a (once) for b.', 'passed'], ['takes c (once) for d.', 'passed']))).toBe(
      'passed',
    );
    expect(outcome(one, reported(['takes a (once) for b.', 'passed'], ['takes c (once) for d.', 'failed']))).toBe(
      'failed',
    );
    expect(outcome(one, reported(['takes a (once) for b.', 'passed'], ['takes c (once) for d.', 'skipped']))).toBe(
      'skipped',
    );
    expect(outcome(one, reported(['takes a once for b.', 'passed'], ['more: takes a (once) for b.', 'passed']))).toBe(
      'missing',
    );
  });

  it('is another one of the same title in another file, or one whose name only begins the same', () => {
    const elsewhere = namedTest('service/a.test.ts › takes %s (once) for $other.');
    expect(outcome(elsewhere, reported(['takes a (once) for b.', 'passed']))).toBe('missing');
    const xml = `<testcase classname="tests.test_edge" name="test_a[x]" /><testcase classname="tests.test_edge" name="test_ab"><failure/></testcase>`;
    expect(outcome(namedTest('image/test_edge.py › test_a'), ofPytest('image', xml))).toBe('passed');
    expect(outcome(namedTest('image/test_edge.py › test_ab'), ofPytest('image', xml))).toBe('failed');
    expect(outcome(namedTest('image/test_edge.py › test_b'), ofPytest('image', xml))).toBe('missing');
  });

  it('is not found by the runner that is asked for it', () => {
    const [file, , pattern] = runnerFilters([one]);
    expect(file).toBe('tests/unit/a.test.ts');
    expect('some group takes 1 (once) for 2.').toMatch(new RegExp(pattern ?? ''));
    expect('some group takes 1\n2 (once) for 3.').toMatch(new RegExp(pattern ?? ''));
    expect('some group takes 1 once for 2.').not.toMatch(new RegExp(pattern ?? ''));
    expect(runnerFilters([namedTest('image/test_edge.py › test_a')])).toEqual(['tests/test_edge.py::test_a']);
    expect(runnerFilters([namedTest('container/test_x.py › test_a')])).toEqual(['test_x.py::test_a']);
  });
});
