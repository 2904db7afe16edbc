/** Build */
export function BuildRoute() {
  return null;
}
