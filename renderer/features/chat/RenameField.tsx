import { type KeyboardEvent, useRef } from 'react';
import { useText } from '../../lib/i18n';
import { useImeEnter } from '../../lib/imeEnter';
import { chatTexts } from './locale';
import styles from './RenameField.module.css';

interface RenameFieldProps {
  title: string;
  /** Called with a title that is new and not empty. */
  onRename: (title: string) => void;
  /** Called once it is over, however it ended. */
  onEnd: () => void;
}

/** A conversation's title while it is being changed: Enter and leaving the field keep it, Escape does not. */
export function RenameField({ title, onRename, onEnd }: RenameFieldProps) {
  const t = useText(chatTexts);
  const field = useRef<HTMLInputElement>(null);
  const isDone = useRef(false);

  function finish(value: string) {
    if (isDone.current) return;
    isDone.current = true;
    const wanted = value.replace(/\s+/g, ' ').trim();
    if (wanted !== '' && wanted !== title) onRename(wanted);
    onEnd();
  }
  useImeEnter(field, finish);

  function onKeyDown(event: KeyboardEvent<HTMLInputElement>) {
    event.stopPropagation();
    if (event.key === 'Escape' && !event.nativeEvent.isComposing) finish(title);
  }

  return (
    <input
      ref={field}
      className={styles.field}
      defaultValue={title}
      maxLength={200}
      aria-label={t('renameField')}
      autoFocus
      onFocus={(event) => event.target.select()}
      onKeyDown={onKeyDown}
      onBlur={(event) => finish(event.target.value)}
    />
  );
}
