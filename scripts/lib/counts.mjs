// @ts-check

/**
 * How a suite went, in tests. `failures` and `skips` name them.
 *
 * @typedef {{ passed: number, failures: string[], skips: string[] }} Counts
 */

/** @returns {Counts} */
export function noCounts() {
  return { passed: 0, failures: [], skips: [] };
}

/** @param {Counts[]} all @returns {Counts} */
export function sum(all) {
  return {
    passed: all.reduce((total, { passed }) => total + passed, 0),
    failures: all.flatMap(({ failures }) => failures),
    skips: all.flatMap(({ skips }) => skips),
  };
}

/** The last line of a run: `N passed, N failed`, and `, N skipped` when there are any. @param {Counts} counts */
export function lastLine({ passed, failures, skips }) {
  return `${passed} passed, ${failures.length} failed${skips.length > 0 ? `, ${skips.length} skipped` : ''}`;
}

/**
 * What Wharf reads of vitest's JSON report; `name` is the path of a test file.
 *
 * @typedef {{ testResults: Array<{ name: string, status: string,
 *   assertionResults: Array<{ status: string, fullName: string }> }> }} VitestReport
 */

/**
 * Counts of vitest's JSON report. A file that could not be loaded holds no tests, yet it is a failure.
 *
 * @param {string} suite
 * @param {VitestReport} report
 * @returns {Counts}
 */
export function countVitest(suite, { testResults }) {
  const counts = noCounts();
  for (const file of testResults) {
    for (const { status, fullName } of file.assertionResults) {
      if (status === 'passed') counts.passed += 1;
      else (status === 'failed' ? counts.failures : counts.skips).push(`${suite}: ${fullName}`);
    }
    if (file.status === 'failed' && !file.assertionResults.some(({ status }) => status === 'failed')) {
      counts.failures.push(`${suite}: ${file.name} failed outside its tests`);
    }
  }
  return counts;
}

/**
 * Counts of a JUnit report, as pytest writes it.
 *
 * @param {string} suite
 * @param {string} xml
 * @returns {Counts}
 */
export function countJUnit(suite, xml) {
  const counts = noCounts();
  for (const [, attributes = '', body = ''] of xml.matchAll(/<testcase\b([^>]*?)(?:\/>|>(.*?)<\/testcase>)/gs)) {
    const name = `${suite}: ${/\bclassname="([^"]*)"/.exec(attributes)?.[1]} ${/\bname="([^"]*)"/.exec(attributes)?.[1]}`;
    if (/<(?:failure|error)\b/.test(body)) counts.failures.push(name);
    else if (/<skipped\b/.test(body)) counts.skips.push(name);
    else counts.passed += 1;
  }
  return counts;
}

/**
 * A suite that ran nothing, or whose runner ended badly although every test passed, is a failure under its own name.
 *
 * @param {string} suite
 * @param {Counts} counts
 * @param {string | undefined} badEnd Why the runner's end was bad.
 * @returns {Counts}
 */
export function withRunner(suite, counts, badEnd) {
  const failures = [...counts.failures];
  const ranNothing = counts.passed + failures.length + counts.skips.length === 0;
  if (ranNothing) failures.push(`${suite}: ran no tests${badEnd === undefined ? '' : `, ${badEnd}`}`);
  else if (badEnd !== undefined && failures.length === 0) failures.push(`${suite}: ${badEnd}`);
  return { ...counts, failures };
}

/**
 * Counts of a report. A suite that ran alone owns all of it, wherever its files lie; of several, each owns `tests/SUITE/`.
 *
 * @param {string[]} suites
 * @param {VitestReport} report
 * @param {string | undefined} badEnd Why the runner's end was bad.
 * @returns {Counts}
 */
export function countProjects(suites, { testResults }, badEnd) {
  const [only = ''] = suites;
  if (suites.length < 2) return withRunner(only, countVitest(only, { testResults }), badEnd);
  const each = suites.map((suite) => {
    const ofSuite = testResults.filter(({ name }) => name.replaceAll('\\', '/').includes(`/tests/${suite}/`));
    return withRunner(suite, countVitest(suite, { testResults: ofSuite }), undefined);
  });
  return withRunner(suites.join(', '), sum(each), badEnd);
}
