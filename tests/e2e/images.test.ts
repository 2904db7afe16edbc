import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Dockerode from 'dockerode';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomLayer, registryObstacle, startRegistry, type TestRegistry } from '../engine/registry';
import { startWharf, type Wharf } from './wharf';

const obstacle = registryObstacle();
if (obstacle) console.warn(`images from registry to file are not tested in the window: ${obstacle}`);

describe.skipIf(obstacle !== null)('an image, from a registry to a file and back, in the window', () => {
  const docker = new Dockerode();
  const name = `wharf-test-e2e-${randomBytes(4).toString('hex')}`;
  let registry: TestRegistry;
  let wharf: Wharf;
  let folder: string;
  let reference: string;

  beforeAll(async () => {
    registry = await startRegistry();
    await registry.publish(name, '1', [await randomLayer(300_000), await randomLayer(2_000_000)]);
    reference = `${registry.host}/${name}:1`;
    folder = await mkdtemp(join(tmpdir(), 'wharf-e2e-files-'));
    wharf = await startWharf();
  });
  afterAll(async () => {
    await wharf?.close();
    await docker
      .getImage(reference)
      .remove({ force: true })
      .catch(() => {});
    await registry?.close();
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  const isHere = () =>
    docker
      .getImage(reference)
      .inspect()
      .then(
        () => true,
        () => false,
      );
  const go = (hash: string) =>
    wharf.page.evaluate((to) => {
      window.location.hash = to;
    }, hash);
  const heading = (text: string) => wharf.page.getByRole('heading', { name: text, level: 1 });

  it('is pulled, looked at, saved, removed and loaded again, and a broken file says why it is not', async () => {
    const { page } = wharf;
    registry.fault = (path) => (path.includes('/blobs/') ? { bytesPerSecond: 1_500_000 } : null);
    await go('#/pull');
    await page.getByRole('textbox', { name: 'Image', exact: true }).fill(reference);
    await page.getByRole('button', { name: 'Pull', exact: true }).click();
    await page.getByRole('table', { name: 'Layers' }).getByText('Downloading').first().waitFor();
    await page.getByRole('link', { name: 'Open the image' }).click();
    await heading(reference).waitFor();

    const fileName = `${name}-1.tar`;
    const fetchSaved = await wharf.saveNext(join(folder, fileName));
    await page.getByRole('button', { name: 'Save…' }).click();
    await heading(`Save images into ${fileName}`).waitFor();
    await page.getByRole('main').getByText('Done').waitFor();
    await fetchSaved();
    expect(await readdir(folder)).toEqual([fileName]);

    await go('#/images');
    await page.getByRole('searchbox').fill(name);
    await page.getByRole('button', { name: `Remove ${reference}` }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await page.getByText('No image matches').waitFor();
    expect(await isHere()).toBe(false);

    const load = async (file: string) => {
      await wharf.pickNext(file);
      await go('#/images');
      await page.getByRole('button', { name: 'More about images' }).click();
      await page.getByRole('menuitem', { name: 'Load from a file…' }).click();
    };
    await load(join(folder, fileName));
    await heading(`Load ${fileName}`).waitFor();
    await page.getByRole('main').getByText('Done').waitFor();
    expect(await isHere()).toBe(true);

    await load(process.execPath);
    await page.getByRole('alert').or(page.getByText('is no archive of images')).first().waitFor();
    expect(wharf.complaints).toEqual([]);
  });
});
