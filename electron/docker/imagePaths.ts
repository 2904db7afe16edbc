/** A reference in a request's path: slashes and colons stay, what would end the path does not. */
export function encodeReference(reference: string): string {
  return reference.split('/').map(encodeURIComponent).join('/').replaceAll('%3A', ':').replaceAll('%40', '@');
}

/** The tags in an answer of the engine, without its words for none. */
export function ownTags(tags: string[] | null | undefined): string[] {
  return (tags ?? []).filter((tag) => tag !== '<none>:<none>');
}
