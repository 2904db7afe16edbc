import type { Settings } from '../../electron/contract/settings';
import { type Language, languageOf } from './i18n';

/**
 * Language and theme before main has told: what the host wrote into the page (`services/pageFiles.ts`), else what the
 * browser says. Not a copy in the page's own storage: its first reading holds up the page for a tenth of a second.
 */
export function firstPaint(): { language: Language; theme: Settings['theme'] } {
  const { language, theme } = document.documentElement.dataset;
  return {
    language: languageOf(language ?? navigator.language),
    theme: theme === 'light' || theme === 'dark' ? theme : 'system',
  };
}
