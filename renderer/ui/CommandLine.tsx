import { useText } from '../lib/i18n';
import styles from './CommandLine.module.css';
import { CopyButton } from './CopyButton';
import { uiTexts } from './locale';

/** The `docker` line that does the same, to copy. `label` replaces the usual caption. */
export function CommandLine({ command, label }: { command: string; label?: string }) {
  const t = useText(uiTexts);
  const caption = label ?? t('sameCommand');
  return (
    <figure className={styles.figure}>
      <figcaption className={styles.caption}>{caption}</figcaption>
      <div className={styles.line}>
        <code className={`mono ${styles.code}`}>
          {command.split(' ').map((word, index) => (
            // The same word may stand in a command twice; words never move.
            <span key={`${index} ${word}`}>
              {index > 0 && ' '}
              <span className={styles.word}>{word}</span>
            </span>
          ))}
        </code>
        <CopyButton text={command} label={`${t('copy')}: ${caption}`} />
      </div>
    </figure>
  );
}
