import { VisuallyHidden } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';
import { engineName } from '../lib/engineName';
import { useText } from '../lib/i18n';
import { useEngine } from '../live/useLive';
import { icons } from '../ui/icons';
import { Status } from '../ui/Status';
import { appTexts } from './locale';
import styles from './TopBar.module.css';

const EnginesDialog = lazy(() =>
  import('../features/engines/EnginesDialog').then((module) => ({ default: module.EnginesDialog })),
);

const shortcut = /Mac/.test(typeof navigator === 'undefined' ? '' : navigator.platform) ? '⌘K' : 'Ctrl K';

/** Which engine is driven, always visible, the switch to another, and the way to the command palette. */
export function TopBar({ onOpenPalette }: { onOpenPalette: () => void }) {
  const t = useText(appTexts);
  const engine = useEngine();
  const [choosing, setChoosing] = useState(false);
  const name = engine?.facts ? engineName(engine.facts) : engine?.endpoint?.label;
  return (
    <header className={styles.bar}>
      <button type="button" className={styles.engine} aria-haspopup="dialog" onClick={() => setChoosing(true)}>
        {/* Words before what is seen, which must be part of the button's name. */}
        <VisuallyHidden>{`${t('drivenEngine')}: `}</VisuallyHidden>
        {engine?.phase === 'ready' && (
          <Status tone="good" icon={icons.engine} word={name ?? ''} title={t('engineReady')} />
        )}
        {(engine === undefined || engine.phase === 'connecting') && <Status tone="busy" word={t('engineConnecting')} />}
        {engine?.phase === 'unreachable' && <Status tone="bad" icon={icons.engineLost} word={t('engineLost')} />}
        {engine?.phase === 'notAnswering' && <Status tone="warn" word={t('engineSilent')} />}
        {engine?.endpoint && (
          <span className={`mono ${styles.address}`} title={`${engine.endpoint.label} · ${engine.endpoint.address}`}>
            {engine.endpoint.address}
          </span>
        )}
        <icons.down size={14} stroke={1.75} className={styles.more} aria-hidden />
      </button>
      <button type="button" className={styles.palette} onClick={onOpenPalette} aria-keyshortcuts="Control+K Meta+K">
        <icons.search size={14} stroke={1.75} aria-hidden />
        <span className={styles.paletteWord}>{t('openPalette')}</span>
        <kbd className={styles.key}>{shortcut}</kbd>
      </button>
      {choosing && (
        <Suspense>
          <EnginesDialog onClose={() => setChoosing(false)} />
        </Suspense>
      )}
    </header>
  );
}
