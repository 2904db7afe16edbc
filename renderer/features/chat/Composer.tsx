import { type ReactNode, useEffect, useLayoutEffect, useRef } from 'react';
import { useText } from '../../lib/i18n';
import { useImeEnter } from '../../lib/imeEnter';
import { onSingleClick } from '../../lib/singleClick';
import { IconButton } from '../../ui/IconButton';
import { icons } from '../../ui/icons';
import styles from './Composer.module.css';
import { chatTexts } from './locale';

interface ComposerProps {
  /** Changes when another conversation is shown: the field takes the focus. */
  place: string;
  text: string;
  placeholder: string;
  /** False while nothing can be sent. */
  canSend: boolean;
  /** An answer is under way: the button stops it. */
  isAnswering: boolean;
  /** Why nothing can be sent, in words; null where that needs none. */
  reason: ReactNode;
  onChange: (text: string) => void;
  /** Called with the field's own text, which may be newer than `text`. */
  onSend: (text: string) => void;
  onStop: () => void;
}

/** Where a person writes. Grows with its text, keeps the focus, sends on Enter. */
export function Composer(props: ComposerProps) {
  const { place, text, placeholder, canSend, isAnswering, reason, onChange, onSend, onStop } = props;
  const t = useText(chatTexts);
  const field = useRef<HTMLTextAreaElement>(null);
  useImeEnter(field, onSend);

  useEffect(() => field.current?.focus({ preventScroll: true }), [place]);

  useLayoutEffect(() => {
    const element = field.current;
    if (!element) return;
    element.style.height = 'auto';
    element.style.height = `${element.scrollHeight}px`;
  }, [text, place]);

  return (
    <div className={styles.composer}>
      <div className={styles.box}>
        <textarea
          ref={field}
          className={styles.field}
          rows={1}
          value={text}
          placeholder={placeholder}
          aria-label={t('message')}
          aria-describedby="composer-reason"
          onChange={(event) => onChange(event.target.value)}
        />
        {isAnswering ? (
          <IconButton icon={icons.stop} label={t('stop')} className={styles.stop} onClick={onSingleClick(onStop)} />
        ) : (
          <IconButton
            icon={icons.send}
            label={t('send')}
            className={styles.send}
            disabled={!canSend}
            // The focus stays in the field.
            onMouseDown={(event) => event.preventDefault()}
            onClick={onSingleClick(() => onSend(field.current?.value ?? text))}
          />
        )}
      </div>
      <div id="composer-reason" className={styles.reason}>
        {reason}
      </div>
    </div>
  );
}
