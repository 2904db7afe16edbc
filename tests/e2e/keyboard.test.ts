import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type FakeEngine, startFakeEngine } from '../fakes/fakeEngine';
import { startWharf, type Wharf } from './wharf';

let fake: FakeEngine;
let wharf: Wharf;
let containerId: string;

const heading = (name: string) => wharf.page.getByRole('heading', { name, exact: true, level: 1 });
const press = (keys: string) => wharf.page.keyboard.press(keys);

async function open(hash: string, title: string): Promise<void> {
  await wharf.page.evaluate((address) => {
    window.location.hash = address;
  }, hash);
  await heading(title).waitFor();
}

beforeAll(async () => {
  fake = await startFakeEngine({
    images: [{ tags: ['llm-api:latest', 'llm-api:1'], labels: { 'app.wharf.api': 'true' } }, { tags: [] }],
  });
  const { id } = fake.addContainer({
    name: 'web',
    image: 'llm-api:latest',
    imageId: [...fake.images.keys()][0] ?? '',
    state: 'running',
    health: 'healthy',
    labels: { 'app.wharf.api': 'true', 'app.wharf.managed': 'true' },
    ports: [{ containerPort: 8000, hostIp: '127.0.0.1', hostPort: 21_150 }],
  });
  containerId = id;
  fake.writeLog(id, 'ready');
  fake.writeLog(id, '\u001b[31mred\u001b[0m words', 'stderr');
  fake.addContainer({ name: 'ended', state: 'exited', exitCode: 137 });
  wharf = await startWharf({ dockerHost: fake.endpoint.address });
});
afterAll(async () => {
  await wharf?.close();
  await fake?.close();
});

describe('without a mouse', () => {
  beforeEach(async () => {
    await open('#/', 'Home');
    await wharf.page.reload();
    await heading('Home').waitFor();
  });

  /** Presses Tab until the focus is on what has this name. */
  async function tabTo(name: string): Promise<void> {
    const focused = () =>
      wharf.page.evaluate(() => {
        const at = document.activeElement;
        return at?.getAttribute('aria-label') ?? at?.textContent?.trim() ?? '';
      });
    for (let steps = 0; steps < 60; steps += 1) {
      await press('Tab');
      if ((await focused()) === name) return;
    }
    throw new Error(`no Tab leads to "${name}"`);
  }

  it.each(['Containers', 'Images', 'Chat', 'Activity', 'Settings', 'Home'])('cannot open %s', async (name) => {
    await tabTo(name);
    await press('Enter');
    await wharf.page
      .getByRole('heading', { name: name === 'Chat' ? 'New conversation' : name, exact: true, level: 1 })
      .waitFor();
    // Where somebody is must be told, not only shown.
    await wharf.page.locator(`nav [aria-current=page]`).filter({ hasText: name }).waitFor();
  });

  it('hides where the focus is', async () => {
    await open('#/containers', 'Containers');
    await wharf.page.getByRole('button', { name: 'Stop web', exact: true }).waitFor();
    const unseen: string[] = [];
    const seen = new Set<string>();
    for (;;) {
      await press('Tab');
      const { name, isShown } = await wharf.page.evaluate(() => {
        const at = document.activeElement as HTMLElement;
        // A field may show it on the box around it.
        const boxes = [at, at.parentElement ?? at].map((box) => getComputedStyle(box));
        const styles = () =>
          boxes
            .map(({ outlineStyle, outlineWidth, boxShadow, borderColor }) => [
              outlineStyle === 'none' ? 0 : outlineWidth,
              boxShadow,
              borderColor,
            ])
            .join();
        const withFocus = styles();
        at.blur();
        const changes = withFocus !== styles();
        at.focus();
        const box = at.getBoundingClientRect();
        const inView = box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < window.innerHeight;
        return {
          name: at.getAttribute('aria-label') ?? at.textContent ?? '',
          isShown: at === document.body || (changes && inView),
        };
      });
      if (seen.has(name)) break;
      seen.add(name);
      if (!isShown) unseen.push(name);
    }
    expect([...seen]).toEqual(expect.arrayContaining(['Home', 'Stop web', 'Log of web', 'Remove web', 'Start ended']));
    expect(unseen).toEqual([]);
  });

  it('has no way past the rail to the page', async () => {
    await press('Tab');
    await press('Enter');
    expect(await wharf.page.evaluate(() => document.activeElement?.id)).toBe('page');
  });

  it('cannot stop and remove a container', async () => {
    fake.addContainer({ name: 'spare', state: 'running' });
    await open('#/containers', 'Containers');
    await wharf.page.getByRole('button', { name: 'Stop spare', exact: true }).waitFor();
    await tabTo('Stop spare');
    await press('Space');
    await wharf.page.getByRole('button', { name: 'Start spare', exact: true }).waitFor();
    await tabTo('Remove spare');
    await press('Enter');
    const dialog = wharf.page.getByRole('dialog');
    await dialog.waitFor();
    // A key struck once too often removes nothing.
    const isCancel = () => wharf.page.evaluate(() => document.activeElement?.textContent);
    await expect.poll(isCancel).toBe('Cancel');
    await tabTo('Remove');
    await press('Enter');
    await dialog.waitFor({ state: 'detached' });
    await wharf.page.getByRole('row').filter({ hasText: 'spare' }).waitFor({ state: 'detached' });
  });
});

describe('the command palette', () => {
  const palette = () =>
    wharf.page.getByRole('dialog').filter({ has: wharf.page.getByPlaceholder('Search or run a command') });

  async function run(words: string): Promise<void> {
    await press('Control+k');
    await palette().waitFor();
    await wharf.page.keyboard.type(words);
    await palette().getByRole('button').first().getByText(words, { exact: true }).waitFor();
    // The first of the list is chosen while typing.
    await press('Enter');
    await palette().waitFor({ state: 'detached' });
  }

  it.each(['Containers', 'Images', 'Activity', 'Settings', 'Home', 'Run a container', 'Build an image'])(
    'does not open %s',
    async (page) => {
      await run(page);
      await heading(page).waitFor();
    },
  );

  it('cannot act on a container, or acts on another one', async () => {
    await run('Stop web');
    await expect.poll(() => fake.containers.get(containerId)?.state, { timeout: 15_000 }).toBe('exited');
    await run('Start web');
    await expect.poll(() => fake.containers.get(containerId)?.state, { timeout: 15_000 }).toBe('running');
    await run('Log of web');
    await wharf.page.getByRole('log').getByText('ready', { exact: true }).waitFor();
  });

  it('removes a container without asking', async () => {
    await run('Remove web…');
    const dialog = wharf.page.getByRole('dialog', { name: 'Remove “web”?' });
    await dialog.waitFor();
    expect(fake.containers.has(containerId)).toBe(true);
    await press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(fake.containers.has(containerId)).toBe(true);
  });

  it('stays open on Escape or on the shortcut struck again', async () => {
    for (const way of ['Escape', 'Control+k']) {
      await press('Control+k');
      await palette().waitFor();
      await press(way);
      await palette().waitFor({ state: 'detached' });
    }
  });
});

describe.each(['light', 'dark'] as const)('in the %s theme, axe', (theme) => {
  let axe: string;
  beforeAll(async () => {
    axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
    await open('#/settings', 'Settings');
    await wharf.page.getByRole('button', { name: theme === 'light' ? 'Light' : 'Dark', exact: true }).click();
    await wharf.page.locator(`html[data-mantine-color-scheme=${theme}]`).waitFor();
    // What DevTools evaluates is exempt from the page's policy; a script element is not.
    await wharf.page.evaluate(axe);
  });

  it.each([
    ['#/', 'Home'],
    ['#/containers', 'Containers'],
    ['#/containers/ID', 'web'],
    ['#/containers/ID?tab=logs', 'web'],
    ['#/containers/ID?tab=stats', 'web'],
    ['#/containers/ID?tab=chat', 'web'],
    ['#/containers/ID?tab=api', 'web'],
    ['#/containers/ID?tab=environment', 'web'],
    ['#/containers/ID?tab=inspect', 'web'],
    ['#/containers/ID?tab=terminal', 'web'],
    ['#/run', 'Run a container'],
    ['#/images', 'Images'],
    ['#/images/IMAGE', 'llm-api:latest'],
    ['#/images/IMAGE?tab=layers', 'llm-api:latest'],
    ['#/images/IMAGE?tab=inspect', 'llm-api:latest'],
    ['#/pull?image=python', 'Pull an image'],
    ['#/disk', 'Disk use'],
    ['#/kit', 'Offline kit'],
    ['#/build', 'Build an image'],
    ['#/chat', 'New conversation'],
    ['#/activity', 'Activity'],
    ['#/settings', 'Settings'],
  ])('finds a serious barrier on %s', async (hash, title) => {
    const imageId = encodeURIComponent([...fake.images.keys()][0] ?? '');
    await open(hash.replace('ID', containerId).replace('IMAGE', imageId), title);
    if (hash.endsWith('logs')) await wharf.page.getByRole('log').getByText('ready', { exact: true }).waitFor();
    await wharf.page.evaluate(() =>
      Promise.all(document.getAnimations().map(({ finished }) => finished.catch(() => {}))),
    );
    const { violations, passes } = await wharf.page.evaluate(() =>
      (window as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
    );
    expect(passes.map(({ id }) => id)).toContain('color-contrast');
    const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    expect(
      serious.map(({ id, nodes }) => [id, nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`)]),
    ).toEqual([]);
  });
});
