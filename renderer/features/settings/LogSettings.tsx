import { Link } from '@tanstack/react-router';
import type { Settings, SettingsChange } from '../../../electron/contract/settings';
import { useFormat } from '../../lib/format';
import { useText } from '../../lib/i18n';
import { places } from '../../lib/places';
import { Choices } from '../../ui/Choices';
import { Section } from '../../ui/Section';
import { settingsTexts } from './locale';
import { Setting } from './Setting';

/** All kept logs together take so many times what one may, see `services/openLogs`. */
const logsOnDisk = 8;

interface LogSettingsProps {
  settings: Settings;
  change: (values: SettingsChange) => void;
}

/** Whose logs stay on disk after their containers are gone, and how much of them. */
export function LogSettings({ settings, change }: LogSettingsProps) {
  const t = useText(settingsTexts);
  const format = useFormat();
  const one = format.bytes(settings.logSpoolBytes);
  const all = format.bytes(settings.logSpoolBytes * logsOnDisk);
  return (
    <Section title={t('logs')}>
      <Setting name={t('keepLogs')} why={t('keepLogsWhy', { one, all })}>
        <Choices
          label={t('keepLogs')}
          value={settings.keepLogs}
          onChange={(keepLogs) => change({ keepLogs })}
          choices={[
            { value: 'opened', word: t('keepOpened') },
            { value: 'wharf', word: t('keepWharf') },
            { value: 'all', word: t('keepAll') },
          ]}
        />
      </Setting>
      <p>
        <Link {...places.logs()}>{t('keptLogs')}</Link>
      </p>
    </Section>
  );
}
