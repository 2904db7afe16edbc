import { Link, Outlet } from '@tanstack/react-router';
import { useText } from '../lib/i18n';
import { places } from '../lib/places';
import { icons } from '../ui/icons';
import styles from './Frame.module.css';
import { appTexts } from './locale';

const entries = [
  { word: 'home', place: places.home(), icon: icons.home, exact: true },
  { word: 'containers', place: places.containers(), icon: icons.containers, exact: false },
  { word: 'images', place: places.images(), icon: icons.images, exact: false },
  { word: 'chat', place: places.chat(), icon: icons.chat, exact: false },
  { word: 'activity', place: places.activity(), icon: icons.activity, exact: false },
  { word: 'settings', place: places.settings(), icon: icons.settings, exact: false },
] as const;

/** What stands around every page: rail, top bar, status bar. */
export function Frame() {
  const t = useText(appTexts);
  return (
    <div className={styles.frame}>
      <nav className={styles.rail} aria-label={t('pages')}>
        {entries.map(({ word, place, icon: Symbol, exact }) => (
          <Link
            key={word}
            {...place}
            className={styles.entry}
            activeOptions={{ exact, includeSearch: false }}
            title={t(word)}
          >
            <Symbol size={18} stroke={1.75} aria-hidden />
            <span className={styles.entryWord}>{t(word)}</span>
          </Link>
        ))}
      </nav>
      <main className={styles.page}>
        <Outlet />
      </main>
    </div>
  );
}
