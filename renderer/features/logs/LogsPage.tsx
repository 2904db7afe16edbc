import { Button, Menu } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useText } from '../../lib/i18n';
import { places } from '../../lib/places';
import { useContainerTable } from '../../live/useLive';
import { Choices } from '../../ui/Choices';
import { IconButton } from '../../ui/IconButton';
import { icons } from '../../ui/icons';
import { PageBody } from '../../ui/PageBody';
import { PageHeader } from '../../ui/PageHeader';
import { ContainerPicker } from './ContainerPicker';
import lineStyles from './LogLines.module.css';
import { LogPane } from './LogPane';
import styles from './LogsPage.module.css';
import { LogView } from './LogView';
import { severalTexts } from './severalLocale';
import { useGo } from './useGo';
import { useKeptLogs } from './useKeptLogs';
import type { LogAddressing } from './useLogAddress';

/** Text colours that are told apart and read on both grounds; they come round again after the last. */
const colors = ['cyan', 'magenta', 'green', 'yellow', 'blue', 'red', 'brightMagenta', 'brightGreen'];

interface LogsPageProps {
  /** Containers whose logs are shown; none: they are chosen here. */
  ids: readonly string[];
  /** Side by side, a pane each; else in one. */
  side: boolean;
  addressing: LogAddressing;
}

/** Logs of several containers, in one ordered by time or side by side. */
export function LogsPage({ ids, side, addressing }: LogsPageProps) {
  const t = useText(severalTexts);
  const go = useGo();
  const table = useContainerTable();
  const kept = useKeptLogs();
  const containers = useMemo(() => {
    const names = new Map(kept.map(({ containerId, name }) => [containerId, name]));
    for (const { id, name } of table?.containers ?? []) names.set(id, name);
    return new Map(
      ids.map((id, at) => [
        id,
        { name: names.get(id) ?? id.slice(0, 12), color: `var(--ansi-${colors[at % colors.length]})` },
      ]),
    );
  }, [ids, table, kept]);
  const show = (next: readonly string[], nextSide = side) => go(places.logs({ ids: next, side: nextSide }));
  const [only] = ids;

  if (ids.length === 0 || only === undefined) {
    return (
      <>
        <PageHeader title={t('title')} />
        <PageBody padded>
          <ContainerPicker onShow={show} kept={kept} />
        </PageBody>
      </>
    );
  }
  return (
    <>
      <PageHeader
        title={t('title')}
        actions={
          <>
            <Choices
              label={t('arrangement')}
              value={side ? 'side' : 'merged'}
              choices={[
                { value: 'merged', word: t('merged') },
                { value: 'side', word: t('side') },
              ]}
              onChange={(value) => show(ids, value === 'side')}
            />
            <Menu position="bottom-end" width={260}>
              <Menu.Target>
                <Button variant="default" leftSection={<icons.add size={15} stroke={1.75} aria-hidden />}>
                  {t('addContainer')}
                </Button>
              </Menu.Target>
              <Menu.Dropdown mah={420} style={{ overflowY: 'auto' }}>
                {(table?.containers ?? [])
                  .filter(({ id }) => !ids.includes(id))
                  .map(({ id, name }) => (
                    <Menu.Item key={id} onClick={() => show([...ids, id])}>
                      {name}
                    </Menu.Item>
                  ))}
                <Menu.Divider />
                <Menu.Item onClick={() => go(places.logs())}>{t('chooseOthers')}</Menu.Item>
              </Menu.Dropdown>
            </Menu>
          </>
        }
      >
        <ul className={`${styles.shown} ${lineStyles.colors}`} aria-label={t('shownContainers')}>
          {[...containers].map(([id, { name, color }]) => (
            <li key={id} className={styles.container}>
              <span className={styles.swatch} style={{ background: color }} aria-hidden />
              <Link {...places.container(id, 'logs')}>{name}</Link>
              <IconButton
                icon={icons.close}
                label={t('leaveOut', { name })}
                className={styles.leaveOut}
                onClick={() => show(ids.filter((one) => one !== id))}
              />
            </li>
          ))}
        </ul>
      </PageHeader>
      {side ? (
        <div className={styles.panes} data-count={ids.length > 4 ? 'many' : 'few'}>
          {ids.map((id) => (
            <LogPane key={id} id={id} name={containers.get(id)?.name ?? id.slice(0, 12)} />
          ))}
        </div>
      ) : (
        <LogView
          source={ids.length === 1 ? { kind: 'container', id: only } : { kind: 'merged', ids: [...ids] }}
          name={[...containers.values()]
            .map(({ name }) => name)
            .join('+')
            .slice(0, 120)}
          containers={ids.length === 1 ? null : containers}
          addressing={addressing}
        />
      )}
    </>
  );
}
