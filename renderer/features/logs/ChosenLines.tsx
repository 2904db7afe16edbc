import { useFormat } from '../../lib/format';
import { useText } from '../../lib/i18n';
import styles from './ChosenLines.module.css';
import { StripButton } from './LogStrip';
import { logTexts } from './locale';

interface ChosenLinesProps {
  count: number;
  /** Where the first one stands in the whole log, from 1. */
  place: number;
  onCopy: () => void;
  /** Null where a line has no address. */
  onLink: (() => void) | null;
  /** Null where all lines are shown anyway. */
  onContext: (() => void) | null;
}

/** What can be done with the lines that a person chose. */
export function ChosenLines({ count, place, onCopy, onLink, onContext }: ChosenLinesProps) {
  const t = useText(logTexts);
  const format = useFormat();
  return (
    <div className={styles.chosen} role="toolbar" aria-label={t('copyChosen')}>
      <span className={styles.words}>
        {count === 1 ? t('chosenOne', { at: format.count(place) }) : t('chosenLines', { shown: format.count(count) })}
      </span>
      <StripButton onClick={onCopy}>{t('copyChosen')}</StripButton>
      {onLink && <StripButton onClick={onLink}>{t('linkChosen')}</StripButton>}
      {onContext && <StripButton onClick={onContext}>{t('inContext')}</StripButton>}
    </div>
  );
}
