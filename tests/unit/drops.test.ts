import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Drops } from '../../electron/services/drops';
import { FileGrants } from '../../electron/services/fileGrants';

describe('what was dropped', () => {
  let folder: string;
  const grants = new FileGrants();
  const drops = new Drops(grants);
  const drop = (...names: string[]) => drops.take(drops.hold(names.map((name) => join(folder, name))));

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'wharf-drops-'));
    await mkdir(join(folder, 'service'));
    await mkdir(join(folder, 'photos.tar'));
    await mkdir(join(folder, 'tricky', 'Dockerfile'), { recursive: true });
    await writeFile(join(folder, 'service', 'Dockerfile'), 'FROM scratch\n');
    await writeFile(join(folder, 'service', 'gpu.Dockerfile'), 'FROM scratch\n');
    await writeFile(join(folder, 'kit.tar.gz'), 'checked when it is loaded');
    await writeFile(join(folder, 'model.bin'), 'GGUF\x03\0\0\0');
    await writeFile(join(folder, 'page.gguf'), '<html>404');
    await writeFile(join(folder, 'id_rsa'), 'secret');
    await writeFile(join(folder, 'empty'), '');
    execFileSync('mkfifo', [join(folder, 'pipe.tar')]);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('is not told apart', async () => {
    expect(await drop('service')).toEqual({ kind: 'folder', path: join(folder, 'service'), dockerfile: 'Dockerfile' });
    expect(await drop('service/gpu.Dockerfile')).toEqual({
      kind: 'folder',
      path: join(folder, 'service'),
      dockerfile: 'gpu.Dockerfile',
    });
    expect(await drop('kit.tar.gz')).toMatchObject({ kind: 'archive', picked: { name: 'kit.tar.gz' } });
    expect(await drop('model.bin')).toMatchObject({ kind: 'gguf', picked: { name: 'model.bin' } });
  });

  it('is opened though it is several files, a folder to build nothing from, or nothing that Wharf opens', async () => {
    const reason = async (...names: string[]) => {
      const dropped = await drop(...names);
      return dropped.kind === 'refused' ? dropped.reason : dropped.kind;
    };
    expect(await reason('kit.tar.gz', 'model.bin')).toBe('several');
    expect(await reason('photos.tar')).toBe('noDockerfile');
    expect(await reason('tricky')).toBe('noDockerfile');
    expect(await reason('page.gguf')).toBe('notGguf');
    expect(await reason('id_rsa')).toBe('unknown');
    expect(await reason('empty')).toBe('unknown');
    expect(await reason('nowhere.tar')).toBe('unreadable');
  });

  it('waits for ever for a pipe that is named like an archive', async () => {
    expect(await drop('pipe.tar')).toMatchObject({ kind: 'refused', reason: 'unknown' });
  });

  it('gives the page a path to a file, or more than reading it', async () => {
    const dropped = await drop('model.bin');
    expect(JSON.stringify(dropped)).not.toContain(folder);
    const grant = dropped.kind === 'gguf' ? dropped.picked.grant : '';
    expect(() => grants.redeem(grant, 'save')).toThrow(expect.objectContaining({ code: 'FILE_NOT_PICKED' }));
    expect(grants.redeem(grant, 'open')).toBe(join(folder, 'model.bin'));
  });

  it('is taken twice, or by an id that somebody made up', async () => {
    const missing = expect.objectContaining({ code: 'FILE_NOT_PICKED' });
    const dropId = drops.hold([join(folder, 'model.bin')]);
    await drops.take(dropId);
    await expect(drops.take(dropId)).rejects.toEqual(missing);
    await expect(drops.take('00000000-0000-4000-8000-000000000000')).rejects.toEqual(missing);
  });

  it('is kept for ever though no page asks for it', async () => {
    const [first, second] = Array.from({ length: 21 }, () => drops.hold([join(folder, 'model.bin')]));
    await expect(drops.take(String(first))).rejects.toMatchObject({ code: 'FILE_NOT_PICKED' });
    expect(await drops.take(String(second))).toMatchObject({ kind: 'gguf' });
  });

  it('is read from where Wharf was started, because Electron told no path', async () => {
    expect(await drops.take(drops.hold(['']))).toMatchObject({ kind: 'refused', reason: 'unreadable' });
    expect(await drops.take(drops.hold(['package.json']))).toMatchObject({ kind: 'refused', reason: 'unreadable' });
  });
});
