import { useCallback, useRef, useState } from 'react';
import type { Container } from '../../../electron/contract/containers';
import type { ContainerColumn } from '../../../electron/contract/settings';
import { useText } from '../../lib/i18n';
import type { ContainerSort } from '../../lib/places';
import { useSettings } from '../../live/useLive';
import { type Column, RowGap, SkeletonRows, Table } from '../../ui/Table';
import { useRowWindow } from '../../ui/useRowWindow';
import type { ContainerDialogKind } from './ContainerDialog';
import { ContainerMenu } from './ContainerMenu';
import { ContainerRow } from './ContainerRow';
import styles from './ContainersPage.module.css';
import { type ContainerFilters, nextSort } from './containerFilters';
import { containersTexts } from './locale';
import { tableTexts } from './tableLocale';
import { type BatchResult, type PlainDeed, usePendingDeeds } from './useContainerActions';
import type { Selection } from './useSelection';

interface ContainerTableViewProps {
  /** Undefined until main told. */
  rows: readonly Container[] | undefined;
  ready: boolean;
  sort: ContainerFilters['sort'];
  onSort: (sort: ContainerFilters['sort']) => void;
  selection: Selection;
  results: ReadonlyMap<string, BatchResult>;
  onDeed: (container: Container, kind: PlainDeed) => void;
  onDialog: (container: Container, kind: ContainerDialogKind) => void;
}

/** Columns before main told which are wanted. */
const usualColumns: readonly ContainerColumn[] = ['image', 'cpu', 'memory', 'ports', 'since'];

/** The table itself: only the rows on the screen are drawn, and one menu serves them all. */
export function ContainerTableView(props: ContainerTableViewProps) {
  const { rows, ready, sort, onSort, selection, results, onDeed, onDialog } = props;
  const t = useText(containersTexts);
  const words = useText(tableTexts);
  const pending = usePendingDeeds();
  const shown = new Set(useSettings()?.containerColumns ?? usualColumns);
  const body = useRef<HTMLTableSectionElement>(null);
  const count = rows?.length ?? 0;
  const { from, to } = useRowWindow(body, count);
  const [menu, setMenu] = useState<{ id: string; at: DOMRect } | null>(null);
  const onMenu = useCallback((container: Container, button: HTMLElement) => {
    setMenu({ id: container.id, at: button.getBoundingClientRect() });
  }, []);
  const menuOf = rows?.find(({ id }) => id === menu?.id);

  const sorted = (column: ContainerSort): Column['sort'] => ({
    order: sort === column ? 'ascending' : sort === `-${column}` ? 'descending' : null,
    onSort: () => onSort(nextSort(sort, column)),
  });
  const optional: Column[] = [
    { key: 'image', word: t('image'), width: '12.5%', wide: true, sort: sorted('image') },
    { key: 'cpu', word: words('cpu'), width: '96px', numeric: true },
    { key: 'memory', word: words('memory'), width: '80px', numeric: true },
    { key: 'ports', word: t('ports'), width: '76px', sort: sorted('ports') },
    { key: 'since', word: t('since'), width: '104px', numeric: true, wide: true, sort: sorted('since') },
    { key: 'created', word: words('created'), width: '112px', numeric: true, wide: true, sort: sorted('created') },
    { key: 'id', word: words('id'), width: '116px', wide: true },
  ];
  const all = selection.chosen.length > 0 && selection.chosen.length === count;
  const columns: Column[] = [
    {
      key: 'select',
      word: words('selectAll'),
      width: '40px',
      head: (
        <input
          type="checkbox"
          className={styles.select}
          aria-label={words('selectAll')}
          checked={all}
          ref={(box) => {
            if (box) box.indeterminate = !all && selection.chosen.length > 0;
          }}
          onChange={selection.toggleAll}
        />
      ),
    },
    { key: 'name', word: t('name'), width: '13%', sort: sorted('name') },
    { key: 'state', word: t('state'), sort: sorted('state') },
    ...optional.filter(({ key }) => shown.has(key as ContainerColumn)),
    { key: 'actions', word: t('actions'), width: '206px', nameless: true },
  ];

  return (
    <>
      <Table
        label={t('table')}
        columns={columns}
        stale={!ready && rows !== undefined}
        {...(rows !== undefined && { rowCount: count })}
        bodyRef={body}
      >
        {rows === undefined && <SkeletonRows columns={columns} />}
        <RowGap rows={from} columns={columns} />
        {rows?.slice(from, to).map((container, index) => (
          <ContainerRow
            key={container.id}
            rowIndex={from + index + 2}
            container={container}
            columns={columns}
            pending={pending.get(container.id)}
            result={results.get(container.id)?.failure}
            selected={selection.ids.has(container.id)}
            off={!ready}
            onSelect={selection.toggle}
            onDeed={onDeed}
            onDialog={onDialog}
            onMenu={onMenu}
          />
        ))}
        <RowGap rows={count - to} columns={columns} />
      </Table>
      {menu !== null && menuOf !== undefined && (
        <ContainerMenu
          container={menuOf}
          at={menu.at}
          off={!ready || pending.has(menuOf.id)}
          onClose={() => setMenu(null)}
          onDeed={onDeed}
          onDialog={onDialog}
        />
      )}
    </>
  );
}
