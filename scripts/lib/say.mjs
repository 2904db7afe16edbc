// @ts-check

/**
 * One message in both languages.
 *
 * @typedef {{ en: string, ko: string }} Text
 */

/**
 * The language that the locale asks for, as the C library reads it: `LC_ALL`, then `LC_MESSAGES`, then `LANG`.
 *
 * @param {Record<string, string | undefined>} [env]
 * @returns {'ko' | 'en'}
 */
export function language(env = process.env) {
  return /^ko/i.test(env.LC_ALL || env.LC_MESSAGES || env.LANG || '') ? 'ko' : 'en';
}

/** @param {Text} text */
export function words(text) {
  return text[language()];
}

/** Prints one line of progress. @param {Text} text */
export function say(text) {
  process.stdout.write(`${words(text)}\n`);
}

/** Something that set-up cannot get past; its text says what happened and what to do next. */
export class SetupFailure extends Error {
  /**
   * @param {Text} text
   * @param {{ cause?: unknown }} [options]
   */
  constructor(text, options) {
    super(text.en, options);
    this.name = 'SetupFailure';
    this.text = text;
  }
}

const signOfLifeMs = 10_000;

/**
 * Waits for work that is quiet for long, and says every 10 s that it goes on.
 *
 * @template Result
 * @param {Text} name What works, for example `Dependencies`.
 * @param {Promise<Result>} work
 * @param {() => string} [progress] How far it is.
 * @returns {Promise<Result>}
 */
export async function withSignsOfLife(name, work, progress = () => '') {
  const startedAt = performance.now();
  const timer = setInterval(() => {
    const state = [seconds(startedAt), progress()].filter(Boolean).join(', ');
    say({ en: `${name.en}: still working (${state})`, ko: `${name.ko}: 진행 중 (${state})` });
  }, signOfLifeMs);
  try {
    return await work;
  } finally {
    clearInterval(timer);
  }
}

/** @param {number} startedAt Milliseconds of `performance.now()`. */
export function seconds(startedAt) {
  return `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;
}
