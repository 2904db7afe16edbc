import { type ReactNode, useEffect, useState } from 'react';
import { languageOf, switchLanguage } from '../lib/i18n';
import { remember, remembered } from '../lib/remembered';
import { useAbout, useSettings } from '../live/useLive';
import { UiProvider } from '../ui/UiProvider';

/** Puts language and theme in force: as set, and until main has told as last time. */
export function Preferences({ children }: { children: ReactNode }) {
  const [first] = useState(() => {
    const values = remembered();
    switchLanguage(values.language);
    return values;
  });
  const settings = useSettings();
  const systemLocale = useAbout()?.systemLocale;
  const theme = settings?.theme ?? first.theme;

  useEffect(() => {
    if (settings === undefined || systemLocale === undefined) return;
    const language = languageOf(settings.language === 'system' ? systemLocale : settings.language);
    switchLanguage(language);
    remember({ language, theme: settings.theme });
  }, [settings, systemLocale]);

  return <UiProvider scheme={theme}>{children}</UiProvider>;
}
