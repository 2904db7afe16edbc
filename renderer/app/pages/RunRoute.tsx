/** Run */
export function RunRoute() {
  return null;
}
