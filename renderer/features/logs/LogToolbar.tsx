import type { LineSource, LinesHead } from '../../../electron/contract/lines';
import { useFormat } from '../../lib/format';
import { useText } from '../../lib/i18n';
import { Choices } from '../../ui/Choices';
import { IconButton } from '../../ui/IconButton';
import { icons } from '../../ui/icons';
import { Status, type Tone } from '../../ui/Status';
import styles from './LogToolbar.module.css';
import type { LineRows } from './lineFeed';
import { logTexts } from './locale';
import { type Timestamps, useLogPreferences } from './logPreferences';

const tones: Record<LinesHead['state'], Tone> = {
  opening: 'busy',
  live: 'good',
  ended: 'idle',
  reconnecting: 'warn',
  failed: 'bad',
};

interface LogToolbarProps {
  rows: LineRows;
  sourceKind: LineSource['kind'];
  copied: boolean;
  hasSelection: boolean;
  onCopy: () => void;
  onStart: () => void;
  onEnd: () => void;
}

/** How the log stands, how much of it there is, and how it is shown. */
export function LogToolbar({ rows, sourceKind, copied, hasSelection, onCopy, onStart, onEnd }: LogToolbarProps) {
  const t = useText(logTexts);
  const format = useFormat();
  const { wrap, timestamps, setWrap, setTimestamps } = useLogPreferences();
  const { head } = rows;
  const state = rows.failure !== null ? 'failed' : (head?.state ?? 'opening');
  const count = Math.max(0, rows.endIndex - rows.firstIndex);
  const endedWord = sourceKind === 'container' ? t('endedContainer') : t('endedTask');
  const endedHint = sourceKind === 'container' ? t('endedContainerHint') : t('endedTaskHint');

  return (
    <div className={styles.bar} role="toolbar" aria-label={t('lines')}>
      <span role="status" className={styles.state}>
        <Status
          tone={tones[state]}
          word={state === 'ended' ? endedWord : t(state)}
          title={state === 'ended' ? endedHint : undefined}
        />
      </span>
      <span className={styles.count}>{count === 1 ? t('countOne') : t('count', { shown: format.count(count) })}</span>
      {head !== null && head.firstIndex > 0 && (
        <span className={styles.dropped} title={t('droppedHint')}>
          {t('dropped', { shown: format.count(head.firstIndex) })}
        </span>
      )}
      <div className={styles.actions}>
        <span className={styles.timestamps} title={t('timestamps')}>
          <icons.clock size={15} stroke={1.75} aria-hidden />
          <Choices<Timestamps>
            label={t('timestamps')}
            value={timestamps}
            onChange={setTimestamps}
            choices={[
              { value: 'off', word: t('timestampsOff') },
              { value: 'relative', word: t('timestampsRelative') },
              { value: 'absolute', word: t('timestampsAbsolute') },
            ]}
          />
        </span>
        <IconButton
          icon={icons.wrap}
          label={t('wrap')}
          aria-pressed={wrap}
          className={wrap ? styles.pressed : ''}
          onClick={() => setWrap(!wrap)}
        />
        <IconButton
          icon={copied ? icons.check : icons.copy}
          label={copied ? t('copied') : hasSelection ? t('copySelection') : t('copyVisible')}
          // A press would take the selection away before the click reads it.
          onMouseDown={(event) => event.preventDefault()}
          onClick={onCopy}
        />
        <span className="hiddenVisually" role="status">
          {copied ? t('copied') : ''}
        </span>
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
