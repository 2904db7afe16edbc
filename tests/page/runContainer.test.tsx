import { screen, waitFor } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import { dockerCommand } from '../../electron/contract/commands';
import { runRequest, safeUser, specOfRequest } from '../../electron/contract/runRequest';
import { freeName } from '../../renderer/features/containers/freeName';
import { requestOf } from '../../renderer/features/containers/runFormRequest';
import { runFormDefaults } from '../../renderer/features/containers/runFormValues';
import { sampleContainer, sampleImages } from '../fakes/samples';
import { openPage } from './openPage';

const start = { containers: [sampleContainer()], images: sampleImages(), heldPorts: { 8001: 'python3' } };
const run = () => screen.getByRole('button', { name: 'Run' });

describe('the run form', () => {
  test('a name that is taken shows while typing, and one click gives a free one', async () => {
    const { user } = openPage('/run', start);
    const name = await screen.findByRole('textbox', { name: 'Name' });
    expect(name).toHaveProperty('value', 'llm-api-2');
    await user.clear(name);
    await user.type(name, 'llm-api');
    expect(await screen.findByText('“llm-api” is taken by another container.')).toBeTruthy();
    expect(run()).toHaveProperty('disabled', true);
    await user.click(screen.getByRole('button', { name: 'Use llm-api-2' }));
    await waitFor(() => expect(run()).toHaveProperty('disabled', false));
  });

  test('a port that is held names its holder, and one click takes the next free one', async () => {
    const { user, called } = openPage('/run', start);
    await user.type(await screen.findByRole('textbox', { name: 'Port on this machine' }), '8000');
    expect(await screen.findByText('Port 8000 is held by the container “llm-api”.')).toBeTruthy();
    expect(run()).toHaveProperty('disabled', true);
    await user.click(screen.getByRole('button', { name: 'Use 8002' }));
    await waitFor(() => expect(run()).toHaveProperty('disabled', false));
    await user.click(run());
    await waitFor(() => expect(called('containers.run')).toHaveLength(1));
    expect(called('containers.run')[0]).toMatchObject({
      image: 'llm-api:latest',
      name: 'llm-api-2',
      ports: [{ hostPort: 8002 }],
    });
  });

  test('a port held by a process is not blamed on a container', async () => {
    const { user } = openPage('/run', start);
    await user.type(await screen.findByRole('textbox', { name: 'Port on this machine' }), '8001');
    expect(await screen.findByText('Port 8001 is held by the process “python3”.')).toBeTruthy();
  });

  test('the command beside the form is the one that will run', async () => {
    const { user, container } = openPage('/run?image=postgres:16', start);
    await user.click(await screen.findByRole('button', { name: 'Add a variable' }));
    await user.type(screen.getByRole('textbox', { name: 'Name 1' }), 'GREETING');
    await user.type(screen.getByRole('textbox', { name: 'Value 1' }), 'hello there');
    const request = runRequest.parse({
      image: 'postgres:16',
      name: 'postgres',
      environment: [{ name: 'GREETING', value: 'hello there' }],
    });
    // 8000 and 8001 are held.
    const command = dockerCommand.run(specOfRequest(request, { hostPorts: [8002], imageUser: safeUser }));
    await waitFor(() => expect(container.querySelector('figure code')?.textContent).toBe(command));
  });

  test('a refusal is told in words and the form keeps what was typed', async () => {
    const { host, user } = openPage('/run', start);
    const name = await screen.findByRole('textbox', { name: 'Name' });
    host.refuse('containers.run', {
      code: 'CONTAINER_EXITED',
      details: { name: 'llm-api-2', exitCode: 127, lastLines: ['exec: "uvicorn": not found'] },
    });
    await user.click(run());
    const alert = await screen.findByRole('alert');
    expect(alert.textContent).toContain('ended right after it started: command not found (127)');
    expect(alert.textContent).toContain('exec: "uvicorn": not found');
    expect(name).toHaveProperty('value', 'llm-api-2');
  });

  test('after running it shows the log of the new container', async () => {
    const { user } = openPage('/run', start);
    await screen.findByRole('textbox', { name: 'Name' });
    await user.click(run());
    await waitFor(() => expect(window.location.hash).toMatch(/^#\/containers\/[0-9a-f]+\?tab=logs$/));
  });
});

describe('what the form amounts to', () => {
  const good = { ...runFormDefaults, image: 'llm-api', name: 'api' };

  test.each([
    [{ image: ' ' }, 'image'],
    [{ name: '-x' }, 'name'],
    [{ ports: [{ hostPort: '70000', containerPort: '80', protocol: 'tcp' as const }] }, 'ports'],
    [{ ports: [{ hostPort: '80a', containerPort: '80', protocol: 'tcp' as const }] }, 'ports'],
    [{ ports: [{ hostPort: '', containerPort: '', protocol: 'tcp' as const }] }, 'ports'],
    [{ memoryMib: '5' }, 'memoryMib'],
    [{ environment: [{ name: '1A', value: '' }] }, 'environment'],
    [
      {
        environment: [
          { name: 'A', value: '1' },
          { name: 'A', value: '2' },
        ],
      },
      'environment',
    ],
  ])('%o does not reach the engine', (part, field) => {
    expect(requestOf({ ...good, ...part })).toEqual({ wrong: [field] });
  });

  test('empty rows and an empty port are no error', () => {
    const checked = requestOf({ ...good, environment: [{ name: '', value: '' }] });
    expect(checked).toMatchObject({ request: { ports: [{ hostPort: null }], environment: [] } });
  });

  test('a proposed name is one that the engine takes and nobody has', () => {
    const taken = new Set(['api', 'api-2']);
    expect(freeName('registry.example.internal:5000/team/api:1.2', taken)).toBe('api-3');
    expect(freeName('', new Set())).toBe('container');
  });
});

describe('more of the run form', () => {
  const command = (container: HTMLElement) => container.querySelector('figure code')?.textContent ?? '';
  // jsdom's files cannot be read.
  const envFile = (text: string) => Object.assign(new File([text], '.env'), { text: async () => text });

  test('an .env file is read as docker reads it: quotes stay, and what was left out is said', async () => {
    const { user, container } = openPage('/run', start);
    await screen.findByRole('textbox', { name: 'Name' });
    const picker = container.querySelector('input[type=file]') as HTMLInputElement;
    picker.hidden = false;
    await user.upload(picker, envFile('# all\nGREETING="hi there"\nALONE\n'));
    expect(await screen.findByText(/A value stands in quotes/)).toBeTruthy();
    expect(screen.getByText('Left out, a name without “=”: line 3.')).toBeTruthy();
    await waitFor(() => expect(command(container)).toContain(`-e 'GREETING="hi there"'`));
    await user.click(screen.getByRole('button', { name: 'Take the quotes off' }));
    await waitFor(() => expect(command(container)).toContain(`-e 'GREETING=hi there'`));
  });

  test('nobody publishes on the network without a key, and one click makes one', async () => {
    const { user, called } = openPage('/run', start);
    await user.click(await screen.findByRole('button', { name: 'Everybody on the network' }));
    expect(await screen.findByText(/Needs a key/)).toBeTruthy();
    await user.click(run());
    expect(called('containers.run')).toEqual([]);
    await user.click(screen.getByRole('button', { name: 'Make a key' }));
    await user.click(run());
    await waitFor(() => expect(called('containers.run')).toHaveLength(1));
    const [asked] = called('containers.run') as { reach: string; environment: { name: string; value: string }[] }[];
    expect(asked).toMatchObject({ reach: 'network', environment: [{ name: 'API_KEY' }] });
    expect(asked?.environment[0]?.value.length).toBeGreaterThan(20);
  });

  test('more memory than the machine has is not asked for', async () => {
    const { user } = openPage('/run', start);
    const memory = await screen.findByRole('textbox', { name: 'Memory limit (MiB)' });
    await user.clear(memory);
    await user.type(memory, '99999');
    expect(await screen.findByText('At least 6 MiB, at most what the machine has.')).toBeTruthy();
  });

  test('a protection that is switched off is off in the command, and its risk is said', async () => {
    const { user, container } = openPage('/run', start);
    await user.click(await screen.findByText('Protection'));
    await user.click(screen.getByRole('checkbox', { name: 'Read-only file system' }));
    expect(screen.getByText(/an attacker can put programs into the container/)).toBeTruthy();
    await waitFor(() => expect(command(container)).not.toContain('--read-only'));
    expect(command(container)).toContain('--cap-drop ALL');
  });

  test('a container that is edited keeps its own name and port without a conflict', async () => {
    const own = sampleContainer();
    const { host, user, called } = openPage(`/run?replace=${own.id}`, start);
    const request = runRequest.parse({
      image: 'llm-api:latest',
      name: own.name,
      ports: [{ containerPort: 8000, hostPort: 8000 }],
      environment: [{ name: 'LLM_MODEL', value: 'llama3' }],
    });
    host.descriptions[own.id] = { request, kept: ['--privileged'] };
    expect(await screen.findByRole('heading', { name: 'Replace llm-api' })).toBeTruthy();
    expect(await screen.findByText('--privileged')).toBeTruthy();
    expect(screen.queryByText(/is taken by another container/)).toBeNull();
    await user.click(screen.getByRole('button', { name: 'Replace' }));
    await waitFor(() => expect(called('containers.replace')).toEqual([{ id: own.id, request }]));
  });

  test('an engine without a GPU says so before the run', async () => {
    const { user } = openPage('/run', start);
    await user.click(await screen.findByRole('checkbox', { name: 'Give it the GPUs' }));
    await user.click(await screen.findByRole('button', { name: 'Try the GPU' }));
    expect(await screen.findByText(/This engine has no GPU runtime/)).toBeTruthy();
  });

  test('a preset fills the form in again', async () => {
    const { host, user, container } = openPage('/run', start);
    const request = runRequest.parse({ image: 'llm-api:latest', name: 'any', memoryBytes: 64 * 1024 * 1024 });
    host.presets = [{ id: crypto.randomUUID(), name: 'small', savedAtMs: 0, request }];
    await user.click(await screen.findByRole('button', { name: 'Use the preset small' }));
    await waitFor(() => expect(command(container)).toContain('--memory 67108864'));
    expect(command(container)).toContain('--name llm-api-2');
  });

  test('Ollama in a container is reached by its name on a network of both', async () => {
    const ollama = sampleContainer({ id: 'c'.repeat(64), name: 'my-ollama', image: 'ollama/ollama', ports: [] });
    const { user, called } = openPage('/run', { ...start, containers: [sampleContainer(), ollama] });
    await user.selectOptions(await screen.findByRole('combobox', { name: 'Who answers' }), 'ollamaContainer');
    await user.selectOptions(await screen.findByRole('combobox', { name: 'Container with Ollama' }), ollama.id);
    await user.click(run());
    await waitFor(() => expect(called('containers.run')).toHaveLength(1));
    expect(called('containers.run')[0]).toMatchObject({
      network: { kind: 'named', name: 'wharf-models', join: [ollama.id] },
      environment: [
        { name: 'LLM_BACKEND', value: 'ollama' },
        { name: 'OLLAMA_HOST', value: 'http://my-ollama:11434' },
      ],
    });
  });
});
