import { createHash } from 'node:crypto';
import tar from 'tar-stream';
import * as z from 'zod';
import type { KitSummary } from '../../contract/imageTransfers';
import { type RunRequest, runRequest } from '../../contract/runRequest';
import type { Refusal } from './dockerArchive';
import { checkKitModels, type KitModel, type WrittenPart } from './kitModels';
import type { TarEntry } from './tarScan';

/**
 * An offline kit is an archive of `docker save` with more files at its end: the settings and run presets that go along, and
 * the manifest, which names every part with its digest. `docker load` reads the images and passes over the rest.
 *
 * The format grows by kinds of parts: a reader checks the digest of every part whatever its kind, and uses the kinds that it
 * knows. What an old reader must not pass over raises `version`.
 */
const kitManifestName = 'wharf-kit.json';
export const kitSettingsName = 'wharf-settings.json';
export const kitPresetsName = 'wharf-presets.json';
const kitVersion = 1;

const kitPart = z.object({
  name: z.string(),
  /** `image`: a file of the images' archive; `settings`: `kitSettingsName`; `presets`: `kitPresetsName`; `model`: see `kitModels`. */
  kind: z.string(),
  sizeBytes: z.number(),
  /** Of a file's content, or of a link's target; hexadecimal. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

const kitManifest = z.object({
  format: z.literal('wharf-kit'),
  version: z.int().min(1),
  createdAtMs: z.number(),
  images: z.array(z.string()),
  parts: z.array(kitPart),
});
type KitManifest = z.infer<typeof kitManifest>;

/** Settings that make an installation work elsewhere and are nobody's secret. Unknown ones are passed over. */
const kitSettings = z.object({ baseImage: z.string().max(255).nullable().catch(null) });
export type KitSettings = z.infer<typeof kitSettings>;

/** What an image is run with, under a name. */
export interface KitPreset {
  name: string;
  request: RunRequest;
}

/** One that another version of Wharf wrote otherwise is left out; the others come along. */
const kitPresets = z.array(z.object({ name: z.string().trim().min(1).max(60), request: z.unknown() })).max(500);

/** What a kit has besides its images. */
export interface KitContent {
  settings: KitSettings | null;
  presets: readonly KitPreset[];
  /** Models, written already between the images and the kit's end. */
  modelParts: readonly WrittenPart[];
}

/**
 * The end of a kit: what follows the images' last entry.
 * @param entries of the images' archive
 * @returns the bytes, the end of the tar with them, and the kit's fingerprint
 */
export async function kitEnd(
  entries: readonly TarEntry[],
  kit: KitContent & { images: string[]; createdAtMs: number },
): Promise<{ bytes: Buffer; fingerprint: string }> {
  const files = [
    { name: kitSettingsName, kind: 'settings', value: kit.settings },
    { name: kitPresetsName, kind: 'presets', value: kit.presets.length === 0 ? null : kit.presets },
  ]
    .filter(({ value }) => value !== null)
    .map(({ name, kind, value }) => ({ name, kind, bytes: Buffer.from(`${JSON.stringify(value, null, 2)}\n`) }));
  const parts: KitManifest['parts'] = entries
    .filter(({ type }) => type !== 'directory')
    .map(({ name, sizeBytes, sha256 }) => ({ name, kind: 'image', sizeBytes, sha256 }));
  parts.push(...kit.modelParts);
  for (const { name, kind, bytes } of files) {
    parts.push({ name, kind, sizeBytes: bytes.length, sha256: sha256Of(bytes) });
  }
  const manifest: KitManifest = {
    format: 'wharf-kit',
    version: kitVersion,
    createdAtMs: kit.createdAtMs,
    images: kit.images,
    parts,
  };
  const text = Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`);
  const pack = tar.pack();
  const chunks: Buffer[] = [];
  pack.on('data', (chunk) => void chunks.push(chunk as Buffer));
  const packed = new Promise<void>((resolve, reject) => pack.on('end', () => resolve()).on('error', reject));
  for (const { name, bytes } of [...files, { name: kitManifestName, bytes: text }]) {
    pack.entry({ name, mode: 0o644, mtime: new Date(kit.createdAtMs) }, bytes);
  }
  pack.finalize();
  await packed;
  return { bytes: Buffer.concat(chunks), fingerprint: sha256Of(text) };
}

/** What a kit says of itself, and where its images' archive ends. */
export interface CheckedKit {
  summary: KitSummary;
  presets: KitPreset[];
  models: KitModel[];
  /** Bytes from the start that are the images' archive, without the end of a tar. */
  imagesEndOffset: number;
}

/**
 * Checks every part of a kit against its manifest.
 * @param nameOf what a part is called to a person
 * @returns null where the archive is no kit
 */
export function checkKit(
  entries: readonly TarEntry[],
  nameOf: (part: string) => string,
): { refusal: Refusal } | { kit: CheckedKit } | null {
  const own = entries.find(({ name }) => name === kitManifestName);
  if (own === undefined) return null;
  const manifest = manifestIn(own.content);
  if (manifest === null) return { refusal: { reason: 'changed', part: kitManifestName } };
  if (manifest.version > kitVersion) return { refusal: { reason: 'newerKit', part: null } };
  const refuse = (reason: Refusal['reason'], part: string) => ({ refusal: { reason, part: nameOf(part) } });
  const found = new Map<string, TarEntry>();
  for (const entry of entries) {
    if (entry.type === 'directory' || entry === own) continue;
    if (found.has(entry.name)) return refuse('unlisted', entry.name);
    found.set(entry.name, entry);
  }
  for (const part of manifest.parts) {
    const entry = found.get(part.name);
    if (entry === undefined) return refuse('missing', part.name);
    if (entry.sizeBytes !== part.sizeBytes || entry.sha256 !== part.sha256) return refuse('changed', part.name);
    found.delete(part.name);
  }
  const [unlisted] = found.keys();
  if (unlisted !== undefined) return refuse('unlisted', unlisted);
  const contentOf = (part: string) => entries.find(({ name }) => name === part)?.content ?? null;
  const settings = settingsIn(contentOf(kitSettingsName));
  const presets = presetsIn(contentOf(kitPresetsName));
  const brought = checkKitModels(entries);
  if ('refusal' in brought) return brought;
  const { models } = brought;
  return {
    kit: {
      presets,
      models,
      summary: {
        createdAtMs: manifest.createdAtMs,
        fingerprint: own.sha256,
        images: manifest.images,
        baseImage: settings?.baseImage ?? null,
        presets: presets.map(({ name, request }) => ({ name, image: request.image })),
        models: models.map(({ name, sizeBytes }) => ({ name, sizeBytes })),
      },
      imagesEndOffset: endOfImages(entries, manifest),
    },
  };
}

/** Images come first, so what is streamed to the engine ends where their last part does. */
function endOfImages(entries: readonly TarEntry[], manifest: KitManifest): number {
  const images = new Set(manifest.parts.filter(({ kind }) => kind === 'image').map(({ name }) => name));
  const ends = entries.filter(({ name }) => images.has(name)).map(({ offset, sizeBytes }) => offset + sizeBytes);
  return Math.ceil(Math.max(0, ...ends) / 512) * 512;
}

function manifestIn(content: Buffer | null): KitManifest | null {
  try {
    return kitManifest.parse(JSON.parse(content?.toString('utf8') ?? ''));
  } catch {
    return null;
  }
}

function settingsIn(content: Buffer | null): KitSettings | null {
  try {
    return kitSettings.parse(JSON.parse(content?.toString('utf8') ?? ''));
  } catch {
    return null;
  }
}

function presetsIn(content: Buffer | null): KitPreset[] {
  try {
    return kitPresets.parse(JSON.parse(content?.toString('utf8') ?? '')).flatMap(({ name, request }) => {
      const parsed = runRequest.safeParse(request);
      return parsed.success ? [{ name, request: parsed.data }] : [];
    });
  } catch {
    return [];
  }
}

function sha256Of(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
