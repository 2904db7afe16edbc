import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { servedBy, startWharf, type Wharf } from './wharf';

let wharf: Wharf;
beforeAll(async () => {
  wharf = await startWharf();
});
afterAll(() => wharf?.close());

/** Runs in the page and answers what a thrown error or a result says. */
const attempt = (code: string) =>
  wharf.page.evaluate(
    `(async () => { try { return String(await (${code})); } catch (error) { return 'refused: ' + error; } })()`,
  );

describe.skipIf(servedBy === 'web')('the page is caged', () => {
  it('gives the page Node or Electron', async () => {
    expect(await attempt('typeof require + typeof process + typeof module + typeof global')).toBe(
      'undefinedundefinedundefinedundefined',
    );
  });

  it('shares the preload world with the page, so that it could reach ipcRenderer', async () => {
    const added = await wharf.page.evaluate(() =>
      Object.getOwnPropertyNames(window).filter((name) => /electron|ipc|wharf|bridge/i.test(name)),
    );
    expect(added).toEqual([]);
  });

  it('runs scripts that were written into the page', async () => {
    const ran = await wharf.page.evaluate(async () => {
      const script = document.createElement('script');
      script.textContent = 'window.injected = true';
      document.body.append(script);
      const image = document.createElement('img');
      image.setAttribute('onerror', 'window.injected = true');
      const failed = new Promise((resolve) => image.addEventListener('error', resolve));
      image.src = 'data:image/png;base64,broken';
      document.body.append(image);
      await failed;
      script.remove();
      image.remove();
      return 'injected' in window;
    });
    expect(ran).toBe(false);
  });

  it.each([
    // In a timer: what DevTools itself evaluates is exempt from the policy.
    [
      'eval',
      "new Promise((resolve, reject) => setTimeout(() => { try { resolve((0, eval)('1 + 1')); } catch (error) { reject(error); } }))",
    ],
    ['fetch over http', "fetch('http://127.0.0.1:8000/')"],
    ['fetch of a file', "fetch('file:///etc/passwd')"],
    [
      'a path outside the page folder',
      "fetch('wharf://app/..%2f..%2fpackage.json').then((r) => { if (!r.ok) throw r.status; return r.text(); })",
    ],
    [
      'another host of our scheme',
      "fetch('wharf://other/index.html').then((r) => { if (!r.ok) throw r.status; return r.text(); })",
    ],
    [
      'a WebSocket',
      "new Promise((resolve, reject) => { const s = new WebSocket('ws://127.0.0.1:1/'); s.onopen = resolve; s.onerror = () => reject('closed'); })",
    ],
    ['the camera', 'navigator.mediaDevices.getUserMedia({ video: true })'],
    ['notifications', "Notification.requestPermission().then((answer) => { if (answer !== 'granted') throw answer; })"],
    [
      'the position',
      'new Promise((resolve, reject) => navigator.geolocation.getCurrentPosition(resolve, (e) => reject(e.message)))',
    ],
  ])('allows the page %s', async (_name, code) => {
    expect(await attempt(code)).toMatch(/^refused/);
  });

  it('opens windows for the page', async () => {
    await wharf.page.evaluate(() => {
      window.open('https://example.invalid/');
      window.open('wharf://app/');
      window.open('about:blank');
    });
    expect(await wharf.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
  });

  it.each([
    'https://example.invalid/',
    'file:///etc/passwd',
    'data:text/html,<h1>x</h1>',
    'javascript:void(document.body.innerHTML="gone")',
  ])('navigates the window away to %s', async (url) => {
    await wharf.page.evaluate((target) => {
      window.location.href = target;
    }, url);
    await wharf.page.evaluate(
      () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
    );
    expect(new URL(wharf.page.url()).origin + new URL(wharf.page.url()).host).toContain('app');
    expect(await wharf.page.locator('body').innerText()).not.toBe('gone');
    expect(await wharf.page.getByRole('navigation').count()).toBeGreaterThan(0);
  });

  it('hands a port to a frame inside the page', async () => {
    const got = await wharf.page.evaluate(async () => {
      const frame = document.createElement('iframe');
      frame.src = 'wharf://app/index.html';
      document.body.append(frame);
      let ports = 0;
      frame.contentWindow?.addEventListener('message', (event) => {
        ports += event.ports.length;
      });
      frame.contentWindow?.postMessage({ type: 'wharf:connect' }, '*');
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
      frame.remove();
      return ports;
    });
    expect(got).toBe(0);
  });

  it('is told by main not to be our page and gets a port all the same', async () => {
    const answered = await wharf.app.evaluate(({ BrowserWindow, ipcMain }) => {
      const contents = BrowserWindow.getAllWindows()[0]?.webContents;
      let posted = 0;
      const frame = {
        url: 'https://example.invalid/',
        postMessage: () => {
          posted += 1;
        },
      };
      ipcMain.emit('wharf:connect', { sender: contents, senderFrame: frame });
      ipcMain.emit('wharf:connect', { sender: contents, senderFrame: null });
      return posted;
    });
    expect(answered).toBe(0);
  });
});

describe.skipIf(servedBy === 'web')('the window', () => {
  it('runs without a web preference that keeps the page apart', async () => {
    const preferences = await wharf.app.evaluate(({ BrowserWindow }) => {
      const contents = BrowserWindow.getAllWindows()[0]?.webContents as unknown as {
        getLastWebPreferences(): Record<string, unknown>;
      };
      return contents.getLastWebPreferences();
    });
    expect(preferences).toMatchObject({
      contextIsolation: true,
      nodeIntegration: false,
      sandbox: true,
      webviewTag: false,
    });
  });
});
