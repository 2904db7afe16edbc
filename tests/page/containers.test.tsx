import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import { lostEngine, noEngine, readyEngine, sampleContainer, sampleContainers, sampleId } from '../fakes/samples';
import { openPage } from './openPage';

const running = sampleContainer({ id: sampleId(1), name: 'llm-api' });
const stopped = sampleContainer({
  id: sampleId(4),
  name: 'old-api',
  state: 'exited',
  health: 'none',
  exitCode: 127,
  ports: [],
});
const rowOf = async (name: string) => (await screen.findByRole('link', { name })).closest('tr') as HTMLElement;

describe('the table', () => {
  test('an exit code is not left for the person to look up', async () => {
    openPage('/containers', { containers: [stopped] });
    expect(await rowOf('old-api')).toHaveProperty('textContent', expect.stringContaining('command not found (127)'));
    expect(document.title).toBe('Containers · Wharf');
  });

  test('a filter in the address is not lost on reload, and narrows what is shown', async () => {
    openPage('/containers?show=running&find=llm', { containers: sampleContainers() });
    await rowOf('llm-api');
    expect(screen.queryByRole('link', { name: 'postgres' })).toBeNull();
    expect(screen.queryByRole('link', { name: 'llm-api-small' })).toBeNull();
    expect(screen.getByRole('button', { name: /^Running/ }).getAttribute('aria-pressed')).toBe('true');
  });

  test('a search that finds nothing does not look like an engine without containers', async () => {
    const { user } = openPage('/containers?find=nope', { containers: [running] });
    expect(await screen.findByText('No container matches')).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Show all' }));
    await rowOf('llm-api');
  });

  test('a first start without an engine does not count what nobody knows, nor offer a run', async () => {
    openPage('/containers', { engine: noEngine() });
    expect(await screen.findByRole('button', { name: 'All' })).toBeTruthy();
    expect(screen.getByText('No engine answers')).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Run a container' })).toHaveProperty('disabled', true);
    expect(screen.queryByRole('link', { name: 'Run a container' })).toBeNull();
  });

  test('a port does not leave the page: it is handed to the browser', async () => {
    const { user, called } = openPage('/containers', { containers: [running] });
    await user.click(within(await rowOf('llm-api')).getByRole('link', { name: '8000' }));
    await waitFor(() => expect(called('host.openLink')).toEqual([{ url: 'http://127.0.0.1:8000' }]));
  });

  test('a link that is refused does not just do nothing', async () => {
    const { host, user } = openPage('/containers', { containers: [running] });
    host.refuse('host.openLink', { code: 'LINK_REFUSED', details: { url: 'http://127.0.0.1:8000' } });
    await user.click(within(await rowOf('llm-api')).getByRole('link', { name: '8000' }));
    expect(await screen.findByText('Wharf does not open this link')).toBeTruthy();
  });

  test('a port that the engine tells twice, for IPv4 and IPv6, is not two ports', async () => {
    const [port] = running.ports;
    const ports = [port, { ...port, hostIp: '::' }] as typeof running.ports;
    openPage('/containers', { containers: [{ ...running, ports }] });
    expect(within(await rowOf('llm-api')).getAllByRole('link', { name: '8000' })).toHaveLength(1);
  });

  test('clicking Stop again and again stops once, and says so meanwhile', async () => {
    const { host, user, called } = openPage('/containers', { containers: [running] });
    const release = host.hold('containers.stop');
    const stop = within(await rowOf('llm-api')).getByRole('button', { name: 'Stop llm-api' });
    for (let clicks = 0; clicks < 20; clicks += 1) stop.click();
    await user.click(stop);
    expect(await screen.findByText('Stopping…')).toBeTruthy();
    release();
    await screen.findByRole('button', { name: 'Start llm-api' });
    expect(called('containers.stop')).toEqual([{ id: running.id, graceSeconds: 10 }]);
  });

  test('a failed deed says why and what to do, and stops saying so once the cause is gone', async () => {
    const { host, user } = openPage('/containers', { containers: [stopped] });
    host.refuse('containers.start', {
      code: 'PORT_IN_USE',
      details: { port: 8000, holder: { kind: 'container', name: 'llm-api' }, nextFreePort: 8002 },
    });
    await user.click(await screen.findByRole('button', { name: 'Start old-api' }));
    expect((await screen.findByRole('alert')).textContent).toContain('Port 8000 is held by the container “llm-api”');
    host.changeContainer(stopped.id, { state: 'running', exitCode: null });
    await waitFor(() => expect(screen.queryByRole('alert')).toBeNull());
  });

  test('rows of an engine that went away cannot be acted on', async () => {
    const { host } = openPage('/containers', { containers: [running] });
    const row = await rowOf('llm-api');
    host.engine.set(lostEngine());
    host.containers.set({ rows: [running], staleSinceMs: Date.now() - 60_000 });
    expect(await screen.findByText(/was lost/, { selector: 'main *' })).toBeTruthy();
    for (const button of within(row).getAllByRole('button')) expect(button).toHaveProperty('disabled', true);
    expect(screen.getByRole('table')).toHaveProperty('dataset.stale', 'true');
    expect(await screen.findByText(/known 1 minute ago/)).toBeTruthy();
    host.engine.set(readyEngine());
    await waitFor(() => expect(screen.queryByText(/was lost/)).toBeNull());
  });
});

describe('removing', () => {
  async function openDialog(name: string) {
    const opened = openPage('/containers', { containers: [running, stopped] });
    await opened.user.click(await screen.findByRole('button', { name: `Remove ${name}` }));
    const dialog = await screen.findByRole('dialog', { name: `Remove “${name}”?` });
    return { ...opened, dialog, confirm: within(dialog).getByRole('button', { name: 'Remove' }) };
  }

  test('the dialog does not keep quiet about what goes, nor about the command', async () => {
    const { dialog } = await openDialog('old-api');
    expect(dialog.textContent).toContain('its log and every file written inside it will be gone');
    expect(dialog.querySelector('code')?.textContent).toBe('docker rm old-api');
  });

  test('a running container is not killed unless the person says so', async () => {
    const { dialog, confirm, user, called } = await openDialog('llm-api');
    expect(confirm).toHaveProperty('disabled', true);
    await user.click(within(dialog).getByRole('checkbox', { name: 'It is running: kill it first' }));
    expect(dialog.querySelector('code')?.textContent).toBe('docker rm -f llm-api');
    await user.click(confirm);
    await waitFor(() => expect(called('containers.remove')).toEqual([{ id: running.id, force: true, volumes: false }]));
    await waitFor(() => expect(screen.queryByRole('link', { name: 'llm-api' })).toBeNull());
  });

  test('an engine that is switched while the dialog is open is not the one that loses a container', async () => {
    const { host, dialog, confirm } = await openDialog('old-api');
    const other = { source: 'context' as const, label: 'production', address: 'ssh://production' };
    host.engine.set(readyEngine({ endpoint: other }));
    expect(await within(dialog).findByText(/drives another engine/)).toBeTruthy();
    expect(confirm).toHaveProperty('disabled', true);
    host.engine.set(lostEngine());
    expect(await within(dialog).findByText(/does not answer/)).toBeTruthy();
    expect(confirm).toHaveProperty('disabled', true);
  });

  test('a container that went meanwhile is not removed twice', async () => {
    const { host, dialog, confirm } = await openDialog('old-api');
    host.containers.set({ rows: [running], staleSinceMs: null });
    expect(await within(dialog).findByText(/no longer exists/)).toBeTruthy();
    expect(confirm).toHaveProperty('disabled', true);
  });
});

describe('a container’s page', () => {
  test('a container removed elsewhere does not leave a dead page, and its successor is offered', async () => {
    const { host, user } = openPage(`/containers/${running.id}`, { containers: [running] });
    expect(await screen.findByRole('heading', { name: 'llm-api' })).toBeTruthy();
    host.containers.set({ rows: [{ ...running, id: sampleId(77) }], staleSinceMs: null });
    expect(await screen.findByText('This container no longer exists')).toBeTruthy();
    await user.click(screen.getByRole('link', { name: 'Open llm-api' }));
    expect(await screen.findByRole('heading', { name: 'llm-api' })).toBeTruthy();
  });

  test('the commands shown are those of this container', async () => {
    const { container } = openPage(`/containers/${running.id}`, { containers: [running] });
    await screen.findByRole('heading', { name: 'llm-api' });
    const commands = [...container.querySelectorAll('figure code')].map((code) => code.textContent);
    expect(commands).toEqual([
      'docker logs -f llm-api',
      'docker exec -it llm-api sh',
      'docker stats llm-api',
      'docker inspect llm-api',
      'docker start llm-api',
      'docker stop llm-api',
      'docker restart llm-api',
      'docker rm llm-api',
    ]);
  });
});
