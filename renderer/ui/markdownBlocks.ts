import remend from 'remend';
import { blockStarts, type MarkdownContext } from './markdownHtml';

/** A part of a text that is rendered by itself. */
export interface MarkdownBlock {
  source: string;
  /** May still change: the text goes on. */
  isOpen: boolean;
  /** Too long to be laid out: shown as the text it is. */
  isPlain: boolean;
}

export interface MarkdownBlocks {
  blocks: readonly MarkdownBlock[];
  references: MarkdownContext['references'];
}

/** The last line may yet join the block before it, so two blocks stay open while text arrives. */
const openBlocks = 2;

/**
 * UTF-16 units of an open end that are taken apart with each update. A longer one (a long table, an open fence) is shown as
 * text anyway, and is looked at again whenever it has grown by a quarter.
 */
const openLengthLimit = 20_000;
const growthOfLong = 1.25;

/** UTF-16 units of a text that are laid out: its blocks up to there. No model writes that much, but a loop does. */
const laidOutLimit = 200_000;
/** Cells of a table that are laid out: it is measured as one, a hundred of its rows take as long as a page of prose. */
const tableCellLimit = 6_000;

/** A line that may define a link for the whole text (CommonMark 4.7). */
const definition = /^ {0,3}\[[^\]\n]+\]:/m;

/** Marks that are open at the end are closed for the moment, and no more than that: HTML is text here. */
const mending = {
  htmlTags: false,
  images: false,
  comparisonOperators: false,
  singleTilde: false,
  linkMode: 'text-only',
} as const;

interface Part {
  source: string;
  isTable: boolean;
}

/** Cuts `source` at its blocks; blank lines and definitions belong to the block before them. */
function cut(source: string): { parts: Part[]; references: MarkdownContext['references'] } {
  // As long as `source`, so that places in one are places in the other.
  const lined = source.replace(/\r\n/g, ' \n').replace(/\r/g, '\n');
  const { starts, references } = blockStarts(lined);
  const parts: Part[] = [];
  let line = 0;
  let offset = 0;
  let begin = 0;
  for (const [at, next] of starts.slice(1).entries()) {
    while (line < next.line) {
      offset = lined.indexOf('\n', offset) + 1;
      line += 1;
    }
    parts.push({ source: source.slice(begin, offset), isTable: starts[at]?.isTable ?? false });
    begin = offset;
  }
  parts.push({ source: source.slice(begin), isTable: starts.at(-1)?.isTable ?? false });
  return { parts, references };
}

const openBlock = (source: string): MarkdownBlock => ({
  source,
  isOpen: true,
  isPlain: source.length > openLengthLimit,
});
const closedBlock = ({ source, isTable }: Part): MarkdownBlock => ({
  source,
  isOpen: false,
  isPlain: source.length > laidOutLimit || (isTable && source.split('|', tableCellLimit + 1).length > tableCellLimit),
});
const plainRest = (source: string): MarkdownBlock => ({ source, isOpen: false, isPlain: true });

/** Blocks of a text, or of its end, that is whole; what goes past `limit` UTF-16 units is one block. */
function finished(source: string, limit: number): MarkdownBlocks {
  if (source.length <= Math.max(0, limit)) {
    const { parts, references } = cut(source);
    return { blocks: parts.map(closedBlock), references };
  }
  const { parts, references } = cut(source.slice(0, Math.max(0, limit)));
  const before = parts.slice(0, -1);
  const rest = source.slice(before.reduce((sum, part) => sum + part.source.length, 0));
  return { blocks: [...before.map(closedBlock), plainRest(rest)], references };
}

/**
 * Takes a growing text apart, block by block. While it grows only its last blocks are parsed again; blocks before them
 * keep their identity. Once it is whole it is parsed as a whole, so that links defined at its end work everywhere.
 * @returns a function of the text so far and whether more is to come
 */
export function markdownBlocks(): (text: string, isStreaming: boolean) => MarkdownBlocks {
  let known = '';
  let closed: MarkdownBlock[] = [];
  let closedLength = 0;
  /** Parts of an open end that is too long to be taken apart again before it has this length. */
  let long: { parts: Part[]; until: number } | null = null;
  let last: { text: string; isStreaming: boolean; result: MarkdownBlocks } | null = null;

  function streaming(text: string): MarkdownBlocks {
    if (!text.startsWith(known)) {
      closed = [];
      closedLength = 0;
      long = null;
    }
    known = text;
    const rest = text.slice(closedLength);
    if (closedLength > laidOutLimit) return { blocks: [...closed, plainRest(rest)], references: undefined };
    if (long && rest.length < long.until) {
      const before = long.parts.slice(0, -1).map(({ source }) => source);
      const end = rest.slice(before.reduce((sum, source) => sum + source.length, 0));
      return { blocks: [...closed, ...[...before, end].map(openBlock)], references: undefined };
    }
    const { parts } = cut(rest);
    const ended = parts.slice(0, Math.max(0, parts.length - openBlocks));
    if (ended.length > 0) {
      closed = [...closed, ...ended.map(closedBlock)];
      for (const { source } of ended) closedLength += source.length;
    }
    const open = parts.slice(ended.length);
    const openLength = text.length - closedLength;
    long = openLength > openLengthLimit ? { parts: open, until: openLength * growthOfLong } : null;
    const sources = open.map(({ source }) => source);
    const end = sources.pop() ?? '';
    sources.push(end.length <= openLengthLimit ? remend(end, mending) : end);
    return { blocks: [...closed, ...sources.map(openBlock)], references: undefined };
  }

  function whole(text: string): MarkdownBlocks {
    // What was taken apart while it grew stays as it is, unless the end may define links of the beginning.
    if (closed.length > 0 && text.startsWith(known) && !definition.test(text)) {
      const { blocks } = finished(text.slice(closedLength), laidOutLimit - closedLength);
      return { blocks: [...closed, ...blocks], references: undefined };
    }
    const { blocks, references } = finished(text, laidOutLimit);
    const kept = blocks.map((block, at) => {
      const before = closed[at];
      return before?.source === block.source && before.isPlain === block.isPlain ? before : block;
    });
    return { blocks: kept, references };
  }

  return (text, isStreaming) => {
    if (last?.text === text && last.isStreaming === isStreaming) return last.result;
    last = { text, isStreaming, result: isStreaming ? streaming(text) : whole(text) };
    return last.result;
  };
}
