import { app, BrowserWindow, clipboard, dialog } from 'electron';
import type { Host } from '../services/host';
import { openLink } from './openLink';

/** The desktop's side of `Host`. */
export function createDesktopHost(): Host {
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
      dataFolder: app.getPath('userData'),
    }),
    openLink,
    copyText: (text) => {
      // Newer versions of Electron answer with a promise, older ones with nothing.
      void clipboard.writeText(text);
    },
    chooseFolder: async () => {
      const parent = BrowserWindow.getFocusedWindow() ?? BrowserWindow.getAllWindows()[0];
      const options: Electron.OpenDialogOptions = { properties: ['openDirectory'] };
      const picked = parent ? await dialog.showOpenDialog(parent, options) : await dialog.showOpenDialog(options);
      return picked.filePaths[0] ?? null;
    },
  };
}
