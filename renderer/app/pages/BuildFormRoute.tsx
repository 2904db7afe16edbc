/** BuildForm */
export function BuildFormRoute() {
  return null;
}
