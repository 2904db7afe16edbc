import { useFormat } from '../../lib/format';
import { useText } from '../../lib/i18n';
import { icons } from '../../ui/icons';
import { logTexts } from './locale';
import styles from './NewLines.module.css';

/** Says how many lines came since the reader left the end, and leads there. */
export function NewLines({ count, onClick }: { count: number; onClick: () => void }) {
  const t = useText(logTexts);
  const format = useFormat();
  return (
    <button type="button" className={styles.button} onClick={onClick} title={t('toEnd')}>
      <icons.toEnd size={14} stroke={1.75} aria-hidden />
      {count === 1 ? t('arrivedOne') : t('arrived', { shown: format.count(count) })}
    </button>
  );
}
