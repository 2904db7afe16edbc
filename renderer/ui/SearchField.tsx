import { useText } from '../lib/i18n';
import { IconButton } from './IconButton';
import { icons } from './icons';
import { uiTexts } from './locale';
import styles from './SearchField.module.css';

/** Narrows what a page lists, while typing. Escape empties it. */
export function SearchField({
  value,
  onChange,
  label,
}: {
  value: string;
  onChange: (value: string) => void;
  label: string;
}) {
  const t = useText(uiTexts);
  return (
    <div className={styles.field} role="search">
      <icons.search size={15} stroke={1.75} aria-hidden className={styles.icon} />
      <input
        type="search"
        className={styles.input}
        value={value}
        aria-label={label}
        placeholder={label}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape' && value !== '') onChange('');
        }}
      />
      {value !== '' && <IconButton icon={icons.close} label={t('clearSearch')} onClick={() => onChange('')} />}
    </div>
  );
}
