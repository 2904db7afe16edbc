import { type Color, createAnsiSequenceParser, type DecorationType, namedColors } from 'ansi-sequence-parser';

/** How a piece of a line looks, as its ANSI sequences said. */
export interface AnsiStyle {
  foreground: Color | null;
  background: Color | null;
  decorations: readonly DecorationType[];
}

/** Text of one look. `link` is set where the text is an http or https address. */
interface TextPiece {
  kind: 'text';
  text: string;
  style: AnsiStyle;
  link: string | null;
}

/** A character that is not seen, or changes how others are seen; `label` stands in its place. */
interface ControlPiece {
  kind: 'control';
  label: string;
  /** The character itself, for a search to find. */
  text: string;
  /** As `U+202E`. */
  codePoint: string;
}

export type LinePiece = TextPiece | ControlPiece;

/** One line taken apart. */
export interface AnsiLine {
  pieces: LinePiece[];
  /** In force after the line: the next one starts with it. */
  endStyle: AnsiStyle;
  /** UTF-16 units at the end that are left out because the line is too long to lay out. */
  hiddenLength: number;
}

export const plainStyle: AnsiStyle = { foreground: null, background: null, decorations: [] };

/** UTF-16 units of a line that are laid out: one line of megabytes would stall the page. */
const shownLengthLimit = 10_000;

/** Pieces of a line that become elements. */
const pieceLimit = 500;

/** Select Graphic Rendition (ECMA-48, 8.3.117) and nothing else, so that no other sequence can swallow text. */
const graphicRendition = /\x1b\[([0-9;:]*)m/g;

/** C0 but tab, DEL, C1, line separators, blank fillers and every format character (bidi, zero width, tags). */
const hiddenCharacter = /[\x00-\x08\x0a-\x1f\x7f-\x9f\u034f\u115f\u1160\u17b4\u17b5\u2028\u2029\u3164\uffa0\p{Cf}]/gu;

/** Scripts and emoji that need joiners; between any other characters a joiner only hides something. */
const joins = /^(?:(?!\p{Script=Hangul})[\p{Lo}\p{M}]|[\p{Extended_Pictographic}\p{Emoji_Modifier}])$/u;

const address = /https?:\/\/[\x21\x23-\x26\x28-\x3b\x3d\x3f-\x5b\x5d\x5f\x61-\x7a\x7e]+/g;
const addressTail = /[.,;:!?)\]*]+$/;

/** C0 controls by code, as ECMA-48 abbreviates them. */
const lowNames =
  'NUL SOH STX ETX EOT ENQ ACK BEL BS HT LF VT FF CR SO SI DLE DC1 DC2 DC3 DC4 NAK SYN ETB CAN EM SUB ESC FS GS RS US'.split(
    ' ',
  );

const names: Record<string, string> = {
  '\u007f': 'DEL',
  '\u00ad': 'SHY',
  '\u200b': 'ZWSP',
  '\u200c': 'ZWNJ',
  '\u200d': 'ZWJ',
  '\u200e': 'LRM',
  '\u200f': 'RLM',
  '\u2028': 'LS',
  '\u2029': 'PS',
  '\u202a': 'LRE',
  '\u202b': 'RLE',
  '\u202c': 'PDF',
  '\u202d': 'LRO',
  '\u202e': 'RLO',
  '\u2060': 'WJ',
  '\u2066': 'LRI',
  '\u2067': 'RLI',
  '\u2068': 'FSI',
  '\u2069': 'PDI',
  '\ufeff': 'BOM',
};

/** One command at a time, extended colours whole: the parser would apply all resets of a sequence before all else. */
function commandsOf(parameters: string): string[] {
  const words = parameters.replaceAll(':', ';').split(';');
  const commands: string[] = [];
  while (words.length > 0) {
    const extended = words[0] === '38' || words[0] === '48';
    const length = extended && words[1] === '2' ? 5 : extended && words[1] === '5' ? 3 : 1;
    commands.push(words.splice(0, length).join(';') || '0');
  }
  return commands;
}

const decorationCodes: Record<DecorationType, number> = {
  bold: 1,
  dim: 2,
  italic: 3,
  underline: 4,
  reverse: 7,
  hidden: 8,
  strikethrough: 9,
  overline: 53,
};

function colorCommand(color: Color, base: 30 | 40): string {
  if (color.type === 'rgb') return `${base + 8};2;${color.rgb.join(';')}`;
  if (color.type === 'table') return `${base + 8};5;${color.index}`;
  const index = namedColors.indexOf(color.name);
  return String(index < 8 ? base + index : base + 60 + index - 8);
}

/** The commands that lead from plain to `style`: how a parser takes over in the middle of a log. */
function commandsFor(style: AnsiStyle): string[] {
  const commands = style.decorations.map((decoration) => String(decorationCodes[decoration]));
  if (style.foreground) commands.push(colorCommand(style.foreground, 30));
  if (style.background) commands.push(colorCommand(style.background, 40));
  return commands;
}

/** Feeds commands to a parser of its own that stands at `start`; answers with the style after them. */
function styleKeeper(start: AnsiStyle): (parameters: string) => AnsiStyle {
  const parser = createAnsiSequenceParser();
  const apply = (commands: string[]): AnsiStyle => {
    const [token] = parser.parse(`${commands.map((command) => `\x1b[${command}m`).join('')}.`);
    if (!token) return plainStyle;
    return { foreground: token.foreground, background: token.background, decorations: [...token.decorations] };
  };
  apply(commandsFor(start));
  return (parameters) => apply(commandsOf(parameters));
}

/** The stand-in of a character that is not to be seen as it is. */
function controlPiece(character: string): ControlPiece {
  const code = character.codePointAt(0) ?? 0;
  const codePoint = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
  return { kind: 'control', label: lowNames[code] ?? names[character] ?? codePoint, text: character, codePoint };
}

function isJoiner(text: string, at: number): boolean {
  if (text[at] !== '\u200c' && text[at] !== '\u200d') return false;
  const [before = ''] =
    text
      .slice(0, at)
      .replace(/\ufe0f$/, '')
      .match(/.$/su) ?? [];
  const after = String.fromCodePoint(text.codePointAt(at + 1) ?? 0);
  return joins.test(before) && joins.test(after);
}

/** Cuts `text` at addresses; punctuation that ends a sentence is not part of one. */
function linkedPieces(text: string, style: AnsiStyle): TextPiece[] {
  const pieces: TextPiece[] = [];
  let from = 0;
  for (const match of text.matchAll(address)) {
    const found = match[0].replace(addressTail, '');
    if (!/^https?:\/\/[\w[]/.test(found)) continue;
    if (match.index > from) pieces.push({ kind: 'text', text: text.slice(from, match.index), style, link: null });
    pieces.push({ kind: 'text', text: found, style, link: found });
    from = match.index + found.length;
  }
  if (from < text.length) pieces.push({ kind: 'text', text: text.slice(from), style, link: null });
  return pieces;
}

function piecesOf(text: string, style: AnsiStyle): LinePiece[] {
  const pieces: LinePiece[] = [];
  let from = 0;
  for (const match of text.matchAll(hiddenCharacter)) {
    if (isJoiner(text, match.index)) continue;
    pieces.push(...linkedPieces(text.slice(from, match.index), style), controlPiece(match[0]));
    from = match.index + match[0].length;
  }
  pieces.push(...linkedPieces(text.slice(from), style));
  return pieces;
}

/** A line as people want to paste it: without its colours, otherwise as it was written. */
export function withoutColors(text: string): string {
  return text.replace(graphicRendition, '');
}

/** Bounds how many elements a line becomes; what is past the bound keeps its text and loses its looks. */
function bounded(pieces: LinePiece[]): LinePiece[] {
  if (pieces.length <= pieceLimit) return pieces;
  const rest = pieces.slice(pieceLimit).map((piece) => (piece.kind === 'text' ? piece.text : piece.label));
  return [...pieces.slice(0, pieceLimit), { kind: 'text', text: rest.join(''), style: plainStyle, link: null }];
}

/**
 * Takes one log line apart: colours become styles, every other control character becomes something to see, and text
 * stays text.
 * @param text the line, untrusted
 * @param start style in force before it
 */
export function parseAnsiLine(text: string, start: AnsiStyle = plainStyle): AnsiLine {
  const shownLength = Math.min(text.length, shownLengthLimit);
  const hiddenLength = text.length - shownLength;
  if (!text.includes('\x1b[')) {
    return { pieces: bounded(piecesOf(text.slice(0, shownLength), start)), endStyle: start, hiddenLength };
  }
  const styleAfter = styleKeeper(start);
  const pieces: LinePiece[] = [];
  let style = start;
  let from = 0;
  for (const match of text.matchAll(graphicRendition)) {
    if (from < shownLength) pieces.push(...piecesOf(text.slice(from, Math.min(match.index, shownLength)), style));
    from = match.index + match[0].length;
    style = styleAfter(match[1] ?? '');
  }
  if (from < shownLength) pieces.push(...piecesOf(text.slice(from, shownLength), style));
  return { pieces: bounded(pieces), endStyle: style, hiddenLength };
}
