import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openBrowser, type RunningWebHost, startWebHost } from '../e2e/wharf';
import { type FakeEngine, startFakeEngine } from '../fakes/fakeEngine';

let folder: string;
let engine: FakeEngine;
let host: RunningWebHost;
let browser: Browser;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wharf-reconnect-'));
  engine = await startFakeEngine({ containers: [{ name: 'web', state: 'running' }] });
  host = await startWebHost({ dataFolder: folder, dockerHost: engine.endpoint.address });
  browser = await openBrowser();
});
afterEach(async () => {
  await browser.close();
  await host.close();
  await engine.close();
  await rm(folder, { recursive: true, force: true });
});

async function openPage(link: string): Promise<Page> {
  const page = await (await browser.newContext({ locale: 'en' })).newPage();
  await page.goto(link);
  await page.getByRole('navigation').waitFor();
  return page;
}

describe('a page in a browser', () => {
  it('loses its place when the host is started again, or has to sign in anew', async () => {
    const page = await openPage(host.launchLink);
    await page.getByRole('link', { name: 'Containers', exact: true }).click();
    await page.getByRole('searchbox').fill('we');
    await page.waitForURL(/\?find=we$/);
    const address = page.url();
    const port = Number(new URL(host.url).port);
    await host.close();
    await page.getByText('The connection to Wharf is away').waitFor();
    engine.addContainer({ name: 'web-two', state: 'running' });
    host = await startWebHost({ dataFolder: folder, dockerHost: engine.endpoint.address, port });
    await page.getByText('The connection to Wharf is away').waitFor({ state: 'detached' });
    await page.getByText('web-two').first().waitFor();
    expect(page.url()).toBe(address);
    expect(await page.getByRole('searchbox').inputValue()).toBe('we');
    expect(await page.evaluate(() => performance.getEntriesByType('navigation').length)).toBe(1);
  });

  it('trusts a socket that died while its machine slept', async () => {
    const page = await openPage(host.launchLink);
    await page.getByRole('link', { name: 'Containers', exact: true }).click();
    await page.getByText('web', { exact: true }).first().waitFor();
    // Frozen, the host answers nothing and closes nothing: what a page finds when it wakes up elsewhere.
    host.process.kill('SIGSTOP');
    await page.evaluate(() => window.dispatchEvent(new Event('online')));
    await page.getByText('The connection to Wharf is away').waitFor();
    host.process.kill('SIGCONT');
    await page.getByText('The connection to Wharf is away').waitFor({ state: 'detached' });
    engine.addContainer({ name: 'after-sleep', state: 'running' });
    await page.getByText('after-sleep').first().waitFor();
  });

  it('goes on showing old rows when the session is over, without a word', async () => {
    const page = await openPage(host.launchLink);
    const port = Number(new URL(host.url).port);
    await host.close();
    await rm(join(folder, 'sessions.json'));
    host = await startWebHost({ dataFolder: folder, dockerHost: engine.endpoint.address, port });
    await page.getByText('This browser is no longer signed in').waitFor();
    // A new link in the same browser brings this page back by itself.
    const other = await page.context().newPage();
    await other.goto(await host.newLink());
    await other.getByRole('navigation').waitFor();
    await page.getByText('This browser is no longer signed in').waitFor({ state: 'detached' });
  });

  it('is the only one that may look, or does not see what another changes', async () => {
    const one = await openPage(host.launchLink);
    await one.getByRole('link', { name: 'Settings', exact: true }).click();
    await one.getByRole('button', { name: 'Link for another browser' }).click();
    const link = await one.getByText(/\/launch\?token=/).innerText();
    const two = await openPage(link);
    await one.getByRole('button', { name: '한국어' }).click();
    await two.getByRole('link', { name: '설정', exact: true }).waitFor();
  });

  it('keeps the streams of a tab that was closed', async () => {
    const id = [...engine.containers.keys()][0] ?? '';
    engine.writeLog(id, 'line 1');
    const page = await openPage(host.launchLink);
    await page.evaluate((hash) => {
      window.location.hash = hash;
    }, `#/containers/${id}?tab=logs`);
    await page.getByRole('log').getByText('line 1').waitFor();
    expect(engine.containers.get(id)?.followers.size).toBe(1);
    await page.close();
    await expect.poll(() => engine.containers.get(id)?.followers.size, { timeout: 20_000 }).toBe(0);
  });

  it('cannot fetch what Wharf wrote, or leaves it lying for ever', async () => {
    await writeFile(join(folder, 'exports', 'log of 웹.txt'), 'line 1\n');
    const page = await openPage(host.launchLink);
    await page.getByRole('button', { name: '1 file to download' }).click();
    const downloading = page.waitForEvent('download');
    await page.getByRole('link', { name: 'log of 웹.txt' }).click();
    expect(await readFile(await (await downloading).path(), 'utf8')).toBe('line 1\n');
    await page.getByRole('button', { name: 'Throw log of 웹.txt away' }).click();
    await page.getByRole('button', { name: '1 file to download' }).waitFor({ state: 'detached' });
  });
});
