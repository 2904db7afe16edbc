import { Link, Outlet, useMatchRoute } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useState } from 'react';
import { useText } from '../lib/i18n';
import { replayHangulEnter } from '../lib/imeEnter';
import { places } from '../lib/places';
import { icons } from '../ui/icons';
import { ConnectionBanner } from './ConnectionBanner';
import { EngineBanner } from './EngineBanner';
import { FileDrop } from './FileDrop';
import styles from './Frame.module.css';
import { appTexts } from './locale';
import { SandboxBanner } from './SandboxBanner';
import { StatusBar } from './StatusBar';
import { TopBar } from './TopBar';

const Palette = lazy(() => import('./Palette').then(({ Palette }) => ({ default: Palette })));

const ShortcutSheet = lazy(() => import('./ShortcutSheet').then(({ ShortcutSheet }) => ({ default: ShortcutSheet })));

const Toasts = lazy(() => import('../ui/toasts').then(({ Toasts }) => ({ default: Toasts })));

const entries = [
  { word: 'home', place: places.home(), icon: icons.home },
  { word: 'containers', place: places.containers(), icon: icons.containers, also: ['/run'] },
  {
    word: 'images',
    place: places.images(),
    icon: icons.images,
    also: ['/build', '/builds', '/pull', '/transfers', '/disk', '/kit'],
  },
  { word: 'models', place: places.models(), icon: icons.models, also: ['/ollama'] },
  { word: 'chat', place: places.chat(), icon: icons.chat, also: ['/compare'] },
  { word: 'activity', place: places.activity(), icon: icons.activity },
  { word: 'settings', place: places.settings(), icon: icons.settings },
  { word: 'help', place: places.help(), icon: icons.help, also: ['/doctor'] },
] as const;

/** What stands around every page: rail, top bar, status bar, command palette. */
export function Frame() {
  const t = useText(appTexts);
  const matches = useMatchRoute();
  const [palette, setPalette] = useState({ wanted: false, opened: false });
  const [sheet, setSheet] = useState(false);
  const openPalette = () => setPalette({ wanted: true, opened: true });

  useEffect(() => replayHangulEnter(document), []);

  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      // By key code: with a Korean layout the key itself is a letter of Hangul.
      if (event.code !== 'KeyK' || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
      event.preventDefault();
      setPalette(({ opened }) => ({ wanted: true, opened: !opened }));
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, []);

  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.key !== '?' || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      event.preventDefault();
      setSheet(true);
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, []);

  const atHome = matches({ to: '/' }) !== false;
  const isAt = (to: string) => matches({ to, fuzzy: to !== '/' }) !== false;
  return (
    <div className={styles.frame}>
      <a className={styles.skip} href="#page" onClick={focusPage}>
        {t('skipToPage')}
      </a>
      <nav className={styles.rail} aria-label={t('pages')}>
        <div className={styles.mark} aria-hidden>
          <icons.mark size={18} stroke={1.9} />
          <span className={styles.entryWord}>Wharf</span>
        </div>
        {entries.map(({ word, place, icon: Symbol, ...entry }) => (
          <Link
            key={word}
            {...place}
            className={styles.entry}
            data-here={isAt(place.to) || ('also' in entry && entry.also.some(isAt)) || undefined}
            title={t(word)}
          >
            <Symbol size={17} stroke={1.75} aria-hidden />
            <span className={styles.entryWord}>{t(word)}</span>
          </Link>
        ))}
      </nav>
      <TopBar onOpenPalette={openPalette} />
      <main className={styles.page} id="page" tabIndex={-1}>
        <SandboxBanner />
        <ConnectionBanner />
        {!atHome && <EngineBanner />}
        <Outlet />
      </main>
      <StatusBar />
      <FileDrop />
      <Suspense>
        {/* Between a page's title and its actions: in the corners they would cover what is pressed next. */}
        <Toasts position="top-center" limit={3} containerWidth={400} className={styles.toasts} />
      </Suspense>
      {sheet && (
        <Suspense>
          <ShortcutSheet onClose={() => setSheet(false)} />
        </Suspense>
      )}
      {palette.wanted && (
        <Suspense>
          <Palette opened={palette.opened} onClose={() => setPalette({ wanted: true, opened: false })} />
        </Suspense>
      )}
    </div>
  );
}

/** Whether a key goes into a text: a field, a terminal. */
function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('input, textarea, select, [contenteditable="true"]') !== null;
}

/** The address behind `#` is the router's, so the jump is made by hand. */
function focusPage(event: { preventDefault(): void }) {
  event.preventDefault();
  document.getElementById('page')?.focus();
}
