import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { advisoriesFor } from '../../../electron/docker/engineAdvisories.mjs';
import { type CheckSurroundings, engineChecks } from '../../../electron/docker/engineChecks.mjs';

const nowMs = Date.now();

interface Machine {
  info?: object;
  version?: object;
  env?: Record<string, string>;
  files?: Record<string, string>;
  mode?: number;
  freeBytes?: number | null;
  containers?: Record<string, string[]>;
  address?: string;
  atMs?: number;
}

/** What is found around an engine, by check. */
async function found(machine: Machine = {}) {
  const { info = {}, version = {}, env = {}, files = {}, mode = 0o660, freeBytes = 1e12, containers = {} } = machine;
  const answers: Record<string, unknown> = {
    '/version': { Version: '29.0.0', ApiVersion: '1.52', Components: [], ...version },
    '/info': { DockerRootDir: '/var/lib/docker', SystemTime: new Date(nowMs).toISOString(), ...info },
    '/containers/json': Object.keys(containers).map((Id) => ({ Id })),
  };
  const around: CheckSurroundings = {
    ask: async (path) => {
      const container = /^\/containers\/(.+)\/json$/.exec(path)?.[1];
      return container === undefined ? answers[path] : { Config: { Env: containers[container] } };
    },
    address: machine.address ?? 'unix:///var/run/docker.sock',
    env,
    readText: (path) => {
      const text = files[path];
      if (text === undefined) throw new Error(path);
      return text;
    },
    modeOf: () => mode,
    freeBytes: async () => freeBytes,
    dockerConfigFile: '/home/ann/.docker/config.json',
    nowMs: () => machine.atMs ?? nowMs,
  };
  return new Map((await engineChecks(around)).map((finding) => [finding.id, finding]));
}

describe('engineChecks', () => {
  it('finds nothing wrong where nothing is', async () => {
    expect([...(await found()).values()].map(({ tone }) => tone)).toEqual(Array(7).fill('ok'));
  });

  it('does not overlook a socket that everybody may use', async () => {
    expect((await found({ mode: 0o666 })).get('access')).toMatchObject({
      tone: 'bad',
      fix: { en: expect.stringMatching(/chmod 660/) },
    });
  });

  it('tells little room from hardly any, and from what cannot be seen', async () => {
    expect((await found({ freeBytes: 3 * 1024 ** 3 })).get('disk')?.tone).toBe('warn');
    expect((await found({ freeBytes: 1024 ** 2 })).get('disk')?.tone).toBe('bad');
    expect((await found({ address: 'ssh://far' })).get('disk')?.tone).toBe('note');
    expect((await found({ freeBytes: null })).get('disk')?.tone).toBe('note');
  });

  it('tells by how much and in which direction the engine’s clock is off', async () => {
    const at = (ms: number) => ({ info: { SystemTime: new Date(nowMs + ms).toISOString() } });
    expect((await found(at(-90_000))).get('clock')).toMatchObject({
      tone: 'warn',
      state: { en: expect.stringMatching(/90 s behind/) },
    });
    expect((await found(at(7_000))).get('clock')).toMatchObject({
      tone: 'warn',
      state: { en: expect.stringMatching(/7 s ahead/) },
    });
    expect((await found(at(4_000))).get('clock')?.tone).toBe('ok');
    expect((await found({ info: { SystemTime: undefined } })).get('clock')?.tone).toBe('note');
  });

  it('looks for the proxy in all four places, and names no password', async () => {
    const proxy = 'http://me:pass@proxy.example:3128';
    const config = { '/home/ann/.docker/config.json': JSON.stringify({ proxies: { default: { httpsProxy: proxy } } }) };
    const none = await found({
      env: { HTTPS_PROXY: proxy },
      files: config,
      containers: { one: [`HTTP_PROXY=${proxy}`] },
    });
    expect(none.get('proxy')).toMatchObject({ tone: 'warn', fix: { en: expect.stringMatching(/daemon.json/) } });
    expect(none.get('proxy')?.state.en).toBe(
      'this machine: http://proxy.example:3128, engine (pulls): none, config.json (builds, containers): http://proxy.example:3128, running containers: 1 have one',
    );
    const engineOnly = await found({ info: { HttpsProxy: proxy } });
    expect(engineOnly.get('proxy')).toMatchObject({
      tone: 'warn',
      fix: { en: expect.stringMatching(/proxies.default/) },
    });
    expect((await found({ info: { HttpsProxy: proxy }, files: config })).get('proxy')?.tone).toBe('ok');
  });

  it('does not take a missing or expired authority for a good one', async () => {
    const env = { NODE_EXTRA_CA_CERTS: '/ca.pem' };
    expect((await found({ env })).get('authorities')).toMatchObject({
      tone: 'bad',
      state: { en: expect.stringMatching(/no certificate/) },
    });
    const words = [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-keyout',
      '/dev/null',
    ];
    const made = execFileSync('openssl', [...words, '-subj', '/CN=ca', '-days', '1'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const files = { '/ca.pem': made.toString() };
    expect((await found({ env, files })).get('authorities')?.tone).toBe('ok');
    const later = await found({ env, files, atMs: nowMs + 2 * 86_400_000 });
    expect(later.get('authorities')).toMatchObject({ tone: 'bad', state: { en: expect.stringMatching(/expired/) } });
  });

  it('passes on that the engine is open to the network', async () => {
    const Warnings = [
      'WARNING: API is accessible on http://0.0.0.0:2375 without encryption.',
      'WARNING: No swap limit support',
    ];
    expect((await found({ info: { Warnings } })).get('warnings')).toMatchObject({
      tone: 'bad',
      state: { en: Warnings[0] },
    });
  });

  it('names the weaknesses of a version, and not those of one that was mended in its own line of releases', async () => {
    const ids = (component: string, version: string) => advisoriesFor(component, version).map(({ id }) => id);
    expect(ids('Engine', '20.10.24+dfsg1')).toEqual(['CVE-2024-24557', 'CVE-2024-29018', 'CVE-2024-41110']);
    expect(ids('Engine', '24.0.9')).toEqual(['CVE-2024-29018', 'CVE-2024-41110']);
    expect(ids('Engine', '26.1.5')).toEqual([]);
    expect(ids('Engine', '28.3.1')).toEqual(['CVE-2025-54388']);
    expect(ids('Engine', '28.1.0')).toEqual([]);
    expect(ids('runc', '1.2.8')).toEqual([]);
    expect(ids('runc', '1.3.1')).toHaveLength(1);
    expect(ids('Engine', 'unknown')).toEqual([]);
    const Components = [{ Name: 'Engine', Version: '28.3.1' }];
    expect((await found({ version: { Components } })).get('advisories')).toMatchObject({
      tone: 'warn',
      state: { en: expect.stringMatching(/54388/) },
    });
  });
});
