import { useText } from '../../lib/i18n';
import { FailureNotice } from '../../ui/FailureNotice';
import styles from './ContainersPage.module.css';
import { containersTexts } from './locale';
import { useActionFailures, useLastDone } from './useContainerActions';

/** Deeds that failed, each with its reason, until the reason is gone; and, for screen readers, the last one that worked. */
export function ActionFailures({ containerId }: { containerId?: string }) {
  const t = useText(containersTexts);
  const failures = useActionFailures().filter(
    ({ action }) => containerId === undefined || action.container.id === containerId,
  );
  const done = useLastDone();
  return (
    <>
      <span className="hiddenVisually" role="status">
        {done === undefined ? '' : t(`did.${done.deed.kind}`, { name: done.container.name })}
      </span>
      {failures.length > 0 && (
        <div className={styles.failures}>
          {failures.map(({ action, failure, dismiss }) => (
            <FailureNotice
              key={action.container.id}
              failure={failure}
              during={t(`of.${action.deed.kind}`, { name: action.container.name })}
              onDismiss={dismiss}
            />
          ))}
        </div>
      )}
    </>
  );
}
