import { useApi } from '../../lib/client';
import { useText } from '../../lib/i18n';
import { useStorageState } from '../../live/useLive';
import { CopyButton } from '../../ui/CopyButton';
import { FailureNotice } from '../../ui/FailureNotice';
import { IconButton } from '../../ui/IconButton';
import { icons } from '../../ui/icons';
import { Notice } from '../../ui/Notice';
import { useTellFailure } from '../../ui/useTellFailure';
import { chatTexts } from './locale';
import styles from './StorageNotice.module.css';

/** Says what is wrong with how conversations are kept: an unreadable database that was moved, a disk that refuses. */
export function StorageNotice() {
  const t = useText(chatTexts);
  const api = useApi();
  const tellFailure = useTellFailure();
  const storage = useStorageState();
  if (!storage || (storage.brokenFile === null && storage.failure === null)) return null;
  return (
    <div className={styles.notices}>
      {storage.failure && <FailureNotice failure={storage.failure} during={t('notKept')} />}
      {storage.brokenFile !== null && (
        <Notice
          tone="warn"
          title={t('brokenTitle')}
          actions={
            <>
              <CopyButton text={storage.brokenFile} label={t('copyPath')} />
              <IconButton
                icon={icons.close}
                label={t('dismiss')}
                onClick={() => api.chat.dismissBrokenFile().catch(tellFailure)}
              />
            </>
          }
        >
          <div>{t('brokenWords')}</div>
          <div className={`mono ${styles.path}`}>{storage.brokenFile}</div>
        </Notice>
      )}
    </div>
  );
}
