import type { Settings, SettingsChange } from '../../../electron/contract/settings';
import { useText } from '../../lib/i18n';
import { useAbout } from '../../live/useLive';
import { Choices } from '../../ui/Choices';
import { Section } from '../../ui/Section';
import { settingsTexts } from './locale';
import { Setting } from './Setting';
import { UpdateSetting } from './UpdateSetting';

interface DesktopSettingsProps {
  settings: Settings;
  change: (values: SettingsChange) => void;
}

/** What the desktop app does beside its window. */
export function DesktopSettings({ settings, change }: DesktopSettingsProps) {
  const t = useText(settingsTexts);
  const packaged = useAbout()?.packaged ?? false;
  const onOff = (name: 'tray' | 'notifications' | 'startAtLogin') => (
    <Choices
      label={t(name)}
      value={settings[name] ? 'on' : 'off'}
      onChange={(value) => change({ [name]: value === 'on' })}
      choices={[
        { value: 'on', word: t('on') },
        { value: 'off', word: t('off') },
      ]}
    />
  );
  return (
    <Section title={t('desktop')}>
      <Setting name={t('notifications')} why={t('notificationsWhy')}>
        {onOff('notifications')}
      </Setting>
      <Setting name={t('tray')} why={t('trayWhy')}>
        {onOff('tray')}
      </Setting>
      <UpdateSetting settings={settings} change={change} />
      <Setting name={t('startAtLogin')} why={packaged ? t('startAtLoginWhy') : t('startAtLoginLater')}>
        {packaged && onOff('startAtLogin')}
      </Setting>
    </Section>
  );
}
