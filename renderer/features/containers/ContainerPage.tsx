import { Button, Menu } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useRef, useState } from 'react';
import type { Container } from '../../../electron/contract/containers';
import { canStart, canStop, mainPort } from '../../lib/containerStatus';
import { useText } from '../../lib/i18n';
import { type ContainerTab, places } from '../../lib/places';
import { onSingleClick } from '../../lib/singleClick';
import { useContainer, useContainerTable, useEngineReady } from '../../live/useLive';
import { BackLink } from '../../ui/BackLink';
import { FullPage } from '../../ui/FullPage';
import { IconButton } from '../../ui/IconButton';
import { icons } from '../../ui/icons';
import { PageHeader } from '../../ui/PageHeader';
import { ActionFailures } from './ActionFailures';
import { ContainerDialog, type ContainerDialogKind } from './ContainerDialog';
import { ContainerMenuItems } from './ContainerMenu';
import { ContainerStateWords } from './ContainerStateWords';
import { DetailView } from './detail/DetailView';
import { containersTexts } from './locale';
import { tableTexts } from './tableLocale';
import { commandOf, useContainerActions, usePendingDeeds } from './useContainerActions';

interface ContainerPageProps {
  containerId: string;
  tab: ContainerTab;
  /** The log, drawn by the feature that owns it. */
  logs: ReactNode;
}

/** One container: how it is, its log, what can be done to it. */
export function ContainerPage({ containerId, tab, logs }: ContainerPageProps) {
  const now = useContainer(containerId);
  const last = useRef<Container | null>(null);
  if (now) last.current = now;
  if (now === undefined) return null;
  if (now === null) return <ContainerGone name={last.current?.name ?? null} />;
  return <ContainerView container={now} tab={tab} logs={logs} />;
}

function ContainerView({ container, tab, logs }: { container: Container; tab: ContainerTab; logs: ReactNode }) {
  const t = useText(containersTexts);
  const words = useText(tableTexts);
  const ready = useEngineReady();
  const act = useContainerActions();
  const pending = usePendingDeeds().get(container.id);
  const [dialog, setDialog] = useState<ContainerDialogKind | null>(null);
  const off = !ready || pending !== undefined;
  const deedButton = (kind: 'start' | 'stop' | 'restart', icon: typeof icons.start) => (
    <Button
      variant="default"
      disabled={off}
      leftSection={<IconOf icon={icon} />}
      title={commandOf({ container, deed: { kind } })}
      onClick={onSingleClick(() => void act({ container, deed: { kind } }))}
    >
      {t(`action.${kind}`)}
    </Button>
  );
  return (
    <>
      <PageHeader
        before={<BackLink place={places.containers()} label={t('back')} />}
        title={container.name}
        beside={<ContainerStateWords container={container} pending={pending} />}
        actions={
          <>
            {canStart(container) && deedButton('start', icons.start)}
            {canStop(container) && deedButton('stop', icons.stop)}
            {container.state === 'running' && deedButton('restart', icons.restart)}
            <IconButton
              icon={icons.remove}
              danger
              label={t('of.remove', { name: container.name })}
              hint={commandOf({ container, deed: { kind: 'remove', force: false, volumes: false } })}
              disabled={off}
              onClick={() => setDialog('remove')}
            />
            <Menu position="bottom-end">
              <Menu.Target>
                <IconButton
                  icon={icons.more}
                  label={words('more', { name: container.name })}
                  disabled={pending !== undefined}
                />
              </Menu.Target>
              <Menu.Dropdown>
                <ContainerMenuItems
                  container={container}
                  off={off}
                  onDeed={(_, kind) => void act({ container, deed: { kind } })}
                  onDialog={(_, kind) => setDialog(kind)}
                />
              </Menu.Dropdown>
            </Menu>
            {container.servesApi && container.state === 'running' && mainPort(container) !== null && (
              <Button
                leftSection={<IconOf icon={icons.chat} />}
                renderRoot={(props) => <Link {...props} {...places.chat({ container: container.id })} />}
              >
                {t('chat')}
              </Button>
            )}
          </>
        }
      />
      <ActionFailures containerId={container.id} />
      <DetailView container={container} tab={tab} logs={logs} />
      {dialog !== null && <ContainerDialog kind={dialog} container={container} onClose={() => setDialog(null)} />}
    </>
  );
}

function IconOf({ icon: Symbol }: { icon: typeof icons.start }) {
  return <Symbol size={15} stroke={1.75} aria-hidden />;
}

function ContainerGone({ name }: { name: string | null }) {
  const t = useText(containersTexts);
  const successor = useContainerTable()?.containers.find((container) => container.name === name);
  return (
    <FullPage
      icon={icons.containers}
      title={t('missing')}
      role="status"
      actions={
        <>
          <Button variant="default" renderRoot={(props) => <Link {...props} {...places.containers()} />}>
            {t('back')}
          </Button>
          {successor !== undefined && (
            <Button renderRoot={(props) => <Link {...props} {...places.container(successor.id)} />}>
              {t('openSame', { name: successor.name })}
            </Button>
          )}
        </>
      }
    >
      {t('missingNext')} {successor !== undefined && t('missingSame')}
    </FullPage>
  );
}
