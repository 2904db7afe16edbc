import { useNavigate, useSearch } from '@tanstack/react-router';
import { BuildHistoryPage } from '../../features/builds/BuildHistoryPage';
import { places } from '../../lib/places';

/** All remembered builds; what is looked for stands in the address. */
export function BuildHistoryRoute() {
  const navigate = useNavigate();
  const { find = '' }: { find?: string } = useSearch({ strict: false });
  return (
    <BuildHistoryPage
      find={find}
      onFind={(next) => void navigate({ ...places.buildHistory(next === '' ? {} : { find: next }), replace: true })}
      onCompare={(one, other) => void navigate(places.compareBuilds({ one, other }))}
    />
  );
}
