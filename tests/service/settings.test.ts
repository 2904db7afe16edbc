import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { settingsValues } from '../../electron/contract/settings';
import { Settings } from '../../electron/services/settings';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wharf-settings-'));
  file = join(folder, 'data', 'settings.json');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('settings', () => {
  it('forgets a change when Wharf starts again', async () => {
    const settings = await Settings.open(file);
    await settings.change({ language: 'ko' });
    expect((await Settings.open(file)).value.language).toBe('ko');
  });

  it('leaves the file readable to others', async () => {
    await (await Settings.open(file)).change({ theme: 'dark' });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it('loses one of two changes made at once', async () => {
    const settings = await Settings.open(file);
    await Promise.all([settings.change({ language: 'ko' }), settings.change({ theme: 'dark' })]);
    expect((await Settings.open(file)).value).toMatchObject({ language: 'ko', theme: 'dark' });
  });

  it('does not start on a torn file, or throws it away', async () => {
    await (await Settings.open(file)).change({ language: 'ko' });
    await writeFile(file, '{"language": "k');
    expect((await Settings.open(file)).value).toEqual(settingsValues.parse({}));
    expect(await readFile(`${file}.broken`, 'utf8')).toBe('{"language": "k');
  });

  it('drops all settings for one bad value, or passes the bad value on', async () => {
    await (await Settings.open(file)).change({ language: 'ko' });
    await writeFile(file, JSON.stringify({ language: 'ko', theme: 'plaid', unknown: 1 }));
    expect((await Settings.open(file)).value).toEqual(settingsValues.parse({ language: 'ko' }));
  });

  it('says that a change is kept when the disk refused it', async () => {
    const blocked = join(folder, 'blocked');
    await writeFile(blocked, 'a file where the folder should be');
    const settings = await Settings.open(join(folder, 'fresh', 'settings.json'));
    await settings.change({ language: 'ko' });
    const refused = await Settings.open(join(blocked, 'settings.json'));
    await expect(refused.change({ language: 'ko' })).rejects.toMatchObject({ code: 'STORAGE_FAILED' });
    expect(refused.value.language).toBe('system');
    expect(await readdir(join(folder, 'fresh'))).toEqual(['settings.json']);
  });
});
