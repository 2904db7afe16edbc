import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { _electron, type Browser, chromium, type ElectronApplication, type Page } from 'playwright';

const repository = fileURLToPath(new URL('../..', import.meta.url));

export interface WharfOptions {
  /** Engine to drive, e.g. `unix:///run/x.sock`; the one of the test run when left out. */
  dockerHost?: string;
  /** Language of the system that Wharf starts on. */
  language?: 'en' | 'ko';
  /** Who serves the page, where it is not what the run is about. */
  servedBy?: 'desktop' | 'web';
  /** Data folder of an earlier start, to start again on; a fresh one that is removed on close when left out. */
  dataFolder?: string;
}

export interface Wharf {
  /** Electron itself; there is none where a browser shows the page. */
  readonly app: ElectronApplication;
  /** The process that has the services: Electron's main, or the web host's. */
  mainProcess: ChildProcess;
  page: Page;
  dataFolder: string;
  /** What the page and main wrote that should not have been: uncaught errors, refused content. */
  complaints: string[];
  /** The text on the clipboard: the system's on the desktop, the browser's own in a browser. */
  clipboard: { read(): Promise<string>; write(text: string): Promise<void> };
  /** Makes the window that large, or what a browser shows of the page. */
  resize(width: number, height: number): Promise<void>;
  /**
   * Crashes the page and waits until there is one again: Wharf opens it itself on the desktop, in a browser the person does.
   * @param meanwhile happens once the page is gone
   * @returns runs an expression in the new page, which `page` no longer is
   */
  crash(meanwhile?: () => Promise<void>): Promise<(expression: string) => Promise<unknown>>;
  /** The person will pick this file where the page asks for one next. */
  pickNext(path: string): Promise<void>;
  /**
   * The person will have the next file that Wharf writes at this path; its name is the one that Wharf suggests.
   * @returns call it once the file is written: in a browser it is fetched by the page's own link
   */
  saveNext(path: string): Promise<() => Promise<void>>;
  /** One more window, or one more tab, with the same address. */
  openAnother(): Promise<Page>;
  close(): Promise<void>;
}

/** Who serves the page in this run: the desktop app in its window, or the web host to a browser. */
export const servedBy: 'desktop' | 'web' = process.env.WHARF_E2E_HOST === 'web' ? 'web' : 'desktop';

/** Starts the built app, in a window of 1280 x 820, in the surroundings of the run (`servedBy`). */
export async function startWharf(options: WharfOptions = {}): Promise<Wharf> {
  const ownFolder = options.dataFolder === undefined;
  const dataFolder = options.dataFolder ?? (await mkdtemp(join(tmpdir(), 'wharf-e2e-')));
  const complaints: string[] = [];
  const started = await ((options.servedBy ?? servedBy) === 'web' ? startInBrowser : startOnDesktop)(
    options,
    dataFolder,
    complaints,
  );
  const { page } = started;
  page.setDefaultTimeout(15_000);
  page.on('pageerror', (error) => complaints.push(`page: ${error.stack ?? error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`console: ${message.text()}`);
  });
  let closed = false;
  const close = async () => {
    if (closed) return;
    closed = true;
    await started.close();
    if (ownFolder) await rm(dataFolder, { recursive: true, force: true });
  };
  try {
    // Until the page is drawn, a change of its address goes unheard.
    await page.getByRole('navigation').waitFor();
  } catch (error) {
    await close();
    throw error;
  }
  return {
    page,
    dataFolder,
    complaints,
    close,
    mainProcess: started.mainProcess,
    clipboard: started.clipboard,
    resize: started.resize,
    crash: started.crash,
    pickNext: started.pickNext,
    saveNext: started.saveNext,
    openAnother: started.openAnother,
    get app() {
      if (started.app === null) throw new Error('a browser has no Electron');
      return started.app;
    },
  };
}

interface Started extends Omit<Wharf, 'app' | 'dataFolder' | 'complaints'> {
  app: ElectronApplication | null;
}

async function startOnDesktop(options: WharfOptions, dataFolder: string, complaints: string[]): Promise<Started> {
  const executablePath = process.env.WHARF_ELECTRON;
  if (executablePath === undefined)
    throw new Error('WHARF_ELECTRON names the Electron binary; npm run test:e2e sets it');
  const asRoot = process.getuid?.() === 0;
  const launch = () =>
    _electron.launch({
      timeout: 45_000,
      executablePath,
      args: [
        ...(asRoot ? ['--no-sandbox'] : []),
        `--user-data-dir=${dataFolder}`,
        `--lang=${options.language ?? 'en'}`,
        repository,
      ],
      env: environment(options),
    });
  // Playwright now and then misses the line in which Electron says where it listens, and would wait for minutes.
  const app = await launch().catch(launch);
  listenToMain(app.process(), complaints);
  const page = await app.firstWindow();
  const crash: Wharf['crash'] = async (meanwhile) => {
    const back = page.waitForEvent('load').catch(() => undefined);
    await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer());
    await meanwhile?.();
    await back;
    // Playwright loses a crashed page for good, so main asks the new one.
    return (expression: string) =>
      app.evaluate(
        ({ BrowserWindow }, code) => BrowserWindow.getAllWindows()[0]?.webContents.executeJavaScript(code),
        expression,
      );
  };
  const clipboard = {
    read: () => app.evaluate((electron) => electron.clipboard.readText()),
    write: (text: string) => app.evaluate((electron, words) => electron.clipboard.writeText(words), text),
  };
  const resize = (width: number, height: number) =>
    app.evaluate(({ BrowserWindow }, size) => BrowserWindow.getAllWindows()[0]?.setSize(size.width, size.height), {
      width,
      height,
    });
  const pickNext = (path: string) =>
    app.evaluate(({ dialog }, picked) => {
      dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [picked] });
    }, path);
  const saveNext = async (path: string) => {
    await app.evaluate(({ dialog }, picked) => {
      dialog.showSaveDialog = async () => ({ canceled: false, filePath: picked });
    }, path);
    return async () => undefined;
  };
  const openAnother = async () => {
    const opened = app.waitForEvent('window');
    await app.evaluate(({ app: electron, BrowserWindow }, address) => {
      const preload = `${electron.getAppPath()}/out/preload/index.cjs`;
      const another = new BrowserWindow({ webPreferences: { preload, sandbox: true, contextIsolation: true } });
      void another.loadURL(address);
    }, page.url());
    return opened;
  };
  return {
    app,
    page,
    mainProcess: app.process(),
    clipboard,
    resize,
    crash,
    pickNext,
    saveNext,
    openAnother,
    close: () => app.close(),
  };
}

async function startInBrowser(options: WharfOptions, dataFolder: string, complaints: string[]): Promise<Started> {
  const host = await startWebHost({ ...options, dataFolder });
  listenToMain(host.process, complaints);
  const browser = await openBrowser();
  const context = await browser.newContext({
    locale: options.language ?? 'en',
    viewport: { width: 1280, height: 820 },
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  const page = await context.newPage();
  await page.goto(host.launchLink);
  const close = async () => {
    await browser.close();
    await host.close();
  };
  const crash: Wharf['crash'] = async (meanwhile) => {
    const address = page.url();
    const crashed = page.waitForEvent('crash');
    const devTools = await context.newCDPSession(page);
    // Never answered: the page is gone.
    void devTools.send('Page.crash').catch(() => undefined);
    await crashed;
    await meanwhile?.();
    const again = await openAt(address);
    return (expression: string) => again.evaluate(expression);
  };
  const clipboard = {
    read: () => page.evaluate(() => navigator.clipboard.readText()),
    write: (text: string) => page.evaluate((words) => navigator.clipboard.writeText(words), text),
  };
  const resize = (width: number, height: number) => page.setViewportSize({ width, height });
  const openAt = async (address: string) => {
    const opened = await context.newPage();
    await opened.goto(address);
    return opened;
  };
  const pickNext = async (path: string) => {
    page.once('filechooser', (chooser) => void chooser.setFiles(path));
  };
  const saveNext = async (path: string) => async () => {
    await page.getByRole('button', { name: /files? to download$/ }).click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: basename(path), exact: true }).click(),
    ]);
    await download.saveAs(path);
    await page.keyboard.press('Escape');
  };
  const openAnother = () => openAt(page.url());
  return {
    app: null,
    page,
    mainProcess: host.process,
    clipboard,
    resize,
    crash,
    pickNext,
    saveNext,
    openAnother,
    close,
  };
}

/** The newest browser there is, or WHARF_TEST_CHROMIUM's. */
export function openBrowser(): Promise<Browser> {
  const executablePath = process.env.WHARF_TEST_CHROMIUM ?? 'chromium';
  return chromium.launch({
    executablePath: executablePath.startsWith('/') ? executablePath : `/usr/bin/${executablePath}`,
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });
}

export interface RunningWebHost {
  process: ChildProcess;
  url: string;
  launchLink: string;
  /** One more link. */
  newLink(): Promise<string>;
  close(): Promise<void>;
}

/** Starts the built web host on a free loopback port, or on `port`. */
export async function startWebHost(
  options: WharfOptions & { dataFolder: string; port?: number; args?: string[] },
): Promise<RunningWebHost> {
  const { dataFolder, port = 0, args = [] } = options;
  const child = spawn(
    process.execPath,
    [join(repository, 'out/headless/index.cjs'), '--port', `${port}`, '--data-folder', dataFolder, ...args],
    { env: environment(options), stdio: ['pipe', 'pipe', 'pipe'] },
  );
  const lines: string[] = [];
  let wake = () => {};
  createInterface(child.stdout).on('line', (line) => {
    lines.push(line);
    wake();
  });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  let exited = false;
  const end = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  void end.then(() => {
    exited = true;
    wake();
  });
  const nextLine = async (): Promise<{ url: string; launchLink: string }> => {
    while (lines.length === 0) {
      if (exited) throw new Error(`the web host ended: ${errors}`);
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    return JSON.parse(lines.shift() ?? '');
  };
  const first = await nextLine();
  return {
    process: child,
    ...first,
    newLink: async () => {
      child.stdin.write('\n');
      return (await nextLine()).launchLink;
    },
    close: async () => {
      child.kill('SIGTERM');
      // One that a test froze hears nothing else.
      child.kill('SIGCONT');
      await end;
    },
  };
}

function environment(options: WharfOptions): Record<string, string> {
  return {
    ...(process.env as Record<string, string>),
    LANGUAGE: options.language ?? 'en',
    ...(options.dockerHost === undefined ? {} : { DOCKER_HOST: options.dockerHost }),
  };
}

function listenToMain(main: ChildProcess, complaints: string[]): void {
  main.stderr?.on('data', (chunk: Buffer) => {
    const text = chunk.toString();
    if (/uncaught|unhandled|\(error\)|\[error\]/i.test(text)) complaints.push(`main: ${text}`);
  });
}
