import { Link } from '@tanstack/react-router';
import { memo } from 'react';
import type { Container } from '../../../electron/contract/containers';
import type { FailureValue } from '../../../electron/contract/failures';
import { canStart, canStop, mainPort } from '../../lib/containerStatus';
import { failureWords } from '../../lib/failures';
import { useFormat } from '../../lib/format';
import { useLanguage, useText } from '../../lib/i18n';
import { painted } from '../../lib/painted';
import { places } from '../../lib/places';
import { onSingleClick } from '../../lib/singleClick';
import { useNow } from '../../lib/useNow';
import { IconButton } from '../../ui/IconButton';
import { icons } from '../../ui/icons';
import { RelativeTime } from '../../ui/RelativeTime';
import { type Column, cell } from '../../ui/Table';
import type { ContainerDialogKind } from './ContainerDialog';
import { ContainerStateWords } from './ContainerStateWords';
import styles from './ContainersPage.module.css';
import { containersTexts } from './locale';
import { PublishedPorts } from './PublishedPorts';
import { CpuCell, MemoryCell, RowStats } from './StatsCells';
import { tableTexts } from './tableLocale';
import { commandOf, type Deed, type PlainDeed } from './useContainerActions';

interface ContainerRowProps {
  container: Container;
  /** 1-based among all rows of the table, its head included. */
  rowIndex: number;
  columns: readonly Column[];
  pending: Deed['kind'] | undefined;
  /** How it fared in what was done to many: null is done. */
  result: FailureValue | null | undefined;
  selected: boolean;
  /** Actions are off: the engine is away. */
  off: boolean;
  onSelect: (id: string, range: boolean) => void;
  onDeed: (container: Container, kind: PlainDeed) => void;
  onDialog: (container: Container, kind: ContainerDialogKind) => void;
  onMenu: (container: Container, button: HTMLElement) => void;
}

/** One line of the table. Plain cells and buttons: hundreds of them are redrawn while things change. */
export const ContainerRow = memo(function ContainerRow(props: ContainerRowProps) {
  const { container, rowIndex, columns, selected, onSelect } = props;
  const words = useText(tableTexts);
  return (
    <tr aria-rowindex={rowIndex} aria-selected={selected} data-selected={selected || undefined}>
      <RowStats container={container} on={columns.some(({ key }) => key === 'cpu' || key === 'memory')}>
        {columns.map((column) => (
          <td key={column.key} className={cell(column)} title={column.key === 'image' ? container.image : undefined}>
            {column.key === 'select' ? (
              <input
                type="checkbox"
                className={styles.select}
                aria-label={words('select', { name: container.name })}
                checked={selected}
                onChange={(event) => onSelect(container.id, (event.nativeEvent as MouseEvent).shiftKey)}
              />
            ) : (
              <Cell {...props} column={column.key} />
            )}
          </td>
        ))}
      </RowStats>
    </tr>
  );
}, unchanged);

/** Columns are made anew each time the table draws; a row only differs where they do. */
function unchanged(before: ContainerRowProps, after: ContainerRowProps): boolean {
  const keys = Object.keys(after) as (keyof ContainerRowProps)[];
  return (
    before.columns.length === after.columns.length &&
    before.columns.every(({ key }, at) => key === after.columns[at]?.key) &&
    keys.every((key) => key === 'columns' || before[key] === after[key])
  );
}

function Cell(props: ContainerRowProps & { column: string }) {
  const { container, column, pending, result, selected } = props;
  switch (column) {
    case 'name':
      return <Name container={container} />;
    case 'state':
      return (
        <span className={styles.state}>
          <ContainerStateWords container={container} pending={pending} />
          {result !== undefined && !selected && pending === undefined && <Result failure={result} />}
        </span>
      );
    case 'image':
      return container.image;
    case 'cpu':
      return <CpuCell container={container} />;
    case 'memory':
      return <MemoryCell container={container} />;
    case 'ports':
      return <PublishedPorts container={container} />;
    case 'since':
      return <Since container={container} />;
    case 'created':
      return <RelativeTime atMs={container.createdAtMs} />;
    case 'id':
      return (
        <code className="mono" title={container.id}>
          {container.id.slice(0, 12)}
        </code>
      );
    default:
      return <Actions {...props} />;
  }
}

function Name({ container }: { container: Container }) {
  const t = useText(containersTexts);
  return (
    <span className={styles.name}>
      <Link {...painted} {...places.container(container.id)} className={styles.nameLink} title={container.name}>
        {container.name}
      </Link>
      {container.madeByWharf && <icons.mark size={13} stroke={2} className={styles.ours} aria-label={t('wharf')} />}
    </span>
  );
}

/** How it went, in a mark; why not, in words on hover and for screen readers. */
function Result({ failure }: { failure: FailureValue | null }) {
  const words = useText(tableTexts);
  const language = useLanguage();
  if (failure === null) {
    return <icons.check size={14} stroke={2} className={styles.done} aria-label={words('rowDone')} />;
  }
  const why = failureWords(failure, language).what;
  return (
    <span className={styles.failed} title={why}>
      <icons.failed size={14} stroke={2} aria-hidden />
      <span className={styles.why}>{why}</span>
    </span>
  );
}

function Actions({ container, pending, off, onDeed, onDialog, onMenu }: ContainerRowProps) {
  const t = useText(containersTexts);
  const words = useText(tableTexts);
  const { name } = container;
  const disabled = off || pending !== undefined;
  const button = (kind: PlainDeed, icon: typeof icons.start, allowed: boolean) => (
    <IconButton
      icon={icon}
      label={t(`of.${kind}`, { name })}
      hint={commandOf({ container, deed: { kind } })}
      disabled={disabled || !allowed}
      onClick={onSingleClick(() => onDeed(container, kind))}
    />
  );
  return (
    <span className={styles.actions}>
      {container.state === 'paused'
        ? button('unpause', icons.start, true)
        : canStop(container)
          ? button('stop', icons.stop, true)
          : button('start', icons.start, canStart(container))}
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
        onClick={() => onDialog(container, 'remove')}
      />
      <IconButton
        icon={icons.more}
        label={words('more', { name })}
        aria-haspopup="menu"
        disabled={disabled}
        onClick={(event) => onMenu(container, event.currentTarget)}
      />
    </span>
  );
}

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
