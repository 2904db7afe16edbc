import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import { sampleTransfers } from '../fakes/sampleImages';
import { lostEngine, readyEngine, sampleId, sampleImage, sampleImages } from '../fakes/samples';
import { openPage } from './openPage';

const used = sampleImage({ usedBy: ['llm-api', 'llm-api-2'] });
const dangling = sampleImage({ id: `sha256:${sampleId(102)}`, tags: [], usedBy: [] });
const twoTags = sampleImage({ id: `sha256:${sampleId(103)}`, tags: ['tool:1', 'tool:latest'], usedBy: [] });
const free = sampleImage({ id: `sha256:${sampleId(104)}`, tags: ['free:latest'], usedBy: [] });

const rowWith = async (words: string) =>
  (await screen.findByRole('link', { name: words })).closest('tr') as HTMLElement;

describe('the list of images', () => {
  test('an image without a tag is not left without a name, nor mistaken for a used one', async () => {
    openPage('/images', { images: [dangling] });
    const row = await rowWith('No tag');
    expect(row.textContent).toContain(dangling.id.slice(7, 19));
    expect(row.textContent).toContain('nothing');
  });

  test('an image with several containers does not hide that there are several', async () => {
    openPage('/images', { images: [used] });
    expect(within(await rowWith('llm-api:latest')).getByRole('link', { name: '2 containers' })).toBeTruthy();
  });

  test('a search in the address is not lost on reload, and finds by container too', async () => {
    openPage('/images?find=postgres', { images: sampleImages() });
    await rowWith('postgres:16-alpine');
    expect(screen.queryByText('llm-api:latest')).toBeNull();
  });

  test('the unused, the dangling and our own are told apart, in the address too', async () => {
    const ours = sampleImage({ id: `sha256:${sampleId(105)}`, tags: ['ours:1'], usedBy: [] });
    const { user } = openPage('/images?show=unused', {
      images: [used, dangling, { ...free, builtByWharf: false }, ours],
    });
    await rowWith('free:latest');
    expect(screen.queryByText('llm-api:latest')).toBeNull();
    const show = (name: RegExp) => user.click(screen.getByRole('button', { name }));
    await show(/^No tag/);
    await rowWith('No tag');
    expect(screen.queryByText('ours:1')).toBeNull();
    expect(window.location.hash).toContain('show=dangling');
    await show(/^Built by Wharf/);
    await rowWith('ours:1');
    expect(screen.queryByText('free:latest')).toBeNull();
  });

  test('a file that a person did not pick is not loaded; one that they did begins a task', async () => {
    const { user, called } = openPage('/images', { images: [free], tasks: sampleTransfers() });
    await user.click(await screen.findByRole('button', { name: 'More about images' }));
    await user.click(await screen.findByRole('menuitem', { name: /Load from a file/ }));
    await waitFor(() =>
      expect(called('imageArchives.load')).toEqual([{ grant: '00000000-0000-4000-8000-000000000002' }]),
    );
    await waitFor(() => expect(window.location.hash).toBe('#/transfers/task-load'));
  });

  test('a search that finds nothing does not look like an engine without images', async () => {
    const { user } = openPage('/images?find=nope', { images: [free] });
    expect(await screen.findByText('No image matches')).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Show all' }));
    await rowWith('free:latest');
  });

  test('an engine without images does not leave the person without a next step', async () => {
    const { user } = openPage('/images');
    await screen.findByText('No images yet');
    await user.click(screen.getAllByRole('link', { name: 'Build an image' })[0] as HTMLElement);
    expect(await screen.findByRole('heading', { name: 'Build an image' })).toBeTruthy();
  });

  test('Run does not forget which image was meant', async () => {
    const { user } = openPage('/images', { images: [free, used] });
    await user.click(await screen.findByRole('button', { name: 'Run free:latest' }));
    expect(await screen.findByDisplayValue('free:latest')).toBeTruthy();
  });

  test('the id that is copied is the whole one, not the short one that is shown', async () => {
    const { user, called } = openPage('/images', { images: [free] });
    await user.click(await screen.findByRole('button', { name: 'Copy the id of free:latest' }));
    await waitFor(() => expect(called('host.copyText')).toEqual([{ text: free.id }]));
  });

  test('images of an engine that went away are greyed and cannot be acted on', async () => {
    const { host } = openPage('/images', { images: [free] });
    const row = await rowWith('free:latest');
    host.engine.set(lostEngine());
    host.images.set({ images: [free], stale: true });
    await waitFor(() => expect(screen.getByRole('table')).toHaveProperty('dataset.stale', 'true'));
    for (const name of ['Run free:latest', 'Remove free:latest']) {
      expect(within(row).getByRole('button', { name })).toHaveProperty('disabled', true);
    }
  });
});

describe('removing an image', () => {
  async function openDialog(image: typeof free, name: string) {
    const opened = openPage('/images', { images: [image] });
    await opened.user.click(await screen.findByRole('button', { name: `Remove ${name}` }));
    const dialog = await screen.findByRole('dialog', { name: `Remove “${name}”?` });
    return { ...opened, dialog, confirm: within(dialog).getByRole('button', { name: 'Remove' }) };
  }

  test('nothing goes before it was named and confirmed, and the command is the one that is shown', async () => {
    const { user, called, dialog, confirm } = await openDialog(free, 'free:latest');
    expect(dialog.textContent).toContain('docker rmi free:latest');
    expect(called('images.remove')).toEqual([]);
    await user.click(confirm);
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(called('images.remove')).toEqual([{ reference: 'free:latest' }]);
    expect(await screen.findByText('free:latest was removed')).toBeTruthy();
  });

  test('twenty clicks on Remove remove once', async () => {
    const { host, called, confirm } = await openDialog(free, 'free:latest');
    const release = host.hold('images.remove');
    for (let clicks = 0; clicks < 20; clicks += 1) confirm.click();
    release();
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(called('images.remove')).toEqual([{ reference: 'free:latest' }]);
  });

  test('an image in use is not offered for removal: who uses it is named', async () => {
    const { host, dialog, confirm } = await openDialog(used, 'llm-api:latest');
    expect(within(dialog).getByRole('link', { name: 'llm-api-2' })).toBeTruthy();
    expect(confirm).toHaveProperty('disabled', true);
    host.images.set({ images: [{ ...used, usedBy: [] }], stale: false });
    await waitFor(() => expect(confirm).toHaveProperty('disabled', false));
  });

  test('a container that came in the last moment is not swallowed: the refusal names it', async () => {
    const { host, user, confirm, dialog } = await openDialog(free, 'free:latest');
    host.refuse('images.remove', {
      code: 'IMAGE_IN_USE',
      details: { image: 'free:latest', containers: ['just-started'] },
    });
    await user.click(confirm);
    expect((await within(dialog).findByRole('alert')).textContent).toContain('is used by just-started');
  });

  test('an image without a tag is removed by its id', async () => {
    const name = dangling.id.slice(7, 19);
    const { user, called, confirm, dialog } = await openDialog(dangling, name);
    expect(dialog.textContent).toContain(`docker rmi ${name}`);
    await user.click(confirm);
    await waitFor(() => expect(called('images.remove')).toEqual([{ reference: dangling.id }]));
  });

  test('a tag that should stay does not go with the others', async () => {
    const { user, called, confirm, dialog } = await openDialog(twoTags, 'tool:1');
    expect(dialog.textContent).toContain('docker rmi tool:1 && docker rmi tool:latest');
    await user.click(within(dialog).getByRole('checkbox', { name: 'tool:latest' }));
    expect(dialog.textContent).toContain('The image stays under its other tags');
    await user.click(confirm);
    await waitFor(() => expect(called('images.remove')).toEqual([{ reference: 'tool:1' }]));
  });

  test('an image is never removed on another engine than the one it was shown for', async () => {
    const { host, confirm, dialog } = await openDialog(free, 'free:latest');
    const other = { source: 'context' as const, label: 'server', address: 'unix:///run/other.sock' };
    host.engine.set(readyEngine({ endpoint: other }));
    expect(await within(dialog).findByText(/now drives another engine/)).toBeTruthy();
    expect(confirm).toHaveProperty('disabled', true);
  });
});
