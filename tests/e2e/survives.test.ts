import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type FakeEngine, startFakeEngine } from '../fakes/fakeEngine';
import { servedBy, startWharf, type Wharf } from './wharf';

/** What a test opened, closed in reverse whatever came of it. */
const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

async function startWithLog(
  lines: number,
): Promise<{ fake: FakeEngine; wharf: Wharf; id: string; showLog(): Promise<void> }> {
  const fake = await startFakeEngine({ containers: [{ name: 'talker', state: 'running' }] });
  open.push(fake);
  const id = [...fake.containers.keys()][0] ?? '';
  for (let n = 1; n <= lines; n += 1) fake.writeLog(id, `line ${n}`);
  const wharf = await startWharf({ dockerHost: fake.endpoint.address });
  open.push(wharf);
  const showLog = async () => {
    await wharf.page.getByRole('navigation').first().waitFor();
    await wharf.page.evaluate((hash) => {
      window.location.hash = hash;
    }, `#/containers/${id}?tab=logs`);
    await wharf.page.getByRole('log').getByText(`line ${lines}`, { exact: true }).waitFor();
  };
  return { fake, wharf, id, showLog };
}

const followers = (fake: FakeEngine, id: string) => fake.containers.get(id)?.followers.size ?? -1;

describe('streams of a page end with it', () => {
  it('leaves the engine streaming to a page that went somewhere else', async () => {
    const { fake, wharf, id, showLog } = await startWithLog(3);
    await showLog();
    expect(followers(fake, id)).toBe(1);
    await wharf.page.getByRole('link', { name: 'Containers', exact: true }).click();
    await vi.waitFor(() => expect(followers(fake, id)).toBe(0), { timeout: 20_000 });
  });

  it('leaves the streams of a reloaded page open beside the new ones', async () => {
    const { fake, wharf, id, showLog } = await startWithLog(3);
    for (let round = 0; round < 5; round += 1) {
      await showLog();
      await wharf.page.reload();
    }
    await showLog();
    expect(followers(fake, id)).toBe(1);
    // Had one of the earlier pages' watches survived, the log would still be followed now.
    await wharf.page.getByRole('link', { name: 'Containers', exact: true }).click();
    await vi.waitFor(() => expect(followers(fake, id)).toBe(0), { timeout: 20_000 });
    expect(fake.eventStreams.size).toBe(1);
  });

  it('leaves the streams of a crashed page open, or leaves the person before a dead window', async () => {
    const { fake, wharf, id, showLog } = await startWithLog(3);
    await showLog();
    const evaluate = await wharf.crash();
    const shown = () => evaluate('document.querySelector("[role=log]")?.textContent ?? ""');
    await vi.waitFor(async () => expect(await shown()).toContain('line 3'), { timeout: 20_000 });
    expect(followers(fake, id)).toBe(1);
    await evaluate('window.location.hash = "#/containers"');
    await vi.waitFor(() => expect(followers(fake, id)).toBe(0), { timeout: 20_000 });
  });

  it.skipIf(servedBy === 'web')(
    'keeps a connection to the engine, a spool or a process after the window was closed',
    async () => {
      const { fake, wharf, showLog } = await startWithLog(3);
      await showLog();
      const spools = join(wharf.dataFolder, 'spools');
      expect(await readdir(spools)).not.toEqual([]);
      const main = wharf.mainProcess;
      const exited = new Promise<number | null>((resolve) => main.once('exit', resolve));
      await wharf.page.close();
      expect(await exited).toBe(0);
      await vi.waitFor(() => expect(fake.sockets.size).toBe(0));
      // Logs of containers outlive Wharf; everything else goes.
      expect((await readdir(spools)).filter((name) => !name.startsWith('log-'))).toEqual([]);
      expect(await processesOn(wharf.dataFolder)).toEqual([]);
    },
  );

  it('outlives a SIGTERM, as Ctrl+C in the terminal sends it on', async () => {
    const { fake, wharf, showLog } = await startWithLog(3);
    await showLog();
    const main = wharf.mainProcess;
    const exited = new Promise((resolve) => main.once('exit', resolve));
    main.kill('SIGTERM');
    await exited;
    await vi.waitFor(() => expect(fake.sockets.size).toBe(0));
    await vi.waitFor(async () => expect(await processesOn(wharf.dataFolder)).toEqual([]));
  });
});

describe('a flood of log lines', () => {
  it('crosses to the page, line by line, instead of staying in main', async () => {
    const { fake, wharf, id, showLog } = await startWithLog(1);
    // Counts what arrives on the page's port or web socket from its next load on.
    await wharf.page.addInitScript(() => {
      const counted = window as unknown as { arrived: { messages: number; characters: number } };
      counted.arrived = { messages: 0, characters: 0 };
      const count = (data: unknown) => {
        counted.arrived.messages += 1;
        const sized = data as { byteLength?: number; size?: number } | string | null;
        counted.arrived.characters +=
          typeof sized === 'string' ? sized.length : (sized?.byteLength ?? sized?.size ?? 0);
      };
      window.WebSocket = class extends WebSocket {
        constructor(...asked: ConstructorParameters<typeof WebSocket>) {
          super(...asked);
          this.addEventListener('message', ({ data }) => count(data));
        }
      };
      window.addEventListener('message', (event) => {
        for (const port of event.ports) {
          port.addEventListener('message', ({ data }) => count(data));
        }
      });
    });
    await wharf.page.reload();
    await showLog();
    const filler = 'x'.repeat(100);
    const floodLines = 100_000;
    for (let n = 1; n <= floodLines; n += 1) fake.writeLog(id, `${filler} ${n}`);
    fake.writeLog(id, 'the end');
    await wharf.page.getByRole('log').getByText('the end', { exact: true }).waitFor({ timeout: 60_000 });
    const arrived = await wharf.page.evaluate(() => (window as unknown as { arrived: { characters: number } }).arrived);
    expect(arrived.characters).toBeGreaterThan(0);
    // The flood is over 10 MB; a head a frame and a few screens are a small part of it.
    expect(arrived.characters).toBeLessThan((floodLines * filler.length) / 4);
    const rows = await wharf.page.getByRole('log').evaluate((log) => log.querySelectorAll('*').length);
    expect(rows).toBeLessThan(1000);
    expect(await wharf.page.getByText('100,002 lines').count()).toBe(1);
  });
});

/** Processes with `text` in their command line. */
async function processesOn(text: string): Promise<string[]> {
  const found: string[] = [];
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (line.includes(text)) found.push(line.replaceAll('\0', ' '));
  }
  return found;
}
