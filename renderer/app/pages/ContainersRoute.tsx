/** Containers */
export function ContainersRoute() {
  return null;
}
