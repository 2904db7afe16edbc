import { useText } from '../../lib/i18n';
import { CopyButton } from '../../ui/CopyButton';
import styles from './TransferPage.module.css';
import { transferTexts } from './transferLocale';

/** Names below each other. */
export function NameList({ names }: { names: readonly string[] }) {
  return (
    <ul className={styles.list}>
      {names.map((name) => (
        <li key={name}>{name}</li>
      ))}
    </ul>
  );
}

/** A kit's fingerprint, to be compared and copied. */
export function Fingerprint({ text }: { text: string }) {
  const t = useText(transferTexts);
  return (
    <>
      <span className={styles.fingerprint}>
        <code className={`mono ${styles.mono}`}>{text}</code>
        <CopyButton text={text} label={t('copyFingerprint')} />
      </span>
      <div className={styles.note}>{t('fingerprintWhy')}</div>
    </>
  );
}
