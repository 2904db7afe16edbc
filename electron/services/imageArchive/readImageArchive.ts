import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { Failure } from '../../contract/failures';
import type { KitSummary } from '../../contract/imageTransfers';
import { readStream } from '../../docker/stream';
import { type ArchivedImages, checkDockerArchive, compressionOf, isNeededByCheck, type Refusal } from './dockerArchive';
import { checkKit, type KitPreset, kitPresetsName, kitSettingsName } from './kit';
import { isModelManifest, type KitModel } from './kitModels';
import { fileFailure } from './pickedFile';
import { TarBroken, TarScan } from './tarScan';

/** An archive that was read whole and found in order. */
export interface CheckedArchive {
  images: ArchivedImages;
  kit: KitSummary | null;
  /** Run presets of a kit. */
  presets: readonly KitPreset[];
  /** When the file changed last before it was checked. */
  changedAtMs: number;
  /** Models of a kit, each whole. */
  models: readonly KitModel[];
  /** Bytes of the file to send to the engine; for a kit without what only Wharf reads. */
  imagesEndOffset: number;
  /** The file is sent as it is, or its images' part and the end of a tar. */
  isPart: boolean;
}

const chunkBytes = 1024 * 1024;

/**
 * Reads an archive of images, or an offline kit, from its first byte to its last, and checks every part of it.
 * @param onRead called with the bytes of the file read so far and its size
 * @throws ARCHIVE_REFUSED, FILE_FAILED, CANCELLED
 */
export async function checkArchive(
  path: string,
  onRead: (doneBytes: number, totalBytes: number) => void,
  signal: AbortSignal,
): Promise<CheckedArchive> {
  const file = basename(path);
  const refuse = ({ reason, part }: Refusal) => new Failure('ARCHIVE_REFUSED', { file, reason, part });
  try {
    const { sizeBytes, changedAtMs, head } = await look(path);
    const compression = compressionOf(head);
    if (compression === 'other') throw refuse({ reason: 'compression', part: null });
    const isOurs = (name: string, size: number) =>
      name === kitSettingsName || name === kitPresetsName || isModelManifest(name, size);
    const scan = new TarScan((name, size) => isNeededByCheck(name, size) || isOurs(name, size));
    const source = createReadStream(path, { highWaterMark: chunkBytes });
    const bytes = compression === 'gzip' ? unzipped(source) : source;
    try {
      for await (const chunk of readStream(bytes, signal)) {
        await scan.write(chunk);
        onRead(source.bytesRead, sizeBytes);
      }
      if (signal.aborted) throw new Failure('CANCELLED', {});
      return { ...judge(await scan.end(), sizeBytes, refuse), changedAtMs };
    } finally {
      source.destroy();
      scan.destroy();
    }
  } catch (error) {
    if (error instanceof TarBroken) {
      throw refuse({ reason: error.reason === 'truncated' ? 'truncated' : brokenAs(error), part: error.part });
    }
    if (isZlibError(error)) {
      const isCut = (error as NodeJS.ErrnoException).code === 'Z_BUF_ERROR';
      throw refuse({ reason: isCut ? 'truncated' : 'changed', part: null });
    }
    throw fileFailure(error, path);
  }
}

/**
 * The bytes of a checked archive for the engine.
 * @param onRead called with how many went by so far
 */
export function archiveStream(path: string, archive: CheckedArchive, onRead: (doneBytes: number) => void): Readable {
  const { isPart, imagesEndOffset } = archive;
  const source = createReadStream(path, { highWaterMark: chunkBytes, ...(isPart && { end: imagesEndOffset - 1 }) });
  async function* bytes() {
    let doneBytes = 0;
    for await (const chunk of readStream(source)) {
      doneBytes += chunk.length;
      onRead(doneBytes);
      yield chunk;
    }
    // Two empty blocks end a tar.
    if (isPart) yield Buffer.alloc(1024);
  }
  return Readable.from(bytes(), { objectMode: false });
}

function judge(
  entries: TarScan['entries'],
  sizeBytes: number,
  refuse: (refusal: Refusal) => Failure,
): Omit<CheckedArchive, 'changedAtMs'> {
  const docker = checkDockerArchive(entries);
  const { owners } = 'images' in docker ? docker.images : docker;
  // The kit's own digests first: they name what was changed, where the archive only finds that it does not fit.
  const kit = checkKit(entries, (part) => [...(owners.get(part) ?? []), part].join(': '));
  if (kit !== null && 'refusal' in kit) throw refuse(kit.refusal);
  if ('refusal' in docker) throw refuse(docker.refusal);
  const { images } = docker;
  if (kit === null) return { images, kit: null, presets: [], models: [], imagesEndOffset: sizeBytes, isPart: false };
  const { summary, presets, models, imagesEndOffset } = kit.kit;
  return { images, kit: summary, presets, models, imagesEndOffset, isPart: true };
}

/** A file whose very first block is no tar is something else; one that breaks later was one. */
function brokenAs(error: TarBroken): 'notImages' | 'changed' {
  return error.part === null ? 'notImages' : 'changed';
}

async function look(path: string): Promise<{ sizeBytes: number; changedAtMs: number; head: Buffer }> {
  const file = await open(path, 'r');
  try {
    const { size, mtimeMs } = await file.stat();
    const { buffer, bytesRead } = await file.read(Buffer.alloc(6), 0, 6, 0);
    return { sizeBytes: size, changedAtMs: mtimeMs, head: buffer.subarray(0, bytesRead) };
  } finally {
    await file.close();
  }
}

function unzipped(source: Readable): Readable {
  const unzip = createGunzip();
  source.on('error', (error) => unzip.destroy(error));
  return source.pipe(unzip);
}

function isZlibError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^Z_/.test(String(error.code));
}
