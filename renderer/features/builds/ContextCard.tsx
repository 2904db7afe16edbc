import type { ContextPreview } from '../../../electron/contract/builds';
import type { FailureValue } from '../../../electron/contract/failures';
import { failureWords } from '../../lib/failures';
import { useFormat } from '../../lib/format';
import { useLanguage, useText } from '../../lib/i18n';
import { Notice } from '../../ui/Notice';
import styles from './ContextCard.module.css';
import { buildTexts } from './locale';

/** What a build would send: how much, what is largest, what the ignore file leaves out, what cannot be sent. */
export function ContextCard({ preview }: { preview: ContextPreview }) {
  const t = useText(buildTexts);
  const format = useFormat();
  const { fileCount, sizeBytes, largest, dropped, refused, complete } = preview;
  const droppedWords = t(dropped.sizeIsWhole ? 'droppedIs' : 'droppedAtLeast', {
    count: dropped.entryCount,
    size: format.bytes(dropped.sizeBytes),
  });
  return (
    <section className={styles.card} aria-label={t('sent')} aria-busy={!complete}>
      <h2 className={styles.title}>{t('sent')}</h2>
      <p className={styles.amount}>
        {t('sentIs', { count: fileCount, size: format.bytes(sizeBytes) })}
        {!complete && <span className={styles.looking}>{t('looking')}</span>}
      </p>
      {refused.length > 0 && <RefusedPaths refused={refused} />}
      {largest.length > 0 && <SizedPaths title={t('largest')} paths={largest} wholeBytes={sizeBytes} />}
      {dropped.ignoreFile === null ? (
        <p className={styles.note}>{t('noIgnore')}</p>
      ) : (
        <>
          <SizedPaths
            title={t('dropped', { file: dropped.ignoreFile })}
            beside={droppedWords}
            paths={dropped.largest.slice(0, 5)}
            wholeBytes={dropped.sizeBytes}
          />
        </>
      )}
    </section>
  );
}

interface SizedPathsProps {
  title: string;
  beside?: string;
  paths: ContextPreview['largest'];
  wholeBytes: number;
}

function SizedPaths({ title, beside, paths, wholeBytes }: SizedPathsProps) {
  const format = useFormat();
  return (
    <div>
      <h3 className={styles.heading}>
        {title}
        {beside !== undefined && <span className={styles.beside}>{beside}</span>}
      </h3>
      <ul className={styles.paths}>
        {paths.slice(0, 6).map(({ path, sizeBytes }) => (
          <li key={path} className={styles.path}>
            <span
              className={styles.bar}
              style={{ width: `${wholeBytes === 0 ? 0 : (sizeBytes / wholeBytes) * 100}%` }}
            />
            <span className={`mono ${styles.name}`} title={path}>
              {path}
            </span>
            <span className={styles.size}>{format.bytes(sizeBytes)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function RefusedPaths({ refused }: Pick<ContextPreview, 'refused'>) {
  const t = useText(buildTexts);
  const language = useLanguage();
  return (
    <Notice tone="bad" title={t('refusedTitle', { count: refused.length })}>
      <ul className={styles.refused}>
        {refused.map((details) => {
          const failure: FailureValue = { code: 'CONTEXT_REFUSED', details };
          const { what, next } = failureWords(failure, language);
          return (
            <li key={`${details.reason} ${details.path}`}>
              {what}. {next}
            </li>
          );
        })}
      </ul>
    </Notice>
  );
}
