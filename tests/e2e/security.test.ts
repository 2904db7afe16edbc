import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { servedBy, startWharf, type Wharf } from './wharf';

let wharf: Wharf;
beforeAll(async () => {
  wharf = await startWharf();
  // A browser asks the person, who may say yes; the desktop must not even ask.
  if (servedBy === 'web') await wharf.page.context().grantPermissions(['camera', 'geolocation']);
});
afterAll(() => wharf?.close());

/** Runs in the page and answers what a thrown error or a result says. */
const attempt = (code: string) =>
  wharf.page.evaluate(
    `(async () => { try { return String(await (${code})); } catch (error) { return 'refused: ' + error; } })()`,
  );

/** Refused only when our policy is what refuses: an address where nobody listens fails without it as well. */
const underPolicy = (code: string) => `new Promise((resolve, reject) => {
  addEventListener('securitypolicyviolation', ({ effectiveDirective }) => reject(effectiveDirective), { once: true });
  const over = () => requestAnimationFrame(() => requestAnimationFrame(() => resolve('no policy')));
  ${code}
})`;

/** Until what the page was told had its turn. */
const twoFrames = () =>
  wharf.page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));

describe('the page is caged', () => {
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
    ['fetch over http', underPolicy("fetch('http://127.0.0.1:1/').then(over, over);")],
    ['fetch of a file', underPolicy("fetch('file:///etc/passwd').then(over, over);")],
    [
      'a path outside the page folder',
      "fetch(new URL('/..%2f..%2fpackage.json', location)).then((r) => { if (!r.ok) throw r.status; return r.text(); })",
    ],
    [
      'a WebSocket',
      underPolicy("const socket = new WebSocket('ws://127.0.0.1:1/'); socket.onopen = socket.onerror = over;"),
    ],
    ['the camera', 'navigator.mediaDevices.getUserMedia({ video: true })'],
    [
      'the position',
      'new Promise((resolve, reject) => navigator.geolocation.getCurrentPosition(resolve, (e) => reject(e.message)))',
    ],
  ])('allows the page %s', async (_name, code) => {
    expect(await attempt(code)).toMatch(/^refused/);
  });

  it('runs a script from an address', async () => {
    await wharf.page.evaluate(() => {
      window.location.href = 'javascript:void(document.body.innerHTML="gone")';
    });
    await twoFrames();
    expect(await wharf.page.locator('body').innerText()).not.toBe('gone');
    expect(await wharf.page.getByRole('navigation').count()).toBeGreaterThan(0);
  });
});

// Windows, frames and ports of our own: in a browser they are the browser's, and tests/web/attack.test.ts has their likes.
describe.skipIf(servedBy === 'web')('the window', () => {
  it('allows the page notifications', async () => {
    const code = "Notification.requestPermission().then((answer) => { if (answer !== 'granted') throw answer; })";
    expect(await attempt(code)).toMatch(/^refused/);
  });

  it('shows the page another host of our scheme', async () => {
    const code = "fetch('wharf://other/index.html').then((r) => { if (!r.ok) throw r.status; return r.text(); })";
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

  it.each(['https://example.invalid/', 'file:///etc/passwd', 'data:text/html,<h1>x</h1>'])(
    'navigates the window away to %s',
    async (url) => {
      await wharf.page.evaluate((target) => {
        window.location.href = target;
      }, url);
      await twoFrames();
      expect(new URL(wharf.page.url()).origin + new URL(wharf.page.url()).host).toContain('app');
      expect(await wharf.page.getByRole('navigation').count()).toBeGreaterThan(0);
    },
  );

  it('lets the page put files on the disk', async () => {
    const refused = wharf.app.evaluate(
      ({ session }) =>
        new Promise((resolve) => {
          session.defaultSession.once('will-download', (event) => resolve(event.defaultPrevented));
        }),
    );
    await wharf.page.evaluate(() => {
      const link = document.createElement('a');
      link.href = URL.createObjectURL(new Blob(['x']));
      link.download = 'x.sh';
      link.click();
    });
    expect(await refused).toBe(true);
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
    const answered = await wharf.app.evaluate(async ({ BrowserWindow, ipcMain }) => {
      const contents = BrowserWindow.getAllWindows()[0]?.webContents;
      let posted = 0;
      const frame = (url: string) => ({
        url,
        postMessage: () => {
          posted += 1;
        },
      });
      ipcMain.emit('wharf:connect', { sender: contents, senderFrame: frame('https://example.invalid/') });
      // A frame inside of the page shows our own address, too.
      ipcMain.emit('wharf:connect', { sender: contents, senderFrame: frame('wharf://app/index.html') });
      ipcMain.emit('wharf:connect', { sender: contents, senderFrame: null });
      // Ports are handed out a turn later.
      await new Promise((resolve) => setImmediate(resolve));
      return posted;
    });
    expect(answered).toBe(0);
  });

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
