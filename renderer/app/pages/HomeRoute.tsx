/** Home */
export function HomeRoute() {
  return null;
}
