import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import { firstSteps } from '../../renderer/features/home/firstSteps';
import {
  buildFailure,
  noEngine,
  readyEngine,
  sampleBuild,
  sampleContainer,
  sampleImage,
  sampleTask,
} from '../fakes/samples';
import { openPage } from './openPage';

const task = (part: object, subject: object = {}) =>
  sampleTask({
    id: 'task-first',
    subject: {
      kind: 'buildAndRun',
      tag: 'llm-api:latest',
      phase: 'building',
      buildTaskId: 'task-build',
      containerId: null,
      containerName: null,
      hostPort: null,
      ...subject,
    },
    ...part,
  });

describe('without an engine', () => {
  test('no attempt is kept back: each place is named with what it said', async () => {
    openPage('/', { engine: noEngine() });
    const tried = await screen.findByRole('region', { name: 'What was tried' });
    const said = within(tried)
      .getAllByRole('listitem')
      .map((item) => item.textContent);
    expect(said).toHaveLength(3);
    expect(said[0]).toContain('unix:///home/mina/.docker/desktop/docker.sock');
    expect(said[1]).toContain('You are not allowed to use unix:///var/run/docker.sock');
    expect(said[2]).toContain('refused the connection');
  });

  test.each([
    ['linux', 'sudo systemctl start docker'],
    ['darwin', 'open -a Docker'],
    ['win32', 'winget install Docker.DockerDesktop'],
  ])('on %s nobody is told the commands of another system', async (platform, command) => {
    openPage('/', { engine: noEngine(), about: { platform } });
    const howTo = await screen.findByRole('region', { name: 'How to get one' });
    await waitFor(() => {
      expect([...howTo.querySelectorAll('code')].map((code) => code.textContent)).toContain(command);
    });
  });

  test('the page comes back by itself when the engine does', async () => {
    const { host } = openPage('/', { engine: noEngine() });
    await screen.findByRole('button', { name: 'Try again' });
    host.engine.set(readyEngine());
    await waitFor(async () =>
      expect(await screen.findByRole('button', { name: 'Build and run' })).toHaveProperty('disabled', false),
    );
  });
});

describe('the three steps', () => {
  test('one click begins, a second one does not begin again', async () => {
    const { host, called } = openPage('/');
    const button = await screen.findByRole('button', { name: 'Build and run' });
    await waitFor(() => expect(button).toHaveProperty('disabled', false));
    const release = host.hold('tasks.buildAndRun');
    button.click();
    await waitFor(() => expect(button).toHaveProperty('disabled', true));
    button.click();
    release();
    await waitFor(() => expect(called('tasks.buildAndRun')).toHaveLength(1));
  });

  test('a build is not a black box: its steps stand there while it goes', async () => {
    openPage('/', { tasks: [task({})], builds: { 'task-build': sampleBuild('task-build', 5, 'running') } });
    expect(await screen.findByText('Step 5 of 9')).toBeTruthy();
    const steps = await screen.findByRole('list', { name: 'Steps of the build' });
    expect(within(steps).getAllByRole('listitem')).toHaveLength(9);
    expect(screen.getByRole('button', { name: 'Cancel' })).toBeTruthy();
  });

  test('a failed build names step, line and last output, and can be tried again', async () => {
    openPage('/', {
      tasks: [task({ state: 'failed', failure: buildFailure(5), finishedAtMs: Date.now() })],
      builds: { 'task-build': sampleBuild('task-build', 5, 'failed') },
    });
    const alert = await screen.findByRole('alert');
    expect(alert.textContent).toContain('Step 5 of 9 failed, line 11 of the Dockerfile');
    expect(alert.textContent).toContain('No matching distribution found');
    expect(screen.getByRole('button', { name: 'Build and run' })).toBeTruthy();
    expect(within(alert).getByRole('link', { name: 'Open the build' })).toBeTruthy();
  });

  test('once all is done the next click is the chat with that container', async () => {
    const container = sampleContainer();
    openPage('/', { containers: [container], images: [sampleImage()] });
    const chat = await screen.findByRole('link', { name: 'Open chat' });
    expect(chat.getAttribute('href')).toContain(`#/chat?container=${container.id}`);
  });

  test('the end of long work is read out, not only drawn', async () => {
    const { host } = openPage('/settings', { tasks: [task({})] });
    await screen.findByRole('progressbar');
    host.tasks.set([task({ state: 'failed', failure: buildFailure(5), finishedAtMs: Date.now() + 1000 })]);
    expect(await screen.findByText('Build and run llm-api:latest: Failed')).toHaveProperty('role', 'status');
  });

  test('state is not told by colour alone', async () => {
    openPage('/');
    const steps = await screen.findByText('Image built');
    expect(steps.closest('li')?.textContent).toContain('to do');
  });
});

describe('where a newcomer stands', () => {
  const engine = readyEngine();
  const nothing = { engine, images: [], containers: [], tasks: [] };

  test('a container that is starting does not count as healthy', () => {
    const containers = [sampleContainer({ health: 'starting' })];
    expect(firstSteps({ ...nothing, containers }).container).toBe('busy');
  });

  test('somebody else’s container does not count as ours', () => {
    const containers = [sampleContainer({ servesApi: false })];
    expect(firstSteps({ ...nothing, containers })).toMatchObject({ container: 'waiting', apiContainer: null });
  });

  test('an old failure does not outlive the success after it', () => {
    const failed = task({ state: 'failed', finishedAtMs: 1000, failure: buildFailure(5) });
    const images = [sampleImage({ createdAtMs: 2000 })];
    expect(firstSteps({ ...nothing, tasks: [failed] }).image).toBe('failed');
    expect(firstSteps({ ...nothing, tasks: [failed], images }).image).toBe('done');
  });

  test('the failure of the container is not put on the build', () => {
    const failed = task({ state: 'failed', finishedAtMs: 1000 }, { phase: 'waitingForHealth', containerId: 'gone' });
    expect(firstSteps({ ...nothing, tasks: [failed], images: [sampleImage()] })).toMatchObject({
      image: 'done',
      container: 'failed',
    });
  });
});
