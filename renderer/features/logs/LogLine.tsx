import { createColorPalette, namedColors } from 'ansi-sequence-parser';
import { type CSSProperties, memo } from 'react';
import { useFormat } from '../../lib/format';
import { useText } from '../../lib/i18n';
import { icons } from '../../ui/icons';
import type { AnsiStyle, LinePiece } from './ansiLine';
import styles from './LogLine.module.css';
import type { ShownLine } from './lineBlocks';
import { logTexts } from './locale';
import type { Timestamps } from './logPreferences';

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
  if (front) look.color = front;
  if (back) look.backgroundColor = back;
  if (decorations.includes('bold')) look.fontWeight = 650;
  if (decorations.includes('italic')) look.fontStyle = 'italic';
  if (decorations.includes('dim')) look.opacity = 0.7;
  const rules = (['underline', 'overline', 'strikethrough'] as const).filter((rule) => decorations.includes(rule));
  if (rules.length > 0) look.textDecoration = rules.join(' ').replace('strikethrough', 'line-through');
  return look;
}

function Piece({ piece }: { piece: LinePiece }) {
  if (piece.kind === 'control') {
    return (
      <span className={styles.control} title={piece.codePoint}>
        {piece.label}
      </span>
    );
  }
  const look = lookOf(piece.style);
  if (piece.link !== null) {
    return (
      <button type="button" className={styles.link} style={look} data-link={piece.link} tabIndex={-1}>
        {piece.text}
      </button>
    );
  }
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
  /** Undefined while it is being read. */
  line: ShownLine['line'] | undefined;
  ansi: ShownLine['ansi'] | undefined;
  timestamps: Timestamps;
  /** Now, for relative time stamps; anything where they are not shown. */
  nowMs: number;
}

/** One row of a log. Plain elements only: there are many of them. */
export const LogLine = memo(function LogLine({ line, ansi, timestamps, nowMs }: LogLineProps) {
  const t = useText(logTexts);
  const format = useFormat();
  if (line === undefined || ansi === undefined) return <div className={styles.line} data-loading />;
  if (line.stream === 'mark') {
    const words =
      line.text === 'gap'
        ? t('gap')
        : line.text === 'restarted'
          ? t('restarted', { at: line.atMs === null ? '' : format.dateTime(line.atMs) })
          : line.text;
    return (
      <div className={styles.mark} data-mark={line.text === 'gap' ? 'gap' : 'note'}>
        <span className={styles.markWords}>{words}</span>
      </div>
    );
  }
  const { atMs } = line;
  return (
    <div className={styles.line} data-stream={line.stream}>
      {timestamps !== 'off' && (
        <time className={styles.stamp} title={atMs === null ? undefined : new Date(atMs).toISOString()}>
          {atMs !== null && (timestamps === 'absolute' ? stamp(atMs) : format.ago(atMs, nowMs))}
        </time>
      )}
      <span className={styles.stream}>{line.stream === 'stderr' ? 'err' : 'out'}</span>
      <span className={styles.text} data-text>
        {ansi.pieces.map((piece, at) => (
          <Piece key={at} piece={piece} />
        ))}
      </span>
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
  );
});
