import * as plugin from '@vscode/markdown-it-katex';
import DOMPurify from 'dompurify';
import type { KatexOptions } from 'katex';
import type MarkdownIt from 'markdown-it';
import type { RendererRule, Token } from 'markdown-it';
import { lateLibrary } from './lateLibrary';

/** HTML of a formula, or null where it cannot be set. */
export type Typeset = (tex: string, isDisplayed: boolean) => string | null;

/** Longest formula that is set, in UTF-16 units; a longer one is shown as it was written. */
const formulaLengthLimit = 4_000;

/** Formulas of a block that are set; the rest is shown as it was written. */
const formulasInBlockLimit = 300;

/** Set formulas that are remembered: the open block is written again with each frame. */
const rememberedFormulas = 500;

/**
 * What hostile TeX could ask for is off (`trust`: no links, images, classes, styles or HTML); macros end (`maxExpand`) and
 * nothing grows past 20 em (`maxSize`). A formula that is wrong, or not whole yet, throws and stays text.
 */
const options: KatexOptions = {
  output: 'html',
  trust: false,
  strict: 'ignore',
  throwOnError: true,
  maxExpand: 300,
  maxSize: 20,
};

/** What KaTeX writes, and nothing else: spans with sizes, and paths for roots, braces and arrows. */
const allowed = {
  ALLOWED_TAGS: ['span', 'svg', 'path', 'line'],
  ALLOWED_ATTR: [
    ...['class', 'style', 'viewBox', 'preserveAspectRatio', 'width', 'height', 'd', 'xmlns', 'aria-hidden'],
    ...['x1', 'x2', 'y1', 'y2', 'stroke-width'],
  ],
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
};

/** A style that only measures and colours: no function, no address, no escape. */
const measuring = /^[\sa-z0-9#.;:%+-]*$/i;

/** Sets formulas with KaTeX and its faces. Without it formulas stay as they were written. */
export const useTypeset = lateLibrary<Typeset>(async () => {
  const [{ default: katex }] = await Promise.all([import('katex'), import('katex/dist/katex.min.css')]);
  const sieve = DOMPurify(window);
  sieve.addHook('uponSanitizeAttribute', (_node, { attrName, attrValue }, _config) => {
    if (attrName === 'style' && !measuring.test(attrValue)) _node.removeAttribute('style');
  });
  const known = new Map<string, string | null>();
  return (tex, isDisplayed) => {
    const key = `${isDisplayed ? 'd' : 'i'}${tex}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    let html: string | null = null;
    try {
      html = sieve.sanitize(katex.renderToString(tex, { ...options, displayMode: isDisplayed }), allowed);
    } catch {
      // Wrong, hostile or not whole yet: it is shown as it was written.
    }
    known.set(key, html);
    for (const oldest of known.keys()) {
      if (known.size <= rememberedFormulas) break;
      known.delete(oldest);
    }
    return html;
  };
});

/** Whether a text may hold a formula. */
export const mayHoldMaths = (text: string) => /\$[^\s]|\\\(|\\\[/.test(text);

/** Formulas of one rendering, in the order of their places in the HTML. */
export interface Formulas {
  tex: string[];
}

/** Stands in the HTML where a formula goes; nothing else of the parser's output has this attribute. */
const placeOf = (tokens: Token[], at: number, escape: (text: string) => string, formulas: Formulas, shown: boolean) => {
  const tex = tokens[at]?.content.trim() ?? '';
  formulas.tex.push(tex);
  const tag = shown ? 'div' : 'span';
  return `<${tag} data-formula="${shown ? 'display' : 'inline'}">${escape(tex)}</${tag}>`;
};

/**
 * Teaches the parser formulas: `$…$`, `$$…$$` (the library's rules), and `\(…\)`, `\[…\]`, which models write as often.
 * They come out as places that hold the TeX as text; `withFormulas` sets them.
 */
export function learnMaths(markdown: InstanceType<typeof MarkdownIt>, formulasOf: (env: unknown) => Formulas): void {
  const library = plugin as unknown as { default?: unknown };
  const learn = (library.default as { default?: unknown } | undefined)?.default ?? library.default ?? library;
  markdown.use(learn as never);
  const { escapeHtml } = markdown.utils;
  const inline: RendererRule = (tokens, at, _options, env) => placeOf(tokens, at, escapeHtml, formulasOf(env), false);
  const display: RendererRule = (tokens, at, _options, env) => placeOf(tokens, at, escapeHtml, formulasOf(env), true);
  Object.assign(markdown.renderer.rules, {
    math_inline: inline,
    math_inline_block: (...all: Parameters<RendererRule>) => display(...all),
    math_block: display,
  });

  markdown.inline.ruler.before('escape', 'math_brackets', (state, silent) => {
    const opening = state.src.slice(state.pos, state.pos + 2);
    if (opening !== '\\(' && opening !== '\\[') return false;
    const closing = opening === '\\(' ? '\\)' : '\\]';
    const end = state.src.indexOf(closing, state.pos + 2);
    if (end < 0 || end === state.pos + 2) return false;
    if (!silent) {
      const token = state.push(opening === '\\(' ? 'math_inline' : 'math_inline_block', 'math', 0);
      token.content = state.src.slice(state.pos + 2, end);
    }
    state.pos = end + 2;
    return true;
  });

  markdown.block.ruler.before('fence', 'math_bracket_block', (state, startLine, endLine, silent) => {
    const lineAt = (line: number) =>
      state.src.slice((state.bMarks[line] ?? 0) + (state.tShift[line] ?? 0), state.eMarks[line]);
    if (!lineAt(startLine).startsWith('\\[')) return false;
    for (let line = startLine; line < endLine; line += 1) {
      const end = lineAt(line).trimEnd();
      if (!end.endsWith('\\]')) continue;
      if (silent) return true;
      const from = (state.bMarks[startLine] ?? 0) + (state.tShift[startLine] ?? 0) + 2;
      const to = (state.bMarks[line] ?? 0) + (state.tShift[line] ?? 0) + end.length - 2;
      if (to < from) return false;
      const token = state.push('math_block', 'math', 0);
      token.block = true;
      token.content = state.src.slice(from, to);
      token.map = [startLine, line + 1];
      state.line = line + 1;
      return true;
    }
    return false;
  });
}

/**
 * Puts set formulas into HTML that has been through the sieve; what `typeset` makes has been through one of its own.
 * @param html with places in the order of `formulas`
 */
export function withFormulas(html: string, formulas: Formulas, typeset: Typeset): string {
  let at = -1;
  return html.replace(
    /<(span|div) data-formula="(inline|display)">[^<]*<\/\1>/g,
    (place: string, tag: string, kind: string) => {
      at += 1;
      const tex = formulas.tex[at] ?? '';
      if (at >= formulasInBlockLimit || tex.length > formulaLengthLimit) return place;
      const set = typeset(tex, kind === 'display');
      return set === null ? place : `<${tag} data-formula="${kind}" data-set>${set}</${tag}>`;
    },
  );
}
