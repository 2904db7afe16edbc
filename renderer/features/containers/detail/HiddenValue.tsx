import { useState } from 'react';
import { hiddenMark } from '../../../../electron/contract/secrets';
import { useApi } from '../../../lib/client';
import { useText } from '../../../lib/i18n';
import { CopyButton } from '../../../ui/CopyButton';
import { IconButton } from '../../../ui/IconButton';
import { icons } from '../../../ui/icons';
import { useTellFailure } from '../../../ui/useTellFailure';
import styles from './HiddenValue.module.css';
import { detailTexts } from './locale';

interface HiddenValueProps {
  containerId: string;
  name: string;
  /** Null: it looks like a secret and is asked for by `path`. */
  value: string | null;
  path: readonly string[];
}

/** A value to read and copy. A secret comes from main when it is asked for, and is forgotten when it is hidden again. */
export function HiddenValue({ containerId, name, value, path }: HiddenValueProps) {
  const t = useText(detailTexts);
  const api = useApi();
  const tellFailure = useTellFailure();
  const [shown, setShown] = useState<string | null>(null);
  const reveal = async () => {
    try {
      const { text } = await api.inspect.reveal({ id: containerId, path: [...path] });
      // A variable comes as it stands in the container: NAME=value.
      setShown(path[1] === 'Env' ? (text ?? '').slice(name.length + 1) : text);
    } catch (error) {
      tellFailure(error);
    }
  };
  const readable = value ?? shown;
  return (
    <span className={styles.line}>
      <span className={`mono ${styles.value}`}>
        {readable ?? (
          <>
            <span aria-hidden>{hiddenMark}</span>
            <span className="hiddenVisually">{t('hidden')}</span>
          </>
        )}
      </span>
      <span className={styles.buttons}>
        {value === null && (
          <IconButton
            icon={shown === null ? icons.show : icons.hide}
            label={t(shown === null ? 'show' : 'hide', { name })}
            onClick={() => (shown === null ? void reveal() : setShown(null))}
          />
        )}
        {readable !== null && <CopyButton text={readable} label={t('copyOf', { name })} />}
      </span>
    </span>
  );
}
