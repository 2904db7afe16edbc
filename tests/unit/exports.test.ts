import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Exports } from '../../electron/web/exports';

let folder: string;
let exports: Exports;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wharf-exports-'));
  exports = await Exports.open(folder);
});
afterEach(async () => {
  exports.close();
  await rm(folder, { recursive: true, force: true });
});

const receive = (name: string) => exports.receive(name, Readable.from([Buffer.from('sent')]));

describe('a file that a browser sends', () => {
  it.each(['saved.tar', '이미지 모음 (2).tar.gz', 'wharf-kit-2026-01-31.tar'])(
    'is called something else than the person calls it: %s',
    async (name) => {
      const path = await receive(name);
      expect(basename(path)).toBe(name);
      expect(await readFile(path, 'utf8')).toBe('sent');
    },
  );

  it('takes the place of another one of the same name', async () => {
    expect(await receive('saved.tar')).not.toBe(await receive('saved.tar'));
  });

  it.each([
    '../../outside.tar',
    '..',
    '.',
    '',
    '/etc/passwd',
    'C:\\windows\\x',
    '.hidden',
    'a\0b',
    `${'이'.repeat(300)}.tar`,
  ])('lands outside of its own folder, or under a name that a disk refuses: %j', async (name) => {
    const path = await receive(name);
    expect(dirname(relative(join(folder, 'uploads'), path))).toMatch(/^[0-9a-f-]{36}$/);
    expect(basename(path)).not.toMatch(/^\.|[/\\\0]/);
  });

  it.each(['at once', 'in the middle'])(
    'leaves something behind, or is waited for, where it breaks off %s',
    async (when) => {
      const body = new Readable({ read() {} });
      const receiving = exports.receive('cut.tar', body);
      if (when === 'in the middle') {
        body.push('half');
        // Paused while it is written: somebody reads.
        await new Promise((resolve) => body.once('pause', resolve));
      }
      body.destroy();
      await expect(receiving).rejects.toMatchObject({ code: 'STORAGE_FAILED' });
      expect(await readdir(join(folder, 'uploads'))).toEqual([]);
    },
  );
});
