import { useText } from '../lib/i18n';
import styles from './ShortcutList.module.css';
import { shortcutTexts } from './shortcutLocale';

const isMac = /Mac/.test(navigator.platform);

const everywhere = [
  { does: 'palette', keys: isMac ? ['⌘', 'K'] : ['Ctrl', 'K'] },
  { does: 'sheet', keys: ['?'] },
  { does: 'clear', keys: ['Esc'] },
] as const;

const onPages = [
  { does: 'renameRow', keys: ['F2'] },
  { does: 'removeRow', keys: ['Delete'] },
  { does: 'logEnds', keys: ['Home', 'End'] },
] as const;

/** The keys that do something on every page or on one of them. `sendsOnEnter`: else the modifier goes with it. */
export function ShortcutList({ sendsOnEnter }: { sendsOnEnter: boolean }) {
  const t = useText(shortcutTexts);
  return (
    <dl className={styles.shortcuts}>
      {everywhere.map(({ does, keys }) => (
        <Shortcut key={does} does={t(does)} keys={keys} />
      ))}
      <Shortcut does={t('send')} keys={sendsOnEnter ? ['Enter'] : [isMac ? '⌘' : 'Ctrl', 'Enter']} />
      <Shortcut does={t('newLine')} keys={sendsOnEnter ? ['Shift', 'Enter'] : ['Enter']} />
      {onPages.map(({ does, keys }) => (
        <Shortcut key={does} does={t(does)} keys={keys} />
      ))}
    </dl>
  );
}

function Shortcut({ does, keys }: { does: string; keys: readonly string[] }) {
  return (
    <>
      <dt className={styles.keys}>
        {keys.map((key) => (
          <kbd key={key} className={styles.key}>
            {key}
          </kbd>
        ))}
      </dt>
      <dd className={styles.does}>{does}</dd>
    </>
  );
}
