import type { Settings } from '../../electron/contract/settings';
import { type Language, languageOf } from './i18n';

/** What the first paint needs before main has told: this window's copy from last time. */
interface Remembered {
  language: Language;
  theme: Settings['theme'];
}

const place = 'wharf.firstPaint';

/** The copy from last time, or what the browser says. */
export function remembered(): Remembered {
  let stored: Partial<Remembered> = {};
  try {
    stored = JSON.parse(localStorage.getItem(place) ?? '{}') as Partial<Remembered>;
  } catch {
    // A window without storage, or with rubbish in it, starts as for the first time.
  }
  return {
    language: languageOf(typeof stored.language === 'string' ? stored.language : navigator.language),
    theme: stored.theme === 'light' || stored.theme === 'dark' ? stored.theme : 'system',
  };
}

/** Keeps a copy for the next first paint. */
export function remember(values: Remembered): void {
  try {
    localStorage.setItem(place, JSON.stringify(values));
  } catch {
    // Only the first paint of the next start loses by it.
  }
}
