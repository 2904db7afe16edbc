import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { startWharf, type Wharf } from '../e2e/wharf';
import { type FakeEngine, startFakeEngine } from '../fakes/fakeEngine';

/* Pictures of running Ollama in a container: before, with a GPU that was refused, and the service in front of it. */
const folder = fileURLToPath(new URL('../../test-results/screenshots', import.meta.url));
const looks = [
  { language: 'en', theme: 'light', width: 1280 },
  { language: 'ko', theme: 'dark', width: 900 },
] as const;

beforeAll(() => mkdir(folder, { recursive: true }));

describe.each(looks)('$language $theme $width', ({ language, theme, width }) => {
  let engine: FakeEngine;
  let wharf: Wharf;
  beforeAll(async () => {
    engine = await startFakeEngine({
      images: [{ tags: ['ollama/ollama:latest'] }, { tags: ['llm-api:latest'], labels: { 'app.wharf.api': 'true' } }],
    });
    const message = 'nvidia-container-cli: initialization error: nvml error: driver not loaded: unknown';
    engine.faults.answer = (_method, path) => {
      if (path === '/info') return { status: 200, body: { Runtimes: { nvidia: {} }, NCPU: 8, MemTotal: 16e9 } };
      const id = /^\/containers\/(\w+)\/start$/.exec(path)?.[1];
      const created = id === undefined ? undefined : engine.containers.get(id)?.createdWith;
      const asksGpu = (created as { HostConfig?: { DeviceRequests?: unknown } })?.HostConfig?.DeviceRequests;
      return asksGpu ? { status: 500, body: { message } } : null;
    };
    const dataFolder = await mkdtemp(join(tmpdir(), 'wharf-shots-'));
    await writeFile(join(dataFolder, 'settings.json'), JSON.stringify({ language, theme }));
    wharf = await startWharf({ dockerHost: engine.endpoint.address, language, dataFolder });
  });
  afterAll(async () => {
    await wharf?.close();
    if (wharf) await rm(wharf.dataFolder, { recursive: true, force: true });
    await engine?.close();
  });

  it('is pictured', async () => {
    const { page } = wharf;
    const shoot = async (name: string) => {
      await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
      await page.screenshot({ path: join(folder, `ollama-${name}-${language}-${theme}-${width}.png`) });
    };
    const go = (hash: string) => page.evaluate((to) => void (window.location.hash = to), hash);
    await wharf.resize(width, 820);
    await go('#/ollama');
    await page.locator('figure code').waitFor();
    await shoot('before');
    await page.locator('button[type=submit]').click();
    await page.locator('main a[href*="/run?ollama="]').waitFor();
    await shoot('refused');
    await page.locator('main a[href*="/run?ollama="]').click();
    await page.locator('figure code').waitFor();
    await shoot('service');
    await go('#/ollama');
    await page.locator('input[placeholder="llama3.2:1b"]').fill('gemma3:1b');
    await page.locator('figure code').getByText('gemma3:1b', { exact: true }).waitFor();
    await shoot('model');
    await page.locator('button[type=submit]').click();
    await page.locator('ol li[aria-current=step]').waitFor();
    await page.locator('button[type=submit]:not([disabled])').waitFor();
    await shoot('model-failed');
    await go('#/settings');
    const setting = page.locator('input[placeholder="ollama/ollama:latest"]');
    await setting.waitFor();
    await setting.evaluate((field) => field.scrollIntoView({ block: 'center' }));
    await shoot('setting');
  });
});
