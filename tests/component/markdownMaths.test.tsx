import { cleanup, render, waitFor } from '@testing-library/react';
import { createElement } from 'react';
import { afterEach, describe, expect, it } from 'vitest';
import { ApiProvider } from '../../renderer/lib/client';
import { Markdown } from '../../renderer/ui/Markdown';

afterEach(cleanup);

/** The text as the page draws it, once its formulas are set where there are any. */
async function drawn(text: string, expectSet = true): Promise<HTMLElement> {
  const markdown = createElement(Markdown, { text });
  const { container } = render(createElement(ApiProvider, { api: {} as never, children: markdown }));
  if (expectSet) await waitFor(() => expect(container.querySelector('.katex')).not.toBeNull(), { timeout: 15_000 });
  return container;
}

/** What could run, load or lead away. */
function dangers(body: HTMLElement): string[] {
  return [...body.querySelectorAll('*')].flatMap((element) => [
    ...(/^(script|img|image|a|iframe|object|use|style|form|foreignobject)$/i.test(element.tagName)
      ? [element.tagName]
      : []),
    ...element.getAttributeNames().filter((name) => /^(href|src|xlink|on|action|formaction)/i.test(name)),
    ...(/url\(|expression|javascript|@import/i.test(element.getAttribute('style') ?? '') ? ['style'] : []),
  ]);
}

describe('formulas', () => {
  it.each([
    ['$a^2$', 'inline'],
    ['\\(a^2\\)', 'inline'],
    ['$$\na^2\n$$', 'display'],
    ['\\[\na\n= b\n- c\n\\]', 'display'],
    ['text \\[a^2\\] text', 'display'],
  ])('are left as source where a model writes %j', async (source, kind) => {
    const body = await drawn(source);
    expect(body.querySelector(`[data-formula="${kind}"] .katex`)).not.toBeNull();
    expect(body.querySelector('ul, ol, h1, h2')).toBeNull();
  });

  it.each(['costs $5 and $10 more', 'a lone $ sign', '`$a^2$` in code', '```\n$a^2$\n```', 'C:\\(x86'])(
    'are seen where there are none: %j',
    async (source) => {
      await drawn('$warm up$');
      cleanup();
      expect((await drawn(source, false)).querySelector('.katex')).toBeNull();
    },
  );

  it('that are wrong or not whole yet are shown as an error instead of what was written', async () => {
    const body = await drawn('$\\frac{1}{$ and $x$');
    expect(body.textContent).toContain('\\frac{1}{');
    expect(body.querySelector('.katex-error')).toBeNull();
  });

  it.each([
    '\\href{javascript:alert(1)}{x}',
    '\\url{javascript:alert(1)}',
    '\\includegraphics{https://evil.test/x.png}',
    '\\htmlStyle{background:url(https://evil.test)}{x}',
    '\\htmlClass{danger}{x}',
    '\\htmlData{onclick=alert(1)}{x}',
    '\\color{red;background:url(//evil.test)}x',
    '\\text{<img src=x onerror=alert(1)>}',
    '<script>alert(1)</script>',
    '\\def\\a{\\a\\a}\\a',
    '\\rule{100000em}{100000em}',
    '\\textcolor{url(//evil.test)}{x}',
  ])('that are hostile stay inert: %s', async (tex) => {
    for (const source of [`$x$ $${tex}$`, `$x$\n\n$$\n${tex}\n$$`]) {
      const body = await drawn(source);
      expect(dangers(body)).toEqual([]);
      expect(body.querySelector('.danger, [data-onclick], [onclick]')).toBeNull();
      for (const element of body.querySelectorAll<HTMLElement>('[style]')) {
        const sizes = [...(element.getAttribute('style') ?? '').matchAll(/(-?[\d.]+)em/g)].map(([, em]) => Number(em));
        expect(Math.max(0, ...sizes.map(Math.abs))).toBeLessThanOrEqual(50);
      }
      cleanup();
    }
  });

  it('longer than anybody writes hold up the page', async () => {
    const body = await drawn(`$x$\n\n$$\n${'a+'.repeat(5_000)}b\n$$`);
    expect(body.querySelectorAll('.katex')).toHaveLength(1);
  });
});
