import { lazy, type ReactNode, Suspense } from 'react';
import type { Container } from '../../../../electron/contract/containers';
import { useText } from '../../../lib/i18n';
import { type ContainerTab, containerTabs, places } from '../../../lib/places';
import { useContainerDetails } from '../../../live/useContainerDetails';
import { FailureNotice } from '../../../ui/FailureNotice';
import { PageBody } from '../../../ui/PageBody';
import { Tabs } from '../../../ui/Tabs';
import { ContainerOverview } from '../ContainerOverview';
import { StatsTab } from '../stats/StatsTab';
import { ChatTab } from './ChatTab';
import { EnvironmentTab } from './EnvironmentTab';
import { detailTexts } from './locale';

// Terminals and snippets are of no use to the other tabs; charts bring their drawing library themselves.
const ApiTab = lazy(() => import('../api/ApiTab').then(({ ApiTab }) => ({ default: ApiTab })));
const TerminalTab = lazy(() => import('../terminal/TerminalTab').then(({ TerminalTab }) => ({ default: TerminalTab })));
const InspectTab = lazy(() => import('./InspectTab').then(({ InspectTab }) => ({ default: InspectTab })));

interface DetailViewProps {
  container: Container;
  tab: ContainerTab;
  /** The log, drawn by the feature that owns it. */
  logs: ReactNode;
}

/** Everything about one container, a tab each. */
export function DetailView({ container, tab, logs }: DetailViewProps) {
  const t = useText(detailTexts);
  return (
    <>
      <Tabs
        label={t('views')}
        tabs={containerTabs.map((each) => ({
          place: places.container(container.id, each),
          word: t(`tab.${each}`),
          here: each === tab,
        }))}
      />
      <Suspense>
        <TabOf container={container} tab={tab} logs={logs} />
      </Suspense>
    </>
  );
}

function TabOf({ container, tab, logs }: DetailViewProps) {
  switch (tab) {
    case 'logs':
      return logs;
    case 'terminal':
      return <TerminalTab container={container} />;
    case 'stats':
      return (
        <PageBody padded>
          <StatsTab container={container} />
        </PageBody>
      );
    case 'chat':
      return (
        <PageBody padded>
          <ChatTab container={container} />
        </PageBody>
      );
    case 'overview':
    case 'api':
    case 'environment':
    case 'inspect':
      return (
        <PageBody padded>
          <TabOfDetails container={container} tab={tab} />
        </PageBody>
      );
  }
}

type DetailsTab = Exclude<ContainerTab, 'logs' | 'terminal' | 'stats' | 'chat'>;

/** Tabs that tell of what the container is made of: asked for only while one of them is seen. */
function TabOfDetails({ container, tab }: { container: Container; tab: DetailsTab }) {
  const { details, failure } = useContainerDetails(container.id);
  const trouble = failure !== null && <FailureNotice failure={failure} />;
  switch (tab) {
    case 'overview':
      return (
        <>
          {trouble}
          <ContainerOverview container={container} details={details} />
        </>
      );
    case 'environment':
      return (
        <>
          {trouble}
          {details !== undefined && <EnvironmentTab details={details} />}
        </>
      );
    case 'api':
      return <ApiTab container={container} details={details} />;
    case 'inspect':
      return (
        <InspectTab
          containerId={container.id}
          name={container.name}
          version={`${container.state} ${container.health} ${container.startedAtMs} ${container.name}`}
        />
      );
  }
}
