import './services/node16';
import { join } from 'node:path';
import { app, BrowserWindow, Menu, session } from 'electron';
import type { PortServer } from './rpc/portServer';
import { openFileLog } from './services/fileLog';
import { settingsFile } from './services/settingsFile';
import type { Desktop } from './shell/desktop';
import { guardSession } from './shell/guards';
import { registerPageScheme, servePage } from './shell/page';
import { handOutPorts } from './shell/pagePorts';
import { refuseDebugging } from './shell/release';
import { iconFile, openWindow, showWindow } from './shell/window';

// Electron itself only gives Chromium that folder; everything of ours belongs there too.
const chosenFolder = app.commandLine.getSwitchValue('user-data-dir');
if (chosenFolder !== '') app.setPath('userData', chosenFolder);

const log = openFileLog(app.getPath('userData'));
// Installed first: Electron's own handler opens a blocking dialog.
process.on('uncaughtException', (error) => log.error('uncaught exception', error));
process.on('unhandledRejection', (reason) => log.error('unhandled rejection', reason));

let desktop: Desktop | null = null;

async function start(): Promise<void> {
  guardSession(session.defaultSession);
  const fetched = servePage(
    session.defaultSession,
    join(__dirname, '../renderer'),
    settingsFile(app.getPath('userData')),
  );
  Menu.setApplicationMenu(null);
  let serverReady: (server: PortServer) => void = () => undefined;
  const asked = handOutPorts(new Promise((resolve) => (serverReady = resolve)), log);

  // The window first. Loading the services while Chromium fetches the page would hold up the page's files, so main does
  // that while the page reads its scripts and builds its first view.
  openWindow(log);
  await Promise.race([fetched, asked]);
  const [{ createServices }, { createHandlers }, { PortServer }, { createDesktopHost }, { Desktop }, { acceptDrops }] =
    await Promise.all([
      import('./services/createServices'),
      import('./services/handlers'),
      import('./rpc/portServer'),
      import('./shell/desktopHost'),
      import('./shell/desktop'),
      import('./shell/acceptDrops'),
    ]);
  const services = await createServices({
    dataFolder: app.getPath('userData'),
    imageFolder: join(app.getAppPath(), 'api-image'),
    searchWorkerFile: join(__dirname, '../searchWorker/index.cjs'),
    host: createDesktopHost(log),
    log,
  });
  acceptDrops(services.drops, log);
  const server = new PortServer(createHandlers(services), log);
  serverReady(server);
  services.updates.begin();

  const goTo = (path?: string) => showWindow(log, path);
  desktop = new Desktop({ services, goTo, iconFile, log });

  app.on('second-instance', () => goTo());
  app.on('activate', () => {
    if (BrowserWindow.getAllWindows().length === 0) openWindow(log);
  });

  let closed = false;
  app.on('before-quit', (event) => {
    if (closed) return;
    event.preventDefault();
    desktop?.close();
    server.close();
    void services.close().finally(() => {
      closed = true;
      app.quit();
    });
  });
}

refuseDebugging();
// As root Chromium only starts without its sandbox; the page says so (`about.sandboxed`).
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
registerPageScheme();
app.on('window-all-closed', () => {
  if (process.platform !== 'darwin' && !desktop?.staysWithoutWindow) app.quit();
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => app.quit());

if (app.requestSingleInstanceLock()) {
  app
    .whenReady()
    .then(start)
    .catch((error) => {
      console.error('could not start', error);
      app.exit(1);
    });
} else {
  app.quit();
}
