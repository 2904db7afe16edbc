import { SettingsPage } from '../../features/settings/SettingsPage';

/** Settings. */
export function SettingsRoute() {
  return <SettingsPage />;
}
