import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { startWharf, type Wharf } from '../e2e/wharf';
import { type FakeEngine, startFakeEngine } from '../fakes/fakeEngine';
import { type FullWorld, fillEngine, openFullWorld } from './fullWorld';

/*
 * Pictures of every page of the real app, to be looked at: both languages, both themes, wide and narrow, full, empty and
 * without an engine. `npm run screenshots` makes them; WHARF_SHOTS=docs renews those that the README shows.
 */
const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = join(root, 'test-results', 'screenshots');
const forDocs = process.env.WHARF_SHOTS === 'docs';
const widths = [1280, 900];

beforeAll(() => mkdir(folder, { recursive: true }));

async function start(dockerHost: string, language: 'en' | 'ko', theme: 'light' | 'dark'): Promise<Wharf> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'wharf-shots-'));
  await writeFile(join(dataFolder, 'settings.json'), JSON.stringify({ language, theme }));
  return startWharf({ dockerHost, language, dataFolder });
}

async function stop(wharf: Wharf): Promise<void> {
  await wharf.close();
  await rm(wharf.dataFolder, { recursive: true, force: true });
}

async function shoot(wharf: Wharf, hash: string, name: string): Promise<void> {
  const { page } = wharf;
  await page.evaluate((to) => {
    window.location.hash = to;
  }, hash);
  if (/tab=logs|\/builds\//.test(hash)) await page.getByRole('log').locator('[data-text]').first().waitFor();
  for (const width of widths) {
    await wharf.app.evaluate(({ BrowserWindow }, size) => BrowserWindow.getAllWindows()[0]?.setSize(size, 820), width);
    await page.waitForFunction((size) => Math.abs(window.innerWidth - size) < 20, width);
    await page.waitForFunction(() => document.querySelector('main h1, main h2') !== null);
    // Two frames: what came with the address is laid out and painted.
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    await page.screenshot({ path: join(folder, `${name}-${width}.png`) });
  }
}

const looks = (['en', 'ko'] as const).flatMap((language) =>
  (['light', 'dark'] as const).map((theme) => ({ language, theme })),
);

describe.each(looks)('$language $theme', ({ language, theme }) => {
  const look = `${language}-${theme}`;

  describe('full', () => {
    let world: FullWorld;
    let wharf: Wharf;
    let build: string;
    beforeAll(async () => {
      world = await openFullWorld();
      wharf = await start(world.engine.endpoint.address, language, theme);
      build = await fillEngine(world, wharf);
    });
    afterAll(async () => {
      if (wharf) await stop(wharf);
      await world?.close();
    });

    it('is pictured', async () => {
      const conversation = await wharf.page.evaluate(() => window.location.hash);
      for (const [name, hash] of Object.entries(world.pages(conversation, build))) {
        await shoot(wharf, hash, `full-${name}-${look}`);
      }
    });
  });

  describe('empty', () => {
    let engine: FakeEngine;
    let wharf: Wharf;
    beforeAll(async () => {
      engine = await startFakeEngine();
      wharf = await start(engine.endpoint.address, language, theme);
    });
    afterAll(async () => {
      if (wharf) await stop(wharf);
      await engine?.close();
    });

    it('is pictured', async () => {
      for (const page of ['', 'containers', 'images', 'models', 'chat', 'activity']) {
        await shoot(wharf, `#/${page}`, `empty-${page || 'home'}-${look}`);
      }
    });
  });

  describe('without an engine', () => {
    let wharf: Wharf;
    beforeAll(async () => {
      wharf = await start('unix:///nowhere/docker.sock', language, theme);
    });
    afterAll(() => (wharf ? stop(wharf) : undefined));

    it('is pictured', async () => {
      for (const page of ['', 'containers', 'run', 'chat']) {
        await shoot(wharf, `#/${page}`, `noengine-${page || 'home'}-${look}`);
      }
    });
  });
});

afterAll(async () => {
  if (!forDocs) return;
  const pictures = join(root, 'docs', 'images');
  await mkdir(pictures, { recursive: true });
  const put = (name: string) => cp(join(folder, `full-${name}-1280.png`), join(pictures, `${name}.png`));
  for (const language of ['en', 'ko']) {
    for (const name of ['containers', 'chat', 'build'].map((page) => `${page}-${language}-light`)) await put(name);
    for (const name of ['logs', 'containers'].map((page) => `${page}-${language}-dark`)) await put(name);
  }
});
