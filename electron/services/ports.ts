import { readdir, readFile, readlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';

/**
 * Whether 127.0.0.1:`port` can be had, found out by binding it. A port that only root may bind counts as free, since the
 * engine may.
 */
export function canBind(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code !== 'EADDRINUSE'));
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** Local addresses in /proc/net/tcp{,6} whose listeners keep 127.0.0.1 from being bound: loopback and any, also as IPv6. */
const conflicting = new Set([
  '0100007F',
  '00000000',
  '00000000000000000000000000000000',
  '0000000000000000FFFF00000100007F',
]);

const listening = '0A';

/**
 * The name of the process that listens on `port` of this machine, from Linux's /proc (proc_pid_net(5), proc_pid_fd(5)).
 * @returns null elsewhere, where nobody listens, and where the process belongs to somebody else
 */
export async function processListeningOn(port: number, proc = '/proc'): Promise<string | null> {
  const tables = await Promise.all([readText(join(proc, 'net/tcp')), readText(join(proc, 'net/tcp6'))]);
  const sockets = new Set(tables.flatMap((table) => listeningInodes(table, port)).map((inode) => `socket:[${inode}]`));
  if (sockets.size === 0) return null;
  for (const pid of (await list(proc)).filter((entry) => /^\d+$/.test(entry))) {
    const folder = join(proc, pid, 'fd');
    for (const descriptor of await list(folder)) {
      const target = await readlink(join(folder, descriptor)).catch(() => '');
      if (sockets.has(target)) return (await readText(join(proc, pid, 'comm'))).trim() || null;
    }
  }
  return null;
}

/** Socket inodes that listen on `port` where 127.0.0.1 is concerned, from a /proc/net/tcp table. */
export function listeningInodes(table: string, port: number): string[] {
  return table
    .split('\n')
    .slice(1)
    .flatMap((row) => {
      const fields = row.trim().split(/\s+/);
      const [address, hexPort] = (fields[1] ?? '').split(':');
      const ours = fields[3] === listening && Number.parseInt(hexPort ?? '', 16) === port;
      return ours && conflicting.has(address ?? '') && fields[9] ? [fields[9]] : [];
    });
}

/** What cannot be read is somebody else's or gone: the same as nothing there. */
async function readText(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}

async function list(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}
