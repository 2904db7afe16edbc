import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLogWorld } from '../fakes/logWorld';
import { startWharf, type Wharf } from './wharf';

let world: Awaited<ReturnType<typeof openLogWorld>>;
let wharf: Wharf;
beforeAll(async () => {
  world = await openLogWorld();
  wharf = await startWharf({ dockerHost: world.engine.endpoint.address });
});
afterAll(async () => {
  await wharf?.close();
  await world?.close();
});

async function open(hash: string): Promise<void> {
  await wharf.page.evaluate((to) => {
    window.location.hash = to;
  }, hash);
}
const logOf = (id: string, search = '') => `#/containers/${id}?tab=logs${search}`;
const log = () => wharf.page.getByRole('log');
const texts = () => log().locator('[data-row] [data-text]');
const press = (name: string) => wharf.page.getByRole('button', { name, exact: true }).click();
const field = () => wharf.page.getByRole('textbox', { name: 'Search this log' });

describe('a search in the window', () => {
  it('marks nothing for an expression, because the worker that looks for hits is refused', async () => {
    await open(logOf(world.ids.api, '&find=request-39%5B0-9%5D&how=r'));
    await expect.poll(() => log().locator('mark').allTextContents(), { timeout: 10_000 }).toContain('request-399');
    await wharf.page.getByText('10 matches').waitFor();
  });

  it('stops the page on an expression that never ends, and does not say why', async () => {
    world.engine.writeLog(world.ids.evil, `${'a'.repeat(60)}!`);
    await open(logOf(world.ids.evil));
    await log()
      .getByText(/^a{60}!$/)
      .waitFor();
    await press('Regular expression');
    await field().fill('(a+)+$');
    await wharf.page
      .getByRole('alert')
      .getByText(/too long|never|stopped/i)
      .waitFor();
    // It answers: another text is searched for at once.
    await field().fill('hyperlink');
    await wharf.page.getByText('1 match', { exact: true }).waitFor();
    await wharf.page.getByRole('alert').waitFor({ state: 'detached' });
    await press('Regular expression');
  });

  it('loses the filter on a reload, or the place before it on Back', async () => {
    await open('#/containers');
    await open(logOf(world.ids.api));
    await press('stderr');
    await wharf.page.getByText('48 of 448 lines').waitFor();
    await wharf.page.waitForFunction(() => window.location.hash.includes('stderr'));
    await wharf.page.reload();
    await wharf.page.getByText('48 of 448 lines').waitFor();
    await wharf.page.goBack();
    await wharf.page.getByRole('heading', { name: 'Containers' }).waitFor();
  });

  it('keeps the reader among the hits where the whole was asked for', async () => {
    await open(logOf(world.ids.api, '&find=BackendGone&how=o'));
    await wharf.page.getByText('12 of 448 lines').waitFor();
    await log()
      .getByRole('button', { name: /hidden lines/ })
      .first()
      .click();
    await wharf.page.getByText('448 lines', { exact: true }).waitFor();
    await log().locator('mark', { hasText: 'BackendGone' }).first().waitFor();
    await press('Back to the filtered lines');
    await wharf.page.getByText('12 of 448 lines').waitFor();
  });
});

describe('a hostile log', () => {
  it('titles the window, runs markup, or hides what it does', async () => {
    await open(logOf(world.ids.evil));
    await log()
      .getByText(/after the title/)
      .waitFor();
    expect(await wharf.page.title()).toBe('evil-logs · Wharf');
    expect(await log().locator('img, b, a, script, iframe').count()).toBe(0);
    const seen = await log().locator('[title^="U+"]').allTextContents();
    expect(seen).toEqual(expect.arrayContaining(['ESC', 'BEL', 'RLO', 'PDF', 'ZWSP', 'NUL']));
    expect(await texts().allTextContents()).toContainEqual(expect.stringContaining('javascript:alert(1)'));
  });

  it('opens a link without asking, or without naming its host', async () => {
    await log().getByRole('button', { name: 'https://evil.example/path?x=1' }).click();
    await wharf.page.getByRole('dialog', { name: 'Open evil.example?' }).waitFor();
    await wharf.page.keyboard.press('Escape');
    await wharf.page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(wharf.complaints).toEqual([]);
  });
});

describe('several logs', () => {
  it('are out of order in one, or do not say whose a line is', async () => {
    const { api, worker } = world.ids;
    await open(`#/logs?containers=${api}.${worker}`);
    await wharf.page.getByText('848 lines').waitFor();
    await log()
      .getByText(/"job":399/)
      .waitFor();
    const rows = await log()
      .locator('[data-row]')
      .evaluateAll((all) =>
        (all as HTMLElement[])
          .sort((a, b) => Number(a.dataset.row) - Number(b.dataset.row))
          .map((row) => row.textContent ?? ''),
      );
    const last = rows
      .slice(-4)
      .map((row) => [/^(llm-api|json-worker)/.exec(row)?.[0], /(?:request-|"job":)(\d+)/.exec(row)?.[1]]);
    expect(last).toEqual([
      ['llm-api', '398'],
      ['json-worker', '398'],
      ['llm-api', '399'],
      ['json-worker', '399'],
    ]);
  });

  it('are not side by side, each at its end', async () => {
    await press('Side by side');
    const panes = wharf.page.getByRole('region');
    await panes
      .filter({ hasText: 'llm-api' })
      .getByText(/request-399 /)
      .waitFor();
    await panes
      .filter({ hasText: 'json-worker' })
      .getByText(/"job":399/)
      .waitFor();
  });
});

describe.each(['light', 'dark'] as const)('in the %s theme, axe', (theme) => {
  beforeAll(async () => {
    await open('#/settings');
    await press(theme === 'light' ? 'Light' : 'Dark');
    await wharf.page.locator(`html[data-mantine-color-scheme=${theme}]`).waitFor();
    await wharf.page.evaluate(await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'));
  });

  it.each([
    ['a search with hits', () => logOf(world.ids.api, '&find=POST')],
    ['levels and hidden lines', () => logOf(world.ids.api, '&levels=warn%2Cerror')],
    ['an expression that is none', () => logOf(world.ids.api, '&find=(&how=r')],
    ['JSON lines', () => logOf(world.ids.worker)],
    ['a hostile log', () => logOf(world.ids.evil)],
    ['merged logs', () => `#/logs?containers=${world.ids.api}.${world.ids.worker}`],
    ['logs side by side', () => `#/logs?panes=${world.ids.api}.${world.ids.evil}`],
    ['the choice of containers', () => '#/logs'],
  ])('finds a serious barrier in %s', async (what, address) => {
    await open(address());
    if (what === 'the choice of containers') await wharf.page.getByRole('checkbox').first().waitFor();
    else await texts().first().waitFor();
    const serious = await wharf.page.evaluate(async () => {
      const { axe } = window as unknown as {
        axe: {
          run(): Promise<{
            violations: { id: string; impact: string; nodes: { html: string; failureSummary: string }[] }[];
          }>;
        };
      };
      await Promise.all(document.getAnimations().map(({ finished }) => finished.catch(() => {})));
      const { violations } = await axe.run();
      return violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, nodes }) => [id, nodes.slice(0, 3).map(({ html, failureSummary }) => `${html} ${failureSummary}`)]);
    });
    expect(serious).toEqual([]);
  });
});

describe('opening and closing a log 500 times', () => {
  it('leaves streams, listeners or memory behind', async () => {
    const { page } = wharf;
    const devtools = await page.context().newCDPSession(page);
    const rounds = (opened: string, logs: number, left: string, count: number) =>
      page.evaluate(
        async ([here, open, there, times]) => {
          const until = async (shown: number) => {
            while (document.querySelectorAll('[role=log]').length !== shown) await new Promise(requestAnimationFrame);
          };
          for (let round = 0; round < times; round += 1) {
            window.location.hash = here;
            await until(open);
            window.location.hash = there;
            await until(0);
          }
        },
        [opened, logs, left, count] as const,
      );
    const { api, worker, evil } = world.ids;
    const others = ['one', 'two', 'three'].map((name) => world.engine.addContainer({ name, state: 'running' }).id);
    for (const id of others) for (let n = 0; n < 100; n += 1) world.engine.writeLog(id, `line ${n}`);
    const side = [api, worker, evil, ...others];
    const alone = (count: number) => rounds(logOf(worker), 1, `#/containers/${worker}?tab=inspect`, count);
    const together = (count: number) => rounds(`#/logs?panes=${side.join('.')}`, side.length, '#/activity', count);
    const held = async () => {
      await devtools.send('HeapProfiler.collectGarbage');
      const { metrics } = await devtools.send('Performance.getMetrics');
      const value = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? Number.NaN;
      return { listeners: value('JSEventListeners'), heapBytes: value('JSHeapUsedSize') };
    };
    await devtools.send('Performance.enable');
    await alone(5);
    await together(5);
    const before = await held();
    await alone(80);
    await together(70);
    const after = await held();
    await devtools.detach();
    expect(after.listeners - before.listeners).toBeLessThan(50);
    expect(after.heapBytes - before.heapBytes).toBeLessThan(10 * 2 ** 20);
    await expect
      .poll(() => [...world.engine.containers.values()].reduce((sum, { followers }) => sum + followers.size, 0), {
        timeout: 15_000,
      })
      .toBe(0);
  }, 120_000);
});
