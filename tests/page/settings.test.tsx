import { act, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import { noEngine, sampleImage } from '../fakes/samples';
import { openPage } from './openPage';

const choice = (group: string, name: string) =>
  within(screen.getByRole('group', { name: group })).getByRole('button', { name });
const baseImage = () => screen.findByPlaceholderText('automatic');

describe('settings', () => {
  test('a language is in force at once and is stored, not only shown', async () => {
    const { user, called } = openPage('/settings');
    await screen.findByRole('group', { name: 'Language' });
    await user.click(choice('Language', '한국어'));
    expect(await screen.findByRole('heading', { name: '설정' })).toBeTruthy();
    expect(called('settings.change')).toEqual([{ language: 'ko' }]);
    expect(choice('언어', '한국어').getAttribute('aria-pressed')).toBe('true');
  });

  test('a theme is in force at once', async () => {
    const { user } = openPage('/settings');
    await screen.findByRole('group', { name: 'Theme' });
    await user.click(choice('Theme', 'Dark'));
    await waitFor(() => expect(document.documentElement.dataset.mantineColorScheme).toBe('dark'));
  });

  test('a change that could not be stored does not look stored', async () => {
    const { host, user } = openPage('/settings');
    await screen.findByRole('group', { name: 'Theme' });
    host.refuse('settings.change', { code: 'STORAGE_FAILED', details: { message: 'EACCES' } });
    await user.click(choice('Theme', 'Dark'));
    expect((await screen.findByRole('alert')).textContent).toContain('Not saved: Wharf could not write');
    expect(choice('Theme', 'Dark').getAttribute('aria-pressed')).toBe('false');
    host.refuse('settings.change', null);
    await user.click(choice('Theme', 'Dark'));
    await waitFor(() => expect(screen.queryByRole('alert')).toBeNull());
  });

  test('an emptied base image means automatic, not an image without a name', async () => {
    const { user, called } = openPage('/settings', { settings: { baseImage: 'mirror.example/python:3.11' } });
    const field = await baseImage();
    await waitFor(() => expect(field).toHaveProperty('value', 'mirror.example/python:3.11'));
    await user.clear(field);
    await user.click(screen.getByRole('button', { name: /^Save: Base image/ }));
    expect(await screen.findByText('Saved')).toBeTruthy();
    expect(called('settings.change')).toEqual([{ baseImage: null }]);
  });

  test('a base image is stored without the spaces around it, and refused with spaces inside', async () => {
    const { user, called } = openPage('/settings', { images: [sampleImage({ tags: ['python:3.11'] })] });
    const field = await baseImage();
    await user.type(field, 'python 3.11');
    expect(await screen.findByText('An image name has no spaces.')).toBeTruthy();
    expect(screen.getByRole('button', { name: /^Save: Base image/ })).toHaveProperty('disabled', true);
    await user.clear(field);
    await user.type(field, ' python:3.11 ');
    expect(await screen.findByText('The engine has it.')).toBeTruthy();
    await user.click(screen.getByRole('button', { name: /^Save: Base image/ }));
    await waitFor(() => expect(called('settings.change')).toEqual([{ baseImage: 'python:3.11' }]));
  });

  test('the image of Ollama takes what no engine takes as a name, or leaves the official one only by typing it', async () => {
    const { user, called } = openPage('/settings', { images: [sampleImage({ tags: ['hub.example:5000/ollama:1'] })] });
    const field = await screen.findByPlaceholderText('ollama/ollama:latest');
    await user.type(field, '--privileged');
    expect(await screen.findByText(/^An image name, perhaps with a registry/)).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Save: Image of Ollama' })).toHaveProperty('disabled', true);
    await user.clear(field);
    await user.type(field, 'ollama:2');
    expect(await screen.findByText(/running Ollama will pull it first/)).toBeTruthy();
    await user.clear(field);
    await user.type(field, ' hub.example:5000/ollama:1 ');
    expect(await screen.findByText('The engine has it.')).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Save: Image of Ollama' }));
    await user.click(await screen.findByRole('button', { name: 'Use the official one' }));
    await waitFor(() =>
      expect(called('settings.change')).toEqual([{ ollamaImage: 'hub.example:5000/ollama:1' }, { ollamaImage: null }]),
    );
  });

  test('a base image that could not be stored is not lost from the field', async () => {
    const { host, user } = openPage('/settings');
    host.refuse('settings.change', { code: 'STORAGE_FAILED', details: { message: 'ENOSPC' } });
    const field = await baseImage();
    await user.type(field, 'python:3.11');
    await user.click(screen.getByRole('button', { name: /^Save: Base image/ }));
    expect((await screen.findByRole('alert')).textContent).toContain('ENOSPC');
    expect(field).toHaveProperty('value', 'python:3.11');
  });

  test('a mirror is stored as references begin with it, however it was pasted, and no account goes along', async () => {
    const { user, called } = openPage('/settings');
    const field = await screen.findByRole('textbox', { name: 'Mirror of Docker Hub' });
    await user.type(field, 'me:secret@mirror.example');
    expect(await screen.findByText(/A host, perhaps with a port/)).toBeTruthy();
    await user.clear(field);
    await user.type(field, 'https://mirror.example:5000/hub/');
    await user.click(screen.getByRole('button', { name: /^Save: Mirror/ }));
    await waitFor(() => expect(called('settings.change')).toEqual([{ registryMirror: 'mirror.example:5000/hub' }]));
  });

  test('a mirror that could not be stored is not lost from the field', async () => {
    const { host, user } = openPage('/settings');
    host.refuse('settings.change', { code: 'STORAGE_FAILED', details: { message: 'ENOSPC' } });
    const field = await screen.findByRole('textbox', { name: 'Mirror of Docker Hub' });
    await user.type(field, 'mirror.example:5000');
    await user.click(screen.getByRole('button', { name: /^Save: Mirror/ }));
    expect((await screen.findByRole('alert')).textContent).toContain('ENOSPC');
    expect(field).toHaveProperty('value', 'mirror.example:5000');
  });

  test.each([
    ['keychain', 'desktop', 'In the system’s keychain', /Encrypted with a key/],
    ['file', 'desktop', 'In a file, not encrypted', /offers no keychain/],
    ['file', 'web', 'In a file, not encrypted', /serves this page/],
  ] as const)(
    'keys that are kept in a %s of the %s are not said to be elsewhere',
    async (keyStorage, host, word, why) => {
      openPage('/settings', { keyStorage, about: { host } });
      expect(await screen.findByText(word)).toBeTruthy();
      expect(screen.getByText(why)).toBeTruthy();
    },
  );

  test('a switched-off sandbox is not passed over', async () => {
    openPage('/settings', { about: { sandboxed: false } });
    expect(await screen.findByText(/Chromium was started with --no-sandbox/)).toBeTruthy();
  });

  test('settings do not need an engine, and do not claim one', async () => {
    openPage('/settings', { engine: noEngine() });
    expect(await screen.findByText('none answers')).toBeTruthy();
    expect(screen.getByText('/home/mina/.config/Wharf')).toBeTruthy();
  });

  test('offers a switch for updates that cannot come, or does not say how they come', async () => {
    const { host } = openPage('/settings');
    await screen.findByText('Wharf runs from its repository: get new versions there.');
    expect(screen.queryByRole('button', { name: 'Check now' })).toBeNull();
    act(() => host.updateState.set({ kind: 'away', reason: 'byPackage' }));
    await screen.findByText(/New versions come the same way/);
  });

  test('does not switch updates off, or hides one that is ready', async () => {
    const { host, user, called } = openPage('/settings');
    await screen.findByText('Wharf runs from its repository: get new versions there.');
    act(() => host.updateState.set({ kind: 'ready', version: '0.2.0' }));
    await screen.findByText('0.2.0 is ready and takes over when you quit.');
    await user.click(choice('Updates', 'Off'));
    await screen.findByText('0.2.0 is ready. It is installed only when you say so.');
    expect(called('settings.change')).toEqual([{ updates: false }]);
    await user.click(screen.getByRole('button', { name: 'Restart and update' }));
    expect(called('updates.install')).toHaveLength(1);
  });
});
