import { act, fireEvent, screen } from '@testing-library/react';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Ollama } from '../../electron/contract/models';
import type { FakeStart } from '../fakes/fakeHost';
import { openPage } from './openPage';

const grant = '00000000-0000-4000-8000-000000000008';
const ollama: Ollama = {
  endpointId: 'ollama',
  name: 'Ollama',
  origin: 'usualPort',
  containerId: null,
  baseUrl: 'http://127.0.0.1:11434',
  state: { kind: 'answers', version: '0.6.5' },
  isUsed: true,
};
const held = { types: ['Files'], files: [], items: [] };

/** Opens the page as a browser shows it; what it sends to the web host is granted. */
async function openInBrowser(start: FakeStart = {}) {
  const sent: string[] = [];
  const { fetch } = globalThis;
  globalThis.fetch = async (address) => {
    const name = new URL(String(address), 'http://wharf').searchParams.get('name');
    sent.push(String(name));
    return Response.json({ picked: { grant, name } });
  };
  onTestFinished(() => {
    globalThis.fetch = fetch;
  });
  const page = openPage('/', start);
  await screen.findByRole('navigation');
  return { ...page, sent };
}

async function drop(files: File[], isDirectory = false) {
  const items = files.map(() => ({ webkitGetAsEntry: () => ({ isDirectory }) }));
  await act(async () => {
    fireEvent.drop(document.body, { dataTransfer: { types: ['Files'], files, items } });
  });
}

/** A file whose first bytes are `head`; jsdom's own slices have no arrayBuffer. */
const fileOf = (name: string, head = '') =>
  Object.assign(new File([head], name), { slice: () => ({ arrayBuffer: async () => new TextEncoder().encode(head) }) });

describe('a file above the page', () => {
  it('goes on being announced once it left the window', async () => {
    await openInBrowser();
    fireEvent.dragOver(document.body, { dataTransfer: held });
    expect(await screen.findByText('Drop it to open it in Wharf')).toBeTruthy();
    fireEvent.dragLeave(document.body, { relatedTarget: null });
    expect(screen.queryByText('Drop it to open it in Wharf')).toBeNull();
  });

  it('is announced for text that is dragged, or left to the browser', async () => {
    await openInBrowser();
    expect(fireEvent.dragOver(document.body, { dataTransfer: { types: ['text/plain'] } })).toBe(true);
    expect(screen.queryByText('Drop it to open it in Wharf')).toBeNull();
    // False: its default, which would show the file in place of the page, is prevented.
    expect(fireEvent.dragOver(document.body, { dataTransfer: held })).toBe(false);
    expect(fireEvent.drop(document.body, { dataTransfer: held })).toBe(false);
  });

  it('begins no model with the GGUF that was dropped', async () => {
    const { user, called } = await openInBrowser({ ollamas: [ollama] });
    await drop([fileOf('tiny.Q4.gguf', 'GGUF')]);
    const dialog = await screen.findByRole('dialog', {}, { timeout: 5000 });
    expect(dialog.textContent).toContain('tiny.Q4.gguf');
    await user.click(screen.getByRole('button', { name: 'Create' }));
    expect(called('models.create')).toMatchObject([{ model: 'tiny.q4', grant, modelfile: 'FROM ./tiny.Q4.gguf\n' }]);
  });

  it('is loaded before the person said so', async () => {
    const { user, called } = await openInBrowser();
    await drop([fileOf('kit.tar')]);
    await screen.findByText('kit.tar', {}, { timeout: 5000 });
    expect(called('imageArchives.load')).toEqual([]);
    await user.click(screen.getByRole('button', { name: 'Load' }));
    expect(called('imageArchives.load')).toEqual([{ grant }]);
  });

  it('opens another dialog above one that is open', async () => {
    const { sent } = await openInBrowser();
    await drop([fileOf('kit.tar')]);
    await screen.findByText('kit.tar', {}, { timeout: 5000 });
    fireEvent.dragOver(document.body, { dataTransfer: held });
    expect(screen.queryByText('Drop it to open it in Wharf')).toBeNull();
    await drop([fileOf('second.tar')]);
    expect(sent).toEqual(['kit.tar']);
  });

  it('is sent to the machine of Wharf though nothing opens with it, or refused without a word', async () => {
    const { sent } = await openInBrowser();
    await drop([fileOf('service')], true);
    await screen.findByText('A browser does not tell where service lies');
    await drop([fileOf('page.gguf', '<html>')]);
    await screen.findByText('page.gguf is not a GGUF file');
    await drop([fileOf('one.tar'), fileOf('two.tar')]);
    await screen.findByText('Wharf opens one file or folder at a time');
    expect(sent).toEqual([]);
  });
});
