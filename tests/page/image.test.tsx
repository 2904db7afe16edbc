import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import { sampleId, sampleImage } from '../fakes/samples';
import { openPage } from './openPage';

const image = sampleImage({ usedBy: ['llm-api'] });
const other = sampleImage({ id: `sha256:${sampleId(104)}`, tags: ['other:1'], usedBy: [] });
const address = (tab = '') => `/images/${encodeURIComponent(image.id)}${tab === '' ? '' : `?tab=${tab}`}`;

describe("an image's page", () => {
  test('does not hide what the image runs, as whom, and who uses it', async () => {
    openPage(address(), { images: [image] });
    expect(await screen.findByText('python -m app')).toBeTruthy();
    expect(screen.getByText('10001:10001')).toBeTruthy();
    expect(screen.getByRole('link', { name: 'llm-api' })).toBeTruthy();
    expect(screen.getByText('OLLAMA_API_KEY=••••••')).toBeTruthy();
  });

  test('tells which step made it large', async () => {
    openPage(address('layers'), { images: [image] });
    const table = await screen.findByRole('table', { name: /Steps that made it/ });
    const row = (await within(table).findByText(/pip install/)).closest('tr');
    expect(row?.textContent).toContain('52 MiB');
    expect(row?.textContent).not.toContain('/bin/sh -c');
  });

  test('finds a value deep in the inspect tree and copies that value alone', async () => {
    const { user, called } = openPage(address('inspect'), { images: [image] });
    const tree = await screen.findByRole('tree', { name: 'Inspect of llm-api:latest' });
    await user.type(screen.getByRole('searchbox', { name: 'Find by name or value' }), 'wharf.api');
    expect(screen.getByText('1 match')).toBeTruthy();
    await user.hover(within(tree).getByText('"true"'));
    await user.click(within(tree).getByRole('button', { name: 'Copy /Config/Labels/app.wharf.api' }));
    await waitFor(() => expect(called('host.copyText')).toEqual([{ text: 'true' }]));
  });

  test('walks the tree by keyboard: folds, unfolds, moves', async () => {
    const { user } = openPage(address('inspect'), { images: [image] });
    const tree = await screen.findByRole('tree');
    within(tree).getAllByRole('treeitem')[0]?.focus();
    await user.keyboard('{ArrowLeft}');
    expect(within(tree).getAllByRole('treeitem')).toHaveLength(1);
    await user.keyboard('{ArrowRight}{ArrowDown}');
    expect(document.activeElement?.textContent).toContain('Id:');
  });

  test('says that another image has the tag before it takes it away', async () => {
    const { user, called } = openPage(address(), { images: [image, other] });
    await user.click(await screen.findByRole('button', { name: 'Tag…' }));
    const dialog = await screen.findByRole('dialog');
    const field = within(dialog).getByRole('textbox');
    await user.type(field, 'Bad Name');
    expect(within(dialog).getByRole('button', { name: 'Tag' })).toHaveProperty('disabled', true);
    await user.clear(field);
    await user.type(field, 'other:1');
    expect(within(dialog).getByText(/belongs to another image now/)).toBeTruthy();
    await user.click(within(dialog).getByRole('button', { name: 'Tag' }));
    await waitFor(() => expect(called('images.tag')).toEqual([{ reference: image.id, tag: 'other:1' }]));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });

  test('saves only into a file that the person picked', async () => {
    const { user, called } = openPage(address(), { images: [image] });
    await user.click(await screen.findByRole('button', { name: 'Save…' }));
    await waitFor(() =>
      expect(called('imageArchives.save')).toEqual([
        { grant: '00000000-0000-4000-8000-000000000001', images: ['llm-api:latest'] },
      ]),
    );
    expect(called('host.pickSaveFile')).toEqual([{ suggestedName: 'llm-api-latest.tar', extensions: ['tar'] }]);
  });

  test('that was removed outside says so, and the way back works', async () => {
    const { host, user } = openPage(address(), { images: [image, other] });
    await screen.findByText('python -m app');
    host.images.set({ images: [other], stale: false });
    expect(await screen.findByText('This image no longer exists')).toBeTruthy();
    await user.click(screen.getByRole('link', { name: 'Back to images' }));
    expect(await screen.findByRole('link', { name: 'other:1' })).toBeTruthy();
  });
});
