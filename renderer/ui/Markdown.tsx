import { type KeyboardEvent, type MouseEvent, memo, useMemo, useState } from 'react';
import { useApi } from '../lib/client';
import { useText } from '../lib/i18n';
import { usePaced } from '../lib/usePaced';
import { useLinkConfirmation } from './LinkConfirmation';
import styles from './Markdown.module.css';
import { type MarkdownBlock, markdownBlocks } from './markdownBlocks';
import { useHighlight } from './markdownHighlight';
import { type Highlight, type MarkdownContext, type MarkdownWords, markdownToHtml } from './markdownHtml';
import { markdownTexts } from './markdownLocale';
import { mayHoldMaths, type Typeset, useTypeset } from './markdownMaths';

/** UTF-16 units of a block of code that are coloured with every update, and once it is finished. */
const colorLimit = { open: 4000, closed: 50_000 };

/** Blocks that React compares as one: a long answer has thousands. */
const blocksPerGroup = 40;

interface MarkdownProps {
  /** Untrusted. */
  text: string;
  /** More is to come: open marks are closed for the moment. */
  isStreaming?: boolean;
}

/**
 * The only way for text of models to become elements. HTML in it stays text, images are not loaded, links open outside
 * after a question, code can be copied.
 */
export function Markdown({ text, isStreaming = false }: MarkdownProps) {
  const t = useText(markdownTexts);
  const api = useApi();
  const link = useLinkConfirmation();
  const [split] = useState(markdownBlocks);
  const shown = usePaced(text, isStreaming);
  const { blocks, references } = split(shown, isStreaming);
  const highlight = useHighlight(shown.includes('```') || shown.includes('~~~'));
  const typeset = useTypeset(mayHoldMaths(shown));
  const code = t('code');
  const copyCode = t('copyCode');
  const copied = t('copied');
  const image = t('image');
  const words = useMemo(() => ({ code, copyCode, copied, image }), [code, copyCode, copied, image]);

  function onClick(event: MouseEvent) {
    if (!(event.target instanceof Element)) return;
    const href = event.target.closest<HTMLElement>('[data-href]')?.dataset.href;
    if (href !== undefined) return link.ask(href);
    const button = event.target.closest<HTMLElement>('[data-copy]');
    const source = button?.closest('[data-code]')?.querySelector('code');
    if (!button || !source) return;
    api.host.copyText({ text: source.textContent ?? '' }).then(
      () => {
        button.setAttribute('data-copy', 'done');
        setTimeout(() => button.setAttribute('data-copy', ''), 1500);
      },
      () => button.setAttribute('data-copy', ''),
    );
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.key !== 'Enter' || !(event.target instanceof HTMLElement)) return;
    const { href } = event.target.dataset;
    if (href === undefined) return;
    event.preventDefault();
    link.ask(href);
  }

  const groups: MarkdownBlock[][] = [];
  for (let at = 0; at < blocks.length; at += blocksPerGroup) groups.push(blocks.slice(at, at + blocksPerGroup));

  return (
    <div className={styles.markdown} data-long={groups.length > 2 || undefined} onClick={onClick} onKeyDown={onKeyDown}>
      {groups.map((group, at) => (
        <Group
          key={at * blocksPerGroup}
          blocks={group}
          words={words}
          highlight={highlight}
          typeset={typeset}
          references={references}
          tooLong={t('tooLong')}
        />
      ))}
      {link.question}
    </div>
  );
}

interface GroupProps {
  blocks: MarkdownBlock[];
  words: MarkdownWords;
  highlight: Highlight | null;
  typeset: Typeset | null;
  references: MarkdownContext['references'];
  tooLong: string;
}

const sameBlocks = (a: MarkdownBlock[], b: MarkdownBlock[]) =>
  a.length === b.length && a.every((block, at) => block === b[at]);

const Group = memo(
  function Group({ blocks, ...rest }: GroupProps) {
    return (
      <div className={styles.group}>
        {blocks.map((block, at) => (
          <Block key={String(at)} block={block} {...rest} />
        ))}
      </div>
    );
  },
  (a, b) =>
    a.words === b.words &&
    a.highlight === b.highlight &&
    a.typeset === b.typeset &&
    a.references === b.references &&
    a.tooLong === b.tooLong &&
    sameBlocks(a.blocks, b.blocks),
);

const Block = memo(function Block({
  block: { source, isOpen, isPlain },
  words,
  highlight,
  typeset,
  references,
  tooLong,
}: Omit<GroupProps, 'blocks'> & { block: MarkdownBlock }) {
  const isColored = source.length <= colorLimit[isOpen ? 'open' : 'closed'];
  const html = useMemo(
    () =>
      isPlain ? '' : markdownToHtml(source, { words, references, typeset, highlight: isColored ? highlight : null }),
    [source, isPlain, isColored, words, references, highlight, typeset],
  );
  if (isPlain) {
    return (
      <div className={styles.plain}>
        {!isOpen && <div className={styles.tooLong}>{tooLong}</div>}
        <PlainText source={source} />
      </div>
    );
  }
  return <div className={styles.block} dangerouslySetInnerHTML={{ __html: html }} />;
});

/** UTF-16 units of plain text that are one element: only the last changes while a text grows. */
const plainPieceLength = 4_000;

/** A long text as it is, in pieces that end with a line where one does. */
function PlainText({ source }: { source: string }) {
  const pieces: string[] = [];
  for (let at = 0; at < source.length; ) {
    const lineEnd = source.indexOf('\n', at + plainPieceLength);
    const end = lineEnd < 0 || lineEnd > at + 2 * plainPieceLength ? at + plainPieceLength : lineEnd + 1;
    pieces.push(source.slice(at, end));
    at = end;
  }
  return pieces.map((piece, at) => <PlainPiece key={String(at)} text={piece} />);
}

const PlainPiece = memo(function PlainPiece({ text }: { text: string }) {
  return <pre>{text}</pre>;
});
