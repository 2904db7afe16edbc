/** An image reference taken apart. */
export interface Reference {
  /** Host (and port) of the registry; `docker.io` where the reference names none. */
  registry: string;
  /** Name as it was written, with its registry, without tag and digest. */
  name: string;
  /** Path within the registry; official images of Docker Hub stand under `library/`. */
  path: string;
  /** Tag, or digest as `sha256:...`; `latest` where there is neither. */
  version: string;
}

/** What Docker calls its own registry in references. */
export const dockerHub = 'docker.io';

/**
 * Takes a reference apart as Docker does: what stands before the first slash is a registry where it has a dot or a colon,
 * or is `localhost`. https://pkg.go.dev/github.com/distribution/reference
 */
export function parseReference(reference: string): Reference {
  const at = reference.indexOf('@');
  const named = at === -1 ? reference : reference.slice(0, at);
  const colon = named.lastIndexOf(':');
  const hasTag = colon > named.lastIndexOf('/');
  const name = hasTag ? named.slice(0, colon) : named;
  const version = at !== -1 ? reference.slice(at + 1) : hasTag ? named.slice(colon + 1) : 'latest';
  const slash = name.indexOf('/');
  const first = slash === -1 ? '' : name.slice(0, slash);
  const hasRegistry = first === 'localhost' || /[.:]/.test(first);
  if (hasRegistry && !/^(index\.)?docker\.io$/.test(first)) {
    return { registry: first, name, path: name.slice(slash + 1), version };
  }
  const path = hasRegistry ? name.slice(slash + 1) : name;
  return { registry: dockerHub, name, path: path.includes('/') ? path : `library/${path}`, version };
}

/** True where the version is a digest. */
function isDigest(version: string): boolean {
  return version.includes(':');
}

/** The reference with its tag or digest written out, as the engine lists it: `llm-api` -> `llm-api:latest`. */
export function writtenOut(reference: string): string {
  const { name, version } = parseReference(reference);
  return `${name}${isDigest(version) ? '@' : ':'}${version}`;
}

/**
 * Where a mirror of Docker Hub keeps an image.
 * @param mirror `host[:port][/path]`; a scheme and trailing slashes are ignored
 * @returns for example `mirror.example:5000/library/python:3.11-slim`; null for an image of another registry
 */
export function mirrored(reference: string, mirror: string): string | null {
  const { registry, path, version } = parseReference(reference);
  if (registry !== dockerHub) return null;
  const host = mirror.replace(/^[a-z]+:\/\//i, '').replace(/\/+$/, '');
  return `${host}/${path}${isDigest(version) ? '@' : ':'}${version}`;
}
