import type { CDPSession, Locator } from 'playwright';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { outside, outsideContainer } from '../engine/realEngine';
import { startWharf, type Wharf } from './wharf';

/** The tutorial's service on Python's own HTTP server, which also keeps a little busy. */
const service = `
import http.server, json, threading
class Service(http.server.BaseHTTPRequestHandler):
    def say(self, body):
        text = json.dumps(body, ensure_ascii=False).encode()
        self.send_response(200); self.send_header('Content-Type', 'application/json')
        self.send_header('Content-Length', str(len(text))); self.end_headers(); self.wfile.write(text)
    def do_GET(self):
        self.say({'status': 'healthy'} if self.path == '/health' else {'message': 'LLM API Server', 'status': 'running'})
    def do_POST(self):
        self.say({'response': 'Echo: ' + json.loads(self.rfile.read(int(self.headers['Content-Length'])))['message']})
    def log_message(self, *words): pass
http.server.ThreadingHTTPServer(('0.0.0.0', 8000), Service).serve_forever()
`;
const hostile = '<img src=x onerror=alert(1)>';

let wharf: Wharf;
let keyboard: CDPSession;
let container: Awaited<ReturnType<typeof outsideContainer>>;

beforeAll(async () => {
  container = await outsideContainer('detail', ['python', '-c', service], {
    Env: ['API_KEY=sk-very-secret', `GREETING=${hostile}`],
    ExposedPorts: { '8000/tcp': {} },
    HostConfig: { Init: true, Memory: 256 * 1024 * 1024, PortBindings: { '8000/tcp': [{ HostIp: '127.0.0.1' }] } },
  });
  wharf = await startWharf();
  keyboard = await wharf.page.context().newCDPSession(wharf.page);
  await open('terminal');
});
afterAll(() => wharf?.close());

async function open(tab: string): Promise<void> {
  await wharf.page.evaluate((hash) => {
    window.location.hash = hash;
  }, `#/containers/${container.id}?tab=${tab}`);
}

const tab = (name: string) => wharf.page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name });
const screen = (): Locator => wharf.page.locator('.xterm-rows');
const field = () => wharf.page.getByRole('textbox', { name: 'Terminal input' });
/** What the terminal shows; each line's cells stand in spans. */
const printed = async () => (await screen().innerText()).replaceAll('\u00a0', ' ');
const sees = (words: string | RegExp) => vi.waitFor(async () => expect(await printed()).toMatch(words), 15_000);
/** Where a word stands that was printed last; the terminal takes the mouse above its text. */
const at = async (word: string) => {
  const box = await screen().getByText(word, { exact: true }).last().boundingBox();
  if (!box) throw new Error(`${word} is not printed`);
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
};
const type = async (line: string) => {
  await field().focus();
  await wharf.page.keyboard.insertText(line);
  await wharf.page.keyboard.press('Enter');
};

describe('the terminal', () => {
  beforeAll(async () => {
    await wharf.page.getByRole('button', { name: 'Open a terminal' }).click();
    await sees(/#\s*$/m);
  });

  it('cannot be typed into, loses Korean, or keeps the size it began with', async () => {
    await field().focus();
    // As an input method types: composed, changed, committed.
    await wharf.page.keyboard.insertText('echo ');
    for (const composing of ['ㅇ', '아', '안']) {
      await keyboard.send('Input.imeSetComposition', { text: composing, selectionStart: 1, selectionEnd: 1 });
    }
    await keyboard.send('Input.insertText', { text: '안' });
    // xterm sends what was composed a turn after its commit; text that no key press brings overtakes it.
    await sees(/echo 안/);
    await wharf.page.keyboard.insertText('녕-$((6*7))');
    await wharf.page.keyboard.press('Enter');
    // The whole line: a syllable that is sent twice or late stands beside the right one.
    await sees(/^안녕-42$/m);

    await type('stty size');
    await sees(/\d+ \d{2,}/);
    const columns = Number(/\d+ (\d{2,})/.exec(await printed())?.[1]);
    expect(columns).toBeGreaterThan(80);
    await wharf.resize(900, 700);
    await vi.waitFor(async () => {
      await type('clear; stty size');
      await sees(/^\d+ \d{2,}/m);
      expect(Number(/^\d+ (\d{2,})/m.exec(await printed())?.[1])).toBeLessThan(columns);
    }, 15_000);
    await wharf.resize(1280, 820);
  });

  it('is another one after a look at another tab, or after a reload of the page', async () => {
    await type('clear; mark=kept-7; echo $mark');
    await sees(/^kept-7/m);
    await tab('Overview').click();
    await wharf.page.getByRole('heading', { name: 'Networks' }).waitFor();
    await tab('Terminal').click();
    await sees(/^kept-7/m);
    await wharf.page.reload();
    await wharf.page.getByRole('navigation').first().waitFor();
    await sees(/^kept-7/m);
    await type('echo again-$mark');
    await sees('again-kept-7');
    expect(await wharf.page.getByRole('tab').count()).toBe(1);
  });

  it('cannot be interrupted in a flood', async () => {
    await type('yes flood');
    await sees(/flood\nflood\nflood/);
    await wharf.page.keyboard.press('Control+c');
    await type('clear; echo calm-$((40+2))');
    await sees(/^calm-42/m);
  });

  it('lets a program change the title, read or write the clipboard, or open a link', async () => {
    await wharf.clipboard.write('mine');
    await type(
      `clear; printf '\\033]0;taken\\007\\033]52;c;dGFrZW4=\\007\\033]52;c;?\\007\\033]8;;http://example.invalid/\\007link\\033]8;;\\007\\n'; echo after-$((1+1))`,
    );
    await sees(/^after-2/m);
    expect(await wharf.page.title()).not.toContain('taken');
    expect(await wharf.clipboard.read()).toBe('mine');
    await at('link').then(({ x, y }) => wharf.page.mouse.click(x, y));
    // Whoever clicks is shown the host first.
    await wharf.page.getByRole('dialog').getByText('http://example.invalid/', { exact: true }).waitFor();
    await wharf.page.keyboard.press('Escape');
    await type('clear; echo no-stray-$((2+2))');
    await sees(/^no-stray-4/m);
  });

  it('is copied from and pasted into by keys of the container', async () => {
    await wharf.clipboard.write('echo pasted-$((3+3))');
    await field().focus();
    await wharf.page.keyboard.press('Control+v');
    await wharf.page.keyboard.press('Enter');
    await sees('pasted-6');
    await type('clear; echo select-me');
    await sees(/^select-me/m);
    await at('select-me').then(({ x, y }) => wharf.page.mouse.dblclick(x, y));
    await wharf.page.keyboard.press('Control+Shift+c');
    await vi.waitFor(async () => expect(await wharf.clipboard.read()).toMatch(/select/));
  });

  it('leaves its shell in the container when it is closed', async () => {
    const shells = async () =>
      ((await container.top()) as { Processes: string[][] }).Processes.flat().filter((cell) => /bash/.test(cell));
    expect(await shells()).not.toEqual([]);
    await wharf.page.getByRole('button', { name: 'Close Terminal 1' }).click();
    await wharf.page.getByRole('button', { name: 'Open a terminal' }).waitFor();
    await vi.waitFor(async () => expect(await shells()).toEqual([]), 10_000);
  });
});

describe('what it uses', () => {
  it('is drawn on an empty canvas, or not told under the pointer', async () => {
    await tab('Stats').click();
    await vi.waitFor(async () => expect(await wharf.page.getByText(/^CPU: [\d.]+ % now/).count()).toBe(1), 20_000);
    await wharf.page.getByText(/^Memory: [\d.]+ MiB \([\d.]+ % of the limit\) now/).waitFor({ state: 'attached' });
    await wharf.page.getByText(/^Processes: [2-9]/).waitFor({ state: 'attached' });
    const painted = await wharf.page.locator('main canvas').evaluateAll((all) =>
      (all as HTMLCanvasElement[]).map((canvas) => {
        const pixels = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
        return pixels.some((value, index) => index % 4 === 3 && value > 0);
      }),
    );
    expect(painted).toEqual([true, true, true, true, true]);
    const chart = wharf.page.getByRole('figure').filter({ hasText: /^CPU/ });
    const box = await chart.locator('.u-over').boundingBox();
    if (!box) throw new Error('no chart');
    await wharf.page.mouse.move(box.x + box.width - 4, box.y + 40);
    await chart.getByText(/^\d{1,2}:\d{2}:\d{2}/).waitFor();
  });
});

describe('the service', () => {
  it('is judged wrongly, or needs a terminal to be asked', async () => {
    await tab('API').click();
    await wharf.page.getByRole('button', { name: 'Run all' }).click();
    await wharf.page.getByText('All three answered as they should.').waitFor();
    expect(await wharf.page.getByText('Exactly what the tutorial shows').count()).toBe(3);
  });
});

describe('what it was given', () => {
  it('shows a secret unasked, or runs what stands in a variable', async () => {
    await tab('Environment').click();
    await wharf.page.getByText(hostile).waitFor();
    expect(await wharf.page.locator('main img').count()).toBe(0);
    expect(await wharf.page.getByText('sk-very-secret').count()).toBe(0);
    await wharf.page.getByRole('button', { name: 'Show API_KEY' }).click();
    await wharf.page.getByText('sk-very-secret').waitFor();
  });
});

describe('a container that is removed outside of Wharf', () => {
  it('leaves a page of it that does nothing, and no way back', async () => {
    await tab('Overview').click();
    await outside.getContainer(container.id).remove({ force: true });
    await wharf.page.getByText('This container no longer exists').waitFor();
    await wharf.page.getByRole('link', { name: 'Back to containers' }).click();
    await wharf.page.getByRole('heading', { name: 'Containers', exact: true }).waitFor();
    expect(wharf.complaints).toEqual([]);
  });
});
