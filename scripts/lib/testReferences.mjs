// @ts-check

/**
 * A test by name, `SUITE/FILE › TITLE`; see tests/faults/table.mjs.
 *
 * @typedef {{ reference: string, suite: string, file: string, title: string }} NamedTest
 * @typedef {'passed' | 'failed' | 'skipped' | 'missing'} Outcome
 * @typedef {{ file: string, title: string, status: string }} ReportedTest `file` ends as the test's file does.
 */

/** Where the tests lie that pytest runs. @type {Record<string, string>} */
const pythonFolders = { image: 'api-image/tests/', container: 'tests/image/' };

/** @param {string} reference @returns {NamedTest} With its file from the repository's root. */
export function namedTest(reference) {
  const [place = '', title] = reference.split(/ › (.*)/s);
  const [suite = '', file] = place.split(/\/(.*)/s);
  if (!title || !file) throw new Error(`${reference} is not of the form SUITE/FILE › TITLE`);
  return { reference, suite, file: (pythonFolders[suite] ?? `tests/${suite}/`) + file, title };
}

/** @param {string} title with the places of `it.each` @returns {string} Pattern of every name that it can have. */
function titlePattern(title) {
  const literal = title.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
  return literal.replace(/%[sdifjo#]|\\\$\w+/g, '[^]*');
}

/** Whether the source of a test file holds a test of that title. @param {string} source @param {NamedTest} test */
export function hasTitle(source, { suite, title }) {
  if (pythonFolders[suite]) return source.includes(`def ${title}(`);
  return ["'", '"', '`'].some((quote) => source.includes(`${quote}${title.replaceAll(quote, `\\${quote}`)}${quote}`));
}

/**
 * What makes a suite's runner run these tests and, as far as titles differ, no others.
 *
 * @param {NamedTest[]} tests of one suite
 * @returns {string[]}
 */
export function runnerFilters(tests) {
  const [{ suite } = { suite: '' }] = tests;
  if (pythonFolders[suite]) {
    const folder = suite === 'image' ? 'tests/' : '';
    return [...new Set(tests.map(({ file, title }) => `${folder}${file.split('/').at(-1)}::${title}`))];
  }
  const titles = new Set(tests.map(({ title }) => titlePattern(title)));
  return [...new Set(tests.map(({ file }) => file)), '-t', `(?:${[...titles].join('|')})$`];
}

/**
 * @param {NamedTest} test
 * @param {ReportedTest[]} reported
 * @returns {Outcome} Passed where all that it stands for did; skipped where one of them was.
 */
export function outcome(test, reported) {
  const pattern = new RegExp(
    pythonFolders[test.suite] ? `^${test.title}(?:\\[|$)` : `^${titlePattern(test.title)}$`,
    's',
  );
  const mine = reported.filter(({ file, title }) => file.endsWith(test.file) && pattern.test(title));
  if (mine.length === 0) return 'missing';
  if (mine.some(({ status }) => status === 'failed')) return 'failed';
  return mine.every(({ status }) => status === 'passed') ? 'passed' : 'skipped';
}

/** @param {{ testResults: Array<{ name: string, assertionResults: Array<{ status: string, title: string }> }> }} report of vitest @returns {ReportedTest[]} */
export function ofVitest({ testResults }) {
  return testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.map(({ status, title }) => ({ file: name.replaceAll('\\', '/'), title, status })),
  );
}

/** @param {string} suite @param {string} xml JUnit report of pytest @returns {ReportedTest[]} */
export function ofPytest(suite, xml) {
  const cases = [...xml.matchAll(/<testcase\b([^>]*?)(?:\/>|>(.*?)<\/testcase>)/gs)];
  return cases.map(([, attributes = '', body = '']) => {
    const module = /\bclassname="([^"]*)"/
      .exec(attributes)?.[1]
      ?.split('.')
      .find((part) => part.startsWith('test_'));
    const status = /<(?:failure|error)\b/.test(body) ? 'failed' : /<skipped\b/.test(body) ? 'skipped' : 'passed';
    const title = /\bname="([^"]*)"/.exec(attributes)?.[1] ?? '';
    return { file: `${pythonFolders[suite]}${module}.py`, title, status };
  });
}
