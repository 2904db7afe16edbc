import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import type { Task, TaskSubject } from '../../electron/contract/tasks';
import { sampleContainer, sampleImages, sampleTask } from '../fakes/samples';
import { openPage } from './openPage';

type Subject = Extract<TaskSubject, { kind: 'runOllama' }>;

const ollamaId = 'e'.repeat(64);
const ollamaRow = {
  ...sampleContainer(),
  id: ollamaId,
  name: 'wharf-ollama',
  image: 'ollama/ollama:latest',
  servesApi: false,
};

function run(subject: Partial<Subject>, task: Partial<Task> = {}): Task {
  return {
    ...sampleTask(),
    id: 'task-ollama',
    state: 'running',
    failure: null,
    finishedAtMs: null,
    ...task,
    subject: {
      kind: 'runOllama',
      name: 'wharf-ollama',
      image: 'ollama/ollama:latest',
      phase: 'running',
      pullTaskId: null,
      containerId: null,
      hostPort: null,
      gpu: null,
      model: null,
      modelPullTaskId: null,
      endpointId: null,
      service: null,
      ...subject,
    },
  };
}

describe('running Ollama in a container', () => {
  test('runs something else than what the line beside it says, or takes what is no name', async () => {
    const { user, called, container } = openPage('/ollama', { images: sampleImages() });
    await waitFor(() => expect(container.querySelector('figure code')?.textContent).toContain('ollama/ollama:latest'));
    const name = screen.getByRole('textbox', { name: 'Name' });
    await user.clear(name);
    await user.type(name, 'x y');
    const button = screen.getByRole('button', { name: 'Run Ollama' });
    expect(button).toHaveProperty('disabled', true);
    await user.clear(name);
    await user.type(name, 'models');
    await waitFor(() => expect(container.querySelector('figure code')?.textContent).toContain('--name models'));
    await user.click(button);
    await waitFor(() =>
      expect(called('ollamaContainer.begin')).toEqual([
        {
          ...{
            image: null,
            name: 'models',
            volume: 'wharf-ollama',
            gpus: 'auto',
            isPublished: true,
            memoryBytes: null,
          },
          ...{ model: null, allowPlainHttp: false, service: null },
        },
      ]),
    );
  });

  test('keeps quiet about an engine without GPUs, or tries a GPU that nobody asked for', async () => {
    const { host, user, called } = openPage('/ollama', { images: sampleImages() });
    expect(await screen.findByText(/no runtime for GPUs, so models will run on the processor/)).toBeTruthy();
    host.gpu = { result: 'noRuntime', message: 'could not select device driver "" with capabilities: [[gpu]]' };
    await user.click(screen.getByRole('button', { name: 'Try the GPU' }));
    expect(await screen.findByText('could not select device driver "" with capabilities: [[gpu]]')).toBeTruthy();
    await user.selectOptions(screen.getByRole('combobox', { name: 'Graphics cards' }), 'none');
    expect(screen.queryByText(/no runtime for GPUs/)).toBeNull();
    expect(called('containers.checkGpu')).toHaveLength(1);
  });

  test('a run on the processor looks like one on the GPU, and leads nowhere', async () => {
    const message = 'nvidia-container-cli: driver not loaded';
    const done = run({ phase: 'done', containerId: ollamaId, gpu: { state: 'refused', message } }, { state: 'done' });
    const { user } = openPage('/ollama', {
      tasks: [done],
      containers: [ollamaRow, sampleContainer()],
      images: sampleImages(),
    });
    expect(await screen.findByText(/It runs on the processor: the engine could not give a GPU/)).toBeTruthy();
    expect(screen.getByText(message)).toBeTruthy();
    await user.click(screen.getByRole('link', { name: 'Run the chat service with it' }));
    const who = await screen.findByRole('combobox', { name: 'Container with Ollama' });
    expect(who).toHaveProperty('value', ollamaId);
  });

  test('cannot be told a model, offers none that is there, or publishes no port to pull it through', async () => {
    const { user, called } = openPage('/ollama', {
      images: sampleImages(),
      containers: [{ ...ollamaRow, madeByWharf: true }],
      models: {
        [ollamaId]: [{ name: 'gemma3:1b', sizeBytes: 1, family: null, parameterSize: null, quantization: null }],
      },
    });
    const field = await screen.findByRole('combobox', { name: 'Model' });
    const service = screen.getByRole('checkbox', { name: 'Run the chat service with this model' });
    const published = screen.getByRole('checkbox', { name: /^Publish on this machine only/ });
    expect(service).toHaveProperty('disabled', true);
    await user.click(published);
    await user.click(field);
    await user.click(await screen.findByRole('option', { name: 'gemma3:1b', hidden: true }));
    expect(await screen.findByText('wharf-ollama has it already.')).toBeTruthy();
    await user.clear(field);
    await user.type(field, 'bad name');
    expect(await screen.findByText(/^A name like llama3.2:1b/)).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Run Ollama' })).toHaveProperty('disabled', true);
    await user.clear(field);
    await user.type(field, 'llama3.2:1b');
    expect(published).toHaveProperty('checked', true);
    expect(service).toHaveProperty('checked', true);
    await user.click(screen.getByRole('button', { name: 'Run Ollama' }));
    await waitFor(() =>
      expect(called('ollamaContainer.begin')).toMatchObject([
        { model: 'llama3.2:1b', allowPlainHttp: false, isPublished: true, service: {} },
      ]),
    );
  });

  test('a pull under way shows neither how far it is nor its layers, and a failed one no way on', async () => {
    const service = { image: 'llm-api:latest', isBuilt: false, name: 'wharf-ollama-api', buildTaskId: null };
    const subject = {
      ...({ phase: 'pullingModel', model: 'tiny:1b', modelPullTaskId: 'task-model', containerId: ollamaId } as const),
      ...{ endpointId: 'container:wharf-ollama', service: { ...service, containerId: null, hostPort: null } },
    };
    const pulling: Task = {
      ...run({}),
      id: 'task-model',
      progress: { done: 0, total: 1 },
      bytes: { done: 500_000_000, total: 1_000_000_000, perSecond: 10_000_000 },
      subject: {
        ...({
          kind: 'pullModel',
          endpointId: 'x',
          ollama: 'wharf-ollama',
          model: 'tiny:1b',
          phase: 'downloading',
        } as const),
        layers: [{ id: 'bbbbbbbbbbbb', state: 'downloading', bytes: 500_000_000, totalBytes: 1_000_000_000 }],
      },
    };
    const { host, user, called } = openPage('/ollama', { tasks: [run(subject), pulling], images: sampleImages() });
    const steps = await screen.findByRole('list', { name: 'Steps' });
    expect(within(steps).getByText('Waiting until it is healthy: done')).toBeTruthy();
    expect(within(steps).getByText(/0 of 1 layers/)).toBeTruthy();
    expect(within(steps).getByText(/MB\/s$|MiB\/s$/)).toBeTruthy();
    const details = { model: 'tiny:1b', ollama: 'wharf-ollama', reason: 'noSpace', message: 'no space left' } as const;
    const failure = { code: 'MODEL_PULL_FAILED', details } as const;
    host.tasks.set([run(subject, { state: 'failed', canRetry: true, failure }), pulling]);
    expect(await screen.findByText(/^wharf-ollama keeps running/)).toBeTruthy();
    expect(screen.getByRole('link', { name: 'Show its models' })).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Go on' }));
    await waitFor(() => expect(called('tasks.retry')).toEqual([{ id: 'task-ollama' }]));
  });

  test('a second run begins while one is under way', async () => {
    openPage('/ollama', { tasks: [run({ phase: 'pullingImage', pullTaskId: 'task-pull' })], images: sampleImages() });
    expect(await screen.findByText('Getting the image')).toBeTruthy();
    expect(screen.getByRole('link', { name: 'Show the pull' }).getAttribute('href')).toContain('/transfers/task-pull');
    expect(screen.getByRole('button', { name: 'Run Ollama' })).toHaveProperty('disabled', true);
  });
});

describe('the model of the chat service', () => {
  const model = (name: string) => ({ name, sizeBytes: 9e8, family: null, parameterSize: null, quantization: null });
  const start = {
    containers: [sampleContainer(), ollamaRow],
    images: sampleImages(),
    models: { [ollamaId]: [model('gemma3:1b'), model('qwen3:4b')] },
  };

  test('has to be typed although its Ollama lists it, or one that is missing there goes unsaid', async () => {
    const { user } = openPage(`/run?ollama=${ollamaId}`, start);
    const field = await screen.findByRole('combobox', { name: 'Model name' });
    await user.click(field);
    await user.click(await screen.findByRole('option', { name: /gemma3:1b/, hidden: true }));
    expect(field).toHaveProperty('value', 'gemma3:1b');
    await user.clear(field);
    await user.type(field, 'llama9');
    expect(await screen.findByText(/“llama9” is not installed there/)).toBeTruthy();
  });

  test('cannot be typed where its Ollama cannot be asked', async () => {
    const { user } = openPage(`/run?ollama=${ollamaId}`, { ...start, models: {} });
    expect(await screen.findByText(/Its models could not be listed; type the name/)).toBeTruthy();
    await user.type(screen.getByRole('combobox', { name: 'Model name' }), 'llama9');
    expect(within(screen.getByRole('main')).queryByText(/is not installed there/)).toBeNull();
  });
});
