import { Failure } from './failures';
import type { LineQuery } from './lines';

/** What counts as a part of a word: ASCII's word characters and the letters of other scripts (Latin, Greek to Thai, kana, Hangul, Han). */
const wordCharacter = '\\w\\u00c0-\\u024f\\u0370-\\u1fff\\u3040-\\u318f\\u3400-\\u9fff\\uac00-\\ud7a3\\uf900-\\ufaff';

/** The query that every line fits; a search says what it asks beyond that. */
export const everyLine = {
  text: '',
  exclude: '',
  isRegex: false,
  matchCase: false,
  wholeWord: false,
  levels: [],
  streams: [],
  fromMs: null,
  beforeMs: null,
} satisfies LineQuery;

type PatternOptions = Pick<LineQuery, 'isRegex' | 'matchCase' | 'wholeWord'>;

/**
 * The regular expression for a text that is searched for; null for an empty one.
 * @throws SEARCH_PATTERN_INVALID
 */
export function linePattern(text: string, options: PatternOptions): RegExp | null {
  if (text === '') return null;
  let source = options.isRegex ? `(?:${text})` : text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  if (options.wholeWord) source = `(?<![${wordCharacter}])${source}(?![${wordCharacter}])`;
  const flags = options.matchCase ? 'gm' : 'gim';
  try {
    // Alone first: brackets that only the wrapping closes are an error.
    if (options.isRegex) new RegExp(text, flags);
    return new RegExp(source, flags);
  } catch (error) {
    throw new Failure('SEARCH_PATTERN_INVALID', { message: (error as Error).message });
  }
}
