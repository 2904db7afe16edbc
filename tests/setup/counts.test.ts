import { describe, expect, it } from 'vitest';
import { countJUnit, countProjects, countVitest, lastLine, sum, withRunner } from '../../scripts/lib/counts.mjs';

const vitestFile = (status: string, ...tests: string[]) => ({
  name: 'tests/unit/a.test.ts',
  status,
  assertionResults: tests.map((one, index) => ({ status: one, fullName: `test ${index}` })),
});

describe('counts', () => {
  it('do not lose a failure when a later suite passes', () => {
    const counts = sum([
      countVitest('unit', { testResults: [vitestFile('failed', 'passed', 'failed')] }),
      countVitest('e2e', { testResults: [vitestFile('passed', 'passed', 'passed')] }),
    ]);
    expect(lastLine(counts)).toBe('3 passed, 1 failed');
    expect(counts.failures).toEqual(['unit: test 1']);
  });

  it('do not count a file that could not be loaded as nothing', () => {
    expect(lastLine(countVitest('unit', { testResults: [vitestFile('failed')] }))).toBe('0 passed, 1 failed');
  });

  it('do not drop skipped tests silently', () => {
    const counts = countVitest('unit', { testResults: [vitestFile('passed', 'passed', 'skipped', 'todo')] });
    expect(lastLine(counts)).toBe('1 passed, 0 failed, 2 skipped');
    expect(counts.skips).toEqual(['unit: test 1', 'unit: test 2']);
  });

  it('do not call a run good that ran no tests, or whose runner ended badly', () => {
    const nothing = { passed: 0, failures: [], skips: [] };
    expect(withRunner('engine', nothing, undefined).failures).toEqual(['engine: ran no tests']);
    expect(withRunner('unit', { ...nothing, passed: 3 }, 'ended with status 1').failures).toEqual([
      'unit: ended with status 1',
    ]);
    expect(withRunner('unit', { ...nothing, failures: ['unit: a'] }, 'ended with status 1').failures).toEqual([
      'unit: a',
    ]);
  });

  it('do not read an error, a failure or a skip of pytest as passed', () => {
    const xml = `<testsuites><testsuite tests="4">
      <testcase classname="t.a" name="good" time="0"/>
      <testcase classname="t.a" name="bad"><failure message="x &gt; y">trace</failure></testcase>
      <testcase classname="t.a" name="broken"><error message="setup">trace</error></testcase>
      <testcase classname="t.a" name="later"><skipped message="why"/></testcase>
    </testsuite></testsuites>`;
    expect(countJUnit('image', xml)).toEqual({
      passed: 1,
      failures: ['image: t.a bad', 'image: t.a broken'],
      skips: ['image: t.a later'],
    });
  });

  it('do not hide a suite that ran nothing among others that ran', () => {
    const file = { ...vitestFile('passed', 'passed'), name: '/repo/tests/unit/a.test.ts' };
    const counts = countProjects(['unit', 'component'], { testResults: [file] }, undefined);
    expect(lastLine(counts)).toBe('1 passed, 1 failed');
    expect(counts.failures).toEqual(['component: ran no tests']);
  });

  it('leave out the tests of a suite that runs the files of another', () => {
    const files = ['/repo/tests/contract/a.test.ts', '/repo/tests/e2e/b.test.ts'];
    const testResults = files.map((name) => ({ ...vitestFile('failed', 'passed', 'failed'), name }));
    const { passed, failures } = countProjects(['web'], { testResults }, 'ended with status 1');
    expect({ passed, failed: failures.length }).toEqual({ passed: 2, failed: 2 });
  });
});
