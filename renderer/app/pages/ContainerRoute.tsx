/** Container */
export function ContainerRoute() {
  return null;
}
