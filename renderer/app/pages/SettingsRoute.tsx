/** Settings */
export function SettingsRoute() {
  return null;
}
