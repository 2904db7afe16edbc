import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { _electron, type ElectronApplication, type Page } from 'playwright';

const repository = fileURLToPath(new URL('../..', import.meta.url));

export interface WharfOptions {
  /** Engine to drive, e.g. `unix:///run/x.sock`; the one of the test run when left out. */
  dockerHost?: string;
  /** Language of the system that Wharf starts on. */
  language?: 'en' | 'ko';
  /** Data folder of an earlier start, to start again on; a fresh one that is removed on close when left out. */
  dataFolder?: string;
}

export interface Wharf {
  app: ElectronApplication;
  page: Page;
  dataFolder: string;
  /** What the page and main wrote that should not have been: uncaught errors, refused content. */
  complaints: string[];
  close(): Promise<void>;
}

/** Starts the built app in the Electron of the test run, in a window of 1280 x 820. */
export async function startWharf(options: WharfOptions = {}): Promise<Wharf> {
  const ownFolder = options.dataFolder === undefined;
  const dataFolder = options.dataFolder ?? (await mkdtemp(join(tmpdir(), 'wharf-e2e-')));
  const executablePath = process.env.WHARF_ELECTRON;
  if (executablePath === undefined)
    throw new Error('WHARF_ELECTRON names the Electron binary; npm run test:e2e sets it');
  const asRoot = process.getuid?.() === 0;
  const app = await _electron.launch({
    executablePath,
    args: [
      ...(asRoot ? ['--no-sandbox'] : []),
      `--user-data-dir=${dataFolder}`,
      `--lang=${options.language ?? 'en'}`,
      repository,
    ],
    env: {
      ...(process.env as Record<string, string>),
      LANGUAGE: options.language ?? 'en',
      ...(options.dockerHost === undefined ? {} : { DOCKER_HOST: options.dockerHost }),
    },
  });
  const complaints: string[] = [];
  app.process().stderr?.on('data', (chunk: Buffer) => {
    const text = chunk.toString();
    if (/uncaught|unhandled|\(error\)|\[error\]/i.test(text)) complaints.push(`main: ${text}`);
  });
  const page = await app.firstWindow();
  page.setDefaultTimeout(15_000);
  page.on('pageerror', (error) => complaints.push(`page: ${error.stack ?? error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`console: ${message.text()}`);
  });
  let closed = false;
  const close = async () => {
    if (closed) return;
    closed = true;
    await app.close();
    if (ownFolder) await rm(dataFolder, { recursive: true, force: true });
  };
  try {
    // Until the page is drawn, a change of its address goes unheard.
    await page.getByRole('navigation').waitFor();
  } catch (error) {
    await close();
    throw error;
  }
  return { app, page, dataFolder, complaints, close };
}
