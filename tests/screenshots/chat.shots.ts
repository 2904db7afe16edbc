import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { startWharf, type Wharf } from '../e2e/wharf';
import { fillConversations } from './chatWorld';
import { type FullWorld, openFullWorld } from './fullWorld';

/*
 * Pictures of the chat in use: a full conversation, versions, a search, what failed, dialogs. Both languages, both themes,
 * wide and narrow; to be looked at.
 */
const folder = join(fileURLToPath(new URL('../..', import.meta.url)), 'test-results', 'screenshots');
const looks = [
  { language: 'ko', theme: 'light', width: 1280 },
  { language: 'ko', theme: 'dark', width: 900 },
  { language: 'en', theme: 'dark', width: 1280 },
  { language: 'en', theme: 'light', width: 900 },
] as const;
const words = {
  en: {
    search: 'Search conversations',
    edit: 'Edit and send again',
    more: 'Actions for this conversation',
    export: 'Export…',
    inOut: 'Import and export',
    import: 'Import…',
  },
  ko: {
    search: '대화 검색',
    edit: '고쳐서 다시 보내기',
    more: '이 대화로 할 수 있는 일',
    export: '내보내기…',
    inOut: '가져오기와 내보내기',
    import: '가져오기…',
  },
};

describe.each(looks)('$language $theme $width', ({ language, theme, width }) => {
  let world: FullWorld;
  let wharf: Wharf;
  let ids: Awaited<ReturnType<typeof fillConversations>>;
  beforeAll(async () => {
    await mkdir(folder, { recursive: true });
    world = await openFullWorld();
    const dataFolder = await mkdtemp(join(tmpdir(), 'wharf-shots-'));
    await writeFile(join(dataFolder, 'settings.json'), JSON.stringify({ language, theme }));
    ids = await fillConversations(dataFolder);
    wharf = await startWharf({ dockerHost: world.engine.endpoint.address, language, dataFolder });
    await wharf.app.evaluate(({ BrowserWindow }, size) => BrowserWindow.getAllWindows()[0]?.setSize(size, 820), width);
  });
  afterAll(async () => {
    await wharf?.close();
    await world?.close();
    if (wharf) await rm(wharf.dataFolder, { recursive: true, force: true });
  });

  const go = (hash: string) =>
    wharf.page.evaluate((to) => {
      window.location.hash = to;
    }, hash);
  const shoot = async (name: string) => {
    await wharf.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    await wharf.page.waitForTimeout(150);
    await wharf.page.screenshot({ path: join(folder, `chat-${name}-${language}-${theme}-${width}.png`) });
  };

  it('is pictured', async () => {
    const { page } = wharf;
    const say = words[language];
    await go('#/chat');
    await page.locator('[data-conversation]').first().waitFor();
    await shoot('new');
    await go(`#/chat/${ids.full}`);
    await page.locator('article table').waitFor();
    await shoot('full-end');
    await page.locator('article').first().scrollIntoViewIfNeeded();
    await shoot('full-top');
    await page.locator('article').first().hover();
    await page.getByLabel(say.edit).first().click();
    await shoot('edit');
    await page.keyboard.press('Escape');
    await page.getByLabel(say.more).click();
    await page.getByText(say.export).click();
    await page.locator('[role=dialog] h2').nth(1).waitFor();
    await page.waitForTimeout(300);
    await shoot('export');
    await page.keyboard.press('Escape');
    await page.getByLabel(say.search).fill('컨테이너 로그');
    await page.locator('mark').first().waitFor();
    await shoot('search');
    await page.getByLabel(say.search).fill('없는말');
    await page.getByText('없는말').waitFor();
    await shoot('search-nothing');
    await page.getByLabel(say.search).fill('');
    await go(`#/chat/${ids.failed}`);
    await page.locator('article [data-tone=bad]').waitFor();
    await shoot('failed');
    await go(`#/chat/${ids.stopped}`);
    await page.locator('article [data-tone=info]').waitFor();
    await page.locator('[data-conversation]').nth(2).hover();
    await page.locator('[data-conversation]').nth(2).locator('[data-danger]').click();
    await page.locator('.mantine-Notification-root').waitFor();
    await page.waitForTimeout(300);
    await shoot('stopped-undo');
    await wharf.app.evaluate(
      ({ dialog }, path) => {
        dialog.showOpenDialog = (async () => ({ canceled: false, filePaths: [path] })) as never;
      },
      join(wharf.dataFolder, 'settings.json'),
    );
    await page.getByLabel(say.inOut).click();
    await page.getByText(say.import).click();
    await page.locator('.mantine-Notification-root').nth(1).waitFor();
    await page.waitForTimeout(300);
    await shoot('import-refused');
    const picker = page.locator('input[type=file]');
    await picker.setInputFiles([
      { name: 'notes.md', mimeType: 'text/markdown', buffer: Buffer.from('# 메모\n'.repeat(200)) },
      { name: 'picture.png', mimeType: 'image/png', buffer: Buffer.from([0x89, 0x50, 0, 1]) },
    ]);
    await page.getByText('notes.md').waitFor();
    await shoot('attached');
    const names = await readdir(folder);
    if (!names.some((name) => name.startsWith('chat-full'))) throw new Error('no pictures');
  });
});
