import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import type { Container } from '../../electron/contract/containers';
import { sampleContainer, sampleId } from '../fakes/samples';
import { openPage } from './openPage';

const web = sampleContainer({ id: sampleId(1), name: 'web' });
const api = sampleContainer({ id: sampleId(2), name: 'api', ports: [] });
const theirs = sampleContainer({ id: sampleId(3), name: 'theirs', madeByWharf: false, servesApi: false, ports: [] });
const stopped = (part: Partial<Container>) =>
  sampleContainer({ state: 'exited', health: 'none', exitCode: 0, ports: [], ...part });
const mine = stopped({ id: sampleId(4), name: 'mine' });
const notMine = stopped({ id: sampleId(5), name: 'not-mine', madeByWharf: false });

const names = () =>
  screen
    .getAllByRole('row')
    .slice(1)
    .map((row) => within(row).getAllByRole('link')[0]?.textContent);

describe('many containers', () => {
  test('500 rows are not all drawn, and those below can be found', async () => {
    const containers = Array.from({ length: 500 }, (_, at) =>
      sampleContainer({ id: sampleId(at + 1), name: `box-${String(at).padStart(3, '0')}`, ports: [] }),
    );
    const { user } = openPage('/containers?sort=name', { containers });
    await screen.findByRole('link', { name: 'box-000' });
    const table = screen.getByRole('table');
    expect(table.querySelectorAll('tbody tr').length).toBeLessThan(100);
    expect(table.getAttribute('aria-rowcount')).toBe('501');
    await user.type(screen.getByRole('searchbox'), 'box-499');
    expect(await screen.findByRole('link', { name: 'box-499' })).toBeTruthy();
  });

  test('the order is not lost on reload: it stands in the address', async () => {
    const { user } = openPage('/containers', { containers: [web, api] });
    await user.click(await screen.findByRole('button', { name: 'Name' }));
    expect(names()).toEqual(['api', 'web']);
    await waitFor(() => expect(window.location.hash).toContain('sort=name'));
    await user.click(screen.getByRole('button', { name: 'Name' }));
    expect(names()).toEqual(['web', 'api']);
    expect(screen.getByRole('columnheader', { name: 'Name' }).getAttribute('aria-sort')).toBe('descending');
  });

  test('a column that was switched off stays off', async () => {
    const { user, called } = openPage('/containers', { containers: [web] });
    await user.click(await screen.findByRole('button', { name: 'Choose columns' }));
    await user.click(await screen.findByRole('checkbox', { name: 'Image' }));
    await waitFor(() => expect(screen.queryByRole('columnheader', { name: 'Image' })).toBeNull());
    expect(called('settings.change')).toEqual([{ containerColumns: ['cpu', 'memory', 'ports', 'since'] }]);
  });

  test('one failure among many neither hides the others nor goes unexplained', async () => {
    const { host, user, called } = openPage('/containers?sort=name', { containers: [web, api] });
    await user.click(await screen.findByRole('checkbox', { name: 'Select all that are shown' }));
    host.refuse('containers.stop', { code: 'ENGINE_REFUSED', details: { status: 500, message: 'stuck' } });
    await user.click(within(screen.getByRole('toolbar')).getByRole('button', { name: 'Stop' }));
    expect(await screen.findByText('2 failed')).toBeTruthy();
    const failures = screen.getByText('2 failed').closest('[data-bad]') as HTMLElement;
    expect(within(failures).getByText('web')).toBeTruthy();
    host.refuse('containers.stop', null);
    await user.click(screen.getByRole('checkbox', { name: 'Select all that are shown' }));
    await user.click(within(screen.getByRole('toolbar')).getByRole('button', { name: 'Stop' }));
    expect(await screen.findByText('2 stopped')).toBeTruthy();
    expect(called('containers.stop')).toHaveLength(4);
    expect(screen.queryByText('2 failed')).toBeNull();
  });

  test('a deed goes only to those that it suits', async () => {
    const { user, called } = openPage('/containers', { containers: [web, mine] });
    await user.click(await screen.findByRole('checkbox', { name: 'Select all that are shown' }));
    const start = within(screen.getByRole('toolbar')).getByRole('button', { name: 'Start' });
    expect(start.getAttribute('title')).toBe('docker start mine');
    await user.click(start);
    await waitFor(() => expect(called('containers.start')).toEqual([{ id: mine.id }]));
  });

  test('what was not chosen, or is chosen and then filtered away, is acted on', async () => {
    const { host, user, called } = openPage('/containers?show=running', { containers: [web, api, theirs] });
    await user.click(await screen.findByRole('checkbox', { name: 'Select theirs' }));
    await user.click(screen.getByRole('checkbox', { name: 'Select web' }));
    host.changeContainer(theirs.id, { state: 'exited', exitCode: 0 });
    await waitFor(() => expect(screen.queryByRole('link', { name: 'theirs' })).toBeNull());
    await user.click(within(screen.getByRole('toolbar')).getByRole('button', { name: 'Stop' }));
    expect(await screen.findByText('1 stopped')).toBeTruthy();
    expect(called('containers.stop')).toEqual([{ id: web.id, graceSeconds: 10 }]);
  });

  test('a selection that was cleared is still there to act on', async () => {
    const { user, called } = openPage('/containers', { containers: [web, theirs] });
    await user.click(await screen.findByRole('checkbox', { name: 'Select theirs' }));
    await user.click(screen.getByRole('checkbox', { name: 'Select web' }));
    await user.click(screen.getByRole('button', { name: 'Clear selection' }));
    await user.click(screen.getByRole('checkbox', { name: 'Select theirs' }));
    await user.click(screen.getByRole('checkbox', { name: 'Select theirs' }));
    expect(screen.queryByRole('toolbar')).toBeNull();
    expect(called('containers.stop')).toEqual([]);
  });
});

describe('cleaning up', () => {
  const containers = [web, mine, notMine];

  test('takes nothing that Wharf did not make, nor what runs', async () => {
    const { user, called } = openPage('/containers', { containers });
    await user.click(await screen.findByRole('button', { name: 'Clean up…' }));
    const dialog = await screen.findByRole('dialog', { name: 'Remove stopped containers?' });
    expect(dialog.querySelector('code')?.textContent).toBe('docker rm mine');
    await user.click(within(dialog).getByRole('button', { name: 'Remove 1' }));
    await waitFor(() => expect(called('containers.remove')).toEqual([{ id: mine.id, force: false, volumes: false }]));
    expect(await screen.findByText('1 removed')).toBeTruthy();
    expect(names()).toEqual(expect.arrayContaining(['web', 'not-mine']));
  });

  test('takes others’ when told to', async () => {
    const { user, called } = openPage('/containers', { containers });
    await user.click(await screen.findByRole('button', { name: 'Clean up…' }));
    const dialog = await screen.findByRole('dialog', { name: 'Remove stopped containers?' });
    await user.click(within(dialog).getByRole('checkbox', { name: 'Also remove 1 that Wharf did not make' }));
    await user.click(within(dialog).getByRole('button', { name: 'Remove 2' }));
    await waitFor(() => expect(called('containers.remove')).toHaveLength(2));
  });
});

describe('the menu of a row', () => {
  const openMenu = async () => {
    const opened = openPage('/containers', { containers: [web, api] });
    await opened.user.click(await screen.findByRole('button', { name: 'More for web' }));
    await screen.findByRole('menuitem', { name: 'Pause' });
    return opened;
  };

  test('a paused container is not shown as one to start', async () => {
    const { user, called } = await openMenu();
    await user.click(screen.getByRole('menuitem', { name: 'Pause' }));
    await waitFor(() => expect(called('containers.pause')).toEqual([{ id: web.id }]));
    await user.click(await screen.findByRole('button', { name: 'Resume web' }));
    await waitFor(() => expect(called('containers.unpause')).toEqual([{ id: web.id }]));
  });

  test('a name that somebody has is not asked for', async () => {
    const { user, called } = await openMenu();
    await user.click(screen.getByRole('menuitem', { name: 'Rename…' }));
    const dialog = await screen.findByRole('dialog', { name: 'Rename “web”' });
    const field = within(dialog).getByRole('textbox', { name: 'New name' });
    await user.clear(field);
    await user.type(field, 'api');
    expect(within(dialog).getByText('“api” is taken by another container.')).toBeTruthy();
    expect(within(dialog).getByRole('button', { name: 'Rename' })).toHaveProperty('disabled', true);
    await user.type(field, '-2{Enter}');
    await waitFor(() => expect(called('containers.rename')).toEqual([{ id: web.id, name: 'api-2' }]));
    expect(await screen.findByRole('link', { name: 'api-2' })).toBeTruthy();
  });

  test('an export does not give secrets away unasked', async () => {
    const { user, called } = await openMenu();
    await user.click(screen.getByRole('menuitem', { name: 'Export…' }));
    const dialog = await screen.findByRole('dialog', { name: 'Export “web”' });
    await user.click(within(dialog).getByRole('button', { name: 'Compose' }));
    expect(await within(dialog).findByText('compose of web')).toBeTruthy();
    await user.click(within(dialog).getByRole('checkbox', { name: 'Write values of secrets into it' }));
    expect(await within(dialog).findByText('compose of web with secrets')).toBeTruthy();
    const asked = called('containers.exportAs') as { secrets: boolean }[];
    expect(asked.map(({ secrets }) => secrets)).toEqual([false, false, true]);
  });
});

describe('why a container does not run', () => {
  test.each([
    [{ startProblem: 'notRunnable' as const, exitCode: 1 }, 'made for another kind of processor (exec format error)'],
    [{ startProblem: 'notFound' as const, state: 'created' as const, exitCode: null }, 'command not found (127)'],
    [{ exitCode: 126 }, 'command cannot be executed (126)'],
    [{ exitCode: 137, memoryLimitBytes: 64 * 1024 * 1024 }, 'killed (137) · limit 64 MiB'],
    [{ exitCode: 137, outOfMemory: true, memoryLimitBytes: 64 * 1024 * 1024 }, 'ran out of memory · limit 64 MiB'],
  ])('%o is not left as a number', async (part, words) => {
    openPage('/containers', { containers: [stopped({ name: 'gone', ...part })] });
    const row = (await screen.findByRole('link', { name: 'gone' })).closest('tr');
    expect(row?.textContent).toContain(words);
  });
});
