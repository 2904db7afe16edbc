import { type ReactNode, useEffect, useState } from 'react';
import { firstPaint } from '../lib/firstPaint';
import { languageOf, switchLanguage } from '../lib/i18n';
import { useAbout, useSettings } from '../live/useLive';
import { UiProvider } from '../ui/UiProvider';

/** Puts language and theme in force: as set, and until main has told as the page came. */
export function Preferences({ children }: { children: ReactNode }) {
  const [first] = useState(() => {
    const values = firstPaint();
    switchLanguage(values.language);
    return values;
  });
  const settings = useSettings();
  const systemLocale = useAbout()?.systemLocale;
  const theme = settings?.theme ?? first.theme;

  useEffect(() => {
    if (settings === undefined || systemLocale === undefined) return;
    switchLanguage(languageOf(settings.language === 'system' ? systemLocale : settings.language));
  }, [settings, systemLocale]);

  return <UiProvider scheme={theme}>{children}</UiProvider>;
}
