import type { FailureValue } from '../../../electron/contract/failures';
import { useText } from '../../lib/i18n';
import { FailureNotice } from '../../ui/FailureNotice';
import styles from './LogFailure.module.css';
import { logTexts } from './locale';

/** Why a log cannot be followed or read, and the way to try again. */
export function LogFailure({ failure, onRetry }: { failure: FailureValue; onRetry: () => void }) {
  const t = useText(logTexts);
  return (
    <div className={styles.notice}>
      <FailureNotice
        failure={failure}
        actions={
          <button type="button" className={styles.retry} onClick={onRetry}>
            {t('retry')}
          </button>
        }
      />
    </div>
  );
}
