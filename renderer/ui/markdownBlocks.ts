import remend from 'remend';
import { blockStarts, type MarkdownContext } from './markdownHtml';

/** A part of a text that is rendered by itself. */
export interface MarkdownBlock {
  source: string;
  /** May still change: the text goes on. */
  isOpen: boolean;
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
export const openLengthLimit = 20_000;
const growthOfLong = 1.25;

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

/** Cuts `source` at its blocks; blank lines and definitions belong to the block before them. */
function cut(source: string): { parts: string[]; references: MarkdownContext['references'] } {
  const { lines, references } = blockStarts(source);
  const offsets: number[] = [];
  let line = 0;
  let offset = 0;
  for (const start of lines.slice(1)) {
    while (line < start) {
      offset = source.indexOf('\n', offset) + 1;
      line += 1;
    }
    offsets.push(offset);
  }
  const ends = [...offsets, source.length];
  return { parts: ends.map((end, at) => source.slice(at === 0 ? 0 : ends[at - 1], end)), references };
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
  let long: { parts: string[]; until: number } | null = null;
  let last: { text: string; isStreaming: boolean; result: MarkdownBlocks } | null = null;

  function streaming(text: string): MarkdownBlocks {
    if (!text.startsWith(known)) {
      closed = [];
      closedLength = 0;
      long = null;
    }
    known = text;
    const rest = text.slice(closedLength);
    if (long && rest.length < long.until) {
      const before = long.parts.slice(0, -1);
      const end = rest.slice(before.reduce((sum, part) => sum + part.length, 0));
      const blocks = [...closed, ...[...before, end].map((source) => ({ source, isOpen: true }))];
      return { blocks, references: undefined };
    }
    const { parts } = cut(rest);
    const finished = parts.slice(0, Math.max(0, parts.length - openBlocks));
    if (finished.length > 0) {
      closed = [...closed, ...finished.map((source) => ({ source, isOpen: false }))];
      for (const source of finished) closedLength += source.length;
    }
    const open = parts.slice(finished.length);
    const blocks = [...closed, ...open.map((source) => ({ source, isOpen: true }))];
    const end = blocks.at(-1);
    const openLength = text.length - closedLength;
    long = openLength > openLengthLimit ? { parts: open, until: openLength * growthOfLong } : null;
    if (end && end.source.length <= openLengthLimit)
      blocks[blocks.length - 1] = { source: remend(end.source, mending), isOpen: true };
    return { blocks, references: undefined };
  }

  function whole(text: string): MarkdownBlocks {
    // What was taken apart while it grew stays as it is, unless the end may define links of the beginning.
    if (closed.length > 0 && text.startsWith(known) && !definition.test(text)) {
      const { parts } = cut(text.slice(closedLength));
      const blocks = [...closed, ...parts.map((source) => ({ source, isOpen: false }))];
      return { blocks, references: undefined };
    }
    const { parts, references } = cut(text);
    const blocks = parts.map((source, at) => {
      const before = closed[at];
      return before?.source === source ? before : { source, isOpen: false };
    });
    return { blocks, references };
  }

  return (text, isStreaming) => {
    if (last?.text === text && last.isStreaming === isStreaming) return last.result;
    last = { text, isStreaming, result: isStreaming ? streaming(text) : whole(text) };
    return last.result;
  };
}
