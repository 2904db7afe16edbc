import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { markdownBlocks } from '../../renderer/ui/markdownBlocks';
import { type MarkdownContext, markdownToHtml, parseMarkdown } from '../../renderer/ui/markdownHtml';

const words = { code: 'Code', copyCode: 'Copy code', copied: 'Copied', image: 'Image, not loaded' };
const context: MarkdownContext = { words, highlight: null };

/** The elements that `source` becomes, outside of any document: nothing in them could run or load. */
function elements(source: string, references?: MarkdownContext['references']): HTMLElement {
  const inert = document.implementation.createHTMLDocument('');
  inert.body.innerHTML = markdownToHtml(source, { ...context, references });
  return inert.body;
}

const allowed =
  /^(P|BR|HR|H[1-6]|STRONG|EM|S|CODE|PRE|BLOCKQUOTE|UL|OL|LI|TABLE|THEAD|TBODY|TR|TH|TD|DIV|SPAN|BUTTON)$/;
const harmless =
  /^(data-(code|code-head|copy|before|after|table|align|task|href)|role|tabindex|title|type|start|class)$/;

/** What could run, load, submit or lead away; nothing may. */
function dangers(body: HTMLElement): string[] {
  return [...body.querySelectorAll<HTMLElement>('*')].flatMap((element) => [
    ...(allowed.test(element.tagName) ? [] : [element.tagName]),
    ...element.getAttributeNames().filter((name) => !harmless.test(name)),
    ...(element.dataset.href !== undefined && !/^https?:\/\//.test(element.dataset.href) ? [element.dataset.href] : []),
  ]);
}

const expectInert = (body: HTMLElement) => expect(dangers(body)).toEqual([]);

const hostile = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '<svg><script>alert(1)</script></svg>',
  '<svg/onload=alert(1)>',
  '<iframe src="https://evil.test"></iframe>',
  '<a href="javascript:alert(1)">x</a>',
  '[x](javascript:alert(1))',
  '[x](JaVaScRiPt:alert(1))',
  '[x](java\tscript:alert(1))',
  '[x](&#106;avascript:alert(1))',
  '[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)',
  '[x](vbscript:x) [y](file:///etc/passwd) [z](app://wharf/)',
  '[x](https://e.test "\\" onmouseover=alert(1)")',
  '![x](https://evil.test/pixel.png)',
  '![x](data:image/svg+xml;base64,PHN2Zz48c2NyaXB0Lz48L3N2Zz4=)',
  '![<img src=x onerror=alert(1)>](https://e.test/a.png "</span><script>alert(1)</script>")',
  '[![x](https://evil.test/a.png)](https://evil.test)',
  '[ref]: javascript:alert(1)\n\n[ref]',
  '<javascript:alert(1)> <https://e.test/"onmouseover="alert(1)>',
  '```"><script>alert(1)</script>\ncode\n```',
  '```html\n</code></pre><script>alert(1)</script>\n```',
  '| <script>a</script> | x |\n|:-:|-:|\n| <img src=x onerror=alert(1)> | `</td><script>` |',
  '- [x] <input autofocus onfocus=alert(1)>',
  '<style>*{background:url(https://evil.test)}</style>',
  '<form action=https://evil.test><button>send</button></form>',
  '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
  '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
  '# <base href=//evil.test>\n<meta http-equiv=refresh content=0;url=//evil.test>',
  '> <details open ontoggle=alert(1)>',
  '&lt;script&gt;alert(1)&lt;/script&gt;',
  '**<b onclick=alert(1)>** ~~<i/onmouseover=alert(1)>~~',
  '<!--><img src=x onerror=alert(1)>-->',
  '<![CDATA[><img src=x onerror=alert(1)>]]>',
  '//evil.test www.evil.test mailto:a@b.test ftp://evil.test',
];

describe('hostile Markdown', () => {
  it.each(hostile)('stays inert: %s', (source) => {
    expectInert(elements(source));
  });

  it.each(hostile)('is not even written by the parser, at any moment of its arrival: %s', (source) => {
    const split = markdownBlocks();
    for (let at = 1; at <= source.length; at++) {
      for (const block of split(source.slice(0, at), true).blocks) {
        const html = parseMarkdown(block.source, context);
        for (const [, href] of html.matchAll(/data-href="([^"]*)"/g)) expect(href).toMatch(/^https?:/);
        const written = html.replace(/"[^"]*"/g, '""');
        for (const [, tag = ''] of written.matchAll(/<\/?([^\s>/]*)/g)) expect(tag.toUpperCase()).toMatch(allowed);
        expect(written).not.toMatch(/<[^>]* (href|src|style|action|on\w+)=/);
      }
    }
  });

  it('does not pass the sieve where a parser lets it through', () => {
    const highlight = () => '<img src=x onerror=alert(1)><svg onload=alert(1)></svg><a href="//evil.test">x</a>';
    const body = document.implementation.createHTMLDocument('').body;
    body.innerHTML = markdownToHtml('```js\nx\n```', { ...context, highlight });
    expectInert(body);
  });

  it('stays inert where attacks are mixed at random', () => {
    const part = fc.constantFrom(
      ...hostile,
      '\n',
      '\n\n',
      '`',
      '```\n',
      '[',
      '](',
      ')',
      '<',
      '>',
      '"',
      '**',
      '- ',
      '| ',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), (parts) => dangers(elements(parts.join(''))).length === 0),
      { numRuns: 25 },
    );
  });

  it('shows HTML as the text it is', () => {
    expect(elements('a <b>c</b> <script>d</script>').textContent).toBe('a <b>c</b> <script>d</script>\n');
  });

  it('names an image and leads to it, without loading it', () => {
    const link = elements('![a chart](https://e.test/c.png)').querySelector<HTMLElement>('[data-href]');
    expect(link?.textContent).toBe('Image, not loaded: a chart');
    expect(link?.dataset.href).toBe('https://e.test/c.png');
  });

  it('survives deep nesting', () => {
    expectInert(elements(`${'>'.repeat(2000)} deep`));
    expectInert(elements('[['.repeat(2000)));
    expectInert(elements(`${'*a **b '.repeat(500)}`));
  });
});

describe('what models write', () => {
  it('keeps single line breaks', () => {
    expect(elements('one\ntwo').querySelectorAll('br')).toHaveLength(1);
  });

  it('draws tables with their alignment and code with its language', () => {
    const table = elements('| a | b |\n|---|--:|\n| 1 | 2 |');
    expect(table.querySelectorAll('tr')).toHaveLength(2);
    expect(table.querySelector('td[data-align]')?.textContent).toBe('2');
    const code = elements('```python\nprint(1)\n```');
    expect(code.querySelector('[data-code-head] span')?.textContent).toBe('python');
    expect(code.querySelector('code')?.textContent).toBe('print(1)');
  });

  it('draws task lists without form fields', () => {
    const items = [...elements('- [ ] open\n- [x] done').querySelectorAll('li')];
    expect(items.map((item) => item.textContent)).toEqual(['☐ open', '☑ done']);
  });

  it('colours code of a known language only, through the same sieve', () => {
    const highlight = (code: string, language: string) =>
      language === 'py' ? `<span class="hljs-keyword">${code}</span><script>1</script>` : null;
    const html = markdownToHtml('```py\nx\n```\n\n```zz\ny\n```', { ...context, highlight });
    expect(html).toContain('<span class="hljs-keyword">x</span>');
    expect(html).not.toContain('script');
    expect(html).toContain('<code>y</code>');
  });
});

describe('Korean', () => {
  it.each([
    ['**컨테이너(container)**는 격리된다', '컨테이너(container)'],
    ['이것은**"중요"**합니다', '"중요"'],
    ['**`docker`**를 쓰세요', 'docker'],
    ['**강조**입니다', '강조'],
  ])('draws %s with bold words, not with stars', (source, bold) => {
    const body = elements(source);
    expect(body.querySelector('strong')?.textContent).toBe(bold);
    expect(body.textContent).not.toContain('*');
  });

  it('leaves stars that mean multiplication alone', () => {
    expect(elements('3 * 4 * 5').textContent?.trim()).toBe('3 * 4 * 5');
  });

  it.each(['을', '에서', '입니다', '로'])('does not take the particle %s for part of an address', (particle) => {
    const body = elements(`Wharf: http://127.0.0.1:8000${particle} 여세요. https://e.test/docs${particle}`);
    const links = [...body.querySelectorAll<HTMLElement>('[data-href]')].map(({ dataset }) => dataset.href);
    expect(links).toEqual(['http://127.0.0.1:8000', 'https://e.test/docs']);
    expect(body.textContent?.trim()).toBe(
      `Wharf: http://127.0.0.1:8000${particle} 여세요. https://e.test/docs${particle}`,
    );
  });
});

describe('a text that grows', () => {
  const answer = [
    '# Title\n\nSome *emphasis* and `code` and [a link](https://e.test).\n\n',
    '- one\n- two\n  - three\n\n1. first\n2. second\n\n```js\nconst a = 1;\n\nconst b = 2;\n```\n\n',
    '> quote\n> more\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\nLast [word][ref].\n#hashtag\n\n[ref]: https://ref.test\n',
  ].join('');

  it('ends up the same however it was cut into pieces', () => {
    const expected = markdownBlocks()(answer, false).blocks.map(({ source }) => source);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 60 }), (sizes) => {
        const split = markdownBlocks();
        let at = 0;
        for (const size of sizes) {
          at += size;
          split(answer.slice(0, at), true);
        }
        expect(split(answer, false).blocks.map(({ source }) => source)).toEqual(expected);
        expect(expected.join('')).toBe(answer);
      }),
      { numRuns: 40 },
    );
  });

  it('loses no character while it grows', () => {
    const split = markdownBlocks();
    for (let at = 1; at <= answer.length; at++) {
      const { blocks } = split(answer.slice(0, at), true);
      const closed = blocks
        .filter(({ isOpen }) => !isOpen)
        .map(({ source }) => source)
        .join('');
      expect(answer.startsWith(closed)).toBe(true);
      expect(blocks.filter(({ isOpen }) => isOpen).length).toBeLessThanOrEqual(2);
    }
  });

  it('parses only its last blocks again: finished ones stay the same objects', () => {
    const split = markdownBlocks();
    const text = 'word\n\n'.repeat(500);
    const before = split(text, true).blocks;
    const after = split(`${text}more`, true).blocks;
    expect(after.slice(0, 490).every((block, at) => block === before[at])).toBe(true);
  });

  it('loses or repeats text while its end is too long to be taken apart each time', () => {
    const split = markdownBlocks();
    const rows = '| one | two |\n'.repeat(4_000);
    const text = `first\n\nsecond\n\n| a | b |\n|---|---|\n${rows}\nlast *word*`;
    for (let at = 10; at < text.length; at += 977) {
      const { blocks } = split(text.slice(0, at), true);
      const long = blocks.at(-1)?.source.length ?? 0;
      if (long > 20_000) expect(blocks.map(({ source }) => source).join('')).toBe(text.slice(0, at));
    }
    const { blocks } = split(text, false);
    expect(blocks.map(({ source }) => source)).toEqual(
      markdownBlocks()(text, false).blocks.map(({ source }) => source),
    );
    expect(blocks.some(({ isOpen }) => isOpen)).toBe(false);
  });

  it('closes open marks for the moment', () => {
    const split = markdownBlocks();
    const { blocks } = split('Some **bold te', true);
    expect(elements(blocks.at(-1)?.source ?? '').querySelector('strong')?.textContent).toBe('bold te');
  });

  it('finds links that are defined at the very end, once the text is whole', () => {
    const split = markdownBlocks();
    split(answer, true);
    const { blocks, references } = split(answer, false);
    const links = blocks.map(({ source }) => parseMarkdown(source, { ...context, references })).join('');
    expect(links).toContain('data-href="https://ref.test"');
  });

  it('starts over where the text was replaced', () => {
    const split = markdownBlocks();
    split('one\n\ntwo\n\nthree\n\nfour', true);
    expect(split('other', true).blocks.map(({ source }) => source)).toEqual(['other']);
  });

  it('lays out without end what a looping model writes, or loses some of it', () => {
    const split = markdownBlocks();
    const text = 'word and **more**\n\n'.repeat(30_000);
    for (let at = 5_000; at < text.length; at += 40_000) split(text.slice(0, at), true);
    for (const { blocks } of [split(text, true), split(text, false), markdownBlocks()(text, false)]) {
      expect(blocks.map(({ source }) => source).join('')).toBe(text);
      expect(blocks.filter(({ isPlain }) => isPlain)).toHaveLength(1);
      expect(blocks.at(-1)?.isPlain).toBe(true);
      expect(text.length - (blocks.at(-1)?.source.length ?? 0)).toBeLessThan(220_000);
    }
  });

  it('lays out a table of thousands of rows, which stops the page for seconds', () => {
    const table = (rows: number) => `before\n\n| a | b |\n|---|---|\n${'| one | two |\n'.repeat(rows)}`;
    const plain = (text: string) => markdownBlocks()(text, false).blocks.map(({ isPlain }) => isPlain);
    expect(plain(table(5_000))).toEqual([false, true]);
    expect(plain(table(500))).toEqual([false, false]);
  });

  it('takes all that follows code for code where lines end with carriage returns', () => {
    const parts = ['Pulling 1%\rPulling 2%\r\n\r\n', '```\r\nsecond\r\n\r\nblock\r\n```\r\n\r\n', 'last'];
    expect(markdownBlocks()(parts.join(''), false).blocks.map(({ source }) => source)).toEqual(parts);
  });
});
