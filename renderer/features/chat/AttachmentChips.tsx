import type { Attachment } from '../../../electron/contract/chat';
import { useFormat } from '../../lib/format';
import { useText } from '../../lib/i18n';
import { IconButton } from '../../ui/IconButton';
import { icons } from '../../ui/icons';
import styles from './AttachmentChips.module.css';
import { chatTexts } from './locale';

interface AttachmentChipsProps {
  attachments: readonly Attachment[];
  onOpen?: (index: number) => void;
  onRemove?: (index: number) => void;
}

/** Files that go along with a message: name, size, and about how many tokens they are. */
export function AttachmentChips({ attachments, onOpen, onRemove }: AttachmentChipsProps) {
  const t = useText(chatTexts);
  const format = useFormat();
  if (attachments.length === 0) return null;
  return (
    <ul className={styles.chips} aria-label={t('attachments')}>
      {attachments.map(({ name, sizeBytes, tokens }, index) => {
        const words = (
          <>
            <icons.logs size={15} stroke={1.75} aria-hidden className={styles.icon} />
            <span className={styles.name}>{name}</span>
            <span className={styles.size} title={t('aboutTokensWhy')}>
              {format.bytes(sizeBytes)} · {t('aboutTokens', { shown: format.count(tokens) })}
            </span>
          </>
        );
        return (
          <li key={`${index}-${name}`} className={styles.chip}>
            {onOpen ? (
              <button type="button" className={styles.open} onClick={() => onOpen(index)} title={name}>
                {words}
              </button>
            ) : (
              <span className={styles.open} title={name}>
                {words}
              </span>
            )}
            {onRemove && (
              <IconButton icon={icons.close} label={t('detach', { name })} onClick={() => onRemove(index)} />
            )}
          </li>
        );
      })}
    </ul>
  );
}
