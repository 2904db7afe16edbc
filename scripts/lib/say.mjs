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

/** @param {number} startedAt Milliseconds of `performance.now()`. */
export function seconds(startedAt) {
  return `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;
}
