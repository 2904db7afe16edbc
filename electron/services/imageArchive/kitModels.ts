import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Readable } from 'node:stream';
import * as z from 'zod';
import { Failure, isFailure } from '../../contract/failures';
import type { Engine } from '../../docker/engine';
import { readStream } from '../../docker/stream';
import type { Refusal } from './dockerArchive';
import { fileOf, type TarFile, tarOf } from './tarFiles';
import type { TarEntry } from './tarScan';

/**
 * Models of an Ollama as parts of a kit, in the layout of Ollama's own folder: `blobs/sha256-<digest>`, and a manifest for
 * each name at `manifests/<host>/<namespace>/<model>/<tag>`. https://github.com/ollama/ollama (server/manifest.go)
 */
const kitFolder = 'wharf-models/';
const manifestLimitBytes = 1024 * 1024;

/** A model to take along. */
export interface ChosenModel {
  containerId: string;
  /** As its Ollama lists it. */
  model: string;
}

/** A file of a model in a kit. */
interface KitModelPart {
  /** Under Ollama's folder of models. */
  path: string;
  sizeBytes: number;
  sha256: string;
  /** Where its content begins in the kit. */
  offset: number;
}

/** A model that a kit brings. */
export interface KitModel {
  name: string;
  sizeBytes: number;
  /** Its data before its manifest, which names it: half of a model is never one. */
  parts: KitModelPart[];
}

const layer = z.object({ digest: z.string().regex(/^sha256:[0-9a-f]{64}$/), size: z.number().min(0) });
const modelManifest = z.object({ config: layer, layers: z.array(layer).max(200) });

/** True for entries whose content `checkKitModels` needs. */
export function isModelManifest(name: string, sizeBytes: number): boolean {
  return name.startsWith(`${kitFolder}manifests/`) && sizeBytes <= manifestLimitBytes;
}

/** Where Ollama keeps models in a container: `OLLAMA_MODELS`, or under its user's home. */
async function modelsFolder(engine: Engine, id: string): Promise<string> {
  const set = await engine.environmentVariable(id, 'OLLAMA_MODELS');
  const home = (await engine.environmentVariable(id, 'HOME')) ?? '/root';
  return set ?? `${home}/.ollama/models`;
}

/** The file that names a model; null for what is no model's name. */
function manifestPath(model: string): string | null {
  const colon = model.lastIndexOf(':');
  const hasTag = colon > model.lastIndexOf('/');
  const [tag, name] = hasTag ? [model.slice(colon + 1), model.slice(0, colon)] : ['latest', model];
  const path = [...['registry.ollama.ai', 'library'].slice(0, Math.max(0, 3 - name.split('/').length)), name, tag].join(
    '/',
  );
  return isManifestPath(`manifests/${path}`) ? `manifests/${path}` : null;
}

function isManifestPath(path: string): boolean {
  return /^manifests(?:\/[A-Za-z0-9_][A-Za-z0-9_.:-]*){4}$/.test(path) && !path.includes('..');
}

/** What a person calls the model that a manifest names. */
function modelOf(path: string): string {
  const [, host, namespace, name, tag] = path.split('/');
  const before =
    host === 'registry.ollama.ai' ? (namespace === 'library' ? '' : `${namespace}/`) : `${host}/${namespace}/`;
  return `${before}${name}:${tag}`;
}

/** A part of a kit as its manifest names it. */
export interface WrittenPart {
  name: string;
  kind: 'model';
  sizeBytes: number;
  sha256: string;
}

/**
 * The tar entries of models, read from the containers that have them. Every file is checked against its digest on its way.
 * @param parts gets what was written, in its order
 * @param onBytes called with how many bytes of content went by since the last call
 * @throws CHAT_MODEL_MISSING for one that is gone, SAVE_CUT for data that is not what its name says
 */
export function tarOfModels(
  engine: Engine,
  chosen: readonly ChosenModel[],
  {
    file,
    mtimeMs,
    parts,
    onBytes,
    signal,
  }: {
    file: string;
    mtimeMs: number;
    parts: WrittenPart[];
    onBytes: (bytes: number) => void;
    signal: AbortSignal;
  },
): Readable {
  async function* files(): AsyncGenerator<TarFile, void, void> {
    const taken = new Set<string>();
    for (const { containerId, model } of chosen) {
      const folder = await modelsFolder(engine, containerId);
      const path = manifestPath(model);
      const manifest = path === null ? null : await whole(engine, containerId, `${folder}/${path}`, signal);
      if (path === null || manifest === null) {
        throw new Failure('CHAT_MODEL_MISSING', { name: containerId.slice(0, 12), model, models: [] });
      }
      const { config, layers } = modelManifest.parse(JSON.parse(manifest.toString('utf8')));
      for (const { digest, size } of [...layers, config]) {
        const blob = `blobs/${digest.replace(':', '-')}`;
        if (taken.has(blob)) continue;
        taken.add(blob);
        const content = fileOf(engine.readFiles(containerId, `${folder}/${blob}`, signal));
        yield entry(blob, size, content, digest.slice('sha256:'.length));
      }
      if (taken.has(path)) continue;
      taken.add(path);
      yield entry(path, manifest.length, once(manifest), null);
    }
  }
  function entry(path: string, sizeBytes: number, content: AsyncIterable<Uint8Array>, digest: string | null): TarFile {
    const name = `${kitFolder}${path}`;
    async function* checked() {
      const hash = createHash('sha256');
      let readBytes = 0;
      for await (const chunk of content) {
        hash.update(chunk);
        readBytes += chunk.length;
        if (readBytes > sizeBytes) break;
        onBytes(chunk.length);
        yield chunk;
      }
      const sha256 = hash.digest('hex');
      if (readBytes !== sizeBytes || (digest !== null && sha256 !== digest)) {
        throw new Failure('SAVE_CUT', { file, part: name });
      }
      parts.push({ name, kind: 'model', sizeBytes, sha256 });
    }
    return { name, sizeBytes, content: checked() };
  }
  return tarOf(files(), { mtimeMs, isWhole: false });
}

async function* once(bytes: Buffer): AsyncGenerator<Uint8Array, void, void> {
  yield bytes;
}

async function whole(engine: Engine, id: string, path: string, signal: AbortSignal): Promise<Buffer | null> {
  const chunks: Uint8Array[] = [];
  try {
    let sizeBytes = 0;
    for await (const chunk of fileOf(engine.readFiles(id, path, signal))) {
      chunks.push(chunk);
      sizeBytes += chunk.length;
      if (sizeBytes > manifestLimitBytes) return null;
    }
  } catch (error) {
    if (isFailure(error, 'ENGINE_REFUSED') && error.details.status === 404) return null;
    throw error;
  }
  return chunks.length === 0 ? null : Buffer.concat(chunks);
}

/**
 * The models among a kit's entries, each whole: the data that its manifest names is there and is what its name says.
 * @param entries whose digests are those of the kit's manifest already
 */
export function checkKitModels(entries: readonly TarEntry[]): { refusal: Refusal } | { models: KitModel[] } {
  const refuse = (reason: Refusal['reason'], part: string) => ({ refusal: { reason, part } });
  const blobs = new Map<string, KitModelPart>();
  const models: KitModel[] = [];
  const manifests: TarEntry[] = [];
  for (const entry of entries.filter(({ name }) => name.startsWith(kitFolder))) {
    const path = entry.name.slice(kitFolder.length);
    const digest = /^blobs\/sha256-([0-9a-f]{64})$/.exec(path)?.[1];
    if (entry.type !== 'file') return refuse('unlisted', entry.name);
    if (digest === entry.sha256) blobs.set(digest, partOf(entry));
    else if (digest !== undefined) return refuse('changed', entry.name);
    else if (isManifestPath(path)) manifests.push(entry);
    else return refuse('unlisted', entry.name);
  }
  for (const entry of manifests) {
    const manifest = parsed(entry.content);
    if (manifest === null) return refuse('changed', entry.name);
    const parts: KitModelPart[] = [];
    for (const { digest } of [...manifest.layers, manifest.config]) {
      const blob = blobs.get(digest.slice('sha256:'.length));
      if (blob === undefined) return refuse('missing', `${entry.name}: ${digest}`);
      parts.push(blob);
    }
    const name = modelOf(entry.name.slice(kitFolder.length));
    models.push({
      name,
      sizeBytes: parts.reduce((sum, part) => sum + part.sizeBytes, 0),
      parts: [...parts, partOf(entry)],
    });
  }
  return { models };
}

function partOf({ name, sizeBytes, sha256, offset }: TarEntry): KitModelPart {
  return { path: name.slice(kitFolder.length), sizeBytes, sha256, offset };
}

function parsed(content: Buffer | null): z.infer<typeof modelManifest> | null {
  try {
    return modelManifest.parse(JSON.parse(content?.toString('utf8') ?? ''));
  } catch {
    return null;
  }
}

/** A kit that was checked, with what tells whether the file is still that one. */
export interface BroughtModels {
  path: string;
  changedAtMs: number;
  models: readonly KitModel[];
}

/**
 * Puts the models of a checked kit into a container's Ollama, which has them at once.
 * @param onBytes called with how many bytes of content went by since the last call
 * @throws ARCHIVE_REFUSED where the file has changed since it was checked, CONTAINER_MISSING, CANCELLED
 */
export async function putModels(
  engine: Engine,
  id: string,
  { path, changedAtMs, models }: BroughtModels,
  onBytes: (bytes: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const file = basename(path);
  if ((await stat(path)).mtimeMs !== changedAtMs) {
    throw new Failure('ARCHIVE_REFUSED', { file, reason: 'changed', part: null });
  }
  const folder = await modelsFolder(engine, id);
  const missing: KitModelPart[] = [];
  for (const part of new Map(models.flatMap(({ parts }) => parts).map((one) => [one.path, one])).values()) {
    const isThere =
      part.path.startsWith('blobs/') && (await engine.fileSize(id, `${folder}/${part.path}`)) === part.sizeBytes;
    if (isThere) onBytes(part.sizeBytes);
    else missing.push(part);
  }
  // Data before the manifests that name it.
  missing.sort((a, b) => a.path.localeCompare(b.path));
  async function* files(): AsyncGenerator<TarFile, void, void> {
    for (const part of missing) yield { name: part.path, sizeBytes: part.sizeBytes, content: checked(part) };
  }
  async function* checked({ path: part, sizeBytes, offset, sha256 }: KitModelPart) {
    const hash = createHash('sha256');
    if (sizeBytes > 0) {
      const source = createReadStream(path, { start: offset, end: offset + sizeBytes - 1, highWaterMark: 1024 * 1024 });
      for await (const chunk of readStream(source, signal)) {
        hash.update(chunk);
        onBytes(chunk.length);
        yield chunk;
      }
    }
    if (hash.digest('hex') !== sha256) throw new Failure('ARCHIVE_REFUSED', { file, reason: 'changed', part });
  }
  try {
    await engine.writeFiles(id, folder, tarOf(files(), { mtimeMs: changedAtMs, isWhole: true }), signal);
  } catch (error) {
    // A cut file under the name of its digest would be taken for whole.
    const paths = missing.map((part) => `${folder}/${part.path}`);
    await engine.execToEnd(id, { command: ['rm', '-f', ...paths], environment: [], user: null }).catch(keepCause);
    throw error;
  }
}

/** Why the models could not be put there matters more than what is left of them; Ollama clears that when it starts. */
function keepCause(error: unknown): void {
  if (!isFailure(error)) throw error;
}
