import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { servedBy, startWharf, type Wharf } from './wharf';

const repository = fileURLToPath(new URL('../..', import.meta.url));

let wharf: Wharf;
let dataFolder: string;

/** Starts Wharf once more on the same data, as a person does who forgot that it runs. */
function startAgain(): Promise<number | null> {
  const asRoot = process.getuid?.() === 0;
  const args = [...(asRoot ? ['--no-sandbox'] : []), `--user-data-dir=${dataFolder}`, repository];
  const second = spawn(process.env.WHARF_ELECTRON ?? '', args, { stdio: 'ignore' });
  return new Promise((resolve) => second.once('exit', resolve));
}

/** What main says, asked until it says so. */
const until = <T>(ask: () => Promise<T>, wanted: T) =>
  vi.waitFor(async () => expect(await ask()).toEqual(wanted), { timeout: 15_000, interval: 100 });

const windows = () => wharf.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length);
const isShown = () => wharf.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible() ?? false);
const menu = () => wharf.app.evaluate(({ Menu }) => Menu.getApplicationMenu()?.items.map(({ label }) => label) ?? []);

describe.skipIf(servedBy === 'web')('on the desktop', () => {
  beforeAll(async () => {
    dataFolder = await mkdtemp(join(tmpdir(), 'wharf-desktop-'));
    wharf = await startWharf({ dataFolder });
  });
  afterAll(async () => {
    await wharf?.close();
    await rm(dataFolder, { recursive: true, force: true });
  });

  it('opens every time at the usual size, whatever the person made of the window', async () => {
    await wharf.app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]?.setBounds({ x: 40, y: 50, width: 1010, height: 700 }),
    );
    await wharf.close();
    wharf = await startWharf({ dataFolder });
    expect(
      await wharf.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getBounds()),
    ).toMatchObject({ width: 1010, height: 700 });
  });

  it('opens where no screen is any more, as after a second one was unplugged', async () => {
    await wharf.close();
    const place = { bounds: { x: 9_000, y: 6_000, width: 1010, height: 700 }, isMaximized: false };
    await writeFile(join(dataFolder, 'window.json'), JSON.stringify(place));
    wharf = await startWharf({ dataFolder });
    const isOnScreen = await wharf.app.evaluate(({ BrowserWindow, screen }) => {
      const { x, y } = BrowserWindow.getAllWindows()[0]?.getBounds() ?? { x: -1, y: -1 };
      return screen.getAllDisplays().some(({ bounds }) => x < bounds.x + bounds.width && y < bounds.y + bounds.height);
    });
    expect(isOnScreen).toBe(true);
  });

  it('has a menu in another language than the page', async () => {
    await until(menu, ['File', 'Edit', 'View', 'Window', 'Help']);
    await wharf.page.getByRole('link', { name: 'Settings' }).click();
    await wharf.page.getByRole('button', { name: '한국어' }).click();
    await until(menu, ['파일', '편집', '보기', '창', '도움말']);
    await wharf.page.getByRole('button', { name: 'English' }).click();
    await until(menu, ['File', 'Edit', 'View', 'Window', 'Help']);
  });

  it('opens help from the menu in a page that loses what it shows', async () => {
    await wharf.app.evaluate(({ Menu }) => Menu.getApplicationMenu()?.items.at(-1)?.submenu?.items[0]?.click());
    await wharf.page.getByRole('heading', { name: 'First steps' }).waitFor();
  });

  it('starts a second time beside itself, or leaves its window hidden then', async () => {
    await wharf.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.hide());
    expect(await startAgain()).toBe(0);
    await until(isShown, true);
    expect(await windows()).toBe(1);
  });

  it('lets long work end unsaid while nobody looks, or says what a person watched', async () => {
    await wharf.app.evaluate(({ Notification, BrowserWindow }) => {
      const shown: string[] = [];
      Object.assign(globalThis, { shown });
      Notification.isSupported = () => true;
      // `show` is each notification's own; what it leads to when clicked is asked for through the prototype.
      const { on } = Notification.prototype;
      Notification.prototype.on = function listen(this: Electron.Notification, ...args: Parameters<typeof on>) {
        shown.push(this.title);
        return on.apply(this, args);
      } as typeof on;
      BrowserWindow.prototype.isFocused = () => Reflect.get(globalThis, 'looking') === true;
    });
    const shown = () => wharf.app.evaluate(() => Reflect.get(globalThis, 'shown') as string[]);
    const pullInVain = async () => {
      await wharf.page.goto('wharf://app/#/pull?image=localhost%3A1%2Fnothing');
      await wharf.page.getByRole('button', { name: 'Pull', exact: true }).click();
      await wharf.page.getByText('Failed', { exact: true }).first().waitFor();
    };
    await wharf.app.evaluate(() => Reflect.set(globalThis, 'looking', true));
    await pullInVain();
    expect(await shown()).toEqual([]);
    await wharf.app.evaluate(() => Reflect.set(globalThis, 'looking', false));
    await pullInVain();
    await until(shown, ['Wharf: Failed']);
  });

  it('ends with its last window although it stands beside the clock, or cannot be opened again', async () => {
    await wharf.page.goto('wharf://app/#/settings');
    const beside = wharf.page.getByRole('group', { name: 'Icon beside the clock' });
    await beside.getByRole('button', { name: 'On' }).click();
    await beside.getByRole('button', { name: 'On', pressed: true }).waitFor();
    await wharf.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
    await until(windows, 0);
    const opened = wharf.app.waitForEvent('window');
    expect(await startAgain()).toBe(0);
    const page = await opened;
    await page.getByRole('navigation', { name: 'Pages' }).waitFor();
  });
});
