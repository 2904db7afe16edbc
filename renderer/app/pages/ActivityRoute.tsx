/** Activity */
export function ActivityRoute() {
  return null;
}
