import { join } from 'node:path';
import { app, BrowserWindow, clipboard, dialog, safeStorage } from 'electron';
import type { ExportedFile } from '../contract/host';
import type { AppLog } from '../rpc/appLog';
import type { Host, Keychain } from '../services/host';
import { LiveValue } from '../services/live';
import { openLink } from './openLink';

function parentWindow(): BrowserWindow | undefined {
  return BrowserWindow.getFocusedWindow() ?? BrowserWindow.getAllWindows()[0];
}

/** The path picked, or null. */
async function openDialog(options: Electron.OpenDialogOptions): Promise<string | null> {
  const parent = parentWindow();
  const picked = parent ? await dialog.showOpenDialog(parent, options) : await dialog.showOpenDialog(options);
  return picked.filePaths[0] ?? null;
}

/** One kind of file, named by its endings, which need no translation. */
function filters(extensions: string[]): Electron.FileFilter[] {
  return extensions.length === 0 ? [] : [{ name: extensions.map((end) => `.${end}`).join(', '), extensions }];
}

/**
 * What Electron seals with a key of the system's (Keychain, DPAPI, Secret Service, KWallet). Without such a service
 * Chromium would take a password that stands in its source (`basic_text`), which hides nothing. Before Electron 23 that
 * is told by `isEncryptionAvailable` alone.
 */
function systemKeychain(): Keychain | null {
  if (!safeStorage.isEncryptionAvailable()) return null;
  const tells = process.platform === 'linux' && typeof safeStorage.getSelectedStorageBackend === 'function';
  if (tells && ['basic_text', 'unknown'].includes(safeStorage.getSelectedStorageBackend())) return null;
  return {
    encrypt: (text) => safeStorage.encryptString(text),
    decrypt: (sealed) => safeStorage.decryptString(sealed),
  };
}

const noExports = new LiveValue<{ files: ExportedFile[] }>({ files: [] });

/** The desktop's side of `Host`. */
export function createDesktopHost(log: AppLog): Host {
  return {
    about: () => ({
      host: 'desktop',
      version: app.getVersion(),
      platform: process.platform,
      electronVersion: process.versions.electron ?? null,
      chromeVersion: process.versions.chrome ?? null,
      nodeVersion: process.versions.node,
      systemLocale: app.getLocale() || 'en',
      sandboxed: !app.commandLine.hasSwitch('no-sandbox'),
      packaged: app.isPackaged,
      dataFolder: app.getPath('userData'),
    }),
    openLink,
    copyText: (text) => {
      // Newer versions of Electron answer with a promise, older ones with nothing.
      void clipboard.writeText(text);
    },
    chooseFolder: () => openDialog({ properties: ['openDirectory'] }),
    pickOpenFile: (extensions) => openDialog({ properties: ['openFile'], filters: filters(extensions) }),
    pickSaveFile: async (suggestedName, extensions) => {
      const parent = parentWindow();
      const options: Electron.SaveDialogOptions = {
        defaultPath: join(app.getPath('downloads'), suggestedName),
        filters: filters(extensions),
        properties: ['createDirectory', 'showOverwriteConfirmation'],
      };
      const picked = parent ? await dialog.showSaveDialog(parent, options) : await dialog.showSaveDialog(options);
      return picked.filePath || null;
    },
    keychain: systemKeychain,
    openUpdater: async () => (await import('./updater')).openUpdater(log),
    // The desktop writes where the person said.
    newLaunchLink: () => null,
    watchExports: (signal) => noExports.watch(signal),
    removeExport: async () => undefined,
  };
}
