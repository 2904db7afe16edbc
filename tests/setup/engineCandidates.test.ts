import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type EngineSurroundings, engineCandidates } from '../../electron/docker/engineCandidates.mjs';
import { findEngine } from '../../scripts/lib/engine.mjs';
import { type FakeEngine, startFakeEngine } from './fakeEngine';

/** A machine with the given files and nothing else. */
function machine(files: Record<string, string>, rest: Partial<EngineSurroundings> = {}): EngineSurroundings {
  return {
    env: {},
    homeDirectory: '/home/ann',
    platform: 'linux',
    uid: 1000,
    readText: (path) => {
      const text = files[path];
      if (text === undefined) throw Object.assign(new Error(path), { code: 'ENOENT' });
      return text;
    },
    ...rest,
  };
}

function contextFiles(name: string, host: string): Record<string, string> {
  const id = createHash('sha256').update(name).digest('hex');
  return {
    '/home/ann/.docker/config.json': JSON.stringify({ currentContext: name }),
    [`/home/ann/.docker/contexts/meta/${id}/meta.json`]: JSON.stringify({ Endpoints: { docker: { Host: host } } }),
  };
}

const endpoints = (surroundings: EngineSurroundings) => engineCandidates(surroundings).map(({ endpoint }) => endpoint);

describe('engineCandidates', () => {
  it('does not put a usual socket before the engine that DOCKER_HOST names, or that before the context', () => {
    const files = contextFiles('colima', 'unix:///home/ann/.colima/default/docker.sock');
    const candidates = engineCandidates(machine(files, { env: { DOCKER_HOST: 'tcp://10.0.0.5:2375' } }));
    expect(candidates.slice(0, 3)).toEqual([
      { source: 'DOCKER_HOST', label: 'DOCKER_HOST', endpoint: 'tcp://10.0.0.5:2375' },
      {
        source: 'context',
        label: 'Docker context "colima"',
        endpoint: 'unix:///home/ann/.colima/default/docker.sock',
        context: 'colima',
      },
      { source: 'docker', label: 'Docker', endpoint: 'unix:///var/run/docker.sock' },
    ]);
  });

  it('does not ask the same socket twice when the context names a usual one', () => {
    const found = endpoints(machine(contextFiles('desktop', 'unix:///home/ann/.docker/desktop/docker.sock')));
    expect(found.filter((endpoint) => endpoint.endsWith('desktop/docker.sock'))).toHaveLength(1);
    expect(found[0]).toBe('unix:///home/ann/.docker/desktop/docker.sock');
  });

  it('does not overlook DOCKER_CONTEXT, which outranks the configured context', () => {
    const files = { ...contextFiles('one', 'unix:///one.sock'), ...contextFiles('two', 'unix:///two.sock') };
    expect(endpoints(machine(files, { env: { DOCKER_CONTEXT: 'one' } }))[0]).toBe('unix:///one.sock');
  });

  it('does not fail on a broken, missing or default context', () => {
    const config = '/home/ann/.docker/config.json';
    for (const text of ['{', '{"currentContext":"gone"}', '{"currentContext":"default"}', '[]']) {
      expect(endpoints(machine({ [config]: text }))[0]).toBe('unix:///var/run/docker.sock');
    }
  });

  it('does not lose the certificates of a context, or invent them for one without', () => {
    const id = createHash('sha256').update('far').digest('hex');
    const folder = `/home/ann/.docker/contexts/tls/${id}/docker`;
    const files = contextFiles('far', 'tcp://far.example:2376');
    expect(engineCandidates(machine({ ...files, [`${folder}/ca.pem`]: '' }))[0]?.tlsDirectory).toBe(folder);
    expect(engineCandidates(machine(files))[0]).not.toHaveProperty('tlsDirectory');
  });

  it('does not miss an engine of Linux: Docker, rootless, Desktop, Podman, Colima, Rancher Desktop', () => {
    expect(endpoints(machine({}, { env: { XDG_RUNTIME_DIR: '/run/user/7' } }))).toEqual([
      'unix:///var/run/docker.sock',
      'unix:///run/user/7/docker.sock',
      'unix:///home/ann/.docker/desktop/docker.sock',
      'unix:///run/user/7/podman/podman.sock',
      'unix:///run/podman/podman.sock',
      'unix:///home/ann/.colima/default/docker.sock',
      'unix:///home/ann/.config/colima/default/docker.sock',
      'unix:///home/ann/.rd/docker.sock',
    ]);
  });

  it('does not miss an engine of macOS or Windows', () => {
    const sources = (platform: string) => engineCandidates(machine({}, { platform })).map(({ source }) => source);
    expect(new Set(sources('darwin'))).toEqual(
      new Set(['docker', 'docker-desktop', 'orbstack', 'colima', 'rancher-desktop', 'podman-machine']),
    );
    expect(sources('win32')).toEqual(['docker', 'docker-desktop', 'podman-machine']);
  });
});

describe('findEngine', () => {
  let engine: FakeEngine | undefined;
  afterEach(() => engine?.close());

  it('does not stop at a candidate that is silent, and says why it was', async () => {
    engine = await startFakeEngine();
    const gone = { source: 'docker' as const, label: 'Docker', endpoint: 'unix:///nowhere/docker.sock' };
    const there = { source: 'colima' as const, label: 'Colima', endpoint: engine.endpoint };
    expect(await findEngine([gone, there])).toEqual({
      engine: there,
      silent: [{ candidate: gone, reason: 'ENOENT' }],
    });
  });

  it('does not take another engine when the one that DOCKER_HOST names is silent', async () => {
    engine = await startFakeEngine();
    const folder = mkdtempSync(join(tmpdir(), 'wharf-silent-'));
    try {
      const named = { source: 'DOCKER_HOST' as const, label: 'DOCKER_HOST', endpoint: `unix://${folder}/no.sock` };
      const other = { source: 'docker' as const, label: 'Docker', endpoint: engine.endpoint };
      await expect(findEngine([named, other])).rejects.toThrow(/DOCKER_HOST is .*no Docker Engine answers/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('does not take a web server without an engine for an engine', async () => {
    engine = await startFakeEngine({ 'GET /_ping': () => ({ status: 404, body: { message: 'page not found' } }) });
    const { engine: found, silent } = await findEngine([
      { source: 'docker', label: 'Docker', endpoint: engine.endpoint },
    ]);
    expect(found).toBeUndefined();
    expect(silent[0]?.reason).toBe('HTTP 404');
  });
});
