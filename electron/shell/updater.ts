import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { app } from 'electron';
import type { AppUpdater } from 'electron-updater';
import type { UpdatesAway } from '../contract/updates';
import type { AppLog } from '../rpc/appLog';
import type { Updater } from '../services/updates';
import { asUpdater } from './asUpdater';

/**
 * The updater of an installed Wharf, or why it has none. Only an AppImage, an installer for Windows and macOS's app can be
 * replaced by themselves; whoever installed a deb or an rpm has a package manager that answers for its files.
 */
export async function openUpdater(log: AppLog): Promise<Updater | UpdatesAway> {
  if (!app.isPackaged) return 'notInstalled';
  if (process.platform === 'linux' && process.env.APPIMAGE === undefined) return 'byPackage';
  // electron-builder writes it where the package was made with a feed.
  if (!existsSync(join(process.resourcesPath, 'app-update.yml'))) return 'noFeed';
  const { autoUpdater }: { autoUpdater: AppUpdater } = await import('electron-updater');
  return asUpdater(autoUpdater, log);
}
