import { posix } from 'node:path';
import * as z from 'zod';
import type { TarEntry } from './tarScan';

/** Why an archive is refused; see ARCHIVE_REFUSED. */
export interface Refusal {
  reason: 'truncated' | 'changed' | 'missing' | 'unlisted' | 'notImages' | 'compression' | 'newerKit';
  part: string | null;
}

/** What stands in an archive of images, all of it checked. */
export interface ArchivedImages {
  tags: string[];
  /** Digests of the configurations, by which most engines name images. */
  ids: string[];
  /** Which images an entry belongs to, by the entry's name. */
  owners: Map<string, string[]>;
}

/** https://github.com/moby/docker-image-spec: the `manifest.json` of `docker save`. */
const manifestSchema = z
  .array(z.object({ Config: z.string(), RepoTags: z.array(z.string()).nullish(), Layers: z.array(z.string()) }))
  .min(1);

const configSchema = z.object({ rootfs: z.object({ diff_ids: z.array(z.string()) }) });

const archiveManifest = 'manifest.json';

const maxJsonBytes = 8 * 1024 * 1024;
/** In newer archives configurations lie among the layers, without an ending of their own. */
const maxBlobJsonBytes = 512 * 1024;

/** Contents that a check needs: the manifest and the configurations that it names, which are small JSON. */
export function isNeededByCheck(name: string, sizeBytes: number): boolean {
  return name.startsWith('blobs/sha256/')
    ? sizeBytes <= maxBlobJsonBytes
    : name.endsWith('.json') && sizeBytes <= maxJsonBytes;
}

/**
 * Checks an archive of `docker save` as a whole: every configuration and every layer that its manifest names is there and
 * is what its digest says. Layers of one digest may be links to each other.
 */
export function checkDockerArchive(
  entries: readonly TarEntry[],
): { refusal: Refusal; owners: ArchivedImages['owners'] } | { images: ArchivedImages } {
  const byName = new Map(entries.map((entry) => [clean(entry.name), entry]));
  const manifest = parse(manifestSchema, byName.get(archiveManifest)?.content);
  if (manifest === null) {
    const part = byName.has(archiveManifest) ? archiveManifest : null;
    return { refusal: { reason: 'notImages', part }, owners: new Map() };
  }
  const owners = new Map<string, string[]>();
  const ids: string[] = [];
  const tags = manifest.flatMap(({ RepoTags }) => RepoTags ?? []);
  const ownerOf = (image: (typeof manifest)[number]) => image.RepoTags?.[0] ?? clean(image.Config).slice(0, 12);
  for (const image of manifest) for (const name of [image.Config, ...image.Layers]) own(owners, name, ownerOf(image));
  for (const image of manifest) {
    const owner = ownerOf(image);
    const refuse = (reason: Refusal['reason'], name: string) => ({
      refusal: { reason, part: `${owner}: ${name}` },
      owners,
    });
    const config = follow(byName, image.Config);
    if (config === null) return refuse('missing', image.Config);
    ids.push(`sha256:${config.sha256}`);
    if (!isNamedByDigest(image.Config, config.sha256)) return refuse('changed', image.Config);
    const parsed = parse(configSchema, config.content);
    if (parsed === null) return refuse('notImages', image.Config);
    const digests = parsed.rootfs.diff_ids;
    if (digests.length !== image.Layers.length) return refuse('missing', image.Config);
    for (const [index, name] of image.Layers.entries()) {
      const layer = follow(byName, name);
      if (layer === null) return refuse('missing', name);
      own(owners, layer.name, owner);
      if (!isLayer(layer, name, digests[index] ?? '')) return refuse('changed', name);
    }
  }
  return { images: { tags, ids, owners } };
}

/** A layer is what its digest says, or what its own name says where it lies compressed under its digest. */
function isLayer(layer: TarEntry, name: string, digest: string): boolean {
  if (digest === `sha256:${layer.sha256}`) return true;
  if (/^blobs\/sha256\/[0-9a-f]{64}$/.test(clean(name))) return clean(name).endsWith(layer.sha256);
  // Compressed under another name: nothing here says what it unpacks to; the engine compares that itself.
  return isCompressed(layer.head);
}

/** Names such as `<digest>.json` and `blobs/sha256/<digest>` must be right; others say nothing. */
function isNamedByDigest(name: string, sha256: string): boolean {
  const digest = /^(?:blobs\/sha256\/)?([0-9a-f]{64})(?:\.json)?$/.exec(clean(name))?.[1];
  return digest === undefined || digest === sha256;
}

function isCompressed(head: Buffer): boolean {
  return compressionOf(head) !== null;
}

/** How bytes are compressed, by their first ones; null where they are not. */
export function compressionOf(head: Buffer): 'gzip' | 'other' | null {
  const starts = (...bytes: number[]) => head.length >= bytes.length && bytes.every((byte, at) => head[at] === byte);
  if (starts(0x1f, 0x8b)) return 'gzip';
  if (starts(0x28, 0xb5, 0x2f, 0xfd) || starts(0xfd, 0x37, 0x7a, 0x58, 0x5a) || starts(0x42, 0x5a, 0x68))
    return 'other';
  return null;
}

/** The file that a name leads to, over links within the archive; null where there is none. */
function follow(byName: ReadonlyMap<string, TarEntry>, name: string): TarEntry | null {
  let at = clean(name);
  for (let steps = 0; steps < 8; steps += 1) {
    const entry = byName.get(at);
    if (entry === undefined) return null;
    if (entry.type === 'file') return entry;
    if (entry.type !== 'link') return null;
    at = posix.join(posix.dirname(at), entry.linkTarget);
    // A hard link names its target from the top.
    if (!byName.has(at)) at = clean(entry.linkTarget);
  }
  return null;
}

function own(owners: Map<string, string[]>, name: string, owner: string): void {
  const known = owners.get(name) ?? [];
  if (!known.includes(owner)) owners.set(name, [...known, owner]);
}

function clean(name: string): string {
  return posix.normalize(name).replace(/\/$/, '');
}

function parse<T>(schema: z.ZodType<T>, content: Buffer | null | undefined): T | null {
  try {
    return schema.parse(JSON.parse(content?.toString('utf8') ?? ''));
  } catch {
    return null;
  }
}
