import { Link } from '@tanstack/react-router';
import { useText } from '../../lib/i18n';
import { places } from '../../lib/places';
import { useAbout, useSettings } from '../../live/useLive';
import { Choices } from '../../ui/Choices';
import { FailureNotice } from '../../ui/FailureNotice';
import { PageBody } from '../../ui/PageBody';
import { PageHeader } from '../../ui/PageHeader';
import { Section } from '../../ui/Section';
import { ShortcutList } from '../../ui/ShortcutList';
import { AboutWharf } from './AboutWharf';
import { BaseImageSetting } from './BaseImageSetting';
import { DesktopSettings } from './DesktopSettings';
import { KeyStorageSetting } from './KeyStorageSetting';
import { settingsTexts } from './locale';
import { MirrorSetting } from './MirrorSetting';
import { OllamaImageSetting } from './OllamaImageSetting';
import { OtherBrowser } from './OtherBrowser';
import { Setting } from './Setting';
import styles from './SettingsPage.module.css';
import { useChangeSettings } from './useChangeSettings';

/** What a person can set. Every change is stored at once and holds at once. */
export function SettingsPage() {
  const t = useText(settingsTexts);
  const settings = useSettings();
  const { systemLocale, host } = useAbout() ?? {};
  const { change, failure } = useChangeSettings();
  return (
    <>
      <PageHeader title={t('title')} />
      <PageBody padded>
        <div className={styles.page}>
          {failure !== null && <FailureNotice failure={failure} during={t('notSaved')} />}
          {settings !== undefined && (
            <>
              <Section title={t('looks')}>
                <Setting
                  name={t('language')}
                  why={systemLocale === undefined ? undefined : t('languageWhy', { locale: systemLocale })}
                >
                  <Choices
                    label={t('language')}
                    value={settings.language}
                    onChange={(language) => change({ language })}
                    choices={[
                      { value: 'system', word: t('languageSystem') },
                      { value: 'ko', word: '한국어' },
                      { value: 'en', word: 'English' },
                    ]}
                  />
                </Setting>
                <Setting name={t('theme')}>
                  <Choices
                    label={t('theme')}
                    value={settings.theme}
                    onChange={(theme) => change({ theme })}
                    choices={[
                      { value: 'system', word: t('themeSystem') },
                      { value: 'light', word: t('themeLight') },
                      { value: 'dark', word: t('themeDark') },
                    ]}
                  />
                </Setting>
              </Section>
              <Section title={t('chat')}>
                <Setting name={t('sendKey')} why={t('sendKeyWhy')}>
                  <Choices
                    label={t('sendKey')}
                    value={settings.sendKey}
                    onChange={(sendKey) => change({ sendKey })}
                    choices={[
                      { value: 'enter', word: 'Enter' },
                      { value: 'modEnter', word: /Mac/.test(navigator.platform) ? '⌘ Enter' : 'Ctrl+Enter' },
                    ]}
                  />
                </Setting>
                <KeyStorageSetting />
              </Section>
              {host === 'desktop' && <DesktopSettings settings={settings} change={change} />}
              <Section title={t('builds')}>
                <BaseImageSetting baseImage={settings.baseImage} />
                <MirrorSetting registryMirror={settings.registryMirror} />
              </Section>
              <Section title={t('models')}>
                <OllamaImageSetting ollamaImage={settings.ollamaImage} />
              </Section>
            </>
          )}
          <Section title={t('shortcuts')}>
            <ShortcutList sendsOnEnter={(settings?.sendKey ?? 'enter') === 'enter'} />
          </Section>
          <Section title={t('about')}>
            {host === 'web' && <OtherBrowser />}
            <AboutWharf />
            <p>
              <Link {...places.doctor()}>{t('doctor')}</Link>
            </p>
          </Section>
        </div>
      </PageBody>
    </>
  );
}
