// @ts-check

/** The image that the bundled Dockerfile starts from when an image registry can be reached. */
export const officialBaseImage = 'python:3.11-slim';

/**
 * Our own name for a base that did not come from the official registry under its official name: a mirror, an archive or
 * Debian packages. Such an image is never given an official tag.
 */
export const ownBaseImage = 'wharf/python-base:3.11';

/** Name of the build argument by which a Dockerfile takes its base: `ARG BASE_IMAGE=python:3.11-slim`. */
export const baseImageBuildArg = 'BASE_IMAGE';

/** Environment variable with a registry (`host[:port][/path]`) that mirrors the official one. */
export const mirrorVariable = 'WHARF_REGISTRY_MIRROR';

/** Environment variable with the path of an archive: `docker save` output, an OCI layout, or a root file system. */
export const archiveVariable = 'WHARF_BASE_ARCHIVE';

/**
 * One way to a base image. `image` is the name to build with once the way has worked.
 *
 * @typedef {{ kind: 'present', image: string }
 *   | { kind: 'pull', image: string, reference: string }
 *   | { kind: 'mirror', image: string, reference: string }
 *   | { kind: 'archive', image: string, path: string }
 *   | { kind: 'packages', image: string }} BaseImageSource
 */

/**
 * All ways to a base image in the order in which they are tried: an image that is there already (official, then ours),
 * the official registry, a mirror, an archive, Debian packages.
 *
 * @param {{ mirror?: string | undefined, archivePath?: string | undefined }} [configured] Mirror and archive of the
 *   person's settings or environment; empty ones are left out.
 * @returns {BaseImageSource[]}
 */
export function baseImageSources({ mirror, archivePath } = {}) {
  return [
    { kind: 'present', image: officialBaseImage },
    { kind: 'present', image: ownBaseImage },
    { kind: 'pull', image: officialBaseImage, reference: officialBaseImage },
    ...(mirror
      ? [/** @type {const} */ ({ kind: 'mirror', image: ownBaseImage, reference: mirrorReference(mirror) })]
      : []),
    ...(archivePath ? [/** @type {const} */ ({ kind: 'archive', image: ownBaseImage, path: archivePath })] : []),
    { kind: 'packages', image: ownBaseImage },
  ];
}

/**
 * Where a mirror keeps the official image: official images live under `library/`.
 *
 * @param {string} mirror `host[:port][/path]`; a scheme and a trailing slash are ignored.
 * @returns {string} For example `mirror.example:5000/library/python:3.11-slim`.
 */
export function mirrorReference(mirror) {
  return `${mirror.replace(/^[a-z]+:\/\//i, '').replace(/\/+$/, '')}/library/${officialBaseImage}`;
}

/**
 * Splits an image reference into name and tag; the tag is `latest` when there is none.
 *
 * @param {string} reference
 * @returns {{ name: string, tag: string }}
 */
export function splitReference(reference) {
  const colon = reference.lastIndexOf(':');
  return colon > reference.lastIndexOf('/')
    ? { name: reference.slice(0, colon), tag: reference.slice(colon + 1) }
    : { name: reference, tag: 'latest' };
}
