import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type SshServer, sshObstacle, sshServer } from '../engine/sshServer';
import { type FakeEngine, startFakeEngine } from '../fakes/fakeEngine';
import { startWharf, type Wharf } from './wharf';

const obstacle = sshObstacle();
let here: FakeEngine;
let far: FakeEngine;
let ssh: SshServer;
let home: string;
let wharf: Wharf;

describe.skipIf(obstacle !== null)(
  `an engine on another machine${obstacle === null ? '' : ` (skipped: ${obstacle})`}`,
  () => {
    beforeAll(async () => {
      here = await startFakeEngine();
      far = await startFakeEngine();
      here.addContainer({ name: 'runs-here' });
      far.addContainer({ name: 'runs-far-away' });
      ssh = await sshServer(far.socketPath);
      // A person's home: the key that the machine lets in, and a Docker context for it.
      home = await mkdtemp(join(tmpdir(), 'wharf-home-'));
      await mkdir(join(home, '.ssh'), { mode: 0o700 });
      await writeFile(join(home, '.ssh/id_ed25519'), await readFile(join(ssh.sshFolder, 'id_ed25519')), {
        mode: 0o600,
      });
      const context = join(home, '.docker/contexts/meta', createHash('sha256').update('far').digest('hex'));
      await mkdir(context, { recursive: true });
      const Endpoints = { docker: { Host: ssh.address } };
      await writeFile(join(context, 'meta.json'), JSON.stringify({ Name: 'far', Endpoints }));
      vi.stubEnv('HOME', home);
      vi.stubEnv('SSH_AUTH_SOCK', undefined);
      vi.stubEnv('DOCKER_CONFIG', undefined);
      wharf = await startWharf({ dockerHost: here.endpoint.address });
    });
    afterAll(async () => {
      await wharf?.close();
      vi.unstubAllEnvs();
      ssh?.close();
      await Promise.all([here?.close(), far?.close()]);
      await rm(home, { recursive: true, force: true });
    });

    it('is driven without its key having been compared, or not even after that', async () => {
      const { page } = wharf;
      await page.getByRole('button', { name: /^Engine in use/ }).click();
      const dialog = page.getByRole('dialog', { name: 'Engines' });
      await dialog.getByRole('button', { name: 'Use far' }).click();
      await dialog.getByText(ssh.fingerprint).waitFor();
      expect(far.requests).toEqual([]);
      await dialog.getByRole('button', { name: /trust and connect/ }).click();
      await dialog.waitFor({ state: 'detached' });
      await page.locator('header').getByText(ssh.address).waitFor();
      await page.getByRole('link', { name: 'Containers' }).click();
      await page.getByRole('row').filter({ hasText: 'runs-far-away' }).waitFor();
      expect(await page.getByText('runs-here').count()).toBe(0);
      expect(await readFile(join(wharf.dataFolder, 'known_hosts'), 'utf8')).toBe(ssh.knownHostsLine);
    });
  },
);
