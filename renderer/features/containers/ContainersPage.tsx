import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useCallback, useState } from 'react';
import type { Container } from '../../../electron/contract/containers';
import { useFormat } from '../../lib/format';
import { useText } from '../../lib/i18n';
import { type ContainerFilter, places } from '../../lib/places';
import { useContainerTable, useEngineReady } from '../../live/useLive';
import { Choices } from '../../ui/Choices';
import { icons } from '../../ui/icons';
import { NothingListed } from '../../ui/NothingListed';
import { PageBody } from '../../ui/PageBody';
import { PageHeader } from '../../ui/PageHeader';
import { SearchField } from '../../ui/SearchField';
import { type Column, SkeletonRows, Table } from '../../ui/Table';
import { ActionFailures } from './ActionFailures';
import { ContainerRow } from './ContainerRow';
import { containersTexts } from './locale';
import { RemoveContainerDialog } from './RemoveContainerDialog';
import { type Deed, useContainerActions, usePendingDeeds } from './useContainerActions';

interface ContainersPageProps {
  show: ContainerFilter;
  find: string;
  onFilter: (next: { show?: ContainerFilter; find?: string }) => void;
}

const passes: Record<ContainerFilter, (container: Container) => boolean> = {
  all: () => true,
  running: ({ state }) => state === 'running' || state === 'restarting' || state === 'paused',
  wharf: ({ madeByWharf }) => madeByWharf,
};

/** The live table of all containers: what they are, how they are, and what can be done to them. */
export function ContainersPage({ show, find, onFilter }: ContainersPageProps) {
  const t = useText(containersTexts);
  const format = useFormat();
  const table = useContainerTable();
  const ready = useEngineReady();
  const act = useContainerActions();
  const pending = usePendingDeeds();
  const [removing, setRemoving] = useState<Container | null>(null);

  const columns: Column[] = [
    { key: 'name', word: t('name'), width: '18%' },
    { key: 'state', word: t('state') },
    { key: 'image', word: t('image'), width: '18%', wide: true },
    { key: 'ports', word: t('ports'), width: '84px' },
    { key: 'since', word: t('since'), width: '116px', numeric: true, wide: true },
    { key: 'actions', word: t('actions'), width: '186px', nameless: true },
  ];
  const onDeed = useCallback(
    (container: Container, kind: Deed['kind']) => {
      if (kind === 'remove') setRemoving(container);
      else void act({ container, deed: { kind } });
    },
    [act],
  );

  const all = table?.containers ?? [];
  const wanted = find.trim().toLowerCase();
  const rows = all
    .filter(
      (container) => passes[show](container) && `${container.name}\n${container.image}`.toLowerCase().includes(wanted),
    )
    .sort((a, b) => b.createdAtMs - a.createdAtMs);
  const choices = (['all', 'running', 'wharf'] as const).map((value) => ({
    value,
    word: t(value),
    count: all.filter(passes[value]).length,
  }));
  const runButton = (
    <Button
      renderRoot={(props) => <Link {...props} {...places.runContainer()} />}
      leftSection={<icons.add size={15} aria-hidden />}
    >
      {t('run')}
    </Button>
  );

  return (
    <>
      <PageHeader title={t('title')} beside={table && <span>{format.count(all.length)}</span>} actions={runButton}>
        <Choices label={t('filter')} value={show} choices={choices} onChange={(value) => onFilter({ show: value })} />
        <SearchField label={t('find')} value={find} onChange={(value) => onFilter({ find: value })} />
      </PageHeader>
      <PageBody>
        <ActionFailures />
        {table !== undefined && rows.length === 0 ? (
          <NothingListed
            filtered={all.length > 0}
            icon={icons.containers}
            texts={{
              empty: t('empty'),
              emptyNext: t('emptyNext'),
              nothingFound: t('nothingFound'),
              nothingFoundNext: t('nothingFoundNext'),
              showAll: t('showAll'),
            }}
            action={runButton}
            onShowAll={() => onFilter({ show: 'all', find: '' })}
          />
        ) : (
          <Table label={t('table')} columns={columns} stale={!ready && table !== undefined}>
            {table === undefined && <SkeletonRows columns={columns} />}
            {rows.map((container) => (
              <ContainerRow
                key={container.id}
                container={container}
                pending={pending.get(container.id)}
                off={!ready}
                onDeed={onDeed}
              />
            ))}
          </Table>
        )}
      </PageBody>
      {removing !== null && (
        <RemoveContainerDialog
          container={removing}
          onClose={() => setRemoving(null)}
          onRemove={(deed) => {
            setRemoving(null);
            void act({ container: removing, deed });
          }}
        />
      )}
    </>
  );
}
