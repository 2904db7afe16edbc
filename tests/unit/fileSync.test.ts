import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFile,
  chmod,
  link,
  mkdir,
  mkdtemp,
  readdir,
  readlink,
  rm,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import type { ClientHttp2Session, ClientHttp2Stream } from 'node:http2';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ContextOptions, openContext } from '../../electron/docker/buildContext';
import { serveSession } from '../../electron/docker/buildSession';
import { contentPacketHead, lastStatPacket, readPacket, statPacket } from '../../electron/docker/fileSyncPackets';
import { framed, MessageReader } from '../../electron/docker/grpcMessages';
import { numberField } from '../../electron/docker/protobuf';
import { gaveUp, sessionClient, type TakeOptions, takeFolder } from '../fakes/folderTaker';

let folder: string;
let server: Server;
let client: ClientHttp2Session | null;
let failures: unknown[];
let sentBytes: number;
let told: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sync-'));
  await put('Dockerfile', 'FROM base\n');
  server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  client = null;
  failures = [];
  told = [];
  sentBytes = 0;
});
afterEach(async () => {
  client?.destroy();
  server.close();
  await rm(folder, { recursive: true, force: true });
});

async function put(path: string, content: string | Buffer = path): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), content);
}

/** A session that gives the folder, with the engine's end of it. */
async function open(options: Partial<ContextOptions> = {}): Promise<ClientHttp2Session> {
  const whole = { dockerfile: 'Dockerfile', extraFiles: [], ...options };
  const { folders } = await openContext(folder, whole, new AbortController().signal);
  const watcher = {
    begun: () => told.push('begun'),
    sent: (bytes: number) => (sentBytes += bytes),
    ended: () => told.push('ended'),
  };
  const accepted = once(server, 'connection') as Promise<[Socket]>;
  const sending = { folders, watcher, failed: (error: unknown) => failures.push(error) };
  serveSession(connect((server.address() as AddressInfo).port, '127.0.0.1'), { credentials: {}, sending });
  client = sessionClient((await accepted)[0]);
  return client;
}

const takeContext = async (options: TakeOptions = {}, context: Partial<ContextOptions> = {}) =>
  takeFolder(await open(context), 'context', options);

const pathsOf = ({ stats }: { stats: { path: string }[] }) => stats.map(({ path }) => path);

/** Files in the folder that this process holds open. */
async function openFiles(): Promise<string[]> {
  const links = (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => ''));
  return (await Promise.all(links)).filter((path) => path.startsWith(folder));
}

describe('a packet', () => {
  it('is what protobuf makes of it', () => {
    const stat = { path: 'a/b', mode: 0o644, sizeBytes: 300, modifiedAtNs: -1n, linkTarget: 'c' };
    expect([...statPacket(stat)]).toEqual([
      ...[0x12, 25, 0x0a, 3, ...Buffer.from('a/b'), 0x10, 0xa4, 0x03, 0x28, 0xac, 0x02],
      ...[0x30, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01, 0x3a, 1, ...Buffer.from('c')],
    ]);
    expect([...lastStatPacket]).toEqual([0x08, 0]);
    expect([...contentPacketHead(300, 2), 7, 7]).toEqual([0x08, 2, 0x18, 0xac, 0x02, 0x22, 2, 7, 7]);
    expect([...contentPacketHead(1, 0)]).toEqual([0x08, 2, 0x18, 1]);
  });

  it('keeps a time of this century to its nanosecond, and the bit that marks a folder', () => {
    const at = 1_795_468_222_135_123_457n;
    const stat = statPacket({ path: 'x', mode: 2 ** 31 + 0o755, sizeBytes: 0, modifiedAtNs: at, linkTarget: '' });
    const hex = Buffer.from(stat).toString('hex');
    expect(hex).toContain('10ed8380800828');
    expect(hex).toContain(Buffer.from(numberField(6, at)).toString('hex'));
    let value = 0n;
    for (const byte of [...numberField(6, at).slice(1)].reverse()) value = value * 128n + BigInt(byte & 127);
    expect(value).toBe(at);
  });

  it('asks for the first entry by leaving its number out', () => {
    expect(readPacket(Uint8Array.of(0x08, 1))).toEqual({ type: 'request', entry: 0 });
    expect(readPacket(Uint8Array.of(0x08, 1, 0x18, 0xac, 0x02))).toEqual({ type: 'request', entry: 300 });
    expect(readPacket(Uint8Array.of(0x08, 3))).toEqual({ type: 'finish' });
    expect(() => readPacket(Uint8Array.of(0x0a, 200))).toThrow(RangeError);
  });

  it('is found again wherever the connection cuts it, and no longer one is held', () => {
    const bytes = Buffer.concat([framed(Uint8Array.of(1, 2, 3)), framed(), framed(Uint8Array.of(4))]);
    for (let size = 1; size <= bytes.length; size += 1) {
      const reader = new MessageReader(10);
      const found: number[][] = [];
      for (let at = 0; at < bytes.length; at += size) {
        for (const message of reader.add(bytes.subarray(at, at + size))) found.push([...message]);
      }
      expect(found).toEqual([[1, 2, 3], [], [4]]);
    }
    expect(() => new MessageReader(10).add(framed(Buffer.alloc(11)))).toThrow(RangeError);
    expect(() => new MessageReader(10).add(Uint8Array.of(1, 0, 0, 0, 0))).toThrow(RangeError);
  });
});

describe('a folder that an engine takes', () => {
  it('comes in the order that the engine demands: what a folder holds before what only begins like it', async () => {
    for (const path of ['a/b/c', 'a/b.txt', 'a.txt', 'a-b/c', 'B', 'é', '\uffff', '\u{1f433}']) await put(path);
    const paths = pathsOf(await takeContext());
    expect(paths).toEqual([
      ...['B', 'Dockerfile', 'a', 'a/b', 'a/b/c', 'a/b.txt', 'a-b', 'a-b/c', 'a.txt'],
      ...['é', '\uffff', '\u{1f433}'],
    ]);
  });

  it('is told with its permissions, times, links and names in common', async () => {
    await put('run.sh', '1234');
    await chmod(join(folder, 'run.sh'), 0o4755);
    await utimes(join(folder, 'run.sh'), 10, 20);
    await link(join(folder, 'run.sh'), join(folder, 'same'));
    await symlink('run.sh', join(folder, 'link'));
    await mkdir(join(folder, 'tmp'));
    await chmod(join(folder, 'tmp'), 0o1777);
    const { stats } = await takeContext();
    const of = (path: string) => stats.find((stat) => stat.path === path);
    const run = { mode: 2 ** 23 + 0o755, modifiedAtNs: 20_000_000_000 };
    expect(of('run.sh')).toMatchObject({ ...run, sizeBytes: 4, linkTarget: '' });
    expect(of('same')).toMatchObject({ ...run, sizeBytes: 0, linkTarget: 'run.sh' });
    expect(of('link')).toMatchObject({ mode: 2 ** 27 + 0o777, linkTarget: 'run.sh' });
    expect(of('tmp')).toMatchObject({ mode: 2 ** 31 + 2 ** 20 + 0o777, sizeBytes: 0 });
  });

  it('gives the bytes of what the engine misses, and of nothing else', async () => {
    await put('old.txt');
    await put('new.txt', Buffer.alloc(200_000, 'x'));
    await put('empty.txt', '');
    const taken = await takeContext({ wants: ({ path }) => !path.startsWith('old') && path !== 'Dockerfile' });
    expect(taken).toMatchObject({ status: '0', error: null, isFinished: true });
    expect(taken.contents).toEqual({ 'new.txt': 'x'.repeat(200_000), 'empty.txt': '' });
    expect({ sentBytes, told, failures }).toEqual({ sentBytes: 200_000, told: ['begun', 'ended'], failures: [] });
  });

  it('has neither the Dockerfile nor the ignore file where that names them; the builder gets both', async () => {
    await put('.dockerignore', 'Dockerfile\n.dockerignore\ndropped\n!dropped/deep/kept\n');
    for (const path of ['dropped/deep/kept', 'dropped/deep/other', 'a']) await put(path);
    const session = await open();
    const context = await takeFolder(session, 'context', { excludes: ['Dockerfile'] });
    expect(pathsOf(context)).toEqual(['a', 'dropped', 'dropped/deep', 'dropped/deep/kept']);
    const ignoreFile = await takeFolder(session, 'context', { followPaths: ['.dockerignore'] });
    expect(Object.keys(ignoreFile.contents)).toEqual(['.dockerignore']);
    expect((await takeFolder(session, 'dockerfile')).contents).toEqual({ Dockerfile: 'FROM base\n' });
  });

  it('gives a Dockerfile of a folder with the ignore file of its own, by their last names', async () => {
    await put('docker/dev.Dockerfile', 'FROM dev\n');
    await put('docker/dev.Dockerfile.dockerignore', '*.log\n');
    const { contents } = await takeFolder(await open({ dockerfile: 'docker/dev.Dockerfile' }), 'dockerfile');
    expect(contents).toEqual({ 'dev.Dockerfile': 'FROM dev\n', 'dev.Dockerfile.dockerignore': '*.log\n' });
  });

  it('holds files of ours among its own, in folders that it need not have, and tells when one changed', async () => {
    await put('set', 'x');
    await put('settings.txt', 'x');
    await put('zz/a', 'x');
    const withText = async (content: string) => {
      const extraFiles = [{ path: 'settings/deep/ca.pem', content }];
      const taken = await takeContext({}, { extraFiles });
      client?.destroy();
      return taken;
    };
    const first = await withText('one');
    expect(pathsOf(first)).toEqual([
      'Dockerfile',
      'set',
      'settings',
      'settings/deep',
      'settings/deep/ca.pem',
      'settings.txt',
      'zz',
      'zz/a',
    ]);
    expect(first.contents['settings/deep/ca.pem']).toBe('one');
    const timeOf = ({ stats }: typeof first) => stats.find(({ path }) => path.endsWith('ca.pem'))?.modifiedAtNs;
    expect(timeOf(await withText('one'))).toBe(timeOf(first));
    expect(timeOf(await withText('two'))).not.toBe(timeOf(first));
  });

  it('is sent in part where the builder needs no more, with what links lead to', async () => {
    for (const path of ['real/deep/e', 'real/other', 'plain/a', 'plain-b', 'c, d']) await put(path);
    await symlink('real/deep', join(folder, 'through'));
    await symlink('circle', join(folder, 'circle'));
    const session = await open();
    const of = async (...followPaths: string[]) => pathsOf(await takeFolder(session, 'context', { followPaths }));
    expect(await of('/plain/')).toEqual(['plain', 'plain/a']);
    expect(await of('through/e', 'c, d')).toEqual(['c, d', 'real', 'real/deep', 'real/deep/e', 'through']);
    const all = pathsOf(await takeFolder(session, 'context'));
    for (const path of ['real/*/e', '.', '../..', 'circle']) expect(await of(path), path).toEqual(all);
  });

  it('is found under names of its own only', async () => {
    const session = await open();
    for (const name of ['other', '', '__proto__']) expect((await takeFolder(session, name)).status).toBe('5');
  });

  it('waits for an engine that does not read: a file of 2 GB is never held in memory', async () => {
    await put('big', '');
    await truncate(join(folder, 'big'), 2 * 1024 ** 3);
    const session = await open();
    const taking = takeFolder(session, 'context', { onStats: (_stats, stream) => void stream.pause() });
    await expect.poll(openFiles).toHaveLength(1);
    let before = -1;
    await expect.poll(() => before === (before = sentBytes), { interval: 100 }).toBe(true);
    expect(sentBytes).toBeLessThan(8 * 1024 ** 2);
    session.destroy();
    expect((await taking).status).toBe('');
    await expect.poll(openFiles).toEqual([]);
    expect(failures).toEqual([]);
  });

  it.each([
    ['says so', (stream: ClientHttp2Stream) => stream.write(gaveUp)],
    ['just ends', (stream: ClientHttp2Stream) => stream.end()],
  ])('stops, without a failure of its own, when the engine gives up and %s', async (_what, giveUp) => {
    await put('big', '');
    await truncate(join(folder, 'big'), 2 * 1024 ** 3);
    await takeContext({
      onStats: (_stats, stream) => {
        stream.once('data', () => giveUp(stream));
      },
    });
    await expect.poll(openFiles).toEqual([]);
    expect(sentBytes).toBeLessThan(1024 ** 3);
    expect(failures).toEqual([]);
  });

  it('does not give what an engine has no right to ask for', async () => {
    await mkdir(join(folder, 'sub'));
    const taken = await takeContext({
      wants: () => false,
      onStats: (_stats, stream) => {
        stream.write(framed(numberField(1, 1), numberField(3, 1)));
      },
    });
    expect({ ...taken, failures }).toMatchObject({ contents: {}, status: '13', failures: [] });
    expect(taken.error).not.toBeNull();
  });
});

describe('a file that is no longer what it was', () => {
  const change = (act: () => Promise<unknown>) => takeContext({ onStats: async () => void (await act()) });
  const path = () => join(folder, 'file');

  it.each([
    ['vanished', () => rm(path()), 'unreadable'],
    ['grew', () => appendFile(path(), 'more'), 'unreadable'],
    ['shrank', () => truncate(path(), 2), 'unreadable'],
    ['became a FIFO', async () => (await rm(path()), execFileSync('mkfifo', [path()])), 'specialFile'],
    ['became a link', async () => (await rm(path()), symlink(join(folder, 'other'), path())), 'unreadable'],
  ])('and %s ends the build by its name, and never comes as a whole one', async (_what, act, reason) => {
    await put('file', 'content');
    // As long as the file itself: its size must not be what gives it away.
    await put('other', 'secret!');
    const taken = await change(act);
    expect(failures).toMatchObject([{ code: 'CONTEXT_REFUSED', details: { path: 'file', reason } }]);
    expect(Object.keys(taken.contents)).not.toContain('file');
    expect(taken.error).not.toBeNull();
  });

  it('before the engine asks for the folder is refused, too', async () => {
    await put('file');
    const session = await open();
    await rm(path());
    await symlink('/etc', path());
    expect((await takeFolder(session, 'context')).stats).not.toContainEqual(expect.objectContaining({ path: 'file' }));
    expect(failures).toMatchObject([{ code: 'CONTEXT_REFUSED', details: { path: 'file', reason: 'linkOutside' } }]);
  });
});
