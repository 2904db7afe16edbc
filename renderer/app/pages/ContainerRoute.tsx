import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { ContainerPage } from '../../features/containers/ContainerPage';
import { type ContainerTab, places } from '../../lib/places';
import { useLogAddressing } from './useLogAddressing';

const LogView = lazy(() => import('../../features/logs/LogView').then(({ LogView }) => ({ default: LogView })));

/** One container, with its log from the feature that owns logs. */
export function ContainerRoute() {
  const { containerId = '' }: { containerId?: string } = useParams({ strict: false });
  const { tab = 'overview' }: { tab?: ContainerTab } = useSearch({ strict: false });
  const addressing = useLogAddressing();
  const navigate = useNavigate();
  return (
    <ContainerPage
      key={containerId}
      containerId={containerId}
      tab={tab}
      logs={
        <Suspense>
          <LogView
            source={{ kind: 'container', id: containerId }}
            addressing={addressing}
            onWithOthers={() => void navigate(places.logs({ ids: [containerId] }))}
          />
        </Suspense>
      }
    />
  );
}
