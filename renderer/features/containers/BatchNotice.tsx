import { failureWords } from '../../lib/failures';
import { useLanguage, useText } from '../../lib/i18n';
import { IconButton } from '../../ui/IconButton';
import { icons } from '../../ui/icons';
import { uiTexts } from '../../ui/locale';
import styles from './ContainersPage.module.css';
import { tableTexts } from './tableLocale';
import type { BatchResult } from './useContainerActions';

/** What came of doing something to many: how far it is, how many worked, and for each that did not why. */
export function BatchNotice({
  results,
  onDismiss,
}: {
  results: ReadonlyMap<string, BatchResult>;
  onDismiss: () => void;
}) {
  const t = useText(tableTexts);
  const ui = useText(uiTexts);
  const language = useLanguage();
  const all = [...results.values()];
  const kind = all[0]?.action.deed.kind;
  if (kind === undefined) return null;
  const under = all.filter(({ failure }) => failure === undefined);
  const done = all.filter(({ failure }) => failure === null);
  const failed = all.flatMap(({ action, failure }) => (failure ? [{ name: action.container.name, failure }] : []));
  return (
    <div className={styles.batch} data-bad={failed.length > 0 || undefined}>
      <div className={styles.batchLine} role="status">
        <span>
          {under.length > 0
            ? t('progress', { done: all.length - under.length, total: all.length })
            : [
                ...(done.length > 0 ? [t(`result.${kind}`, { count: done.length })] : []),
                ...(failed.length > 0 ? [t('failed', { count: failed.length })] : []),
              ].join(' · ')}
        </span>
        <IconButton icon={icons.close} label={ui('dismiss')} onClick={onDismiss} />
      </div>
      {failed.length > 0 && (
        <ul className={styles.batchFailures}>
          {failed.map(({ name, failure }) => {
            const { what, next } = failureWords(failure, language);
            return (
              <li key={name}>
                <b>{name}</b> {what}. <span>{next}</span>
              </li>
            );
          })}
        </ul>
      )}
    </div>
  );
}
