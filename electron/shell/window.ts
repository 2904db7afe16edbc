import { join } from 'node:path';
import { BrowserWindow, nativeTheme } from 'electron';
import type { AppLog } from '../rpc/appLog';
import { guardContents } from './guards';
import { showTextMenu } from './menus';
import { pageOrigin } from './page';
import { isRelease } from './release';
import { keepPlace, lastPlace } from './windowPlace';

/** Colours behind the page until it paints, so that a window never flashes; they equal the page's own background. */
const backgrounds = { light: '#ffffff', dark: '#16181d' };

/** A page that died this often within a minute is not reloaded again. */
const reloadsPerMinute = 3;

/** The icon of the window and of the tray. */
export const iconFile = join(__dirname, '../renderer/icon.png');

/** Brings the window to the front, at `path` of the page where one is given; opens one where there is none. */
export function showWindow(log: AppLog, path?: string): void {
  const [window] = BrowserWindow.getAllWindows();
  if (window === undefined) {
    openWindow(log, path);
    return;
  }
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
  // Only what is behind `#` changes: the page stays and goes there.
  if (path !== undefined) window.loadURL(address(path)).catch((error) => log.error('page did not load', error));
}

/** The page's address of one of its places. */
function address(path: string): string {
  return path === '/' ? `${pageOrigin}/` : `${pageOrigin}/#${path}`;
}

/** Opens a window with the page. A crashed page is loaded anew; what it was watching goes on in main. */
export function openWindow(log: AppLog, path = '/'): BrowserWindow {
  const { bounds, isMaximized } = lastPlace();
  const window = new BrowserWindow({
    ...bounds,
    minWidth: 900,
    minHeight: 560,
    show: false,
    title: 'Wharf',
    ...(process.platform === 'linux' && { icon: iconFile }),
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
  showTextMenu(window.webContents);
  keepPlace(window, (message) => log.warn(message));
  window.once('ready-to-show', () => {
    if (isMaximized) window.maximize();
    window.show();
  });

  let crashes: number[] = [];
  window.webContents.on('render-process-gone', (_event, details) => {
    if (details.reason === 'clean-exit') return;
    log.error(`page gone: ${details.reason} (${details.exitCode})`);
    crashes = [...crashes.filter((at) => Date.now() - at < 60_000), Date.now()];
    if (crashes.length <= reloadsPerMinute && !window.isDestroyed()) window.webContents.reload();
  });
  window.loadURL(address(path)).catch((error) => log.error('page did not load', error));
  return window;
}
