import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useText } from '../../lib/i18n';
import { places } from '../../lib/places';
import { BackLink } from '../../ui/BackLink';
import { icons } from '../../ui/icons';
import { ListPage } from '../../ui/ListPage';
import { type Column, SkeletonRows, Table } from '../../ui/Table';
import { BuildRow } from './BuildRow';
import { ForgetBuilds } from './ForgetBuilds';
import { historyTexts } from './historyLocale';
import { buildTexts } from './locale';
import { useBuildHistory } from './useBuildHistory';

interface BuildHistoryPageProps {
  find: string;
  onFind: (find: string) => void;
  /** Compare two builds, the older one first. */
  onCompare: (one: string, other: string) => void;
}

/** What was built from what, and how it went: of this run of Wharf and of earlier ones. */
export function BuildHistoryPage({ find, onFind, onCompare }: BuildHistoryPageProps) {
  const t = useText(buildTexts);
  const words = useText(historyTexts);
  const builds = useBuildHistory();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [isForgetting, setForgetting] = useState(false);

  const columns: Column[] = [
    { key: 'choose', word: words('colChoose'), width: '44px', nameless: true },
    { key: 'state', word: words('colState'), width: '112px' },
    { key: 'tag', word: words('colTag') },
    { key: 'from', word: words('colFrom'), width: '20%', wide: true },
    { key: 'steps', word: words('colSteps'), width: '136px', numeric: true },
    { key: 'took', word: words('colTook'), width: '88px', numeric: true },
    { key: 'started', word: words('colStarted'), width: '120px', numeric: true },
    { key: 'actions', word: words('colActions'), width: '64px', nameless: true },
  ];
  const all = builds ?? [];
  const wanted = find.trim().toLowerCase();
  const rows = all.filter(({ tag, source }) =>
    [tag, source.kind === 'folder' ? source.path : t('bundledFolder')].join('\n').toLowerCase().includes(wanted),
  );
  const picked = all.filter(({ taskId }) => chosen.has(taskId));
  const [newer, older] = picked;
  const over = picked.filter(({ finishedAtMs }) => finishedAtMs !== null);
  const toggle = (taskId: string) => {
    const next = new Set(chosen);
    if (!next.delete(taskId)) next.add(taskId);
    setChosen(next);
  };
  const buildButton = (
    <Button
      renderRoot={(props) => <Link {...props} {...places.buildImage()} />}
      leftSection={<icons.build size={15} aria-hidden />}
    >
      {t('formTitle')}
    </Button>
  );

  return (
    <>
      <ListPage
        before={<BackLink place={places.images()} label={t('backToImages')} />}
        title={words('historyTitle')}
        count={builds && { all: all.length, shown: rows.length }}
        actions={
          <>
            <Button
              variant="default"
              disabled={picked.length !== 2}
              title={words('compareWhy')}
              onClick={() => older && newer && onCompare(older.taskId, newer.taskId)}
            >
              {words('compare')}
            </Button>
            <Button
              variant="default"
              disabled={over.length === 0}
              title={words('forgetWhy')}
              onClick={() => setForgetting(true)}
            >
              {words('forget')}
            </Button>
            {buildButton}
          </>
        }
        search={{ label: words('historyFind'), value: find, onChange: onFind }}
        nothing={{
          icon: icons.build,
          texts: {
            empty: words('historyEmpty'),
            emptyNext: words('historyEmptyNext'),
            nothingFound: words('historyNothing'),
            nothingFoundNext: words('historyNothingNext'),
          },
          action: buildButton,
          onShowAll: () => onFind(''),
        }}
      >
        <Table label={words('historyTable')} columns={columns}>
          {builds === undefined && <SkeletonRows columns={columns} />}
          {rows.map((build) => (
            <BuildRow key={build.taskId} build={build} isChosen={chosen.has(build.taskId)} onChoose={toggle} />
          ))}
        </Table>
      </ListPage>
      {isForgetting && (
        <ForgetBuilds
          builds={over}
          onClose={() => setForgetting(false)}
          onForgotten={() => {
            setForgetting(false);
            setChosen(new Set());
          }}
        />
      )}
    </>
  );
}
