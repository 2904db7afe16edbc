import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { InstalledModel, ModelDetails, ModelList, Ollama } from '../../electron/contract/models';
import type { Task } from '../../electron/contract/tasks';
import { sampleTask } from '../fakes/samples';
import { openPage } from './openPage';

const ollama = (part: Partial<Ollama> = {}): Ollama => ({
  endpointId: 'ollama',
  name: 'Ollama',
  origin: 'usualPort',
  containerId: null,
  baseUrl: 'http://127.0.0.1:11434',
  state: { kind: 'answers', version: '0.6.5' },
  isUsed: true,
  ...part,
});
const model = (name: string, part: Partial<InstalledModel> = {}): InstalledModel => ({
  name,
  digest: name.padEnd(64, '0'),
  sizeBytes: 2_019_393_189,
  modifiedAtMs: 1_700_000_000_000,
  format: 'gguf',
  family: 'llama',
  families: ['llama'],
  parameterSize: '3.2B',
  quantization: 'Q4_K_M',
  ...part,
});
const list = (part: Partial<ModelList> = {}): ModelList => ({
  models: [model('gemma3:4b', { family: 'gemma3' }), model('llama3.2:3b')],
  loaded: [],
  failure: null,
  ...part,
});
const details: ModelDetails = {
  name: 'llama3.2:3b',
  template: '{{ .Prompt }}',
  system: '<img src=x onerror=alert(1)>',
  license: 'Apache 2.0',
  modelfile: 'FROM x',
  parameters: [{ name: 'stop', value: '<|eot|>' }],
  capabilities: ['completion'],
  parentModel: null,
  shape: {
    architecture: 'llama',
    parameterCount: null,
    contextLength: 131_072,
    blockCount: 28,
    embeddingLength: null,
    headCount: null,
    headCountKv: null,
    keyLength: null,
    valueLength: null,
  },
  context: { tokens: 4096, from: 'loaded' },
};
const open = (start: Parameters<typeof openPage>[1] = {}, address = '/models') =>
  openPage(address, { ollamas: [ollama()], modelLists: { ollama: list() }, ...start });
const settings = { language: 'en' } as const;
const valueOf = (field: HTMLElement) => (field as HTMLInputElement).value;

describe('the page of models', () => {
  it('is reached from nowhere, or does not list what there is', async () => {
    const { user } = open({ settings }, '/');
    await user.click(await screen.findByRole('link', { name: 'Models' }));
    await screen.findByRole('link', { name: 'gemma3:4b' });
    const table = screen.getByRole('table', { name: 'Models on disk' });
    expect(within(table).getAllByRole('row')).toHaveLength(3);
    await user.type(screen.getByRole('searchbox', { name: 'Find a model' }), 'gemma');
    await waitFor(() => expect(within(table).getAllByRole('row')).toHaveLength(2));
  });

  it('hides why no Ollama is used, or leads nowhere from there', async () => {
    open({
      settings,
      ollamas: [
        ollama({
          isUsed: false,
          state: {
            kind: 'failed',
            failure: { code: 'CHAT_TARGET_UNREACHABLE', details: { name: 'Ollama', reason: 'refused' } },
          },
        }),
        ollama({
          endpointId: 'container:x',
          name: 'x',
          origin: 'container',
          isUsed: false,
          baseUrl: null,
          state: { kind: 'noPort' },
        }),
      ],
    });
    await screen.findByRole('heading', { name: 'No Ollama answers' });
    expect(screen.getByText('Nothing answers there')).toBeTruthy();
    expect(screen.getByText('Its container publishes no port on this machine')).toBeTruthy();
    expect(screen.getByRole('link', { name: 'Run Ollama in a container' }).getAttribute('href')).toMatch(/#\/ollama$/);
  });

  it('pulls a name that is none, or twice for two clicks, or without encryption unasked', async () => {
    const { user, called, host } = open({ settings });
    const name = await screen.findByRole('textbox', { name: 'Model to pull' });
    await user.type(name, 'not a name');
    expect(screen.getByRole('button', { name: 'Pull' }).hasAttribute('disabled')).toBe(true);
    await user.clear(name);
    await user.type(name, '127.0.0.1:5000/library/small');
    const release = host.hold('models.pull');
    await user.click(screen.getByRole('button', { name: 'Pull' }));
    await user.type(name, '{Enter}');
    release();
    await waitFor(() => expect(valueOf(name)).toBe(''));
    expect(called('models.pull')).toEqual([
      { endpointId: 'ollama', model: '127.0.0.1:5000/library/small', allowPlainHttp: false },
    ]);
  });

  it('shows a pull without its layers, its failure without words, or no way to go on', async () => {
    const subject: Task['subject'] = {
      kind: 'pullModel',
      endpointId: 'ollama',
      ollama: 'Ollama',
      model: 'qwen3:4b',
      phase: 'downloading',
      layers: [{ id: 'bbbbbbbbbbbb', state: 'downloading', bytes: 500, totalBytes: 1000 }],
    };
    const running = sampleTask({ id: 'task-1', subject, state: 'running', failure: null, finishedAtMs: null });
    const bytes = { done: 500, total: 1000, perSecond: 100 };
    const { user, host, called } = open({ settings, tasks: [{ ...running, bytes }] });
    const underWay = await screen.findByRole('region', { name: 'Under way' });
    expect(within(underWay).getByText('5 seconds left')).toBeTruthy();
    expect(within(underWay).getByText('bbbbbbbbbbbb')).toBeTruthy();
    await user.click(within(underWay).getByRole('button', { name: 'Cancel' }));
    expect(called('tasks.cancel')).toEqual([{ id: 'task-1' }]);
    const failure = {
      code: 'MODEL_PULL_FAILED',
      details: { model: 'qwen3:4b', ollama: 'Ollama', reason: 'noSpace', message: 'no space left on device' },
    } as const;
    host.tasks.set([{ ...running, state: 'failed', failure, canRetry: true }]);
    expect(await screen.findByText('The disk of “Ollama” is full')).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Resume' }));
    await waitFor(() => expect(called('tasks.retry')).toEqual([{ id: 'task-1' }]));
  });

  it('calls a model that fell back to the CPU one on the GPU, or cannot take it out of memory', async () => {
    const loaded = (name: string, gpuBytes: number) => ({
      name,
      sizeBytes: 4_000_000_000,
      gpuBytes,
      contextTokens: 4096,
      expiresAtMs: null,
    });
    const { user, called } = open({
      settings,
      modelLists: { ollama: list({ loaded: [loaded('gemma3:4b', 0), loaded('llama3.2:3b', 3_000_000_000)] }) },
    });
    const memory = await screen.findByRole('region', { name: 'In memory' });
    expect(within(memory).getByText('all on CPU')).toBeTruthy();
    expect(within(memory).getByText('75 % on GPU')).toBeTruthy();
    await user.click(within(memory).getByRole('button', { name: 'Unload gemma3:4b' }));
    await waitFor(() => expect(within(memory).queryByText('all on CPU')).toBeNull());
    expect(called('models.unload')).toEqual([{ endpointId: 'ollama', model: 'gemma3:4b' }]);
  });

  it('removes a model unasked, or does not say that its data stays under another name', async () => {
    const twin = model('mine:latest', { digest: model('llama3.2:3b').digest });
    const { user, called } = open({ settings, modelLists: { ollama: list({ models: [model('llama3.2:3b'), twin] }) } });
    await user.click(await screen.findByRole('button', { name: 'Remove llama3.2:3b' }));
    expect(called('models.remove')).toEqual([]);
    const dialog = await screen.findByRole('dialog');
    expect(within(dialog).getByText(/stays as mine:latest/)).toBeTruthy();
    await user.click(within(dialog).getByRole('button', { name: 'Remove' }));
    await waitFor(() => expect(screen.queryByRole('link', { name: 'llama3.2:3b' })).toBeNull());
    expect(called('models.remove')).toEqual([{ endpointId: 'ollama', model: 'llama3.2:3b' }]);
  });

  it('creates a model without the picked file, or loses the editor’s text over a refusal', async () => {
    const { user, called, host } = open({ settings });
    host.refuse('models.create', { code: 'MODELFILE_REFUSED', details: { line: 2, reason: 'unknown', text: 'RUN' } });
    await user.click(await screen.findByRole('button', { name: 'Create…' }));
    const dialog = await screen.findByRole('dialog');
    await user.click(within(dialog).getByRole('button', { name: 'Pick a GGUF file…' }));
    const editor = within(dialog).getByRole('textbox', { name: 'Modelfile' });
    await waitFor(() => expect(valueOf(editor)).toBe('FROM ./picked.gguf\n'));
    expect(valueOf(within(dialog).getByRole('textbox', { name: 'Name' }))).toBe('picked');
    await user.type(editor, 'RUN');
    await user.click(within(dialog).getByRole('button', { name: 'Create' }));
    await screen.findByText('Line 2 of the Modelfile is no instruction: RUN');
    expect(valueOf(editor)).toBe('FROM ./picked.gguf\nRUN');
    host.refuse('models.create', null);
    await user.click(within(dialog).getByRole('button', { name: 'Create' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(called('models.create').at(-1)).toMatchObject({
      model: 'picked',
      modelfile: 'FROM ./picked.gguf\nRUN',
      grant: '00000000-0000-4000-8000-000000000002',
    });
  });

  it('runs what a model says of itself, or hides the context in force', async () => {
    open({ settings, modelDetails: { 'llama3.2:3b': details } }, '/models/llama3.2%3A3b');
    expect(await screen.findByText('4,096 tokens · as loaded')).toBeTruthy();
    expect(screen.getByText('131,072 tokens')).toBeTruthy();
    expect(screen.getByText('<img src=x onerror=alert(1)>')).toBeTruthy();
    expect(document.querySelector('img')).toBeNull();
  });

  it('speaks English to Koreans', async () => {
    open({ settings: { language: 'ko' } });
    expect(await screen.findByRole('heading', { name: '모델' })).toBeTruthy();
    expect(await screen.findByRole('table', { name: '디스크에 있는 모델' })).toBeTruthy();
  });
});
