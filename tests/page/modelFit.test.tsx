import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import type { ModelDetails, Ollama, PullSize } from '../../electron/contract/models';
import { sampleContainer, sampleImages } from '../fakes/samples';
import { openPage } from './openPage';

const gib = 1024 ** 3;
const row = {
  ...sampleContainer(),
  id: 'e'.repeat(64),
  name: 'wharf-ollama',
  image: 'ollama/ollama:latest',
  servesApi: false,
  memoryLimitBytes: 4 * gib,
};
const ollama: Ollama = {
  endpointId: 'container:wharf-ollama',
  name: 'wharf-ollama',
  origin: 'container',
  containerId: row.id,
  baseUrl: 'http://127.0.0.1:11434',
  state: { kind: 'answers', version: '0.9.0' },
  isUsed: true,
};
const known = (sizeBytes: number): PullSize => ({ kind: 'known', host: 'registry.ollama.ai', sizeBytes });
/** Llama 3.1 8B, as its `model_info` has it. */
const details: ModelDetails = {
  ...{ name: 'llama3.1:8b', template: '', system: '', license: '', modelfile: '', parentModel: null },
  ...{ parameters: [], capabilities: [], context: { tokens: 8192, from: 'parameters' } },
  shape: {
    ...{ architecture: 'llama', parameterCount: 8e9, contextLength: 131_072, blockCount: 32 },
    ...{ embeddingLength: 4096, headCount: 32, headCountKv: 8, keyLength: 128, valueLength: 128 },
  },
};
const offered = { name: 'llama3.1:8b', sizeBytes: 5 * gib, family: null, parameterSize: null, quantization: null };
const asked = (...models: string[]) =>
  models.map((model) => ({ endpointId: ollama.endpointId, model, allowPlainHttp: false }));
const start = {
  settings: { language: 'en' },
  containers: [row],
  images: sampleImages(),
  ollamas: [ollama],
  modelLists: { [ollama.endpointId]: { models: [], loaded: [], failure: null } },
  models: { [ollama.endpointId]: [offered], [row.id]: [offered] },
  modelDetails: { 'llama3.1:8b': details },
  pullSizes: { 'big:70b': known(40 * gib), 'small:1b': known(gib) },
} as const;

describe('a model that is about to be pulled', () => {
  test('is not held against the container’s limit, or is said to fit with its context', async () => {
    const { user, called } = openPage('/models', start as never);
    const name = await screen.findByRole('textbox', { name: 'Model to pull' });
    await user.type(name, 'big:70b');
    const fit = await screen.findByRole('region', { name: 'Does it fit?' });
    expect((await within(fit).findAllByText('does not fit')).length).toBeGreaterThan(0);
    expect(within(fit).getByText('40 GiB at registry.ollama.ai')).toBeTruthy();
    expect(within(fit).getByText('at least 40.1 GiB of 4 GiB (The container’s limit)')).toBeTruthy();
    // The arithmetic: weights, what is not known yet, Ollama itself, and the sum.
    const [weights, cache] = within(fit).getAllByRole('definition');
    expect([weights?.textContent, cache?.textContent]).toEqual([
      '40 GiB',
      'Comes on top. The model tells how much once it is pulled.',
    ]);
    await user.clear(name);
    await user.type(name, 'small:1b');
    expect((await screen.findAllByText('its data fits; the context comes on top')).length).toBeGreaterThan(0);
    // A registry is asked for names, not for all their beginnings.
    expect(called('models.pullSize')).toEqual(expect.arrayContaining(asked('big:70b', 'small:1b')));
    for (const beginning of asked('b', 's')) expect(called('models.pullSize')).not.toContainEqual(beginning);
  });

  test('cannot be pulled, or passes for one that does not fit, where its registry cannot be asked', async () => {
    const { user, called, host } = openPage('/models', start as never);
    const name = await screen.findByRole('textbox', { name: 'Model to pull' });
    await user.type(name, 'closed:7b');
    const fit = await screen.findByRole('region', { name: 'Does it fit?' });
    expect(await within(fit).findByText(/registry\.ollama\.ai cannot be reached from here/)).toBeTruthy();
    expect(within(fit).queryByText(/fits?$/)).toBeNull();
    host.hold('models.pullSize');
    await user.clear(name);
    await user.type(name, 'slow:7b{Enter}');
    await waitFor(() => expect(called('models.pull')).toMatchObject([{ model: 'slow:7b' }]));
    await waitFor(() => expect(screen.queryByRole('region', { name: 'Does it fit?' })).toBeNull());
  });
});

describe('a model that a container is about to be run with', () => {
  test('is held against the service’s own memory, and not its Ollama’s', async () => {
    const { user } = openPage(`/run?ollama=${row.id}`, start as never);
    await user.type(await screen.findByRole('combobox', { name: 'Model name' }), 'llama3.1:8b');
    expect(await screen.findByText(/^about [\d.]+ GiB of 4 GiB \(The container’s limit\)$/)).toBeTruthy();
    expect(screen.getByText(/1 GiB = 32 layers × 8,192 tokens × 2,048 numbers × 2 bytes/)).toBeTruthy();
  });

  test('is held against another limit than the one that is being typed', async () => {
    const { user } = openPage('/run?image=ollama/ollama:latest', start as never);
    const limit = await screen.findByRole('textbox', { name: /^Memory/ });
    await user.clear(limit);
    await user.type(limit, '2048');
    await user.type(screen.getByRole('combobox', { name: 'Will a model fit?' }), 'llama3.1:8b');
    expect(await screen.findByText(/^about [\d.]+ GiB of 2 GiB \(The container’s limit\)$/)).toBeTruthy();
    await user.clear(limit);
    await user.type(limit, '8192');
    expect(await screen.findByText(/^about [\d.]+ GiB of 8 GiB \(The container’s limit\)$/)).toBeTruthy();
  });

  test('goes unasked in the form that runs Ollama, before there is any', async () => {
    const { user, called } = openPage('/ollama', { ...start, ollamas: [] } as never);
    await user.type(await screen.findByRole('combobox', { name: 'Will a model fit?' }), 'big:70b');
    expect((await screen.findAllByText('does not fit')).length).toBeGreaterThan(0);
    await user.click(screen.getByRole('button', { name: 'Run Ollama' }));
    await waitFor(() => expect(called('ollamaContainer.begin')).toHaveLength(1));
    expect(JSON.stringify(called('ollamaContainer.begin'))).not.toContain('big:70b');
  });
});
