import { useQuery } from '@tanstack/react-query';
import { useApi } from '../../lib/client';
import { useText } from '../../lib/i18n';
import { useAbout } from '../../live/useLive';
import { icons } from '../../ui/icons';
import { Status } from '../../ui/Status';
import { settingsTexts } from './locale';
import { Setting } from './Setting';
import styles from './SettingsPage.module.css';

/** Where the keys of endpoints are, so that a person can judge it before typing one. Nothing to set. */
export function KeyStorageSetting() {
  const t = useText(settingsTexts);
  const api = useApi();
  const host = useAbout()?.host;
  const { data, isError } = useQuery({
    queryKey: ['keyStorage'],
    queryFn: ({ signal }) => api.targets.keyStorage(undefined, { signal }),
  });
  if (isError) return null;
  const why = data?.kept === 'keychain' ? 'keysSealedWhy' : host === 'web' ? 'keysOpenWebWhy' : 'keysOpenWhy';
  return (
    <Setting name={t('keys')}>
      <span className={styles.state}>
        {data?.kept === 'keychain' && <Status tone="good" word={t('keysSealed')} />}
        {data?.kept === 'file' && <Status tone="warn" icon={icons.unprotected} word={t('keysOpen')} />}
      </span>
      {data && <div className={styles.why}>{t(why)}</div>}
    </Setting>
  );
}
