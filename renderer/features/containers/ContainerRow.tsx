import { Link } from '@tanstack/react-router';
import { memo } from 'react';
import type { Container } from '../../../electron/contract/containers';
import { canStart, canStop, mainPort } from '../../lib/containerStatus';
import { useFormat } from '../../lib/format';
import { useText } from '../../lib/i18n';
import { painted } from '../../lib/painted';
import { places } from '../../lib/places';
import { onSingleClick } from '../../lib/singleClick';
import { useNow } from '../../lib/useNow';
import { IconButton } from '../../ui/IconButton';
import { icons } from '../../ui/icons';
import { RelativeTime } from '../../ui/RelativeTime';
import { cell } from '../../ui/Table';
import { ContainerStateWords } from './ContainerStateWords';
import styles from './ContainersPage.module.css';
import { containersTexts } from './locale';
import { PublishedPorts } from './PublishedPorts';
import { commandOf, type Deed } from './useContainerActions';

interface ContainerRowProps {
  container: Container;
  pending: Deed['kind'] | undefined;
  /** Actions are off: the engine is away. */
  off: boolean;
  onDeed: (container: Container, kind: Deed['kind']) => void;
}

/** One line of the table. Plain cells and buttons: hundreds of them are redrawn while things change. */
export const ContainerRow = memo(function ContainerRow({ container, pending, off, onDeed }: ContainerRowProps) {
  const t = useText(containersTexts);
  const { name } = container;
  const disabled = off || pending !== undefined;
  const button = (kind: 'start' | 'stop' | 'restart', icon: typeof icons.start, allowed: boolean) => (
    <IconButton
      icon={icon}
      label={t(`of.${kind}`, { name })}
      hint={commandOf({ container, deed: { kind } })}
      disabled={disabled || !allowed}
      onClick={onSingleClick(() => onDeed(container, kind))}
    />
  );
  return (
    <tr>
      <td>
        <span className={styles.name}>
          <Link {...painted} {...places.container(container.id)} className={styles.nameLink} title={name}>
            {name}
          </Link>
          {container.madeByWharf && <icons.mark size={13} stroke={2} className={styles.ours} aria-label={t('wharf')} />}
        </span>
      </td>
      <td>
        <ContainerStateWords container={container} pending={pending} />
      </td>
      <td className={cell({ wide: true })} title={container.image}>
        {container.image}
      </td>
      <td>
        <PublishedPorts container={container} />
      </td>
      <td className={cell({ numeric: true, wide: true })}>
        <Since container={container} />
      </td>
      <td>
        <span className={styles.actions}>
          {canStop(container) ? button('stop', icons.stop, true) : button('start', icons.start, canStart(container))}
          {button('restart', icons.restart, container.state === 'running')}
          <Link
            {...places.container(container.id, 'logs')}
            className={styles.iconLink}
            aria-label={t('logsOf', { name })}
            title={t('logsOf', { name })}
          >
            <icons.logs size={16} stroke={1.75} aria-hidden />
          </Link>
          {container.servesApi && container.state === 'running' && mainPort(container) !== null ? (
            <Link
              {...places.chat({ container: container.id })}
              className={styles.iconLink}
              aria-label={t('chatWith', { name })}
              title={t('chatWith', { name })}
            >
              <icons.chat size={16} stroke={1.75} aria-hidden />
            </Link>
          ) : (
            <span className={styles.gap} />
          )}
          <IconButton
            icon={icons.remove}
            label={t('of.remove', { name })}
            hint={commandOf({ container, deed: { kind: 'remove', force: false, volumes: false } })}
            danger
            disabled={disabled}
            onClick={() => onDeed(container, 'remove')}
          />
        </span>
      </td>
    </tr>
  );
});

function Since({ container }: { container: Container }) {
  const t = useText(containersTexts);
  const format = useFormat();
  if (container.state === 'running' && container.startedAtMs !== null) {
    return (
      <span title={format.dateTime(container.startedAtMs)}>
        <Uptime startedAtMs={container.startedAtMs} words={(span) => t('up', { span })} />
      </span>
    );
  }
  return <RelativeTime atMs={container.finishedAtMs ?? container.createdAtMs} />;
}

function Uptime({ startedAtMs, words }: { startedAtMs: number; words: (span: string) => string }) {
  const format = useFormat();
  return words(format.span(useNow() - startedAtMs));
}
