import { ActivityPage } from '../../features/activity/ActivityPage';

/** Activity. */
export function ActivityRoute() {
  return <ActivityPage />;
}
