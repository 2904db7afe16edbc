import { useText } from '../lib/i18n';
import { useConnectionState } from '../live/useLive';
import { Notice } from '../ui/Notice';
import styles from './EngineBanner.module.css';
import { appTexts } from './locale';

/** While the way to the web host is away: what that means, and who has to do something. Goes when it is back. */
export function ConnectionBanner() {
  const t = useText(appTexts);
  const state = useConnectionState();
  if (state === 'open') return null;
  return (
    <div className={styles.banner}>
      {state === 'signedOut' ? (
        <Notice tone="bad" title={t('signedOut')}>
          {t('signedOutRemedy')}
        </Notice>
      ) : (
        <Notice tone="warn" title={t('reconnecting')}>
          {t('reconnectingMeaning')}
        </Notice>
      )}
    </div>
  );
}
