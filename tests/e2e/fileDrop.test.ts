import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { servedBy, startWharf, type Wharf } from './wharf';

describe('files that are dropped onto the page', () => {
  let wharf: Wharf;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wharf-e2e-drop-'));
    await mkdir(join(folder, 'summary-api'));
    await writeFile(join(folder, 'summary-api', 'Dockerfile'), 'FROM scratch\n');
    await writeFile(join(folder, 'kit.tar'), 'not read before it is loaded');
    await writeFile(join(folder, 'notes.txt'), 'notes');
    await writeFile(join(folder, 'page.html'), '<title>taken over</title>');
    wharf = await startWharf({ dockerHost: 'unix:///nowhere.sock', language: 'en' });
  });
  afterAll(async () => {
    await wharf?.close();
    if (folder) await rm(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    await wharf.page.evaluate(() => {
      window.location.hash = '/';
    });
  });

  /** Holds files above the page as the system does, and drops them where told. */
  async function drag(names: string[], end: 'dropped' | 'held') {
    const session = await wharf.page.context().newCDPSession(wharf.page);
    const carried = { items: [], files: names.map((name) => join(folder, name)), dragOperationsMask: 1 };
    const at = { x: 600, y: 400, data: carried };
    await session.send('Input.dispatchDragEvent', { type: 'dragEnter', ...at });
    await session.send('Input.dispatchDragEvent', { type: 'dragOver', ...at });
    if (end === 'held') return;
    await session.send('Input.dispatchDragEvent', { type: 'drop', ...at });
  }
  const title = () => wharf.page.getByText('Drop it to open it in Wharf');

  it('say nothing while they are held above it, or go on saying it once they are gone', async () => {
    await drag(['kit.tar'], 'held');
    await title().waitFor();
    await wharf.page.keyboard.press('Escape');
    await title().waitFor({ state: 'hidden' });
    await drag(['kit.tar'], 'held');
    await title().waitFor();
    await wharf.page.mouse.move(300, 300);
    await title().waitFor({ state: 'hidden' });
  });

  it.skipIf(servedBy === 'web')('open no form: a folder with a Dockerfile', async () => {
    await drag(['summary-api'], 'dropped');
    await wharf.page.getByRole('heading', { name: 'Build an image', level: 1 }).waitFor();
    expect(await wharf.page.getByRole('textbox', { name: 'Folder' }).inputValue()).toBe(join(folder, 'summary-api'));
  });

  it('load an archive without asking, or do not offer to', async () => {
    await drag(['kit.tar'], 'dropped');
    const dialog = wharf.page.getByRole('dialog', { name: 'Load images from an archive' });
    await dialog.getByText('kit.tar').waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await dialog.waitFor({ state: 'hidden' });
  });

  it('are ignored in silence where Wharf opens nothing with them', async () => {
    await drag(['notes.txt'], 'dropped');
    await wharf.page.getByText('Wharf does not know what to open notes.txt with').waitFor();
    await drag(['notes.txt', 'kit.tar'], 'dropped');
    await wharf.page.getByText('Wharf opens one file or folder at a time').waitFor();
  });

  it('take the place of the page', async () => {
    // Left to its default, a drop is for the browser to act on, and which of them shows the file is not ours to say.
    const before = await wharf.page.evaluate(() => {
      const seen = window as { isHandled?: boolean };
      window.addEventListener('drop', (event) => (seen.isHandled = event.defaultPrevented), { once: true });
      return window.location.href;
    });
    await drag(['page.html'], 'dropped');
    await wharf.page.getByText('Wharf does not know what to open page.html with').waitFor();
    expect(
      await wharf.page.evaluate(() => [window.location.href, (window as { isHandled?: boolean }).isHandled]),
    ).toEqual([before, true]);
    expect(await wharf.page.title()).toBe('Home · Wharf');
  });

  it('are the page’s own: a drop that a script made up gives it a file of the machine', async () => {
    const answered = await wharf.page.evaluate(async () => {
      const carried = new DataTransfer();
      carried.items.add(new File(['GGUF'], 'made-up.txt'));
      // A browser has no preload that would answer.
      if (location.protocol.startsWith('http')) return null;
      const told = new Promise((resolve) => {
        addEventListener('message', ({ data }) => data?.type === 'wharf:dropped' && resolve(data.dropId));
      });
      // The page asks for what was dropped, as after any drop.
      window.dispatchEvent(new DragEvent('drop', { dataTransfer: carried, bubbles: true, cancelable: true }));
      return told;
    });
    expect(answered).toBeNull();
    expect(wharf.complaints).toEqual([]);
  });
});
