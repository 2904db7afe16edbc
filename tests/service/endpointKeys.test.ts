import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EndpointKeys } from '../../electron/services/answers/endpointKeys';
import type { Keychain } from '../../electron/services/host';

/** Seals with `word`, and opens nothing that another word sealed. */
const keychainOf = (word: string): Keychain => ({
  encrypt: (text) => Buffer.from(`${word}:${[...text].reverse().join('')}`),
  decrypt: (sealed) => {
    const [by, text = ''] = sealed.toString().split(':');
    if (by !== word) throw new Error('Error while decrypting the ciphertext');
    return [...text].reverse().join('');
  },
});

let folder: string;
const file = (name: string) => join(folder, name);
/** The keys as a run of Wharf has them, on the same folder. */
const run = (keychain: Keychain | null) =>
  new EndpointKeys({ plainFile: file('plain.json'), sealedFile: file('sealed.json'), keychain: () => keychain });
const onDisk = async () =>
  (await Promise.all(['plain.json', 'sealed.json'].map((name) => readFile(file(name), 'utf8').catch(() => '')))).join();

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wharf-keys-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('keys of endpoints', () => {
  it('lie open on the disk although the system has a keychain', async () => {
    await run(keychainOf('a')).write('gpu', 'sk-very-secret');
    expect(await onDisk()).not.toContain('sk-very-secret');
    expect(await run(keychainOf('a')).read('gpu', 'GPU')).toBe('sk-very-secret');
    expect((await stat(file('sealed.json'))).mode & 0o777).toBe(0o600);
  });

  it('are lost, or stay open, once a keychain is there', async () => {
    await writeFile(file('plain.json'), JSON.stringify({ gpu: 'sk-of-earlier', lab: 'sk-of-lab' }));
    const keys = run(keychainOf('a'));
    expect(await keys.storage()).toBe('keychain');
    expect(await onDisk()).not.toContain('sk-of');
    expect([await keys.read('gpu', 'GPU'), await keys.read('lab', 'Lab')]).toEqual(['sk-of-earlier', 'sk-of-lab']);
    expect(await run(keychainOf('a')).read('lab', 'Lab')).toBe('sk-of-lab');
  });

  it('are nowhere, or readable by others, where the system has no keychain', async () => {
    const keys = run(null);
    expect(await keys.storage()).toBe('file');
    await keys.write('gpu', 'sk-open');
    expect((await stat(file('plain.json'))).mode & 0o777).toBe(0o600);
    expect(await run(null).read('gpu', 'GPU')).toBe('sk-open');
  });

  it.each([
    ['another keychain', keychainOf('b')],
    ['no keychain', null],
  ])('are sent as rubbish, or left out silently, with %s than the one that sealed them', async (_, later) => {
    await run(keychainOf('a')).write('gpu', 'sk-1');
    await expect(run(later).read('gpu', 'GPU box')).rejects.toMatchObject({
      code: 'ENDPOINT_KEY_UNREADABLE',
      details: { name: 'GPU box' },
    });
    expect(await run(later).read('other', 'Other')).toBeNull();
    // Typed anew it works again, and a keychain takes it in.
    await run(later).write('gpu', 'sk-2');
    expect(await run(later).read('gpu', 'GPU box')).toBe('sk-2');
    expect(await run(keychainOf('b')).read('gpu', 'GPU box')).toBe('sk-2');
  });

  it('stay on the disk after they were forgotten', async () => {
    await run(null).write('gpu', 'sk-1');
    await run(null).write('gpu', null);
    await run(keychainOf('a')).write('lab', 'sk-2');
    await run(null).write('lab', null);
    expect(await onDisk()).not.toMatch(/gpu|lab/);
    expect(await run(null).read('gpu', 'GPU')).toBeNull();
  });
});
