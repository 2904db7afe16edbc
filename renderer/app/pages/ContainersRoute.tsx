import { useNavigate, useSearch } from '@tanstack/react-router';
import { ContainersPage } from '../../features/containers/ContainersPage';
import type { ContainerFilters } from '../../features/containers/containerFilters';
import { places } from '../../lib/places';

/** Containers: filter, search and order stand in the address. */
export function ContainersRoute() {
  const { show = 'all', find = '', sort = '-created' }: Partial<ContainerFilters> = useSearch({ strict: false });
  const navigate = useNavigate();
  return (
    <ContainersPage
      filters={{ show, find, sort }}
      onFilter={(change) => {
        const next = { show, find, sort, ...change };
        const search = {
          ...(next.show !== 'all' && { show: next.show }),
          ...(next.find !== '' && { find: next.find }),
          ...(next.sort !== '-created' && { sort: next.sort }),
        };
        void navigate({ ...places.containers(search), replace: true });
      }}
    />
  );
}
