import { describe, expect, it } from 'vitest';
import { type AnsiStyle, type LinePiece, parseAnsiLine } from '../../renderer/features/logs/ansiLine';

/** What a person sees of the pieces: controls in brackets. */
const seen = (pieces: LinePiece[]) =>
  pieces.map((piece) => (piece.kind === 'text' ? piece.text : `[${piece.label}]`)).join('');
const read = (text: string, start?: AnsiStyle) => seen(parseAnsiLine(text, start).pieces);
const styled = (text: string, start?: AnsiStyle) =>
  parseAnsiLine(text, start).pieces.flatMap((piece) =>
    piece.kind === 'text'
      ? [[piece.text, piece.style.foreground && 'name' in piece.style.foreground ? piece.style.foreground.name : null]]
      : [],
  );

describe('colours', () => {
  it('ends a colour with the short reset that grep and ls write', () => {
    expect(styled('\x1b[31mred\x1b[mplain')).toEqual([
      ['red', 'red'],
      ['plain', null],
    ]);
  });

  it('applies the commands of one sequence in their order', () => {
    expect(styled('\x1b[31;0mplain\x1b[0;32mgreen')).toEqual([
      ['plain', null],
      ['green', 'green'],
    ]);
  });

  it('reads extended colours whole, with semicolons and with colons', () => {
    const colors = ['\x1b[38;5;208ma', '\x1b[38:5:208ma', '\x1b[1;38;2;1;2;3;4ma'].map(
      (text) => (parseAnsiLine(text).pieces[0] as { style: AnsiStyle }).style,
    );
    expect(colors[0]?.foreground).toEqual({ type: 'table', index: 208 });
    expect(colors[1]?.foreground).toEqual({ type: 'table', index: 208 });
    expect(colors[2]?.foreground).toEqual({ type: 'rgb', rgb: [1, 2, 3] });
    expect(colors[2]?.decorations).toEqual(['bold', 'underline']);
  });

  it.each(['\x1b[31m', '\x1b[1;4;95;103m', '\x1b[38;5;208;48;2;9;8;7;53m', '\x1b[2;3;7;8;9m'])(
    'carries %j over to the next line unchanged',
    (sequence) => {
      const { endStyle } = parseAnsiLine(`${sequence}first`);
      const next = parseAnsiLine('\x1b[24mnext', endStyle);
      expect(next.endStyle).toEqual(parseAnsiLine(`${sequence}\x1b[24m`).endStyle);
      expect(parseAnsiLine('plain', endStyle).pieces[0]).toMatchObject({ style: endStyle });
    },
  );

  it('keeps its pace and bounds the elements on 10,000 nested sequences', () => {
    const { pieces, endStyle } = parseAnsiLine(`${'\x1b[31ma\x1b[1mb'.repeat(5000)}\x1b[0m`);
    expect(pieces.length).toBeLessThanOrEqual(501);
    expect(seen(pieces)).toMatch(/^(ab)+a?$/);
    expect(endStyle.foreground).toBeNull();
  });
});

describe('everything that is not a colour', () => {
  it('loses no text to a sequence that only looks like a colour', () => {
    expect(read('\x1b[2Ksome more')).toBe('[ESC][2Ksome more');
  });

  it.each([
    ['window title', '\x1b]0;owned\x07', '[ESC]]0;owned[BEL]'],
    ['clipboard', '\x1b]52;c;ZXZpbA==\x07', '[ESC]]52;c;ZXZpbA==[BEL]'],
    [
      'hyperlink',
      '\x1b]8;;file:///etc/passwd\x1b\\click\x1b]8;;\x1b\\',
      '[ESC]]8;;file:///etc/passwd[ESC]\\click[ESC]]8;;[ESC]\\',
    ],
    ['cursor', '\x1b[2J\x1b[1;1H', '[ESC][2J[ESC][1;1H'],
    ['8-bit sequence', '\x9b31mred', '[U+009B]31mred'],
    ['NUL, backspace, DEL', 'a\0b\bc\x7f', 'a[NUL]b[BS]c[DEL]'],
    ['carriage return left over', 'secret\rpublic', 'secret[CR]public'],
    ['right-to-left override', 'user\u202egnp.exe', 'user[RLO]gnp.exe'],
    ['isolates', '\u2066a\u2069', '[LRI]a[PDI]'],
    ['zero width', 'pass\u200bword\ufeff', 'pass[ZWSP]word[BOM]'],
    ['joiner between letters', 'pass\u200dword', 'pass[ZWJ]word'],
    ['joiner between Hangul', '비밀\u200d번호', '비밀[ZWJ]번호'],
    ['Hangul filler', 'a\u3164b', 'a[U+3164]b'],
    ['line separator', 'a\u2028b', 'a[LS]b'],
    ['invisible tags', '\u{E0041}x', '[U+E0041]x'],
  ])('shows %s', (_name, text, expected) => {
    expect(read(text)).toBe(expected);
  });

  it('leaves emoji, tabs and ordinary scripts as they are', () => {
    const text = '👩‍💻\t한국어 क्‍ष مرحبا ✔️ café';
    expect(read(text)).toBe(text);
  });

  it('keeps what looks like HTML as text', () => {
    const text = '<img src=x onerror=alert(1)><script>alert(1)</script>';
    expect(parseAnsiLine(text).pieces).toEqual([
      { kind: 'text', text, link: null, style: { foreground: null, background: null, decorations: [] } },
    ]);
  });

  it('counts what it does not lay out of a very long line', () => {
    const { pieces, hiddenLength } = parseAnsiLine('x'.repeat(1_000_000));
    expect(seen(pieces)).toHaveLength(10_000);
    expect(hiddenLength).toBe(990_000);
  });

  it('takes over colours from the part of a line that is not laid out', () => {
    expect(parseAnsiLine(`${'x'.repeat(20_000)}\x1b[32m`).endStyle.foreground).toEqual({
      type: 'named',
      name: 'green',
    });
  });
});

describe('links', () => {
  const links = (text: string) => parseAnsiLine(text).pieces.flatMap((piece) => ('link' in piece && piece.link) || []);

  it('finds addresses and leaves the sentence around them alone', () => {
    expect(links('Open http://127.0.0.1:8000/docs. (or https://example.test/a?b=c#d).')).toEqual([
      'http://127.0.0.1:8000/docs',
      'https://example.test/a?b=c#d',
    ]);
  });

  it('does not take a Korean particle for part of an address', () => {
    expect(links('http://127.0.0.1:8000을 여세요')).toEqual(['http://127.0.0.1:8000']);
  });

  it.each(['javascript:alert(1)', 'file:///etc/passwd', 'data:text/html,x', 'http://', 'http://...', 'vbscript:x'])(
    'makes no link of %s',
    (text) => {
      expect(links(text)).toEqual([]);
    },
  );
});
