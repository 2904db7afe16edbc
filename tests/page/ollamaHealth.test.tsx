import { screen, waitFor } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import type { ModelDetails, Ollama } from '../../electron/contract/models';
import { runRequest } from '../../electron/contract/runRequest';
import { sampleContainer } from '../fakes/samples';
import { openPage } from './openPage';

const gib = 1024 ** 3;
const containerId = 'e'.repeat(64);
const ollama: Ollama = {
  endpointId: 'container-ollama',
  name: 'wharf-ollama',
  origin: 'container',
  containerId,
  baseUrl: 'http://127.0.0.1:11434',
  state: { kind: 'answers', version: '0.9.0' },
  isUsed: true,
};
const model = {
  name: 'llama3.1:8b',
  digest: 'a'.repeat(64),
  sizeBytes: 4.92e9,
  modifiedAtMs: null,
  format: 'gguf',
  family: 'llama',
  families: ['llama'],
  parameterSize: '8.0B',
  quantization: 'Q4_K_M',
};
const loaded = { name: model.name, sizeBytes: 6e9, gpuBytes: 0, contextTokens: 8192, expiresAtMs: null };
const row = {
  ...sampleContainer(),
  id: containerId,
  name: 'wharf-ollama',
  image: 'ollama/ollama',
  memoryLimitBytes: 4 * gib,
};
const start = (part: Partial<typeof loaded> | null) => ({
  ollamas: [ollama],
  containers: [row],
  modelLists: {
    [ollama.endpointId]: { models: [model], loaded: part === null ? [] : [{ ...loaded, ...part }], failure: null },
  },
});

describe('what hinders an Ollama', () => {
  test('a model on the processor is told as a fault where nobody has a GPU', async () => {
    openPage('/models', start({}));
    expect(await screen.findByRole('heading', { name: 'In memory' })).toBeTruthy();
    await waitFor(() => expect(screen.queryByText(/although there is a GPU/)).toBeNull());
  });

  test('a fall-back to the processor goes unsaid although the container was given the GPUs', async () => {
    const { host } = openPage('/models', start({}));
    const request = runRequest.parse({ image: 'ollama/ollama', name: 'wharf-ollama', gpus: 'all' });
    host.descriptions[containerId] = { request };
    expect(await screen.findByText('llama3.1:8b runs on the processor although there is a GPU')).toBeTruthy();
    expect(screen.getByText(/native\.cgroupdriver=cgroupfs/)).toBeTruthy();
  });

  test('GPU memory in use is made up, counted for one model only, or its rest is not told where a driver does', async () => {
    const two = [0.5, 1.5].map((share, at) => ({ ...loaded, name: `m${at}:1b`, gpuBytes: share * gib }));
    const lists = { [ollama.endpointId]: { models: [model], loaded: two, failure: null } };
    const { host } = openPage('/models', { ...start(null), modelLists: lists });
    host.ollamaContainer.gpus = [{ name: 'NVIDIA L4', totalBytes: 24 * gib, freeBytes: 21.5 * gib }];
    expect(await screen.findByText('GPU memory: 2 GiB used by these models (measured by Ollama)')).toBeTruthy();
    expect(await screen.findByText('NVIDIA L4: 21.5 GiB of 24 GiB free (nvidia-smi)')).toBeTruthy();
  });

  test('on a machine without a GPU its memory is spoken of', async () => {
    openPage('/models', start({}));
    expect(await screen.findByRole('heading', { name: 'In memory' })).toBeTruthy();
    expect(screen.queryByText(/GPU memory/)).toBeNull();
  });

  test('a proxy that pulls fail on is not seen, or corrected without being asked', async () => {
    const { host, user, called } = openPage('/models', start(null));
    host.ollamaContainer.proxy = {
      variables: [{ name: 'HTTP_PROXY', shown: 'http://proxy:1' }],
      findings: ['plainOnly'],
      corrected: [{ name: 'HTTPS_PROXY', shown: 'http://proxy:1' }],
    };
    expect(await screen.findByText(/Ollama pulls over HTTPS and goes past the proxy/)).toBeTruthy();
    expect(called('ollamaContainer.correctProxy')).toEqual([]);
    await user.click(screen.getByRole('button', { name: 'Replace the container with these' }));
    await waitFor(() => expect(called('ollamaContainer.correctProxy')).toEqual([{ id: containerId }]));
  });

  test('a model that does not fit into the container is not told so, or without the arithmetic', async () => {
    const details: ModelDetails = {
      ...{ name: model.name, template: '', system: '', license: '', modelfile: '', parentModel: null },
      ...{ parameters: [], capabilities: [], context: { tokens: 8192, from: 'parameters' } },
      shape: {
        ...{ architecture: 'llama', parameterCount: 8e9, contextLength: 131_072, blockCount: 32 },
        ...{ embeddingLength: 4096, headCount: 32, headCountKv: 8, keyLength: 128, valueLength: 128 },
      },
    };
    const { user } = openPage(`/models/${encodeURIComponent(model.name)}`, {
      ...start(null),
      modelDetails: { [model.name]: details },
    });
    expect(await screen.findByText(/1 GiB = 32 layers × 8,192 tokens × 2,048 numbers × 2 bytes/)).toBeTruthy();
    expect(screen.getByText('does not fit')).toBeTruthy();
    const context = screen.getByRole('textbox', { name: 'Context (tokens)' });
    await user.clear(context);
    await user.type(context, '4096');
    expect(await screen.findByText(/512 MiB = 32 layers × 4,096 tokens/)).toBeTruthy();
  });
});
