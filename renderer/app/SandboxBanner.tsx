import { useText } from '../lib/i18n';
import { useAbout } from '../live/useLive';
import { Notice } from '../ui/Notice';
import styles from './EngineBanner.module.css';
import { appTexts } from './locale';

/** While an installed Wharf runs with `--no-sandbox`: that it is not protected, and what to do. The status bar says it elsewhere. */
export function SandboxBanner() {
  const t = useText(appTexts);
  const about = useAbout();
  if (about === undefined || about.sandboxed || !about.packaged) return null;
  return (
    <div className={styles.banner}>
      <Notice tone="bad" title={t('sandboxOff')}>
        {t('unprotectedWhy')}
      </Notice>
    </div>
  );
}
