import { useText } from '../../lib/i18n';
import { useSettings } from '../../live/useLive';
import { settingsTexts } from './locale';
import styles from './SettingsPage.module.css';

const isMac = /Mac/.test(navigator.platform);

const shortcuts = [
  { does: 'palette', keys: isMac ? ['⌘', 'K'] : ['Ctrl', 'K'] },
  { does: 'renameRow', keys: ['F2'] },
  { does: 'removeRow', keys: ['Delete'] },
  { does: 'logEnds', keys: ['Home', 'End'] },
  { does: 'clear', keys: ['Esc'] },
] as const;

/** The keys that do something on every page or on one of them. */
export function Shortcuts() {
  const t = useText(settingsTexts);
  const sendsOnEnter = (useSettings()?.sendKey ?? 'enter') === 'enter';
  return (
    <dl className={styles.shortcuts}>
      <Shortcut does={t('shortcut.send')} keys={sendsOnEnter ? ['Enter'] : [isMac ? '⌘' : 'Ctrl', 'Enter']} />
      <Shortcut does={t('shortcut.newLine')} keys={sendsOnEnter ? ['Shift', 'Enter'] : ['Enter']} />
      {shortcuts.map(({ does, keys }) => (
        <Shortcut key={does} does={t(`shortcut.${does}`)} keys={keys} />
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
