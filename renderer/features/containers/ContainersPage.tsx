import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useCallback, useMemo, useState } from 'react';
import type { Container } from '../../../electron/contract/containers';
import { useText } from '../../lib/i18n';
import { places } from '../../lib/places';
import { useContainerTable, useEngine, useEngineReady } from '../../live/useLive';
import { Choices } from '../../ui/Choices';
import { FullPage } from '../../ui/FullPage';
import { icons } from '../../ui/icons';
import { ListPage } from '../../ui/ListPage';
import { ActionFailures } from './ActionFailures';
import { BatchNotice } from './BatchNotice';
import { ColumnChoice } from './ColumnChoice';
import { ContainerDialog, type ContainerDialogKind } from './ContainerDialog';
import { ContainerTableView } from './ContainerTableView';
import { type ContainerFilters, passes, shownContainers } from './containerFilters';
import { containersTexts } from './locale';
import { RemoveManyDialog } from './RemoveManyDialog';
import { SelectionBar } from './SelectionBar';
import { tableTexts } from './tableLocale';
import { type Deed, type PlainDeed, useBatch, useBatchActions, useContainerActions } from './useContainerActions';
import { useSelection } from './useSelection';

interface ContainersPageProps {
  filters: ContainerFilters;
  onFilter: (change: Partial<ContainerFilters>) => void;
}

const none: readonly Container[] = [];

/** The live table of all containers: what they are, how they are, and what can be done to them. */
export function ContainersPage({ filters, onFilter }: ContainersPageProps) {
  const t = useText(containersTexts);
  const words = useText(tableTexts);
  const table = useContainerTable();
  const ready = useEngineReady();
  const isAway = useEngine()?.failure != null;
  const act = useContainerActions();
  const actOnMany = useBatchActions();
  const [dialog, setDialog] = useState<{ kind: ContainerDialogKind; container: Container } | null>(null);
  const [removing, setRemoving] = useState<{ containers: readonly Container[]; isCleanUp: boolean } | null>(null);
  const [batch, setBatch] = useState<string | null>(null);
  const results = useBatch(batch);

  const all = table?.containers ?? none;
  const { show, find, sort } = filters;
  const rows = useMemo(() => shownContainers(all, { show, find, sort }), [all, show, find, sort]);
  const selection = useSelection(rows);

  const onDeed = useCallback((container: Container, kind: PlainDeed) => void act({ container, deed: { kind } }), [act]);
  const onDialog = useCallback((container: Container, kind: ContainerDialogKind) => setDialog({ kind, container }), []);
  const doMany = (containers: readonly Container[], deed: Deed) => {
    selection.clear();
    setBatch(actOnMany(containers, deed));
  };
  const choices = (['all', 'running', 'wharf'] as const).map((value) => ({
    value,
    word: t(value),
    ...(table !== undefined && { count: all.filter(passes[value]).length }),
  }));
  const stopped = all.filter(({ state }) => state === 'exited' || state === 'created' || state === 'dead');
  const runIcon = <icons.add size={15} aria-hidden />;
  const runButton = ready ? (
    <Button renderRoot={(props) => <Link {...props} {...places.runContainer()} />} leftSection={runIcon}>
      {t('run')}
    </Button>
  ) : (
    <Button disabled leftSection={runIcon}>
      {t('run')}
    </Button>
  );

  return (
    <>
      <ListPage
        title={t('title')}
        count={table && { all: all.length, shown: rows.length }}
        actions={
          <>
            {stopped.length > 0 && (
              <Button
                variant="default"
                disabled={!ready}
                leftSection={<icons.clean size={15} stroke={1.75} aria-hidden />}
                onClick={() => setRemoving({ containers: stopped, isCleanUp: true })}
              >
                {words('cleanUp')}
              </Button>
            )}
            {runButton}
          </>
        }
        selection={
          selection.chosen.length > 0 ? (
            <SelectionBar
              chosen={selection.chosen}
              off={!ready}
              onDeed={(containers, kind) => doMany(containers, { kind })}
              onRemove={() => setRemoving({ containers: selection.chosen, isCleanUp: false })}
              onClear={selection.clear}
            />
          ) : undefined
        }
        filters={
          <Choices label={t('filter')} value={show} choices={choices} onChange={(value) => onFilter({ show: value })} />
        }
        search={{ label: t('find'), value: find, onChange: (value) => onFilter({ find: value }) }}
        tools={<ColumnChoice />}
        above={
          <>
            <ActionFailures />
            {batch !== null && <BatchNotice results={results} onDismiss={() => setBatch(null)} />}
          </>
        }
        instead={
          table === undefined && isAway ? (
            <FullPage icon={icons.engineLost} title={t('noEngine')}>
              {t('noEngineNext')}
            </FullPage>
          ) : undefined
        }
        nothing={{
          icon: icons.containers,
          texts: {
            empty: t('empty'),
            emptyNext: t('emptyNext'),
            nothingFound: t('nothingFound'),
            nothingFoundNext: t('nothingFoundNext'),
          },
          action: runButton,
          onShowAll: () => onFilter({ show: 'all', find: '' }),
        }}
      >
        <ContainerTableView
          rows={table && rows}
          ready={ready}
          sort={sort}
          onSort={(next) => onFilter({ sort: next })}
          selection={selection}
          results={results}
          onDeed={onDeed}
          onDialog={onDialog}
        />
      </ListPage>
      {dialog !== null && <ContainerDialog {...dialog} onClose={() => setDialog(null)} />}
      {removing !== null && (
        <RemoveManyDialog
          {...removing}
          onClose={() => setRemoving(null)}
          onRemove={(containers, deed) => {
            setRemoving(null);
            doMany(containers, deed);
          }}
        />
      )}
    </>
  );
}
