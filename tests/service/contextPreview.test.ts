import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ContextPreview } from '../../electron/contract/builds';
import { previewContext } from '../../electron/services/contextPreview';
import { firstWhere } from '../fakes/imageServices';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'preview-'));
  await put('Dockerfile', 'ARG BASE=debian:12\nFROM ${BASE} AS build\nARG COLOUR="dark blue" SIZE\nFROM build\n');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function put(path: string, content = path): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), content);
}

const env = { HTTPS_PROXY: 'http://me:s3cret@proxy.example:1', PIP_INDEX_URL: 'https://me:s3cret@index.example/' };
const host = { env, homeDirectory: '/nowhere', platform: 'linux', listFolder: async () => [] };

const watch = (dockerfile = 'Dockerfile', at = folder, signal?: AbortSignal) =>
  previewContext({ folder: at, source: { kind: 'folder', path: at }, dockerfile, host }, signal);

const whole = (dockerfile?: string): Promise<ContextPreview> =>
  firstWhere(watch(dockerfile), ({ complete }) => complete);

it('counts what is sent and what is dropped, the largest first, and adds up dropped folders', async () => {
  await put('.dockerignore', 'node_modules\n*.log\n');
  await put('src/app.js', 'x'.repeat(500));
  await put('node_modules/a/index.js', 'x'.repeat(3000));
  await put('node_modules/b/index.js', 'x'.repeat(2000));
  await put('debug.log', 'x'.repeat(100));
  const preview = await whole();
  expect(preview.fileCount).toBe(3);
  expect(preview.largest[0]).toEqual({ path: 'src/app.js', sizeBytes: 500 });
  expect(preview.dropped).toEqual({
    ignoreFile: '.dockerignore',
    entryCount: 2,
    sizeBytes: 5100,
    sizeIsWhole: true,
    largest: [
      { path: 'node_modules', sizeBytes: 5000 },
      { path: 'debug.log', sizeBytes: 100 },
    ],
  });
});

it('names everything that would refuse the build, not only the first, and opens none of it', async () => {
  await put('.dockerignore', '');
  await symlink('/etc/passwd', join(folder, 'link'));
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  const { refused } = await whole();
  expect(refused).toEqual([
    { path: 'link', reason: 'linkOutside' },
    { path: 'pipe', reason: 'specialFile' },
  ]);
  expect((await whole('missing.Dockerfile')).refused[0]).toEqual({
    path: 'missing.Dockerfile',
    reason: 'noDockerfile',
  });
});

it('reads stages, arguments and the base image out of the Dockerfile that is chosen', async () => {
  await put('dev.Dockerfile', 'FROM debian:12\n');
  await put('Dockerfile.dockerignore', '');
  const preview = await whole();
  expect(preview.stages).toEqual([
    { name: 'build', base: 'debian:12', line: 2 },
    { name: null, base: 'build', line: 4 },
  ]);
  expect(preview.arguments).toEqual([
    { name: 'BASE', byDefault: 'debian:12' },
    { name: 'COLOUR', byDefault: 'dark blue' },
    { name: 'SIZE', byDefault: null },
  ]);
  expect(preview.baseArgument).toBe('BASE');
  expect(preview.dockerfiles).toEqual(['Dockerfile', 'dev.Dockerfile']);
  expect(await whole('dev.Dockerfile')).toMatchObject({ baseArgument: null, arguments: [] });
});

it('tells which settings of this machine would be passed on, never a value of them', async () => {
  const preview = await whole();
  expect(preview.hostSettings).toEqual({ proxies: ['HTTPS_PROXY'], certificates: false, pip: false });
  expect(JSON.stringify(preview)).not.toContain('s3cret');
});

it('looks again when the Dockerfile or the ignore file changes under it', async () => {
  await put('big', 'x'.repeat(1000));
  const items = watch();
  let preview = await firstOf(items, ({ complete }) => complete);
  expect(preview.largest[0]?.path).toBe('big');
  await put('.dockerignore', 'big\n');
  preview = await firstOf(items, ({ complete, dropped }) => complete && dropped.entryCount === 1);
  expect(preview.largest.map(({ path }) => path)).not.toContain('big');
  await items.return();
});

it('ends with its reader, in the middle of a folder', async () => {
  for (let at = 0; at < 300; at += 1) await put(`f/${at}`);
  await put('sparse');
  await truncate(join(folder, 'sparse'), 2 * 1024 ** 3);
  const leave = new AbortController();
  const items = watch('Dockerfile', folder, leave.signal);
  const next = items.next();
  leave.abort();
  await next;
  expect((await items.next()).done).toBe(true);
});

it('says that there is no such folder', async () => {
  await expect(watch('Dockerfile', join(folder, 'gone')).next()).rejects.toMatchObject({
    code: 'CONTEXT_REFUSED',
    details: { reason: 'missing' },
  });
});

/** As `firstWhere`, with the watch left open. */
async function firstOf(items: AsyncGenerator<ContextPreview>, holds: (item: ContextPreview) => boolean) {
  for (;;) {
    const { value, done } = await items.next();
    if (done) throw new Error('the watch ended before');
    if (holds(value)) return value;
  }
}
