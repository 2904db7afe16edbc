import { createHash, type Hash } from 'node:crypto';
import tar from 'tar-stream';

/** One entry of a tar, after all of it went by. */
export interface TarEntry {
  name: string;
  type: 'file' | 'link' | 'directory' | 'other';
  sizeBytes: number;
  /** Where its content begins in the tar. */
  offset: number;
  /** SHA-256 of a file's content, or of a link's target; hexadecimal. */
  sha256: string;
  /** What a link leads to, as it is written. */
  linkTarget: string;
  /** Its first bytes, which tell a compressed one. */
  head: Buffer;
  /** The whole content where `keeps` wanted it. */
  content: Buffer | null;
}

/** The bytes are no tar, or one that ends too early. `part` is the entry that was being read; null before the first. */
export class TarBroken extends Error {
  constructor(
    readonly reason: 'truncated' | 'notTar',
    readonly part: string | null,
  ) {
    super(`tar ${reason}${part === null ? '' : ` in ${part}`}`);
    this.name = 'TarBroken';
  }
}

/** Kept content of all entries together; a hostile tar may hold any number of small ones. */
const maxKeptBytes = 256 * 1024 * 1024;
const maxEntries = 200_000;
const headBytes = 6;

/** Reads a tar as it goes by and digests every part of it. Memory stays at what is kept. */
export class TarScan {
  readonly entries: TarEntry[] = [];
  private readonly extract = tar.extract();
  private current: string | null = null;
  private error: Error | null = null;
  private wake: (() => void) | null = null;
  private keptBytes = 0;

  /** @param keeps whether the content of a file of that name and size should be kept */
  constructor(keeps: (name: string, sizeBytes: number) => boolean) {
    this.extract.on('error', (error) => {
      this.error ??= error;
      this.wake?.();
    });
    this.extract.on('drain', () => this.wake?.());
    this.extract.on('finish', () => this.wake?.());
    this.extract.on('entry', (header, stream, next) => {
      this.current = header.name;
      const type = typeOf(header.type ?? 'file');
      const linkTarget = header.linkname ?? '';
      const hash: Hash = createHash('sha256');
      const sizeBytes = type === 'file' ? (header.size ?? 0) : 0;
      const isKept = type === 'file' && this.keptBytes + sizeBytes <= maxKeptBytes && keeps(header.name, sizeBytes);
      if (isKept) this.keptBytes += sizeBytes;
      const kept: Buffer[] = [];
      let head = Buffer.alloc(0);
      if (type === 'link') hash.update(linkTarget);
      stream.on('data', (data) => {
        const chunk = data as Buffer;
        hash.update(chunk);
        if (head.length < headBytes) head = Buffer.concat([head, chunk.subarray(0, headBytes - head.length)]);
        if (isKept) kept.push(Buffer.from(chunk));
      });
      stream.on('error', () => {});
      stream.on('end', () => {
        this.entries.push({
          name: header.name,
          type,
          sizeBytes,
          offset: (header as { byteOffset?: number }).byteOffset ?? 0,
          sha256: hash.digest('hex'),
          linkTarget,
          head,
          content: isKept ? Buffer.concat(kept) : null,
        });
        next(this.entries.length > maxEntries ? new Error('too many entries') : null);
      });
    });
  }

  /** Where the last entry ends, padded to whole blocks: what follows is the end of the tar. */
  get endOffset(): number {
    const last = this.entries.at(-1);
    return last === undefined ? 0 : Math.ceil((last.offset + last.sizeBytes) / 512) * 512;
  }

  /**
   * Takes the next bytes; resolves when more may come.
   * @throws TarBroken
   */
  async write(chunk: Uint8Array): Promise<void> {
    this.check();
    if (this.extract.write(chunk)) return;
    await new Promise<void>((resolve) => {
      this.wake = resolve;
    });
    this.wake = null;
    this.check();
  }

  /**
   * No further bytes come.
   * @returns all entries in their order
   * @throws TarBroken
   */
  async end(): Promise<TarEntry[]> {
    this.check();
    await new Promise<void>((resolve) => {
      this.wake = resolve;
      this.extract.end(null);
    });
    this.check();
    if (this.entries.length === 0) throw new TarBroken('notTar', null);
    return this.entries;
  }

  /** Forgets what is pending; nothing is read any more. */
  destroy(): void {
    this.extract.destroy();
  }

  private check(): void {
    if (this.error === null) return;
    const isCut = /unexpected end/i.test(this.error.message);
    const part = this.entries.at(-1)?.name === this.current ? null : this.current;
    throw new TarBroken(isCut ? 'truncated' : 'notTar', isCut ? part : this.current);
  }
}

function typeOf(type: string): TarEntry['type'] {
  if (type === 'file' || type === 'contiguous-file') return 'file';
  if (type === 'symlink' || type === 'link') return 'link';
  return type === 'directory' ? 'directory' : 'other';
}
