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

/** The sixteen named colours are tokens of both themes; the other ones are what they say. */
const palette = createColorPalette(
  Object.fromEntries(namedColors.map((name) => [name, `var(--ansi-${name})`])) as Record<
    (typeof namedColors)[number],
    string
  >,
);

function lookOf({ foreground, background, decorations }: AnsiStyle): CSSProperties | undefined {
  if (foreground === null && background === null && decorations.length === 0) return undefined;
  const look: CSSProperties = {};
  let front = foreground && palette.value(foreground);
  let back = background && palette.value(background);
  if (decorations.includes('reverse')) [front, back] = [back ?? 'var(--surface)', front ?? 'var(--text)'];
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
