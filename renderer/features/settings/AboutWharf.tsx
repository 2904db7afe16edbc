import { engineName } from '../../lib/engineName';
import { useText } from '../../lib/i18n';
import { useAbout, useEngine } from '../../live/useLive';
import { CopyButton } from '../../ui/CopyButton';
import { Facts } from '../../ui/Facts';
import { icons } from '../../ui/icons';
import { Status } from '../../ui/Status';
import { settingsTexts } from './locale';
import styles from './SettingsPage.module.css';

/** Versions, where Wharf keeps its files, and whether it is protected: what a report of a fault needs. */
export function AboutWharf() {
  const t = useText(settingsTexts);
  const about = useAbout();
  const engine = useEngine();
  if (about === undefined) return null;
  const facts = engine?.phase === 'ready' ? engine.facts : null;
  return (
    <Facts
      rows={[
        { name: t('version'), value: about.version },
        { name: t('host'), value: about.host === 'desktop' ? t('hostDesktop') : t('hostWeb') },
        {
          name: t('engine'),
          value: facts === null ? t('none') : `${engineName(facts)} (API ${facts.apiVersion})`,
        },
        { name: t('platform'), value: about.platform },
        ...(about.electronVersion === null ? [] : [{ name: t('electron'), value: about.electronVersion }]),
        ...(about.chromeVersion === null ? [] : [{ name: t('chrome'), value: about.chromeVersion }]),
        { name: t('node'), value: about.nodeVersion },
        {
          name: t('dataFolder'),
          value: (
            <span className={styles.folder}>
              <code className="mono">{about.dataFolder}</code>
              <CopyButton text={about.dataFolder} label={t('dataFolderCopy')} />
            </span>
          ),
        },
        {
          name: t('sandbox'),
          value: about.sandboxed ? (
            <Status tone="good" word={t('sandboxOn')} />
          ) : (
            <span className={styles.unprotected}>
              <Status tone="warn" icon={icons.unprotected} word="" />
              {t('sandboxOff')}
            </span>
          ),
        },
      ]}
    />
  );
}
