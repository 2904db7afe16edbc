import type { Container } from '../../../electron/contract/containers';
import { canStart, canStop } from '../../lib/containerStatus';
import { useText } from '../../lib/i18n';
import { onSingleClick } from '../../lib/singleClick';
import { IconButton } from '../../ui/IconButton';
import { type Icon, icons } from '../../ui/icons';
import styles from './ContainersPage.module.css';
import { containersTexts } from './locale';
import { tableTexts } from './tableLocale';
import { lineOf, type PlainDeed } from './useContainerActions';

interface SelectionBarProps {
  chosen: readonly Container[];
  off: boolean;
  onDeed: (containers: readonly Container[], kind: PlainDeed) => void;
  onRemove: () => void;
  onClear: () => void;
}

const deeds: readonly { kind: PlainDeed; icon: Icon; suits: (container: Container) => boolean }[] = [
  { kind: 'start', icon: icons.start, suits: canStart },
  { kind: 'stop', icon: icons.stop, suits: canStop },
  { kind: 'restart', icon: icons.restart, suits: ({ state }) => state === 'running' },
  { kind: 'pause', icon: icons.pause, suits: ({ state }) => state === 'running' },
  { kind: 'unpause', icon: icons.start, suits: ({ state }) => state === 'paused' },
  { kind: 'kill', icon: icons.kill, suits: canStop },
];

/** In place of the filters while rows are chosen: what can be done to them, each deed to those that it suits. */
export function SelectionBar({ chosen, off, onDeed, onRemove, onClear }: SelectionBarProps) {
  const t = useText(containersTexts);
  const words = useText(tableTexts);
  return (
    <div className={styles.bulk} role="toolbar" aria-label={words('bulk')}>
      <span className={styles.chosen} role="status">
        {words('selected', { count: chosen.length })}
      </span>
      {deeds.map(({ kind, icon: Symbol, suits }) => {
        const suited = chosen.filter(suits);
        // Resuming is for the few times that something is paused.
        if (kind === 'unpause' && suited.length === 0) return null;
        return (
          <button
            key={kind}
            type="button"
            className={styles.bulkButton}
            disabled={off || suited.length === 0}
            title={lineOf({ kind }, ...suited.map(({ name }) => name))}
            onClick={onSingleClick(() => onDeed(suited, kind))}
          >
            <Symbol size={15} stroke={1.75} aria-hidden />
            {t(`action.${kind}`)}
          </button>
        );
      })}
      <button type="button" className={styles.bulkButton} data-danger disabled={off} onClick={onRemove}>
        <icons.remove size={15} stroke={1.75} aria-hidden />
        {t('action.remove')}
      </button>
      <IconButton icon={icons.close} label={words('clearSelection')} onClick={onClear} />
    </div>
  );
}
