import type { ReactNode } from 'react';
import type { LineSource, LinesHead } from '../../../electron/contract/lines';
import { useFormat } from '../../lib/format';
import { useText } from '../../lib/i18n';
import { IconButton } from '../../ui/IconButton';
import { icons } from '../../ui/icons';
import { Status, type Tone } from '../../ui/Status';
import styles from './LogToolbar.module.css';
import type { LineRows } from './lineRows';
import { logTexts } from './locale';

const tones: Record<LinesHead['state'], Tone> = {
  opening: 'busy',
  live: 'good',
  ended: 'idle',
  reconnecting: 'warn',
  failed: 'bad',
};

interface LogToolbarProps {
  /** Of the source, whatever is shown of it. */
  head: LinesHead | null;
  hasFailed: boolean;
  /** As they are shown. */
  rows: LineRows;
  /** The lines that exist of what is shown: a list holds a part of very many. */
  exists: { first: number; end: number };
  /** True where the rows are not all lines. */
  isFiltered: boolean;
  /** Stands before all else. */
  heading?: ReactNode;
  sourceKind: LineSource['kind'];
  /** What else stands in the bar. */
  children: ReactNode;
  onStart: () => void;
  onEnd: () => void;
}

/** How the log stands, how much of it there is, and what can be done with it. */
export function LogToolbar({
  head,
  hasFailed,
  rows,
  exists,
  isFiltered,
  heading,
  sourceKind,
  children,
  onStart,
  onEnd,
}: LogToolbarProps) {
  const t = useText(logTexts);
  const format = useFormat();
  const state = hasFailed ? 'failed' : (head?.state ?? 'opening');
  const shown = Math.max(0, exists.end - exists.first);
  const all = head === null ? 0 : head.endIndex - head.firstIndex;
  const endedWord = sourceKind === 'task' ? t('endedTask') : t('endedContainer');
  const endedHint = sourceKind === 'task' ? t('endedTaskHint') : t('endedContainerHint');
  const count = isFiltered
    ? t('countOf', { shown: format.count(shown), all: format.count(all) })
    : shown === 1
      ? t('countOne')
      : t('count', { shown: format.count(shown) });

  return (
    <div className={styles.bar} role="toolbar" aria-label={t('lines')}>
      {heading}
      <span role="status" className={styles.state}>
        <Status
          tone={tones[state]}
          word={state === 'ended' ? endedWord : t(state)}
          title={state === 'ended' ? endedHint : undefined}
        />
      </span>
      <span className={styles.count}>{count}</span>
      {head !== null && head.olderCount !== null && (
        <span className={styles.count} title={t('olderHint')}>
          {t('olderCount', { shown: format.count(head.olderCount) })}
        </span>
      )}
      {head !== null && head.droppedCount > 0 && (
        <span className={styles.dropped} title={t('droppedHint')}>
          {t('dropped', { shown: format.count(head.droppedCount) })}
        </span>
      )}
      <div className={styles.actions}>
        {children}
        <IconButton icon={icons.toEnd} className={styles.toStart} label={t('toStart')} onClick={onStart} />
        <IconButton
          icon={icons.toEnd}
          label={t('toEnd')}
          aria-pressed={rows.following}
          className={rows.following ? styles.pressed : ''}
          onClick={onEnd}
        />
      </div>
    </div>
  );
}
