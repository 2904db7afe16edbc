// @ts-check
import { appendFileSync } from 'node:fs';

/**
 * How values of one kind spread.
 *
 * @typedef {{ minimum: number, median: number, p95: number, maximum: number, count: number }} Spread
 */

/**
 * One line of a benchmark: ours, beside what it is compared with in the same run.
 *
 * @typedef {object} Figure
 * @property {string} name What was measured, in words.
 * @property {string} unit
 * @property {Spread} wharf
 * @property {(Spread & { what: string }) | null} reference
 * @property {number | null} ratio Of the medians, ours to the reference's.
 * @property {string | null} goal
 * @property {boolean | null} met Null where there is no goal.
 */

/**
 * What must hold: a number of ours, or the ratio of the medians.
 *
 * @typedef {{ of: 'ratio' | keyof Spread, atMost: number } | { of: 'ratio' | keyof Spread, atLeast: number }} Goal
 */

/** @param {number[]} values At least one. @returns {Spread} */
export function spread(values) {
  const sorted = [...values].sort((left, right) => left - right);
  const at = (/** @type {number} */ share) =>
    rounded(sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN);
  return { minimum: at(0), median: at(0.5), p95: at(0.95), maximum: at(1), count: values.length };
}

/** Three digits are more than any of these measurements can tell twice. @param {number} value */
function rounded(value) {
  return Number(value.toPrecision(3));
}

/**
 * Says a figure in one line, and writes it as a line of JSON to the file that `WHARF_BENCH_REPORT` names, if it names one.
 *
 * @param {{ name: string, unit: string, wharf: number[], reference?: { what: string, values: number[] }, goal?: Goal }} measured
 * @returns {Figure}
 */
export function report({ name, unit, wharf, reference, goal }) {
  const ours = spread(wharf);
  const theirs = reference === undefined ? null : { what: reference.what, ...spread(reference.values) };
  const ratio = theirs === null ? null : rounded(ours.median / theirs.median);
  /** @type {Figure} */
  const figure = { name, unit, wharf: ours, reference: theirs, ratio, goal: null, met: null };
  if (goal !== undefined) {
    const value = goal.of === 'ratio' ? (ratio ?? Number.NaN) : ours[goal.of];
    figure.goal = `${goal.of} ${'atMost' in goal ? `<= ${goal.atMost}` : `>= ${goal.atLeast}`}`;
    figure.met = 'atMost' in goal ? value <= goal.atMost : value >= goal.atLeast;
  }
  console.log(line(figure));
  if (process.env.WHARF_BENCH_REPORT) appendFileSync(process.env.WHARF_BENCH_REPORT, `${JSON.stringify(figure)}\n`);
  return figure;
}

/** @param {Spread} one */
const shown = (one) => `${one.median} (${one.minimum} to ${one.maximum})`;

/** @param {Figure} figure */
function line({ name, unit, wharf, reference, ratio, goal, met }) {
  const mark = met === null ? '   ' : met ? 'ok ' : 'NOT';
  const beside = reference === null ? '' : `; ${reference.what} ${shown(reference)}; ratio ${ratio}`;
  return `${mark} ${name}: ${shown(wharf)} ${unit}${beside}${goal === null ? '' : `; goal ${goal}`}`;
}

/**
 * The same figures of several runs as one: the medians' spread.
 *
 * @param {Figure[]} figures In the order in which they were measured.
 * @returns {Figure[]}
 */
export function merged(figures) {
  const names = [...new Set(figures.map(({ name }) => name))];
  return names.map((name) => {
    const runs = figures.filter((one) => one.name === name);
    const [first] = runs;
    if (first === undefined || runs.length === 1) return /** @type {Figure} */ (first);
    const of = (/** @type {Spread[]} */ all) => ({
      ...spread(all.map(({ median }) => median)),
      minimum: Math.min(...all.map(({ minimum }) => minimum)),
      p95: spread(all.map(({ p95 }) => p95)).median,
      maximum: Math.max(...all.map(({ maximum }) => maximum)),
    });
    const references = runs.flatMap(({ reference }) => (reference === null ? [] : [reference]));
    const ratios = runs.flatMap(({ ratio }) => (ratio === null ? [] : [ratio]));
    return {
      ...first,
      wharf: of(runs.map(({ wharf }) => wharf)),
      reference: first.reference === null ? null : { what: first.reference.what, ...of(references) },
      ratio: ratios.length === 0 ? null : spread(ratios).median,
      // A goal that was missed once is not met.
      met: first.met === null ? null : runs.every(({ met }) => met === true),
    };
  });
}

/** @param {Figure[]} figures @returns {string} A table in Markdown. */
export function table(figures) {
  const rows = figures.map(({ name, unit, wharf, reference, ratio, goal, met }) =>
    [
      name,
      `${shown(wharf)} ${unit}`,
      reference === null ? '' : `${reference.what}: ${shown(reference)}`,
      ratio ?? '',
      goal ?? '',
      met === null ? '' : met ? 'yes' : '**no**',
    ]
      .map((cell) => String(cell).replaceAll('|', '\\|'))
      .join(' | '),
  );
  return ['measured | Wharf | beside | ratio | goal | met', '--- | --- | --- | --- | --- | ---', ...rows]
    .map((row) => `| ${row} |`)
    .join('\n');
}
