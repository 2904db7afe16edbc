import { posix } from 'node:path';

/** How one pattern of an ignore file matches. */
interface IgnorePattern {
  /** As cleaned: no leading or trailing slash, no `!`. */
  text: string;
  /** `!`: keeps what earlier patterns dropped. */
  isException: boolean;
  matches(path: string): boolean;
}

/** What is known of a folder for what lies in it: per pattern, whether it matched the folder or one above it. */
export type FolderMatch = readonly boolean[];

/** Thrown for a pattern that Docker refuses. */
export class BadPattern extends Error {}

/**
 * The patterns of an ignore file. They mean what they mean to `docker build`, its odd corners included: see
 * https://docs.docker.com/build/concepts/context/#dockerignore-files, github.com/moby/patternmatcher for how a folder's
 * match goes on to what is in it, and Go's filepath.Match for which patterns are refused. Compared with the command itself
 * in tests/engine/contextPacking.test.ts.
 */
export class IgnorePatterns {
  private readonly patterns: IgnorePattern[];

  /**
   * @param text of the ignore file
   * @throws BadPattern
   */
  constructor(text: string) {
    this.patterns = linesOf(text).map(patternOf);
  }

  /**
   * Whether a path is dropped.
   * @param path with slashes
   * @param parent what `match` answered for the folder that it lies in; null at the top
   */
  match(path: string, parent: FolderMatch | null): { isDropped: boolean; own: FolderMatch } {
    let isDropped = false;
    const own = this.patterns.map((pattern, at) => {
      // A pattern that could change nothing is not tried, and then does not go on to what is in the folder either.
      const isTried = pattern.isException === isDropped;
      const matched = parent?.[at] || (isTried && pattern.matches(path));
      if (matched) isDropped = !pattern.isException;
      return matched;
    });
    return { isDropped, own };
  }

  /** Whether an exception may keep something below a folder that is dropped. */
  mayKeepBelow(folder: string): boolean {
    return this.patterns.some(({ text, isException }) => {
      const literal = text.replace(/[*?[\\].*$/s, '');
      return (
        isException && (`${text}/`.startsWith(`${folder}/`) || (literal !== text && `${folder}/`.startsWith(literal)))
      );
    });
  }
}

/** Patterns of the file, cleaned; an exception keeps its `!`. */
function linesOf(text: string): string[] {
  return text
    .replace(/^\ufeff/, '')
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => {
      const isException = line.startsWith('!');
      const pattern = isException ? line.slice(1).trim() : line;
      if (pattern === '') return line;
      const cleaned = cleanPath(pattern);
      return `${isException ? '!' : ''}${cleaned.length > 1 ? cleaned.replace(/^\//, '') : cleaned}`;
    })
    .map(cleanPath);
}

/** As Go's filepath.Clean. */
function cleanPath(path: string): string {
  const normal = posix.normalize(path);
  return normal.length > 1 ? normal.replace(/\/$/, '') : normal;
}

function patternOf(line: string): IgnorePattern {
  const isException = line.startsWith('!');
  const text = isException ? line.slice(1) : line;
  if (text === '') throw new BadPattern(line);
  checkSyntax(text);
  return { text, isException, matches: matcherOf(text) };
}

/** Refuses what Go's filepath.Match refuses: an open or empty class, an escape of nothing. */
function checkSyntax(text: string): void {
  const characters = Array.from(text);
  let at = 0;
  const bad = () => new BadPattern(text);
  const classCharacter = () => {
    if (at >= characters.length || characters[at] === '-' || characters[at] === ']') throw bad();
    if (characters[at] === '\\') at += 1;
    at += 1;
    if (at >= characters.length) throw bad();
  };
  while (at < characters.length) {
    const character = characters[at];
    at += 1;
    if (character === '\\') {
      if (at >= characters.length) throw bad();
      at += 1;
    } else if (character === '[') {
      if (characters[at] === '^') at += 1;
      for (let ranges = 0; ranges === 0 || characters[at] !== ']'; ranges += 1) {
        classCharacter();
        if (characters[at] === '-') {
          at += 1;
          classCharacter();
        }
      }
      at += 1;
    }
  }
}

type MatchKind = 'exact' | 'prefix' | 'suffix' | 'expression';

/** Go's regular expressions know these escapes as JavaScript's do; other letters and digits they refuse. */
const sharedEscapes = /^[dDsSwWbBfnrtv]$/;
const ownEscapes: Record<string, string> = { a: '\\x07', A: '^', z: '$' };

function matcherOf(text: string): (path: string) => boolean {
  const characters = Array.from(text);
  let expression = '';
  let kind: MatchKind = 'exact';
  let isInClass = false;
  for (let at = 0; at < characters.length; at += 1) {
    const isFirst = at === 0;
    const character = characters[at] as string;
    if (character === '*' && characters[at + 1] === '*') {
      at += characters[at + 2] === '/' ? 2 : 1;
      const isLast = at + 1 >= characters.length;
      expression += isLast ? '.*' : '(?:.*/)?';
      kind = isFirst ? 'suffix' : isLast && kind === 'exact' ? 'prefix' : 'expression';
      isInClass = false;
    } else if (character === '*' || character === '?') {
      expression += character === '*' ? '[^/]*' : '[^/]';
      kind = 'expression';
      isInClass = false;
    } else if ('.+()|{}$'.includes(character)) {
      expression += `\\${character}`;
    } else if (character === '\\') {
      at += 1;
      expression += escapeOf(characters[at] ?? '\\', text);
      kind = 'expression';
    } else if (character === '[' || character === ']') {
      expression += character === ']' && !isInClass ? '\\]' : character;
      isInClass = character === '[';
      kind = 'expression';
    } else {
      expression += character;
    }
  }
  return matcher(kind, text, expression);
}

function escapeOf(character: string, text: string): string {
  if (/^[A-Za-z0-9]$/.test(character)) {
    if (sharedEscapes.test(character)) return `\\${character}`;
    const own = ownEscapes[character];
    if (own === undefined) throw new BadPattern(text);
    return own;
  }
  return /^[\^$\\.*+?()[\]{}|/-]$/.test(character) ? `\\${character}` : character;
}

function matcher(kind: MatchKind, text: string, expression: string): (path: string) => boolean {
  if (kind === 'exact') return (path) => path === text;
  if (kind === 'prefix') {
    const start = text.slice(0, -2);
    return (path) => path.startsWith(start);
  }
  if (kind === 'suffix') {
    const end = text.slice(2);
    return (path) => path.endsWith(end) || (end.startsWith('/') && path === end.slice(1));
  }
  try {
    const whole = new RegExp(`^${expression}$`, 'su');
    return (path) => whole.test(path);
  } catch (error) {
    throw new BadPattern(text, { cause: error });
  }
}
