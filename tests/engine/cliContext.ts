import { execFile, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { promisify } from 'node:util';

/** Why the docker command cannot be compared with; null where it can. */
export function dockerCommandObstacle(): string | null {
  return spawnSync('docker', ['--version'], { stdio: 'ignore' }).status === 0 ? null : 'the docker command is missing';
}

/** One entry of an archive: what it is, its permissions, and what it holds. */
export interface PackedEntry {
  path: string;
  kind: string;
  mode: string;
  owner: string;
  /** SHA-256 of a file's bytes, target of a link. */
  content: string;
}

/** Answers just enough for `docker build` to send its context, and keeps what came. */
export class ContextCatcher {
  private archive = Buffer.alloc(0);
  private readonly server: Server;

  private constructor(private readonly socketPath: string) {
    this.server = createServer((request, response) => {
      response.setHeader('Api-Version', '1.41');
      response.setHeader('Ostype', 'linux');
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        if (/\/build\?/.test(request.url ?? '')) this.archive = Buffer.concat(parts);
        response.setHeader('Content-Type', 'application/json');
        response.end(/\/_ping$/.test(request.url ?? '') ? 'OK' : '{}');
      });
    });
  }

  static async open(socketPath: string): Promise<ContextCatcher> {
    const catcher = new ContextCatcher(socketPath);
    await new Promise<void>((resolve) => catcher.server.listen(socketPath, resolve));
    return catcher;
  }

  /** What `docker build` sends for a folder, as a tar archive; its own words where it refuses. */
  async archiveOf(folder: string, options: string[] = []): Promise<Buffer | { refusal: string }> {
    this.archive = Buffer.alloc(0);
    const env = {
      PATH: process.env.PATH,
      HOME: '/nowhere',
      DOCKER_HOST: `unix://${this.socketPath}`,
      DOCKER_BUILDKIT: '0',
    };
    try {
      await promisify(execFile)('docker', ['build', ...options, folder], { env });
    } catch (error) {
      if (this.archive.length === 0) return { refusal: (error as { stderr: string }).stderr };
    }
    return this.archive;
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.server.close(() => resolve()));
  }
}

const blockBytes = 512;
const kinds: Record<string, string> = { '0': 'file', '\0': 'file', '1': 'hard link', '2': 'link', '5': 'folder' };

/** Reads an archive in the ustar format with pax headers (POSIX.1-2017, pax), in order of paths. */
export function entriesOf(archive: Buffer): PackedEntry[] {
  const entries: PackedEntry[] = [];
  let pax: Record<string, string> = {};
  for (let at = 0; at + blockBytes <= archive.length; ) {
    const head = archive.subarray(at, at + blockBytes);
    if (head.every((byte) => byte === 0)) break;
    const text = (from: number, length: number) => head.toString('utf8', from, from + length).replace(/\0[\s\S]*$/, '');
    const number = (from: number, length: number) => Number.parseInt(text(from, length).trim() || '0', 8);
    const sizeBytes = pax.size === undefined ? number(124, 12) : Number(pax.size);
    const body = archive.subarray(at + blockBytes, at + blockBytes + sizeBytes);
    const type = String.fromCharCode(head[156] ?? 0);
    at += blockBytes + Math.ceil(sizeBytes / blockBytes) * blockBytes;
    if (type === 'x' || type === 'g') {
      pax = Object.fromEntries(
        [...body.toString('utf8').matchAll(/\d+ ([^=]+)=([^\n]*)\n/g)].map(([, k, v]) => [k, v]),
      );
      continue;
    }
    const prefix = text(345, 155);
    const kind = kinds[type] ?? type;
    entries.push({
      path: (pax.path ?? (prefix === '' ? text(0, 100) : `${prefix}/${text(0, 100)}`)).replace(/\/$/, ''),
      kind,
      mode: (number(100, 8) & 0o7777).toString(8),
      owner: `${number(108, 8)}:${number(116, 8)}`,
      content: kind === 'file' ? createHash('sha256').update(body).digest('hex') : (pax.linkpath ?? text(157, 100)),
    });
    pax = {};
  }
  return entries.sort((one, other) => (one.path < other.path ? -1 : 1));
}
