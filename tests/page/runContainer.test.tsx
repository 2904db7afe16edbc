import { screen, waitFor } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import { dockerCommand } from '../../electron/contract/commands';
import { runRequest, safeUser, specOfRequest } from '../../electron/contract/runRequest';
import { freeName, requestOf, runFormDefaults } from '../../renderer/features/containers/runFormValues';
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
    const command = dockerCommand.run(specOfRequest(request, { hostPorts: [], imageUser: safeUser }));
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
    [{ hostPort: '70000' }, 'hostPort'],
    [{ hostPort: '80a' }, 'hostPort'],
    [{ containerPort: '' }, 'containerPort'],
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
