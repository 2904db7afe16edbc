import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ContextOptions, checkContext, openContext } from '../../electron/docker/buildContext';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'context-'));
  await put('Dockerfile', 'FROM base\n');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function put(path: string, content = path): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), content);
}

function makeFifo(path: string): void {
  execFileSync('sh', ['-c', 'mkfifo "$0"', join(folder, path)]);
}

const never = new AbortController().signal;

function open(options: Partial<ContextOptions> = {}) {
  return openContext(folder, { dockerfile: 'Dockerfile', extraFiles: [], ...options }, never);
}

async function bytesOf(stream: Readable): Promise<Buffer> {
  const parts: Buffer[] = [];
  stream.on('data', (part: Buffer) => parts.push(part));
  await once(stream, 'end');
  return Buffer.concat(parts);
}

/** Names, owners and contents as `tar` itself reads them. */
async function packed(options: Partial<ContextOptions> = {}): Promise<{ names: string[]; listing: string }> {
  const archive = await bytesOf((await open(options)).pack());
  const tar = (flags: string) => execFileSync('tar', [flags], { input: archive, encoding: 'utf8' });
  return { names: tar('-tf-').trim().split('\n'), listing: tar('-tvf-') };
}

describe('a context', () => {
  it('holds its files in the order of their names, owned by root', async () => {
    await put('b/two.txt');
    await put('b/one.txt');
    await put('a.txt');
    const { names, listing } = await packed();
    expect(names).toEqual(['Dockerfile', 'a.txt', 'b', 'b/one.txt', 'b/two.txt']);
    expect(listing.split('\n').filter((line) => line && !/\s(root\/root|0\/0)\s/.test(line))).toEqual([]);
  });

  it('counts its files and bytes', async () => {
    await put('a.txt', '12345');
    const context = await open({ extraFiles: [{ path: 'x', content: '한' }] });
    expect(context.sizeBytes).toBe('FROM base\n'.length + 5 + 3);
    expect(context.fileCount).toBe(3);
    expect(context.dockerfile).toBe('FROM base\n');
  });

  it('leaves out what .dockerignore names, and keeps its exceptions inside of ignored folders', async () => {
    await put('.dockerignore', '# all\n*\n!keep\n!deep/er/one.txt\n**/*.log\n');
    for (const path of ['keep/a.txt', 'keep/b.log', 'drop/a.txt', 'deep/er/one.txt', 'deep/er/two.txt'])
      await put(path);
    expect((await packed()).names).toEqual(['.dockerignore', 'Dockerfile', 'deep/er/one.txt', 'keep', 'keep/a.txt']);
  });

  it('keeps what an exception with wildcards names inside of dropped folders, as BuildKit does', async () => {
    await put('.dockerignore', '*\n!**/keep.txt\n');
    for (const path of ['keep.txt', 'drop.txt', 'deep/er/keep.txt', 'deep/er/drop.txt']) await put(path);
    expect((await packed()).names).toEqual(['.dockerignore', 'Dockerfile', 'deep/er/keep.txt', 'keep.txt']);
  });

  it('goes by the ignore file of its own Dockerfile where there is one', async () => {
    await put('.dockerignore', '*.txt\n');
    await put('dev.Dockerfile', 'FROM base\n');
    await put('dev.Dockerfile.dockerignore', '*.log\n');
    for (const path of ['a.txt', 'a.log']) await put(path);
    const all = ['Dockerfile', 'a.log', 'a.txt', 'dev.Dockerfile', 'dev.Dockerfile.dockerignore', '.dockerignore'];
    const sent = async (dockerfile: string) => (await packed({ dockerfile })).names.sort();
    expect(await sent('Dockerfile')).toEqual(all.filter((path) => path !== 'a.txt').sort());
    expect(await sent('dev.Dockerfile')).toEqual(all.filter((path) => path !== 'a.log').sort());
  });

  it('sends the Dockerfile even where .dockerignore names it', async () => {
    await put('.dockerignore', 'Dockerfile\n');
    expect((await packed()).names).toContain('Dockerfile');
  });

  it('takes extra files instead of those in the folder, once', async () => {
    await put('build-settings/pip.conf', 'old');
    const extraFiles = [{ path: 'build-settings/pip.conf', content: 'new secret' }];
    const archive = await bytesOf((await open({ extraFiles })).pack());
    const text = execFileSync('tar', ['-xOf-', 'build-settings/pip.conf'], { input: archive, encoding: 'utf8' });
    expect(text).toBe('new secret');
  });

  it('keeps links that stay inside, and the execute bit', async () => {
    await put('run.sh');
    await chmod(join(folder, 'run.sh'), 0o755);
    await symlink('run.sh', join(folder, 'link'));
    const { listing } = await packed();
    expect(listing).toContain('link -> run.sh');
    expect(listing).toMatch(/-rwxr-xr-x.*run\.sh/);
  });

  it('goes over the wire piece by piece: a file of 2 GB is never held in memory', async () => {
    await put('big');
    await truncate(join(folder, 'big'), 2 * 1024 ** 3);
    const context = await open();
    expect(context.sizeBytes).toBeGreaterThan(2 * 1024 ** 3);
    const stream = context.pack();
    stream.pause();
    await once(stream, 'readable');
    expect(stream.readableLength).toBeLessThan(1024 ** 2);
    stream.destroy();
    await once(stream, 'close');
  });

  it('fails instead of sending half a folder when a file vanishes meanwhile', async () => {
    await put('a.txt');
    const context = await open();
    await rm(join(folder, 'a.txt'));
    const stream = context.pack();
    stream.resume();
    const [error] = await once(stream, 'error').catch((reason: unknown) => [reason]);
    expect(error).toMatchObject({ code: 'CONTEXT_REFUSED', details: { path: 'a.txt', reason: 'unreadable' } });
  });
});

describe('a folder is refused by name', () => {
  const refused = (path: string, reason: string) => ({ code: 'CONTEXT_REFUSED', details: { path, reason } });

  it('when it is not there, no folder, or without a Dockerfile', async () => {
    const gone = join(folder, 'gone');
    await expect(checkContext(gone, 'Dockerfile')).rejects.toMatchObject(refused(gone, 'missing'));
    const file = join(folder, 'Dockerfile');
    await expect(checkContext(file, 'Dockerfile')).rejects.toMatchObject(refused(file, 'notAFolder'));
    await expect(checkContext('relative', 'Dockerfile')).rejects.toMatchObject(refused('relative', 'missing'));
    await rm(file);
    await expect(open()).rejects.toMatchObject(refused('Dockerfile', 'noDockerfile'));
  });

  it('when a link leaves it, however it is written', async () => {
    await mkdir(join(folder, 'sub'));
    for (const target of ['/etc/passwd', '../../outside', join(tmpdir(), 'x')]) {
      await symlink(target, join(folder, 'sub/link'));
      await expect(open(), target).rejects.toMatchObject(refused('sub/link', 'linkOutside'));
      await rm(join(folder, 'sub/link'));
    }
  });

  it('when it holds a FIFO, instead of waiting for a writer', async () => {
    makeFifo('pipe');
    await expect(open()).rejects.toMatchObject(refused('pipe', 'specialFile'));
  });

  it('when its Dockerfile is a FIFO, instead of waiting for a writer', async () => {
    await rm(join(folder, 'Dockerfile'));
    makeFifo('Dockerfile');
    await expect(open()).rejects.toMatchObject(refused('Dockerfile', 'noDockerfile'));
  });

  it('when its Dockerfile is a link out of it', async () => {
    await rm(join(folder, 'Dockerfile'));
    await symlink('/etc/hostname', join(folder, 'Dockerfile'));
    await expect(open()).rejects.toMatchObject(refused('Dockerfile', 'noDockerfile'));
  });

  it('when .dockerignore cannot be understood', async () => {
    await put('.dockerignore', 'good\n[a-\n');
    await expect(open()).rejects.toMatchObject(refused('.dockerignore', 'badIgnore'));
  });
});

it('skips what is ignored without looking at it: an ignored FIFO refuses nothing', async () => {
  await put('.dockerignore', 'ignored\n');
  await mkdir(join(folder, 'ignored'));
  makeFifo('ignored/pipe');
  expect((await packed()).names).toEqual(['.dockerignore', 'Dockerfile']);
});

it('leaves sockets out, as Docker does', async () => {
  const server = createServer().listen(join(folder, 'agent.sock'));
  await once(server, 'listening');
  try {
    expect((await packed()).names).toEqual(['Dockerfile']);
  } finally {
    server.close();
  }
});

it('stops looking through a folder when the build is cancelled', async () => {
  const cancelled = new AbortController();
  cancelled.abort();
  const options = { dockerfile: 'Dockerfile', extraFiles: [] };
  await expect(openContext(folder, options, cancelled.signal)).rejects.toMatchObject({ code: 'CANCELLED' });
});
