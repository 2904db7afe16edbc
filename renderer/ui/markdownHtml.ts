import DOMPurify from 'dompurify';
import MarkdownIt, { type Env, type RendererRule, type Token } from 'markdown-it';
import { type Formulas, learnMaths, type Typeset, withFormulas } from './markdownMaths';

/** Colours code: HTML of `code` in `language`, or null where that language is not known. */
export type Highlight = (code: string, language: string) => string | null;

/** Words that stand in the HTML. */
export interface MarkdownWords {
  code: string;
  copyCode: string;
  copied: string;
  image: string;
}

/** What a block is rendered with. */
export interface MarkdownContext {
  words: MarkdownWords;
  highlight: Highlight | null;
  /** Null shows formulas as they were written. */
  typeset?: Typeset | null | undefined;
  /** Link definitions of the whole text. */
  references?: Record<string, { title: string; href: string }> | undefined;
}

const markdown = new MarkdownIt({ html: false, linkify: true, breaks: true, typographer: false });
const { escapeHtml } = markdown.utils;

// Only what a browser of the person's own may be asked to open; everything else stays the text it is.
markdown.validateLink = (url) => /^https?:\/\/[^\s/]/i.test(url.trim());
markdown.linkify.set({ fuzzyLink: false, fuzzyEmail: false, fuzzyIP: false });
for (const scheme of ['ftp:', '//', 'mailto:']) markdown.linkify.add(scheme, null);

/** Korean particles follow an address without a space; they are no part of it, and a port before one is no host. */
const particles =
  '을|를|은|는|이|가|에|에서|에는|에서는|에도|으로|로|와|과|의|도|만|나|이나|라는|이라는|처럼|부터|까지|입니다|이에요|예요';
const withParticle = `(https?://[\\x21-\\x7e]+)(${particles})(?![\\p{L}\\p{N}])`;
const anyWithParticle = new RegExp(withParticle, 'giu');
const firstWithParticle = new RegExp(`^${withParticle}`, 'iu');
const blankParticle = (_: string, address: string, particle: string) => address + ' '.repeat(particle.length);
const matchLinks = markdown.linkify.match.bind(markdown.linkify);
const matchLinkAtStart = markdown.linkify.matchAtStart.bind(markdown.linkify);
markdown.linkify.match = (text) => matchLinks(text.replace(anyWithParticle, blankParticle));
markdown.linkify.matchAtStart = (text) => matchLinkAtStart(text.replace(firstWithParticle, blankParticle));

const cjk = /^[\p{Script=Hangul}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]$/u;
const blank = /^\s?$/u;

/**
 * CommonMark closes `**` after a bracket or quote only before a blank, which Korean particles are not:
 * `**컨테이너(container)**는` would show its stars. Beside a letter of these scripts the mark may open and close.
 */
class CjkState extends markdown.inline.State {
  override scanDelims(start: number, canSplitWord: boolean) {
    const scanned = super.scanDelims(start, canSplitWord);
    if (!canSplitWord) return scanned;
    const before = this.src.slice(Math.max(0, start - 2), start).match(/.$/su)?.[0] ?? '';
    const after = this.src.slice(start + scanned.length, start + scanned.length + 2).match(/^./su)?.[0] ?? '';
    if (cjk.test(before) && !blank.test(after)) scanned.can_open = true;
    if (cjk.test(after) && !blank.test(before)) scanned.can_close = true;
    return scanned;
  }
}
markdown.inline.State = CjkState;

/** `- [x] done`: the box becomes a character of the first paragraph. */
markdown.core.ruler.after('inline', 'task_lists', (state) => {
  state.tokens.forEach((token, at) => {
    const box = /^\[([ xX])\] /.exec(token.content);
    const first = token.children?.[0];
    if (token.type !== 'inline' || !box || first?.type !== 'text') return;
    const item = state.tokens[at - 2];
    if (item?.type !== 'list_item_open' || state.tokens[at - 1]?.type !== 'paragraph_open') return;
    item.attrSet('data-task', box[1] === ' ' ? 'open' : 'done');
    first.content = `${box[1] === ' ' ? '☐' : '☑'} ${first.content.slice(box[0].length)}`;
  });
});

/** A parse that only looks for blocks has no formulas to keep. */
const formulasOf = (env: unknown): Formulas => (env as { formulas?: Formulas }).formulas ?? { tex: [] };
learnMaths(markdown, formulasOf);

const contextOf = (env: Env | undefined) => env?.context as MarkdownContext;

function codeBlock(token: Token, { words, highlight }: MarkdownContext): string {
  const language = token.type === 'fence' ? (token.info.trim().split(/\s+/)[0] ?? '') : '';
  const code = token.content.replace(/\n$/, '');
  const colored = language === '' ? null : (highlight?.(code, language) ?? null);
  return (
    `<div data-code><div data-code-head><span>${escapeHtml(language || words.code)}</span>` +
    `<button type="button" data-copy><span data-before>${escapeHtml(words.copyCode)}</span>` +
    `<span data-after>${escapeHtml(words.copied)}</span></button></div>` +
    `<pre tabindex="0"><code>${colored ?? escapeHtml(code)}</code></pre></div>`
  );
}

const attribute = (token: Token | undefined, name: string) => String(token?.attrGet(name) ?? '');

const aligned =
  (tag: 'th' | 'td'): RendererRule =>
  (tokens, at) => {
    const side = /text-align:(left|center|right)/.exec(attribute(tokens[at], 'style'))?.[1];
    return side ? `<${tag} data-align="${side}">` : `<${tag}>`;
  };

function linkStart(href: string, title = ''): string {
  const hover = escapeHtml(title === '' ? href : `${title}\n${href}`);
  return `<span role="link" tabindex="0" data-href="${escapeHtml(href)}" title="${hover}">`;
}

Object.assign(markdown.renderer.rules, {
  fence: (tokens, at, _options, env) => codeBlock(tokens[at] as Token, contextOf(env)),
  code_block: (tokens, at, _options, env) => codeBlock(tokens[at] as Token, contextOf(env)),
  table_open: () => '<div data-table tabindex="0"><table>',
  table_close: () => '</table></div>',
  th_open: aligned('th'),
  td_open: aligned('td'),
  link_open: (tokens, at) => linkStart(attribute(tokens[at], 'href'), attribute(tokens[at], 'title')),
  link_close: () => '</span>',
  image: (tokens, at, _options, env) => {
    const address = attribute(tokens[at], 'src');
    const words = `${contextOf(env).words.image}: ${tokens[at]?.content || address}`;
    return `${linkStart(address)}${escapeHtml(words)}</span>`;
  },
} satisfies Record<string, RendererRule>);

const allowedTags = [
  ...['p', 'br', 'hr', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'strong', 'em', 's', 'code', 'pre', 'blockquote'],
  ...['ul', 'ol', 'li', 'table', 'thead', 'tbody', 'tr', 'th', 'td', 'div', 'span', 'button'],
];
const allowedAttributes = [
  ...[
    'data-code',
    'data-code-head',
    'data-copy',
    'data-before',
    'data-after',
    'data-table',
    'data-align',
    'data-task',
    'data-formula',
  ],
  ...['data-href', 'role', 'tabindex', 'title', 'type', 'start', 'class'],
];

/**
 * Elements are sieved where they are: they stand in a document that shows, loads and runs nothing, and is made once. Given
 * text instead, DOMPurify makes such a document each time, which takes longer than all the rest.
 */
const inert = document.implementation.createHTMLDocument('');
const sieve = DOMPurify(window);
sieve.setConfig({
  IN_PLACE: true,
  ALLOWED_TAGS: allowedTags,
  ALLOWED_ATTR: allowedAttributes,
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  ALLOW_UNKNOWN_PROTOCOLS: false,
});

function sieved(html: string): string {
  const root = inert.createElement('div');
  root.innerHTML = html;
  sieve.sanitize(root);
  return root.innerHTML;
}

/** HTML of Markdown as the parser writes it: by itself it already holds none of the elements of its source. */
export function parseMarkdown(source: string, context: MarkdownContext, formulas: Formulas = { tex: [] }): string {
  return markdown.render(source, { context, formulas, references: { ...context.references } });
}

/**
 * HTML of one block of untrusted Markdown. Twice safe: the parser knows no HTML, and only the elements above pass. It
 * holds nothing that loads, submits, runs or leads anywhere: links are spans that the component around acts for.
 * Formulas are set after that, from their TeX, through a sieve of their own.
 */
export function markdownToHtml(source: string, context: MarkdownContext): string {
  const formulas: Formulas = { tex: [] };
  const html = sieved(parseMarkdown(source, context, formulas));
  return context.typeset && formulas.tex.length > 0 ? withFormulas(html, formulas, context.typeset) : html;
}

/** Where a top-level block starts. */
export interface BlockStart {
  line: number;
  isTable: boolean;
}

/**
 * Where the top-level blocks of `source` start; and the link definitions it holds. What stands in them is not read.
 * @param source with line feeds only
 */
export function blockStarts(source: string): { starts: BlockStart[]; references: MarkdownContext['references'] } {
  const env: Env = {};
  const starts: BlockStart[] = [];
  const tokens: Token[] = [];
  markdown.block.parse(source, markdown, env, tokens);
  for (const token of tokens) {
    if (token.level !== 0 || token.nesting < 0 || !token.map || token.type === 'inline') continue;
    starts.push({ line: token.map[0], isTable: token.type === 'table_open' });
  }
  return { starts, references: env.references };
}
