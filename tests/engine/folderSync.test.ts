import { execFile, spawnSync } from 'node:child_process';
import { chmod, link, mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import Dockerode from 'dockerode';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { BuildEvent } from '../../electron/docker/build';
import { type BuildContext, openContext } from '../../electron/docker/buildContext';
import { connectEngine } from '../../electron/docker/connect';
import type { Engine } from '../../electron/docker/engine';
import { readStream } from '../../electron/docker/stream';
import { entriesOf, type PackedEntry } from './cliContext';
import { engineSocket, testName } from './realEngine';

const socketPath = engineSocket;
const docker = new Dockerode({ socketPath });
const labels = { 'app.wharf.test': process.env.WHARF_TEST_RUN ?? 'by-hand' };

/** A docker command that builds with BuildKit by itself or has buildx; null where there is none. */
function buildkitCommand(): string | null {
  const candidates = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'docker'));
  const env = { ...process.env, DOCKER_BUILDKIT: '1' };
  return candidates.find((path) => spawnSync(path, ['build', '--help'], { env, stdio: 'ignore' }).status === 0) ?? null;
}

const command = buildkitCommand();

let engine: Engine;
let folder: string;
let tags: string[] = [];
beforeAll(async () => {
  engine = await connectEngine({ source: 'environment', label: 'Docker', address: `unix://${socketPath}` });
});
afterAll(() => engine.close());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sync-'));
});
afterEach(async () => {
  for (const tag of tags)
    await docker
      .getImage(tag)
      .remove({ force: true })
      .catch(() => undefined);
  tags = [];
  await rm(folder, { recursive: true, force: true });
});

async function put(path: string, content: string | Buffer = path): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), content);
}

function newTag(): string {
  const tag = `${testName('sync')}:${tags.length}`;
  tags.push(tag);
  return tag;
}

interface Sync {
  dockerfile?: string;
  signal?: AbortSignal;
  /** Called before the folder, which has been looked through, is built. */
  beforeBuild?(): Promise<void>;
  onSent?(bytes: number): void;
}

/** Builds the folder; what the engine took of it, in bytes. */
async function ours(tag: string, { dockerfile = 'Dockerfile', beforeBuild, onSent, ...rest }: Sync = {}) {
  const signal = rest.signal ?? new AbortController().signal;
  const context: BuildContext = await openContext(folder, { dockerfile, extraFiles: [] }, signal);
  await beforeBuild?.();
  let sentBytes = 0;
  const sending = {
    begun: () => {},
    sent: (bytes: number) => {
      sentBytes += bytes;
      onSent?.(sentBytes);
    },
    ended: () => {},
  };
  const asked = { tag, dockerfile, labels, buildArguments: {}, noCache: true, pull: false, credentials: {} };
  const events: BuildEvent[] = [];
  const stream = engine.build(
    { ...asked, builder: 'buildkit', context, sending, target: null, platform: null },
    signal,
  );
  for await (const event of stream) events.push(event);
  const failures = events.flatMap((event) => (event.type === 'failed' ? [event.message] : []));
  return { sentBytes, failures, builder: events[0] };
}

/** Builds the folder with the docker command; its words where it fails. */
async function theirs(tag: string, dockerfile = 'Dockerfile'): Promise<string | null> {
  const env = { ...process.env, DOCKER_BUILDKIT: '1', DOCKER_HOST: `unix://${socketPath}` };
  const options = ['build', '--no-cache', '--label', `app.wharf.test=${labels['app.wharf.test']}`, '-t', tag];
  return promisify(execFile)(command as string, [...options, '-f', join(folder, dockerfile), folder], { env }).then(
    () => null,
    (error: { stderr: string }) => error.stderr,
  );
}

/** What lies in an image below `/x`. */
async function inImage(tag: string): Promise<PackedEntry[]> {
  const container = await docker.createContainer({ Image: tag, Cmd: ['none'], Labels: labels });
  try {
    const parts: Uint8Array[] = [];
    for await (const part of readStream((await container.getArchive({ path: '/x' })) as never)) parts.push(part);
    return entriesOf(Buffer.concat(parts));
  } finally {
    await container.remove({ v: true });
  }
}

/** Builds the folder both ways and expects the same files in both images. */
async function expectSame(dockerfile?: string): Promise<string[]> {
  const [mine, other] = [newTag(), newTag()];
  expect(await theirs(other, dockerfile)).toBeNull();
  expect(await ours(mine, { ...(dockerfile && { dockerfile }) })).toMatchObject({
    failures: [],
    builder: { builder: 'buildkit' },
  });
  const entries = await inImage(mine);
  expect(entries).toEqual(await inImage(other));
  return entries.map(({ path }) => path.replace(/^x\/?/, ''));
}

describe.skipIf(command === null)(
  `an image has the files that the docker command puts into it${command ? '' : ' (no docker command with BuildKit)'}`,
  () => {
    it('with the Dockerfile and .dockerignore left out where .dockerignore names them', async () => {
      await put('Dockerfile', 'FROM scratch\nCOPY . /x/\n');
      await put('.dockerignore', 'Dockerfile\n.dockerignore\n*.log\nout\n!out/deep/keep.txt\n');
      for (const path of ['a.txt', 'b.log', 'out/deep/keep.txt', 'out/deep/drop.txt', 'out/drop.txt']) await put(path);
      await chmod(join(folder, 'out/deep'), 0o700);
      expect(await expectSame()).toEqual(['', 'a.txt', 'out', 'out/deep', 'out/deep/keep.txt']);
    });

    it('with permissions, links, empty folders, names of any kind, length and order', async () => {
      await put('Dockerfile', 'FROM scratch\nCOPY . /x/\n');
      const long = `${'d'.repeat(90)}/${'f'.repeat(120)}`;
      const names = [
        'run.sh',
        'secret',
        'a b/c"d\\e',
        '한글/파일.txt',
        'é/ü',
        long,
        'a/b',
        'a.txt',
        'a-b/c',
        'B',
        '\u{1f433}',
      ];
      for (const path of [...names, 'one', 'empty.txt']) await put(path);
      await put('empty.txt', '');
      await put('large', Buffer.alloc(300_000, 7));
      await link(join(folder, 'one'), join(folder, 'two'));
      await mkdir(join(folder, 'empty/deeper'), { recursive: true });
      await chmod(join(folder, 'run.sh'), 0o4755);
      await chmod(join(folder, 'secret'), 0o600);
      await chmod(join(folder, 'empty'), 0o1777);
      await symlink('run.sh', join(folder, 'link'));
      await symlink('nowhere', join(folder, 'dangling'));
      await symlink('../한글', join(folder, 'empty/up'));
      expect(await expectSame()).toEqual(expect.arrayContaining(['한글/파일.txt', 'empty/deeper', 'dangling', 'two']));
    });

    it('with a Dockerfile of another name in an ignored folder, and an ignore file of its own', async () => {
      await put('docker/api.Dockerfile', 'FROM scratch\nCOPY . /x/\n');
      await put('docker/api.Dockerfile.dockerignore', 'docker\n*.log\n');
      await put('.dockerignore', '*.txt\n');
      for (const path of ['a.txt', 'b.log']) await put(path);
      expect(await expectSame('docker/api.Dockerfile')).toEqual(['', '.dockerignore', 'a.txt']);
    });

    it('with parts of the folder, through links and with names that no header takes as they are', async () => {
      await put(
        'Dockerfile',
        'FROM scratch\nCOPY ["한글", "a+b%20c, d", "/x/한글/"]\nCOPY through/deep /x/\nCOPY [lm]*.txt /x/\n',
      );
      for (const path of ['한글/파일.txt', 'a+b%20c, d', 'real/deep/e.txt', 'l1.txt', 'm.txt', 'n.txt'])
        await put(path);
      await symlink('real', join(folder, 'through'));
      await symlink('real/deep/e.txt', join(folder, 'link.txt'));
      await expectSame();
    });

    it('with an ignore file that fills many headers', async () => {
      await put('Dockerfile', 'FROM scratch\nCOPY . /x/\n');
      const rules = Array.from({ length: 400 }, (_, at) => `folder-${at}/**/한글-${'n'.repeat(20)}-${at}.txt`);
      await put('.dockerignore', `${rules.join('\n')}\nDockerfile\n`);
      await put('a.txt');
      expect(await expectSame()).toEqual(['', '.dockerignore', 'a.txt']);
    });
  },
);

describe('a folder that BuildKit takes', () => {
  it('is taken whole once, and then only what changed', async () => {
    await put('Dockerfile', 'FROM scratch\nCOPY . /x/\n');
    for (let at = 0; at < 20; at += 1) await put(`part/${at}.bin`, Buffer.alloc(100_000, at));
    await put('note.txt', 'first');
    const first = await ours(newTag());
    expect(first.sentBytes).toBeGreaterThan(2_000_000);
    const again = await ours(newTag());
    expect(again).toMatchObject({ sentBytes: 0, failures: [] });
    await put('note.txt', 'changed');
    await rm(join(folder, 'part/3.bin'));
    const last = newTag();
    expect((await ours(last)).sentBytes).toBe('changed'.length);
    const paths = (await inImage(last)).map(({ path }) => path);
    expect(paths).toContain('x/part/4.bin');
    expect(paths).not.toContain('x/part/3.bin');
  });

  it('stops going at once when the build is cancelled', async () => {
    await put('Dockerfile', 'FROM scratch\nCOPY . /x/\n');
    await put('big', '');
    await truncate(join(folder, 'big'), 4 * 1024 ** 3);
    const cancel = new AbortController();
    let sentAtCancel = 0;
    let sent = 0;
    const building = ours(newTag(), {
      signal: cancel.signal,
      onSent: (bytes) => {
        sent = bytes;
        if (bytes < 16 * 1024 ** 2 || sentAtCancel > 0) return;
        sentAtCancel = bytes;
        cancel.abort();
      },
    });
    await expect(building).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(sent - sentAtCancel).toBeLessThan(4 * 1024 ** 2);
  });

  it('fails by the name of a file that vanished meanwhile, instead of building with an empty one', async () => {
    await put('Dockerfile', 'FROM scratch\nCOPY . /x/\n');
    await put('gone.txt');
    const building = ours(newTag(), { beforeBuild: () => rm(join(folder, 'gone.txt')) });
    await expect(building).rejects.toMatchObject({
      code: 'CONTEXT_REFUSED',
      details: { path: 'gone.txt', reason: 'unreadable' },
    });
  });
});
