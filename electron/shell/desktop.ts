import { app, BrowserWindow, Menu, type MenuItemConstructorOptions, Notification, nativeImage, Tray } from 'electron';
import { defaultGraceSeconds } from '../contract/containerCommands';
import type { Container } from '../contract/containers';
import type { Settings } from '../contract/settings';
import type { Task } from '../contract/tasks';
import type { AppLog } from '../rpc/appLog';
import type { Services } from '../services/createServices';
import { setAutostart } from './autostart';
import { setLoginItem, setMenu } from './menus';
import { shellWords } from './words';

/** Containers that the tray names; a longer menu would not fit a screen. */
const namedContainers = 12;

interface DesktopOptions {
  services: Services;
  /** Shows the window, at a page's address where one is given, and makes one where there is none. */
  goTo: (path?: string) => void;
  iconFile: string;
  log: AppLog;
}

/** What Wharf does on the desktop beside its window: menus, tray, notifications, start at login. */
export class Desktop {
  private readonly leaving = new AbortController();
  private readonly rows = new Map<string, Container>();
  private readonly seen = new Map<string, Task['state']>();
  private readonly log: AppLog;
  private settings: Settings;
  private tray: Tray | null = null;

  constructor(private readonly options: DesktopOptions) {
    this.log = options.log;
    this.settings = options.services.settings.value;
    const { signal } = this.leaving;
    const { services } = options;
    void this.follow(services.settings.watch(signal), (settings) => this.take(settings));
    void this.follow(services.tasks.watch(signal), (event) => {
      if (event.type === 'snapshot') for (const task of event.tasks) this.seen.set(task.id, task.state);
      // The watch may merge a short task's start with its end.
      else for (const task of event.upserted) this.tell(task);
    });
    void this.follow(services.containers.watch(signal), (event) => {
      if (event.type === 'stale') return;
      if (event.type === 'snapshot') this.rows.clear();
      for (const row of event.type === 'snapshot' ? event.containers : event.upserted) this.rows.set(row.id, row);
      if (event.type === 'patch') for (const id of event.removed) this.rows.delete(id);
      this.drawTray();
    });
  }

  /** True while Wharf goes on without a window. */
  get staysWithoutWindow(): boolean {
    return this.tray !== null;
  }

  close(): void {
    this.leaving.abort();
    this.tray?.destroy();
    this.tray = null;
  }

  private async follow<Item>(items: AsyncGenerator<Item, void, void>, take: (item: Item) => void): Promise<void> {
    try {
      for await (const item of items) take(item);
    } catch (error) {
      this.log.error('the desktop lost what it follows', error);
    }
  }

  private take(settings: Settings): void {
    this.settings = settings;
    const words = shellWords(settings);
    setMenu(words, this.options.goTo);
    if (settings.tray && this.tray === null) this.showTray();
    if (!settings.tray) {
      this.tray?.destroy();
      this.tray = null;
    }
    this.drawTray();
    // From a repository there is nothing that a session could start.
    if (!app.isPackaged) return;
    if (process.platform !== 'linux') setLoginItem(settings.startAtLogin);
    else {
      // An AppImage runs from a folder that is gone with it; its own file is what can be started.
      setAutostart(app.getPath('appData'), process.env.APPIMAGE ?? app.getPath('exe'), settings.startAtLogin).catch(
        (error) => this.log.error('start at login could not be changed', error),
      );
    }
  }

  private showTray(): void {
    this.tray = new Tray(nativeImage.createFromPath(this.options.iconFile));
    this.tray.setToolTip('Wharf');
    this.tray.on('click', () => this.options.goTo());
  }

  private drawTray(): void {
    if (this.tray === null) return;
    const words = shellWords(this.settings);
    const running = [...this.rows.values()]
      .filter(({ state }) => state === 'running')
      .sort((one, other) => one.name.localeCompare(other.name));
    const { containers } = this.options.services;
    const ofContainer = ({ id, name }: Container): MenuItemConstructorOptions => ({
      // An ampersand marks the key of an entry.
      label: name.replace(/&/g, '&&'),
      submenu: [
        { label: words.openContainer, click: () => this.options.goTo(`/containers/${encodeURIComponent(id)}`) },
        {
          label: words.stop,
          click: () => {
            containers.stop(id, defaultGraceSeconds).catch((error) => {
              this.log.warn(`stop from the tray: ${(error as Error).message}`);
              this.options.goTo('/containers');
            });
          },
        },
      ],
    });
    const more = running.length - namedContainers;
    this.tray.setContextMenu(
      Menu.buildFromTemplate([
        { label: words.open, click: () => this.options.goTo() },
        { type: 'separator' },
        { label: running.length === 0 ? words.nothingRuns : words.running, enabled: false },
        ...running.slice(0, namedContainers).map(ofContainer),
        ...(more > 0
          ? [{ label: words.more.replace('{{count}}', String(more)), click: () => this.options.goTo('/containers') }]
          : []),
        { type: 'separator' },
        { label: words.quit, click: () => app.quit() },
      ]),
    );
  }

  /** Says that a task ended, where it ended under the eyes of nobody. A cancelled one was ended by the person. */
  private tell(task: Task): void {
    const before = this.seen.get(task.id);
    this.seen.set(task.id, task.state);
    const ended = before !== task.state && (task.state === 'done' || task.state === 'failed');
    const isWatched = BrowserWindow.getAllWindows().some((window) => window.isFocused());
    if (!ended || isWatched || !this.settings.notifications || !Notification.isSupported()) return;
    const words = shellWords(this.settings);
    const notification = new Notification({
      title: `Wharf: ${task.state === 'done' ? words.done : words.failed}`,
      body: (task.state === 'done' ? words.taskDone : words.taskFailed).replace('{{task}}', () => task.command),
    });
    notification.on('click', () => this.options.goTo('/activity'));
    notification.show();
  }
}
