import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { startWharf, type Wharf } from '../e2e/wharf';
import { openLogWorld } from '../fakes/logWorld';

/* Pictures of the log view in every way it can stand: plain, searched, filtered, merged, JSON columns, folded, under attack. */
const folder = join(fileURLToPath(new URL('../..', import.meta.url)), 'test-results', 'screenshots');
const only = process.env.WHARF_SHOTS_LOOK;
const widths = [1280, 900];

const looks = (['en', 'ko'] as const)
  .flatMap((language) => (['light', 'dark'] as const).map((theme) => ({ language, theme })))
  .filter(({ language, theme }) => only === undefined || only === `${language}-${theme}`);

describe.each(looks)('logs, $language $theme', ({ language, theme }) => {
  const look = `${language}-${theme}`;
  let world: Awaited<ReturnType<typeof openLogWorld>>;
  let wharf: Wharf;
  let dataFolder: string;

  beforeAll(async () => {
    await mkdir(folder, { recursive: true });
    world = await openLogWorld();
    dataFolder = await mkdtemp(join(tmpdir(), 'wharf-shots-'));
    await writeFile(join(dataFolder, 'settings.json'), JSON.stringify({ language, theme }));
    wharf = await startWharf({ dockerHost: world.engine.endpoint.address, language, dataFolder });
  });
  afterAll(async () => {
    await wharf?.close();
    await world?.close();
    if (dataFolder) await rm(dataFolder, { recursive: true, force: true });
  });

  const go = async (hash: string) => {
    await wharf.page.evaluate((to) => {
      window.location.hash = to;
    }, hash);
    await wharf.page.waitForTimeout(600);
  };
  const shoot = async (name: string) => {
    for (const width of widths) {
      await wharf.app.evaluate(
        ({ BrowserWindow }, size) => BrowserWindow.getAllWindows()[0]?.setSize(size, 820),
        width,
      );
      await wharf.page.waitForFunction((size) => Math.abs(window.innerWidth - size) < 20, width);
      await wharf.page.waitForTimeout(300);
      await wharf.page.screenshot({ path: join(folder, `logs-${name}-${look}-${width}.png`) });
    }
  };
  const prefer = (values: object) =>
    wharf.page.evaluate((state) => {
      localStorage.setItem('wharf.logs', JSON.stringify({ state, version: 0 }));
    }, values);

  it('are pictured', async () => {
    const { api, worker, evil } = world.ids;
    const view = (id: string, search = '') => `#/containers/${id}?tab=logs${search}`;
    await go(view(api));
    await shoot('plain');
    await go(view(api, '&find=request-2%5B0-9%5D%2B&how=r'));
    await wharf.page.keyboard.press('F3');
    await shoot('search');
    await go(view(api, '&find=traceback&how=o&levels=warn%2Cerror'));
    await shoot('filtered');
    await go(view(api, '&find=(unclosed&how=r'));
    await shoot('wrong');
    await go(view(evil));
    await shoot('evil');
    await go(view(worker));
    await wharf.page.locator('[data-open]').last().click();
    await shoot('json-open');
    await go(`#/logs?containers=${api}.${worker}`);
    await shoot('merged');
    await go(view(api));
    await wharf.page.locator('[data-gutter]').nth(20).click();
    await wharf.page
      .locator('[data-gutter]')
      .nth(29)
      .click({ modifiers: ['Shift'] });
    await shoot('chosen');
    await wharf.page.getByRole('toolbar').first().locator('button').first().click();
    await wharf.page.waitForTimeout(300);
    await shoot('range');
    await wharf.page.keyboard.press('Escape');
    await wharf.page.getByRole('toolbar').first().locator('button').nth(1).click();
    await wharf.page.waitForTimeout(300);
    await shoot('look');
    await wharf.page.keyboard.press('Escape');
    await go(`#/logs?panes=${api}.${worker}.${evil}`);
    await shoot('side');
    await go('#/logs');
    await shoot('picker');
    await prefer({ wrap: true, timestamps: 'relative', fold: true, fields: ['level', 'http.status', 'job'] });
    await wharf.page.reload();
    await wharf.page.getByRole('navigation').waitFor();
    await go(view(worker, '&x=1'));
    await shoot('json-columns');
    await go(view(api, '&levels=error'));
    await shoot('folded');
  });
});
