import { useSearch } from '@tanstack/react-router';
import { CompareBuildsPage } from '../../features/builds/CompareBuildsPage';

/** Two builds beside each other; which ones stands in the address. */
export function CompareBuildsRoute() {
  const { one = '', other = '' }: { one?: string; other?: string } = useSearch({ strict: false });
  return <CompareBuildsPage one={one} other={other} />;
}
