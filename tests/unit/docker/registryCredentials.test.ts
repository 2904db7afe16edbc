import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { registryAuthHeader, registryCredentials, registrySecrets } from '../../../electron/docker/registryCredentials';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'credentials-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const surroundings = (more: Record<string, string> = {}) => ({
  env: { PATH: `${folder}${delimiter}${process.env.PATH}`, DOCKER_CONFIG: folder, ...more },
  homeDirectory: '/nowhere',
  helperTimeoutMs: 2_000,
});
const configure = (config: object | string) =>
  writeFile(join(folder, 'config.json'), typeof config === 'string' ? config : JSON.stringify(config));
const base64 = (text: string) => Buffer.from(text).toString('base64');
const ask = (registry: string) => registryCredentials(registry, surroundings());

async function helper(name: string, script: string): Promise<void> {
  const file = join(folder, `docker-credential-${name}`);
  await writeFile(file, `#!/bin/sh\n${script}\n`);
  await chmod(file, 0o755);
}

describe('credentials of a registry', () => {
  it('are none where docker login never ran, which is no failure', async () => {
    expect(await ask('docker.io')).toEqual({ secret: null, source: 'none', helper: null });
    await configure({ auths: {} });
    expect((await ask('docker.io')).source).toBe('none');
  });

  it('are found under every way in which files name a registry, and a password may hold colons', async () => {
    await configure({
      auths: {
        'https://index.docker.io/v1/': { auth: base64('me:a:b') },
        'https://reg.example:5000/v2/': { auth: base64('you:pw') },
        'token.example': { identitytoken: 'refresh' },
      },
    });
    expect((await ask('docker.io')).secret).toEqual({ username: 'me', password: 'a:b' });
    expect((await ask('reg.example:5000')).secret).toEqual({ username: 'you', password: 'pw' });
    expect((await ask('token.example')).secret).toEqual({ identitytoken: 'refresh' });
    expect((await ask('other.example')).secret).toBeNull();
  });

  it('of one registry are not given to another whose name only begins the same', async () => {
    await configure({ auths: { 'reg.example': { auth: base64('me:pw') } } });
    expect((await ask('reg.example.evil')).secret).toBeNull();
    expect((await ask('reg.example:5000')).secret).toBeNull();
  });

  it("come from the registry's own helper before the common one, which gets the server on its input", async () => {
    await helper('own', 'read server; printf \'{"Username":"own","Secret":"%s"}\' "$server"');
    await helper('common', 'read server; printf \'{"Username":"<token>","Secret":"%s"}\' "$server"');
    await configure({ credsStore: 'common', credHelpers: { 'reg.example': 'own' } });
    expect(await ask('reg.example')).toEqual({
      secret: { username: 'own', password: 'reg.example' },
      source: 'stored',
      helper: 'docker-credential-own',
    });
    expect((await ask('docker.io')).secret).toEqual({ identitytoken: 'https://index.docker.io/v1/' });
  });

  it('that a helper does not have are none; a helper that fails is told apart and stops nothing', async () => {
    await helper('empty', 'echo "credentials not found in native keychain"; exit 1');
    await helper('locked', 'echo "gpg: decryption failed"; exit 2');
    await helper('talks', 'yes');
    await configure({ credHelpers: { a: 'empty', b: 'locked', c: 'talks', d: 'not-installed' } });
    expect((await ask('a')).source).toBe('none');
    for (const [registry, name] of [
      ['b', 'locked'],
      ['c', 'talks'],
      ['d', 'not-installed'],
    ]) {
      const asked = await ask(registry as string);
      expect(asked).toEqual({ secret: null, source: 'helperFailed', helper: `docker-credential-${name}` });
    }
  });

  it('never run a program that the config names by a path, nor a shell', async () => {
    const mark = join(folder, 'ran');
    // A name with a slash is a path from where the app was started.
    const beside = `w${process.pid}`;
    const place = join(process.cwd(), `docker-credential-${beside}`);
    await mkdir(place);
    try {
      await writeFile(join(place, 'evil'), `#!/bin/sh\ntouch ${mark}\n`, { mode: 0o755 });
      for (const name of [`${beside}/evil`, `x; touch ${mark}`, '$(touch x)', '-x']) {
        await configure({ credsStore: name });
        expect((await ask('docker.io')).source).toBe('helperFailed');
      }
    } finally {
      await rm(place, { recursive: true });
    }
    await expect(rm(mark)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('of a config that is no JSON are told as unreadable', async () => {
    await configure('{ half');
    expect((await ask('docker.io')).source).toBe('unreadable');
  });

  it('are sent as the engine reads them: URL-safe base64 with its padding, and the server', async () => {
    const header = registryAuthHeader({ username: 'me', password: '~~~???' }, 'docker.io');
    expect(header).not.toMatch(/[+/]/);
    expect(header.length % 4).toBe(0);
    expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toEqual({
      username: 'me',
      password: '~~~???',
      serveraddress: 'https://index.docker.io/v1/',
    });
  });

  it('of a build are asked for once a registry', async () => {
    await configure({ auths: { 'reg.example': { auth: base64('me:pw') } } });
    expect(await registrySecrets(['reg.example/a', 'reg.example/b:2', 'python'], surroundings())).toEqual({
      'reg.example': { username: 'me', password: 'pw' },
    });
  });
});
