import { useNavigate, useSearch } from '@tanstack/react-router';
import { ContainersPage } from '../../features/containers/ContainersPage';
import { type ContainerFilter, places } from '../../lib/places';

/** Containers: filter and search stand in the address. */
export function ContainersRoute() {
  const { show, find }: { show?: ContainerFilter; find?: string } = useSearch({ strict: false });
  const navigate = useNavigate();
  return (
    <ContainersPage
      show={show ?? 'all'}
      find={find ?? ''}
      onFilter={(next) => {
        const filter = { show: show ?? 'all', find: find ?? '', ...next };
        const search = {
          show: filter.show === 'all' ? undefined : filter.show,
          find: filter.find === '' ? undefined : filter.find,
        };
        void navigate({ ...places.containers(search), replace: true });
      }}
    />
  );
}
