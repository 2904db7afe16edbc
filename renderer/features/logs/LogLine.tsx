import { createColorPalette, namedColors } from 'ansi-sequence-parser';
import { type CSSProperties, memo, useMemo } from 'react';
import type { Format } from '../../lib/format';
import { icons } from '../../ui/icons';
import { JsonTree } from '../../ui/JsonTree';
import type { AnsiStyle } from './ansiLine';
import { type MarkedPiece, markedPieces, type Ranges } from './highlight';
import { fieldText, jsonOf, messageOf } from './jsonLine';
import { LevelMark, type LogWords } from './LevelMark';
import styles from './LogLine.module.css';
import type { ShownLine } from './lineBlocks';
import type { LineColumns } from './lineColumns';
import { MarkLine } from './MarkLine';
import { readableColor } from './readableColor';
import { requestOfLine } from './requestOfLine';

/** On our own ground the sixteen named colours are tokens of the theme, so that they can be read on it. */
const ground = createColorPalette(
  Object.fromEntries(namedColors.map((name) => [name, `var(--ansi-${name})`])) as Record<
    (typeof namedColors)[number],
    string
  >,
);

/** On a ground of the line's own they are what terminals make of them. */
const terminal = createColorPalette();

/** Black or white, whichever can be read on `color` (`#rrggbb`). */
function readableOn(color: string): string {
  const [red = 0, green = 0, blue = 0] = (color.match(/[0-9a-f]{2}/gi) ?? []).map((pair) => Number.parseInt(pair, 16));
  return red * 0.299 + green * 0.587 + blue * 0.114 > 140 ? '#000000' : '#ffffff';
}

function colorsOf({ foreground, background, decorations }: AnsiStyle): { front?: string; back?: string } {
  const isReverse = decorations.includes('reverse');
  if (background === null) {
    const front = foreground ? ground.value(foreground) : undefined;
    if (!isReverse) return { front };
    return { front: 'var(--surface)', back: front ?? 'var(--text)' };
  }
  const back = terminal.value(background) ?? '#000000';
  const front = foreground ? terminal.value(foreground) : readableOn(back);
  return isReverse ? { front: back, back: front } : { front, back };
}

function lookOf(style: AnsiStyle): CSSProperties | undefined {
  const { foreground, background, decorations } = style;
  if (foreground === null && background === null && decorations.length === 0) return undefined;
  const look: CSSProperties = {};
  const { front, back } = colorsOf(style);
  if (front?.startsWith('#') && !back) {
    const { light, dark } = readableColor(front);
    Object.assign(look, { '--own-light': light, '--own-dark': dark, color: 'var(--own)' });
  } else if (front) look.color = front;
  if (back) look.backgroundColor = back;
  if (decorations.includes('bold')) look.fontWeight = 650;
  if (decorations.includes('italic')) look.fontStyle = 'italic';
  if (decorations.includes('dim')) look.opacity = 0.7;
  const rules = (['underline', 'overline', 'strikethrough'] as const).filter((rule) => decorations.includes(rule));
  if (rules.length > 0) look.textDecoration = rules.join(' ').replace('strikethrough', 'line-through');
  return look;
}

function Piece({ piece }: { piece: MarkedPiece }) {
  const hit = piece.isHit ? styles.hit : '';
  if (piece.kind === 'control') {
    return (
      <span className={`${styles.control} ${hit}`} title={piece.codePoint}>
        {piece.label}
      </span>
    );
  }
  const look = lookOf(piece.style);
  if (piece.link !== null) {
    return (
      <button type="button" className={`${styles.link} ${hit}`} style={look} data-link={piece.link} tabIndex={-1}>
        {piece.text}
      </button>
    );
  }
  if (piece.isHit) return <mark className={styles.hit}>{piece.text}</mark>;
  return look ? <span style={look}>{piece.text}</span> : piece.text;
}

const two = (value: number) => String(value).padStart(2, '0');

/** `07-31 09:05:02.004`, local time. */
function stamp(atMs: number): string {
  const at = new Date(atMs);
  const day = `${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  const time = `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
  return `${day} ${time}.${String(at.getMilliseconds()).padStart(3, '0')}`;
}

interface LogLineProps {
  /** Handed down: a hook a row would cost more than the row. */
  t: LogWords;
  format: Format;
  shown: ShownLine | undefined;
  columns: LineColumns;
  /** Now, for relative time stamps; anything where they are not shown. */
  nowMs: number;
  /** What a search found in it. */
  hits: Ranges;
  /** `chosen`: by a person; `found`: the hit that the search stands at. */
  state: 'chosen' | 'found' | null;
  /** Lines of its entry that follow it, and how many of them are folded away. */
  moreCount: number;
  foldedCount: number;
  /** True where the line itself is folded away. */
  folded: boolean;
  /** Lines that a filter hides before it. */
  hiddenBefore: number;
  /** Its JSON stands open. */
  open: boolean;
}

/** One row of a log. Plain elements only: there are many of them. */
export const LogLine = memo(function LogLine(props: LogLineProps) {
  const { t, format, shown, columns, nowMs, hits, state, moreCount, foldedCount, folded, hiddenBefore, open } = props;
  const text = shown?.line.text ?? '';
  const json = useMemo(() => jsonOf(text), [text]);
  const request = useMemo(() => requestOfLine(text), [text]);
  if (shown === undefined) return <div className={styles.line} data-loading />;
  const { line, ansi } = shown;
  if (line.stream === 'mark') return <MarkLine line={line} containers={columns.containers} t={t} format={format} />;
  if (folded) return <div className={styles.folded} />;
  const { atMs } = line;
  const container = columns.containers?.get(line.from?.containerId ?? '');
  const isSplit = json !== null && columns.fields.length > 0;
  return (
    <>
      {hiddenBefore > 0 && (
        <button type="button" className={styles.hidden} data-context={line.index} tabIndex={-1}>
          {hiddenBefore === 1 ? t('hiddenOne') : t('hiddenLines', { shown: format.count(hiddenBefore) })}
        </button>
      )}
      <div className={styles.line} data-stream={line.stream} data-row={line.index} data-state={state ?? undefined}>
        {container && (
          <span className={styles.container} style={{ color: container.color }} title={container.name} data-gutter>
            {container.name}
          </span>
        )}
        {columns.timestamps !== 'off' && (
          <time className={styles.stamp} title={atMs === null ? undefined : new Date(atMs).toISOString()} data-gutter>
            {atMs !== null && (columns.timestamps === 'absolute' ? stamp(atMs) : format.ago(atMs, nowMs))}
          </time>
        )}
        <span className={styles.stream} data-gutter>
          {line.stream === 'stderr' ? 'err' : 'out'}
        </span>
        {columns.levels && (
          <span className={styles.level} data-gutter>
            {line.level && <LevelMark level={line.level} t={t} />}
          </span>
        )}
        <span className={styles.toggle}>
          {moreCount > 0 && (
            <button
              type="button"
              className={styles.toggleButton}
              data-fold={line.index}
              aria-expanded={foldedCount === 0}
              aria-label={t(foldedCount > 0 ? 'unfoldEntry' : 'foldEntry')}
              title={t(foldedCount > 0 ? 'unfoldEntry' : 'foldEntry')}
              tabIndex={-1}
            >
              <span className={styles.chevron} aria-hidden />
            </button>
          )}
          {moreCount === 0 && json !== null && (
            <button
              type="button"
              className={styles.toggleButton}
              data-open={line.index}
              aria-expanded={open}
              aria-label={t(open ? 'closeJson' : 'openJson')}
              title={t(open ? 'closeJson' : 'openJson')}
              tabIndex={-1}
            >
              <span className={styles.chevron} aria-hidden />
            </button>
          )}
        </span>
        {isSplit &&
          columns.fields.map((field) => (
            <span key={field} className={styles.field} title={fieldText(json, field)}>
              {fieldText(json, field)}
            </span>
          ))}
        <span className={styles.text} data-text>
          {isSplit && messageOf(json) !== null && hits.length === 0
            ? messageOf(json)
            : markedPieces(ansi.pieces, hits).map((piece, at) => <Piece key={at} piece={piece} />)}
        </span>
        {foldedCount > 0 && (
          <button type="button" className={styles.more} data-fold={line.index} tabIndex={-1}>
            {foldedCount === 1 ? t('foldedOne') : t('foldedLines', { shown: format.count(foldedCount) })}
          </button>
        )}
        {request !== null && (
          <button
            type="button"
            className={styles.more}
            data-request={request}
            tabIndex={-1}
            aria-label={t('openTurn')}
            title={t('openTurn')}
          >
            <icons.chat size={12} aria-hidden />
          </button>
        )}
        {ansi.hiddenLength > 0 && (
          <button type="button" className={styles.more} data-copy-line={line.index} tabIndex={-1} title={t('copyLine')}>
            {t('hidden', { shown: format.count(ansi.hiddenLength) })}
            <icons.copy size={12} aria-hidden />
          </button>
        )}
        {line.cutBytes > 0 && (
          <span className={styles.cut} title={t('cutHint', { size: format.bytes(line.cutBytes) })}>
            {t('cut', { size: format.bytes(line.cutBytes) })}
          </span>
        )}
      </div>
      {open && json !== null && (
        <div className={styles.json}>
          <JsonTree label={t('jsonOf')} value={json} bare />
        </div>
      )}
    </>
  );
});
