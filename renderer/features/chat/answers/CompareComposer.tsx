import { useText } from '../../../lib/i18n';
import { onSingleClick } from '../../../lib/singleClick';
import { IconButton } from '../../../ui/IconButton';
import { icons } from '../../../ui/icons';
import styles from '../Composer.module.css';
import { useMessageField } from '../useMessageField';
import { compareTexts } from './compareLocale';

interface CompareComposerProps {
  text: string;
  canSend: boolean;
  isAnswering: boolean;
  onChange: (text: string) => void;
  onSend: (text: string) => void;
  onStop: () => void;
}

/** One prompt to all sides. */
export function CompareComposer({ text, canSend, isAnswering, onChange, onSend, onStop }: CompareComposerProps) {
  const t = useText(compareTexts);
  const field = useMessageField(text, onSend);

  return (
    <div className={styles.composer}>
      <div className={styles.box}>
        <div className={styles.line}>
          <textarea
            ref={field}
            className={styles.field}
            rows={1}
            value={text}
            placeholder={t('comparePlaceholder')}
            aria-label={t('comparePlaceholder')}
            onChange={(event) => onChange(event.target.value)}
          />
          {isAnswering ? (
            <IconButton
              icon={icons.stop}
              label={t('stopAll')}
              className={styles.stop}
              onClick={onSingleClick(onStop)}
            />
          ) : (
            <IconButton
              icon={icons.send}
              label={t('compareSend')}
              className={styles.send}
              disabled={!canSend}
              onMouseDown={(event) => event.preventDefault()}
              onClick={onSingleClick(() => onSend(field.current?.value ?? text))}
            />
          )}
        </div>
      </div>
    </div>
  );
}
