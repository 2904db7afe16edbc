import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { setAutostart } from '../../electron/shell/autostart';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wharf-autostart-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const entry = () => readFile(join(folder, 'autostart', 'wharf.desktop'), 'utf8');

describe('start at login on Linux', () => {
  test('switched on and off again it stays on', async () => {
    await setAutostart(folder, '/opt/Wharf/wharf', true);
    expect(await entry()).toContain('\nExec="/opt/Wharf/wharf"\n');
    await setAutostart(folder, '/opt/Wharf/wharf', false);
    expect(await readdir(join(folder, 'autostart'))).toEqual([]);
  });

  test('off from the start it makes folders or fails', async () => {
    await setAutostart(folder, '/opt/Wharf/wharf', false);
    expect(await readdir(folder)).toEqual([]);
  });

  test('a folder with a backslash starts another program', async () => {
    await setAutostart(folder, String.raw`/home/mina/a\b/wharf`, true);
    // Once for the quotes, once for the file: each backslash is four.
    expect(await entry()).toContain(String.raw`Exec="/home/mina/a\\\\b/wharf"`);
  });

  test('a folder with a space, a quote or a per cent sign starts another program', async () => {
    await setAutostart(folder, '/home/mina/My "apps" 100%/$x/wharf', true);
    expect(await entry()).toContain('Exec="/home/mina/My \\\\"apps\\\\" 100%%/\\\\$x/wharf"\n');
  });
});
