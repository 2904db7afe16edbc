import { PassThrough, type Readable, type Writable } from 'node:stream';
import tar from 'tar-stream';
import { readStream } from '../../docker/stream';

/** A file on its way into a tar. */
export interface TarFile {
  name: string;
  sizeBytes: number;
  content: AsyncIterable<Uint8Array>;
}

/**
 * The bytes of a tar with these files, root's own and readable by everybody, taken one after another.
 * @param mtimeMs when they changed last, epoch ms
 * @param isWhole whether the end of a tar follows; more entries may come otherwise
 */
export function tarOf(
  files: AsyncIterable<TarFile>,
  { mtimeMs, isWhole }: { mtimeMs: number; isWhole: boolean },
): Readable {
  const pack = tar.pack();
  const bytes = new PassThrough();
  const add = async () => {
    for await (const { name, sizeBytes, content } of files) {
      const entry = pack.entry({ name, size: sizeBytes, mode: 0o644, mtime: new Date(mtimeMs) });
      for await (const chunk of content) {
        if (bytes.destroyed) return;
        if (!entry.write(Buffer.from(chunk))) await drained(entry, bytes);
      }
      await ended(entry as unknown as Writable);
    }
    if (isWhole) pack.finalize();
    else bytes.end();
  };
  // Piped by hand: a tar without its end must not end with its stream.
  pack.on('data', (chunk) => {
    if (bytes.destroyed || bytes.writableEnded) return;
    if (bytes.write(chunk as Buffer)) return;
    pack.pause();
    bytes.once('drain', () => pack.resume());
  });
  pack.on('end', () => bytes.end());
  pack.on('error', (error) => bytes.destroy(error));
  bytes.on('close', () => pack.destroy());
  bytes.on('error', () => {});
  add().catch((error: unknown) => bytes.destroy(error instanceof Error ? error : new Error(String(error))));
  return bytes;
}

/** The content of the first file of a tar, such as the engine answers for one path. */
export async function* fileOf(archive: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
  const extract = tar.extract();
  const content = new PassThrough();
  let isFound = false;
  extract.on('entry', (header, entry, next) => {
    const isTaken = !isFound && header.type === 'file';
    isFound ||= isTaken;
    entry.on('data', (chunk) => {
      if (!isTaken || content.destroyed || content.write(chunk as Buffer)) return;
      entry.pause();
      content.once('drain', () => entry.resume());
    });
    entry.on('end', () => {
      if (isTaken) content.end();
      next();
    });
  });
  extract.on('error', (error) => content.destroy(error));
  content.on('error', () => {});
  const feed = async () => {
    for await (const chunk of archive) {
      if (content.destroyed) return;
      if (!extract.write(Buffer.from(chunk))) await drained(extract, content);
    }
    extract.end(null);
    if (!isFound) content.end();
  };
  const feeding = feed().catch((error: unknown) =>
    content.destroy(error instanceof Error ? error : new Error(String(error))),
  );
  try {
    yield* readStream(content);
    await feeding;
  } finally {
    content.destroy();
    extract.destroy();
  }
}

interface Emitting {
  on(event: string, listener: () => void): unknown;
  off(event: string, listener: () => void): unknown;
}

/** Resolves when more may be written, or nobody reads any more. */
function drained(writing: unknown, reader: unknown): Promise<void> {
  const waits: [Emitting, string][] = [
    [writing as Emitting, 'drain'],
    [writing as Emitting, 'close'],
    [reader as Emitting, 'close'],
  ];
  return new Promise((resolve) => {
    const go = () => {
      for (const [emitter, event] of waits) emitter.off(event, go);
      resolve();
    };
    for (const [emitter, event] of waits) emitter.on(event, go);
  });
}

function ended(entry: Writable): Promise<void> {
  return new Promise((resolve) => {
    entry.once('close', resolve);
    entry.end();
  });
}
