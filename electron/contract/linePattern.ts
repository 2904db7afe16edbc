import { Failure } from './failures';
import { type ExpressionOptions, lineExpression } from './lineExpression';
import type { LineQuery } from './lines';

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

/**
 * The regular expression for a text that is searched for; null for an empty one.
 * @throws SEARCH_PATTERN_INVALID
 */
export function linePattern(text: string, options: ExpressionOptions): RegExp | null {
  try {
    return lineExpression(text, options);
  } catch (error) {
    throw new Failure('SEARCH_PATTERN_INVALID', { message: (error as Error).message });
  }
}
