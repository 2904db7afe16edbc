import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import type { ServerHttp2Stream } from 'node:http2';
import { join } from 'node:path';
import type { SendingWatcher } from './build';
import { refusedContext } from './contextFailure';
import type { FolderRequest, SyncedEntry, SyncedFolder } from './contextFolders';
import {
  contentPacketHead,
  errorPacket,
  finishPacket,
  lastStatPacket,
  readPacket,
  statPacket,
} from './fileSyncPackets';
import { framed, MessageReader, refuse, responseHead } from './grpcMessages';

/** The folders of a session and who is told how they go to the engine. */
export interface FolderSending {
  folders: Readonly<Record<string, SyncedFolder>>;
  /** Told about `context` only; the others are small. */
  watcher: SendingWatcher;
  /** Takes why a folder cannot be given: CONTEXT_REFUSED, or a defect. The engine is told to give up. */
  failed(error: unknown): void;
}

/** The method of BuildKit's session that hands out a folder: moby/buildkit, session/filesync/filesync.proto */
export const fileSyncPath = '/moby.filesync.v1.FileSync/DiffCopy';

/** Packets of the engine are a few bytes, but for the text of an error. */
const maxPacketBytes = 1024 * 1024;
const chunkBytes = 64 * 1024;
/** Small files are opened while others are on their way; more of them only make the disk seek. */
const filesAtOnce = 4;
/** gRPC's statuses for a folder that is not there, one that is no longer wanted, and one that cannot be given. */
const cancelled = '1';
const notFound = '5';
const internal = '13';

/**
 * Gives a folder to an engine that asks for it, as tonistiigi/fsutil (send.go) does: all entries in order, then the bytes of
 * those that the engine wants, which are those that it does not have of the last time. Holds a few chunks, never a file;
 * a stream that goes away ends it.
 * @param rawHeaders of the request, names and values in turn: `dir-name`, `followpaths`, `exclude-patterns`
 */
export function serveFileSync(
  stream: ServerHttp2Stream,
  rawHeaders: readonly string[],
  { folders, watcher, failed }: FolderSending,
): void {
  const name = valuesOf(rawHeaders, 'dir-name')[0] ?? '';
  const folder = Object.hasOwn(folders, name) ? folders[name] : undefined;
  if (!folder) {
    refuse(stream, notFound, 'no such folder');
    return;
  }
  let status = '0';
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': status }));
  stream.respond(responseHead, { waitForTrailers: true });
  const told = name === 'context' ? watcher : null;
  told?.begun();
  new FolderSender(stream, folder, (bytes) => told?.sent(bytes)).send(requestOf(rawHeaders)).then(
    () => {
      told?.ended();
      stream.end();
    },
    (error: unknown) => {
      // An engine that asks for what is not there gets no more, and has its own words for that.
      const isTheirs = error instanceof Gone || error instanceof RangeError;
      if (!isTheirs) failed(error);
      if (stream.destroyed) return;
      status = error instanceof Gone ? cancelled : internal;
      stream.end(error instanceof Gone ? undefined : framed(errorPacket('the folder cannot be sent')));
    },
  );
}

/** The engine went away, which its own stream tells. */
class Gone extends Error {}

/** One folder on its way. */
class FolderSender {
  /** Files by their number among all entries, until they are asked for. */
  private readonly files = new Map<number, SyncedEntry>();
  private readonly asked: number[] = [];
  private isFinished = false;
  private failure: unknown = null;
  private readonly waiting = new Set<() => void>();

  constructor(
    private readonly stream: ServerHttp2Stream,
    private readonly folder: SyncedFolder,
    private readonly onBytes: (bytes: number) => void,
  ) {
    const reader = new MessageReader(maxPacketBytes);
    const wake = () => this.wake();
    stream.on('drain', wake).on('close', wake);
    // Before its last word: the engine gave up, and its build says why.
    stream.on('end', () => this.isFinished || this.fail(new Gone()));
    stream.on('data', (chunk: Buffer) => {
      try {
        for (const message of reader.add(chunk)) this.receive(message);
      } catch (error) {
        this.fail(error);
      }
      this.wake();
    });
  }

  /** @throws Gone, CONTEXT_REFUSED */
  async send(asked: FolderRequest): Promise<void> {
    const work = [this.sendEntries(asked), ...Array.from({ length: filesAtOnce }, () => this.sendFiles())];
    // The first failure stops the others before it is told.
    await Promise.all(work.map((one) => one.catch((error: unknown) => this.fail(error))));
    if (this.failure) throw this.failure;
    await this.write(framed(finishPacket));
  }

  private receive(message: Uint8Array): void {
    const packet = readPacket(message);
    if (packet?.type === 'request') this.asked.push(packet.entry);
    else if (packet?.type === 'finish') this.isFinished = true;
    else if (packet?.type === 'error') this.fail(new Gone());
  }

  private fail(error: unknown): void {
    this.failure ??= error;
    this.wake();
  }

  private async sendEntries(asked: FolderRequest): Promise<void> {
    let number = 0;
    for await (const entry of this.folder.entries(asked)) {
      // Links and folders have bits above the permissions, and no bytes to ask for.
      if (isFile(entry)) this.files.set(number, entry);
      number += 1;
      await this.write(framed(statPacket(entry)));
    }
    await this.write(framed(lastStatPacket));
  }

  private async sendFiles(): Promise<void> {
    for (;;) {
      await this.until(() => this.asked.length > 0 || this.isFinished);
      const number = this.asked.shift();
      if (number === undefined) return;
      const entry = this.files.get(number);
      if (!entry) throw new RangeError('an engine asked for what is no file');
      this.files.delete(number);
      await (entry.content ? this.sendChunk(number, entry.content) : this.sendFile(number, entry));
      await this.write(framed(contentPacketHead(number, 0)));
    }
  }

  private async sendFile(number: number, { path, sizeBytes }: SyncedEntry): Promise<void> {
    const file = await openPlainFile(this.folder.root, path);
    try {
      const buffer = Buffer.allocUnsafe(Math.min(chunkBytes, sizeBytes + 1));
      let sentBytes = 0;
      for (;;) {
        const { bytesRead } = await read(file, buffer, path);
        sentBytes += bytesRead;
        // A file that is being written would otherwise go as a mixture that never was.
        if (sentBytes > sizeBytes || (bytesRead === 0 && sentBytes < sizeBytes))
          throw refusedContext(path, 'unreadable');
        if (bytesRead === 0) return;
        await this.sendChunk(number, buffer.subarray(0, bytesRead));
      }
    } finally {
      await file.close();
    }
  }

  private async sendChunk(number: number, bytes: Uint8Array): Promise<void> {
    if (bytes.length === 0) return;
    await this.write(framed(contentPacketHead(number, bytes.length), bytes));
    this.onBytes(bytes.length);
  }

  /** Resolves once the network took enough of it for more. */
  private async write(message: Buffer): Promise<void> {
    this.check();
    if (!this.stream.write(message)) await this.until(() => !this.stream.writableNeedDrain);
  }

  private async until(holds: () => boolean): Promise<void> {
    for (;;) {
      this.check();
      if (holds()) return;
      await new Promise<void>((resolve) => this.waiting.add(resolve));
    }
  }

  private check(): void {
    if (this.failure) throw this.failure;
    if (this.stream.destroyed) throw new Gone();
  }

  private wake(): void {
    const waiting = [...this.waiting];
    this.waiting.clear();
    for (const resolve of waiting) resolve();
  }
}

/** No bit above the permissions, set-user-ID and the like: fsutil's receiver asks for those only. */
function isFile({ mode }: SyncedEntry): boolean {
  return mode < 2 ** 27;
}

/** Opens what was a plain file when the folder was looked through: neither a link nor a FIFO that took its place. */
async function openPlainFile(root: string, path: string): Promise<FileHandle> {
  let file: FileHandle;
  try {
    // Windows knows the first flag only; what it does not know adds nothing.
    file = await open(join(root, path), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    throw refusedContext(path, 'unreadable', error);
  }
  if ((await file.stat()).isFile()) return file;
  await file.close();
  throw refusedContext(path, 'specialFile');
}

async function read(file: FileHandle, buffer: Buffer, path: string): Promise<{ bytesRead: number }> {
  try {
    return await file.read(buffer, 0, buffer.length, null);
  } catch (error) {
    throw refusedContext(path, 'unreadable', error);
  }
}

function requestOf(rawHeaders: readonly string[]): FolderRequest {
  return {
    followPaths: valuesOf(rawHeaders, 'followpaths').flatMap(spellingsOf),
    hasExcludes: valuesOf(rawHeaders, 'exclude-patterns').length > 0,
  };
}

/** All values of a header: a path may hold what joined values are cut at. */
function valuesOf(rawHeaders: readonly string[], name: string): string[] {
  return rawHeaders.filter((_, at) => at % 2 === 1 && rawHeaders[at - 1] === name);
}

/**
 * What a path in a header may mean. BuildKit escapes what is not ASCII as in a query, and says so in a header of its own
 * only since 0.12; older ones send UTF-8, which Node reads as Latin-1. A path that is not there costs nothing.
 */
function spellingsOf(value: string): string[] {
  const plain = Buffer.from(value, 'latin1').toString('utf8');
  try {
    return [plain, decodeURIComponent(value.replaceAll('+', ' '))];
  } catch {
    return [plain];
  }
}
