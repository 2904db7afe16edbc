import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import { readTopic, topics } from '../../renderer/features/help/topics';
import { openPage } from './openPage';

/** Documents and what draws them are files of their own. */
const patient = { timeout: 10_000 };

describe('help', () => {
  test('a topic is missing in one language, or the same text in both', async () => {
    for (const topic of topics) {
      const [english, korean] = await Promise.all([readTopic(topic, 'en'), readTopic(topic, 'ko')]);
      expect(english).toMatch(/^# .*[a-z]/);
      expect(korean).toMatch(/^# .*[가-힣]/);
      // The same points in both: lists, tables and paragraphs line for line.
      expect(korean.trim().split('\n').length).toBe(english.trim().split('\n').length);
    }
  });

  test('a document tells people to press what is called something else', async () => {
    const words = readdirSync('renderer', { recursive: true, encoding: 'utf8' })
      .filter((file) => /ocale\.ts$/.test(file))
      .map((file) => readFileSync(join('renderer', file), 'utf8'))
      .join('\n');
    for (const topic of topics) {
      for (const language of ['en', 'ko'] as const) {
        const named = (await readTopic(topic, language)).matchAll(/(?<!\*)\*([^*\n]+)\*(?!\*)/g);
        for (const [, name] of named) expect(words, `${language}/${topic}`).toMatch(new RegExp(`'${name}…?'`));
      }
    }
  });

  test('a topic is reached only by its address, or stays in the language before', async () => {
    const { user, host } = openPage('/help');
    await screen.findByRole('heading', { name: 'First steps' }, patient);
    await user.click(screen.getByRole('link', { name: 'Closed networks' }));
    await screen.findByRole('heading', { name: 'Closed networks' }, patient);
    host.settings.set({ ...host.settings.value, language: 'ko' });
    await screen.findByRole('heading', { name: '폐쇄망' }, patient);
  });

  test('an address of a topic that is gone shows an empty page', async () => {
    openPage('/help/none-such');
    await screen.findByRole('heading', { name: 'First steps' }, patient);
  });

  test('? opens no list of shortcuts, or opens it over a message that somebody types', async () => {
    const { user } = openPage('/containers');
    const search = await screen.findByRole('searchbox');
    await user.type(search, '?');
    expect(screen.queryByRole('dialog')).toBeNull();
    await user.click(screen.getByRole('heading', { name: 'Containers' }));
    await user.keyboard('?');
    const sheet = await screen.findByRole('dialog', { name: 'Shortcuts' });
    expect(within(sheet).getByText('Search or run a command')).toBeTruthy();
  });

  test('tips come back after they were hidden, or can never be seen again', async () => {
    const { user, called } = openPage('/');
    await user.click(await screen.findByRole('button', { name: 'Hide tips' }));
    await waitFor(() => expect(screen.queryByRole('heading', { name: 'Tips' })).toBeNull());
    expect(called('settings.change')).toEqual([{ tips: false }]);
    await user.click(screen.getByRole('link', { name: 'Help' }));
    await user.click(await screen.findByRole('button', { name: 'Show the tips of Home again' }));
    await waitFor(() => expect(called('settings.change')).toEqual([{ tips: false }, { tips: true }]));
  });
});
