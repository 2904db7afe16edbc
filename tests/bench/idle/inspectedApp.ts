import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { WebSocket } from 'ws';

/** An app of which main can be told what to do. */
export interface InspectedApp {
  child: ChildProcess;
  /** Evaluates an expression in main, where `window` is its first window. */
  inMain(expression: string): Promise<unknown>;
  close(): Promise<void>;
}

/**
 * Starts Electron on a folder with a package.json and waits for its window. Driven through main's inspector: Playwright
 * keeps pages visible whatever becomes of their window.
 */
export async function startInspected(folder: string, env: Record<string, string>): Promise<InspectedApp> {
  const executablePath = process.env.WHARF_ELECTRON;
  if (executablePath === undefined) throw new Error('WHARF_ELECTRON names the Electron binary');
  const dataFolder = await mkdtemp(join(tmpdir(), 'wharf-bench-idle-'));
  const asRoot = process.getuid?.() === 0;
  const child = spawn(
    executablePath,
    [...(asRoot ? ['--no-sandbox'] : []), '--inspect=0', `--user-data-dir=${dataFolder}`, '--lang=en', folder],
    { env: { ...process.env, LANGUAGE: 'en', ...env }, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const address = await new Promise<string>((resolve, reject) => {
    let text = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const found = /Debugger listening on (ws:\S+)/.exec(text)?.[1];
      if (found) resolve(found);
    });
    child.once('exit', () => reject(new Error(`ended early: ${text}`)));
  });
  const socket = new WebSocket(address);
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  let asked = 0;
  const inMain = (expression: string) =>
    new Promise<unknown>((resolve, reject) => {
      const id = ++asked;
      const listen = (data: Buffer) => {
        const answer = JSON.parse(data.toString());
        if (answer.id !== id) return;
        socket.off('message', listen);
        if (answer.result?.exceptionDetails) reject(new Error(JSON.stringify(answer.result.exceptionDetails)));
        else resolve(answer.result?.result?.value);
      };
      socket.on('message', listen);
      const code = `(async () => {
        // Not there before the app itself is loaded.
        const window = process.mainModule?.require('electron').BrowserWindow.getAllWindows()[0];
        return ${expression};
      })()`;
      const params = { expression: code, awaitPromise: true, returnByValue: true };
      socket.send(JSON.stringify({ id, method: 'Runtime.evaluate', params }));
    });
  try {
    for (let isThere = false; !isThere; ) {
      await wait(200);
      isThere = (await inMain('window !== undefined && window.isVisible()')) === true;
    }
  } catch (error) {
    child.kill();
    throw error;
  }
  return {
    child,
    inMain,
    close: async () => {
      socket.close();
      const over = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await over;
      await rm(dataFolder, { recursive: true, force: true });
    },
  };
}
