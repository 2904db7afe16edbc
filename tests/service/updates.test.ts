import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type RequestOptions, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppImageUpdater } from 'electron-updater';
import { ElectronHttpExecutor } from 'electron-updater/out/electronHttpExecutor';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { UpdateState } from '../../electron/contract/updates';
import { Settings } from '../../electron/services/settings';
import { type Updater, Updates } from '../../electron/services/updates';
import { asUpdater } from '../../electron/shell/asUpdater';

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const newVersion = Buffer.from('#!/bin/sh\necho the new version\n'.repeat(2000));

/** The updater's own requests and downloads, without Chromium's network below. */
class PlainExecutor extends ElectronHttpExecutor {
  override createRequest(options: RequestOptions, callback: (response: unknown) => void) {
    return request(options, callback) as never;
  }
}

/** The real updater of AppImages, on a scripted feed; only its window to Electron is ours. */
describe('updates from a feed', () => {
  let folder: string;
  let server: Server;
  let settings: Settings;
  let updates: Updates;
  let updater: AppImageUpdater;
  let asked: string[];
  /** What the feed has. */
  let feed: { version: string; sha512?: string; body?: Buffer; status?: number };
  const appImage = process.env.APPIMAGE;

  beforeAll(async () => {
    server = createServer((asking, response) => {
      const path = new URL(asking.url ?? '/', 'http://feed').pathname;
      asked.push(path);
      const file = feed.body ?? newVersion;
      if (feed.status !== undefined) response.writeHead(feed.status).end('away');
      else if (path.endsWith('.yml')) response.end(describeRelease(feed.version, feed.sha512));
      else response.writeHead(200, { 'content-length': file.byteLength }).end(file);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => {
    server.close();
    if (appImage === undefined) delete process.env.APPIMAGE;
    else process.env.APPIMAGE = appImage;
  });

  beforeEach(async ({ onTestFinished }) => {
    folder = mkdtempSync(join(tmpdir(), 'wharf-updates-'));
    asked = [];
    feed = { version: '0.2.0' };
    process.env.APPIMAGE = join(folder, 'Wharf.AppImage');
    await writeFile(process.env.APPIMAGE, 'the old version');
    const { port } = server.address() as AddressInfo;
    await writeFile(
      join(folder, 'app-update.yml'),
      `provider: generic\nurl: http://127.0.0.1:${port}/feed\nupdaterCacheDirName: wharf-updater\n`,
    );
    updater = new AppImageUpdater(null, {
      version: '0.1.0',
      name: 'Wharf',
      isPackaged: true,
      appUpdateConfigPath: join(folder, 'app-update.yml'),
      userDataPath: folder,
      baseCachePath: folder,
      whenReady: async () => undefined,
      relaunch: () => undefined,
      quit: () => undefined,
      onQuit: () => undefined,
    });
    Object.assign(updater, { httpExecutor: new PlainExecutor() });
    updater.disableDifferentialDownload = true;
    settings = await Settings.open(join(folder, 'settings.json'));
    updates = new Updates({ settings, open: async () => asUpdater(updater, silent), log: () => undefined });
    onTestFinished(() => {
      updates.close();
      rmSync(folder, { recursive: true, force: true });
    });
  });

  async function state(of = updates): Promise<UpdateState> {
    for await (const now of of.watch()) return now;
    throw new Error('the watch ended');
  }

  it('leave a newer version where it is, or put it in place before Wharf quits', async () => {
    await updates.check();
    expect(await state()).toEqual({ kind: 'ready', version: '0.2.0' });
    expect(updater.autoInstallOnAppQuit).toBe(true);
    expect(await readFile(join(folder, 'wharf-updater', 'pending', 'Wharf-0.2.0.AppImage'))).toEqual(newVersion);
    expect(await readFile(join(folder, 'Wharf.AppImage'), 'utf8')).toBe('the old version');
  });

  it.each(['0.1.0', '0.0.9'])('fetch %s, which is not newer', async (version) => {
    feed = { version };
    await updates.check();
    expect(await state()).toMatchObject({ kind: 'current' });
    expect(asked).toEqual(['/feed/latest-linux.yml']);
  });

  it('are taken though they are not what the feed says: a changed file', async () => {
    feed = { version: '0.2.0', body: Buffer.from(newVersion).fill('x', 0, 1) };
    await updates.check();
    expect(await state()).toMatchObject({ kind: 'failed', message: expect.stringMatching(/sha512 checksum mismatch/) });
    expect(updater.autoInstallOnAppQuit).toBe(false);
  });

  it('are taken without a checksum to compare', async () => {
    feed = { version: '0.2.0', sha512: '' };
    await updates.check();
    expect(await state()).toMatchObject({ kind: 'failed' });
    expect(updater.autoInstallOnAppQuit).toBe(false);
  });

  it('take Wharf down where the feed is gone, or are never looked for again', async () => {
    feed = { version: '0.2.0', status: 503 };
    await updates.check();
    expect(await state()).toMatchObject({ kind: 'failed', message: expect.stringContaining('503') });
    feed = { version: '0.1.0' };
    await updates.check();
    expect(await state()).toMatchObject({ kind: 'current' });
  });

  it('are fetched twice by two clicks', async () => {
    await Promise.all([updates.check(), updates.check()]);
    await updates.check();
    expect(asked).toEqual(['/feed/latest-linux.yml', '/feed/Wharf-0.2.0.AppImage']);
  });

  it('are installed on quit though they were switched off meanwhile', async () => {
    updates.begin();
    await updates.check();
    expect(updater.autoInstallOnAppQuit).toBe(true);
    await settings.change({ updates: false });
    await expect.poll(() => updater.autoInstallOnAppQuit).toBe(false);
  });

  it('are installed on quit though they were switched off before somebody asked', async () => {
    await settings.change({ updates: false });
    await updates.check();
    expect(await state()).toMatchObject({ kind: 'ready' });
    expect(updater.autoInstallOnAppQuit).toBe(false);
  });
});

describe('updates once a day', () => {
  const day = 24 * 60 * 60 * 1000;
  let settings: Settings;
  let updates: Updates;
  let looked: number;
  let installed: number;
  /** Ends a look that is held. */
  let answer: (version: string | null) => void;
  let isHeld: boolean;

  beforeEach(async ({ onTestFinished }) => {
    const folder = mkdtempSync(join(tmpdir(), 'wharf-updates-'));
    settings = await Settings.open(join(folder, 'settings.json'));
    looked = 0;
    installed = 0;
    isHeld = false;
    const updater: Updater = {
      newer: () => {
        looked += 1;
        return isHeld ? new Promise((resolve) => (answer = resolve)) : Promise.resolve(null);
      },
      download: async () => undefined,
      setInstallOnQuit: () => undefined,
      install: () => {
        installed += 1;
      },
    };
    updates = new Updates({ settings, open: async () => updater, log: () => undefined });
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => {
      updates.close();
      rmSync(folder, { recursive: true, force: true });
    });
  });
  afterEach(() => vi.useRealTimers());

  /** Begins, and waits until the switch was read: it is a watch, whose first item comes by itself. */
  async function begin() {
    updates.begin();
    await vi.advanceTimersByTimeAsync(0);
  }

  it('are never looked for, or more often', async () => {
    await begin();
    await vi.advanceTimersByTimeAsync(day / 2);
    expect(looked).toBe(1);
    // Nor for every setting that changes.
    await settings.change({ theme: 'dark' });
    await vi.advanceTimersByTimeAsync(day / 4);
    expect(looked).toBe(1);
    await vi.advanceTimersByTimeAsync(2 * day);
    expect(looked).toBe(3);
  });

  it('are looked for although they are switched off', async () => {
    await settings.change({ updates: false });
    await begin();
    await vi.advanceTimersByTimeAsync(2 * day);
    expect(looked).toBe(0);
  });

  it('go on for ever when they are switched off while Wharf looks', async () => {
    isHeld = true;
    await begin();
    await vi.advanceTimersByTimeAsync(day / 2);
    expect(looked).toBe(1);
    await settings.change({ updates: false });
    answer(null);
    await vi.advanceTimersByTimeAsync(3 * day);
    expect(looked).toBe(1);
  });

  it('are put in place though none is ready', async () => {
    await updates.install();
    await updates.check();
    await updates.install();
    expect(installed).toBe(0);
  });
});

describe('updates that are away', () => {
  it('throw at whoever asks where the updater cannot be loaded', async () => {
    const settings = await Settings.open(join(tmpdir(), 'wharf-no-such-folder', 'settings.json'));
    const logged: string[] = [];
    const open = () => Promise.reject(new Error('no such module'));
    const updates = new Updates({ settings, open, log: (message) => logged.push(message) });
    await updates.check();
    expect(logged).toEqual([expect.stringContaining('no such module')]);
  });

  it('are asked for all the same, or say nothing of why', async () => {
    const settings = await Settings.open(join(tmpdir(), 'wharf-no-such-folder', 'settings.json'));
    let opened = 0;
    const open = async (): Promise<Updater | 'byPackage'> => {
      opened += 1;
      return 'byPackage';
    };
    const updates = new Updates({ settings, open, log: () => undefined });
    await updates.check();
    await updates.install();
    for await (const now of updates.watch()) {
      expect(now).toEqual({ kind: 'away', reason: 'byPackage' });
      break;
    }
    expect(opened).toBe(1);
  });
});

function describeRelease(version: string, sha512 = createHash('sha512').update(newVersion).digest('base64')): string {
  const name = `Wharf-${version}.AppImage`;
  const sum = sha512 === '' ? '' : `    sha512: ${sha512}\n`;
  return `version: ${version}\nfiles:\n  - url: ${name}\n${sum}    size: ${newVersion.byteLength}\npath: ${name}\n${
    sha512 === '' ? '' : `sha512: ${sha512}\n`
  }releaseDate: '2026-11-23T00:00:00.000Z'\n`;
}
