import { join } from 'node:path';
import { BrowserWindow, nativeTheme } from 'electron';
import type { AppLog } from '../rpc/appLog';
import { guardContents } from './guards';
import { pageOrigin } from './page';
import { isRelease } from './release';

/** Colours behind the page until it paints, so that a window never flashes; they equal the page's own background. */
const backgrounds = { light: '#ffffff', dark: '#16181d' };

/** A page that died this often within a minute is not reloaded again. */
const reloadsPerMinute = 3;

/** Opens a window with the page. A crashed page is loaded anew; what it was watching goes on in main. */
export function openWindow(log: AppLog): BrowserWindow {
  const window = new BrowserWindow({
    width: 1280,
    height: 820,
    minWidth: 900,
    minHeight: 560,
    show: false,
    title: 'Wharf',
    autoHideMenuBar: true,
    backgroundColor: nativeTheme.shouldUseDarkColors ? backgrounds.dark : backgrounds.light,
    webPreferences: {
      preload: join(__dirname, '../preload/index.cjs'),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false,
      devTools: !isRelease(),
    },
  });
  guardContents(window.webContents);
  window.once('ready-to-show', () => window.show());

  let crashes: number[] = [];
  window.webContents.on('render-process-gone', (_event, details) => {
    if (details.reason === 'clean-exit') return;
    log.error(`page gone: ${details.reason} (${details.exitCode})`);
    crashes = [...crashes.filter((at) => Date.now() - at < 60_000), Date.now()];
    if (crashes.length <= reloadsPerMinute && !window.isDestroyed()) window.webContents.reload();
  });
  window.loadURL(`${pageOrigin}/`).catch((error) => log.error('page did not load', error));
  return window;
}
