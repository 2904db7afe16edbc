/** Images */
export function ImagesRoute() {
  return null;
}
