import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { baseImageSources, mirrorReference, splitReference } from '../../electron/docker/baseImage.mjs';
import { ensureBaseImage, removeOwnBaseImage } from '../../scripts/lib/baseImage.mjs';
import { stream } from '../../scripts/lib/engineApi.mjs';
import { type FakeEngine, type Routes, startFakeEngine } from './fakeEngine';

describe('baseImageSources', () => {
  it('does not build from packages what a registry, a mirror or an archive can give', () => {
    const sources = baseImageSources({ mirror: 'mirror.example:5000', archivePath: '/base.tar' });
    expect(sources.map(({ kind }) => kind)).toEqual(['present', 'present', 'pull', 'mirror', 'archive', 'packages']);
    expect(baseImageSources({ mirror: '', archivePath: undefined }).map(({ kind }) => kind)).toEqual([
      ...['present', 'present', 'pull', 'packages'],
    ]);
  });

  it('does not give the official name to anything that the official registry did not serve', () => {
    for (const { kind, image } of baseImageSources({ mirror: 'mirror.example', archivePath: '/base.tar' })) {
      if (kind !== 'present' && kind !== 'pull') expect(image).toBe('wharf/python-base:3.11');
    }
  });

  it('does not break a mirror that is written with a scheme, a path or a slash at its end', () => {
    expect(mirrorReference('https://mirror.example:5000/hub/')).toBe(
      'mirror.example:5000/hub/library/python:3.11-slim',
    );
  });

  it('does not take the port of a registry for a tag', () => {
    expect(splitReference('localhost:5000/python')).toEqual({ name: 'localhost:5000/python', tag: 'latest' });
    expect(splitReference('localhost:5000/python:3')).toEqual({ name: 'localhost:5000/python', tag: '3' });
  });
});

describe('ensureBaseImage', () => {
  let folder = '';
  let engine: FakeEngine | undefined;
  const withEngine = async (routes: Routes) => {
    engine = await startFakeEngine(routes);
    return engine;
  };
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'wharf-base-'));
  });
  afterEach(async () => {
    for (const name of ['WHARF_BASE_ARCHIVE', 'WHARF_REGISTRY_MIRROR']) delete process.env[name];
    rmSync(folder, { recursive: true, force: true });
    await engine?.close();
    engine = undefined;
  });
  const unreachable = { lines: [{ status: 'Pulling' }, { error: 'no such host' }] };
  const archive = (...names: string[]) => {
    for (const name of names) {
      mkdirSync(join(folder, 'in', name, '..'), { recursive: true });
      writeFileSync(join(folder, 'in', name), name);
    }
    execFileSync('tar', ['-cf', join(folder, 'base.tar'), '-C', join(folder, 'in'), '.']);
    process.env.WHARF_BASE_ARCHIVE = join(folder, 'base.tar');
  };

  it('does not pull anything when the image is there', async () => {
    const { endpoint, requests } = await withEngine({
      'GET /images/wharf/python-base:3.11/json': () => ({ body: { Id: 'sha256:1' } }),
    });
    expect(await ensureBaseImage({ endpoint })).toEqual({ image: 'wharf/python-base:3.11', isNew: false });
    expect(requests.filter((request) => request.startsWith('POST'))).toEqual([]);
  });

  it('does not take a pull that reports its error in a successful answer for done; goes on to the archive', async () => {
    archive('bin/sh');
    let uploaded = 0;
    const { endpoint, requests } = await withEngine({
      'POST /images/create': ({ query, bytes }) => {
        if (query.has('fromImage')) return unreachable;
        uploaded = bytes;
        return { lines: [{ status: 'sha256:2' }] };
      },
    });
    expect(await ensureBaseImage({ endpoint })).toEqual({ image: 'wharf/python-base:3.11', isNew: true });
    expect(uploaded).toBeGreaterThan(0);
    expect(requests.filter((request) => request.startsWith('POST'))[1]).toContain('repo=wharf/python-base&tag=3.11');
  });

  it('does not replace the reason that the engine gave by one of its own', async () => {
    const address = await withEngine({ 'POST /images/create': () => unreachable });
    await expect(stream(address, { path: '/images/create?fromImage=python' })).rejects.toThrow('no such host');
  });

  it('does not import a saved image as if it were a root file system', async () => {
    archive('manifest.json', 'layer/layer.tar');
    const { endpoint, requests } = await withEngine({
      'POST /images/create': () => unreachable,
      'POST /images/load': () => ({ lines: [{ stream: 'Loaded image: python:3.11-slim\n' }] }),
      'POST /images/python:3.11-slim/tag': () => ({ status: 201 }),
    });
    expect((await ensureBaseImage({ endpoint })).image).toBe('wharf/python-base:3.11');
    expect(requests).toContain('POST /images/python:3.11-slim/tag?repo=wharf/python-base&tag=3.11');
  });

  it('does not leave the mirror in the name of what came from it', async () => {
    process.env.WHARF_REGISTRY_MIRROR = 'mirror.example:5000';
    const mirrored = 'mirror.example:5000/library/python:3.11-slim';
    const { endpoint, requests } = await withEngine({
      'POST /images/create': ({ query }) =>
        query.get('fromImage')?.startsWith('mirror.example') ? { lines: [{ status: 'done' }] } : unreachable,
      [`POST /images/${mirrored}/tag`]: () => ({ status: 201 }),
      [`DELETE /images/${mirrored}`]: () => ({ body: [] }),
    });
    expect((await ensureBaseImage({ endpoint })).image).toBe('wharf/python-base:3.11');
    expect(requests.at(-1)).toBe(`DELETE /images/${mirrored}?noprune=true`);
  });

  it('does not fail to undo when an engine is gone or has lost the image', async () => {
    const { endpoint } = await withEngine({});
    expect(await removeOwnBaseImage([endpoint, 'unix:///nowhere/docker.sock'])).toEqual([]);
  });
});
