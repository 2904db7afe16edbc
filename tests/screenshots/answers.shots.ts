import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, it, vi } from 'vitest';
import { startWharf, type Wharf } from '../e2e/wharf';
import { type AnswerWorld, openAnswerWorld, pictureAnswers } from './answerWorld';

/* Pictures of answers in every state: targets, maths, overflow, parameters, requests, loading, comparison. */
const folder = fileURLToPath(new URL('../../test-results/screenshots', import.meta.url));
const looks = [
  { language: 'en', theme: 'light', width: 1280 },
  { language: 'ko', theme: 'dark', width: 1280 },
  { language: 'ko', theme: 'light', width: 900 },
  { language: 'en', theme: 'dark', width: 900 },
] as const;

beforeAll(() => mkdir(folder, { recursive: true }));

describe.each(looks)('$language $theme $width', ({ language, theme, width }) => {
  let world: AnswerWorld;
  let wharf: Wharf;
  beforeAll(async () => {
    world = await openAnswerWorld();
    vi.stubEnv('OLLAMA_HOST', `127.0.0.1:${world.ollamaPort}`);
    const dataFolder = await mkdtemp(join(tmpdir(), 'wharf-shots-'));
    await writeFile(join(dataFolder, 'settings.json'), JSON.stringify({ language, theme }));
    wharf = await startWharf({ dockerHost: world.engine.endpoint.address, language, dataFolder });
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await wharf?.close();
    if (wharf) await rm(wharf.dataFolder, { recursive: true, force: true });
    await world?.close();
  });

  it('is pictured', async () => {
    const { app, page } = wharf;
    await app.evaluate(({ BrowserWindow }, size) => BrowserWindow.getAllWindows()[0]?.setSize(size, 820), width);
    await pictureAnswers(wharf, language, async (name) => {
      await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
      await page.screenshot({ path: join(folder, `answers-${name}-${language}-${theme}-${width}.png`) });
    });
  });
});
