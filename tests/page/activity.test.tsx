import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import { sampleContainer, sampleTask, sampleTasks } from '../fakes/samples';
import { openPage } from './openPage';

const main = () => within(screen.getByRole('main'));
const tasks = async () => within(await screen.findByRole('list', { name: /newest first/ })).findAllByRole('listitem');

describe('activity', () => {
  test('a task started first does not stand above the newest', async () => {
    openPage('/activity', { tasks: [...sampleTasks()].reverse() });
    const states = (await tasks()).map((entry) => within(entry).getAllByRole('status')[0]?.textContent);
    expect(states).toEqual(['Running', 'Failed', 'Done']);
  });

  test('a failed task is not left without its reason and its command', async () => {
    openPage('/activity', { tasks: sampleTasks() });
    const failed = (await tasks())[1] as HTMLElement;
    expect(failed.textContent).toContain('Step 5 of 9 failed, line 11 of the Dockerfile');
    expect(failed.textContent).toContain('No matching distribution found');
    expect(failed.textContent).toContain('docker build -t llm-api:latest api-image');
    expect(failed.textContent).toContain('0:41');
  });

  test('the copied command is the one that is shown', async () => {
    const { user, called } = openPage('/activity', { tasks: [sampleTask()] });
    const [entry] = await tasks();
    await user.click(within(entry as HTMLElement).getByRole('button', { name: /^Copy/ }));
    const { command } = sampleTask();
    await waitFor(() => expect(called('host.copyText')).toEqual([{ text: command }]));
  });

  test('a running task can be cancelled here, once, and is then shown as cancelled', async () => {
    const { host, user, called } = openPage('/activity', { tasks: [sampleTask()] });
    const release = host.hold('tasks.cancel');
    const cancel = await screen.findByRole('button', { name: 'Cancel: Build llm-api:latest' });
    await user.click(cancel);
    await user.click(cancel);
    release();
    expect(await main().findByText('Cancelled')).toBeTruthy();
    expect(called('tasks.cancel')).toEqual([{ id: 'task-build' }]);
    expect(main().queryByRole('button', { name: /^Cancel/ })).toBeNull();
  });

  test('a failed task is started again here, and a running one is not offered that', async () => {
    const { user, called } = openPage('/activity', { tasks: sampleTasks() });
    const [running, failed] = (await tasks()) as [HTMLElement, HTMLElement];
    expect(within(running).queryByRole('button', { name: /^Try again/ })).toBeNull();
    await user.click(within(failed).getByRole('button', { name: 'Try again: Build llm-api:latest' }));
    await waitFor(() => expect(called('tasks.retry')).toEqual([{ id: 'task-old' }]));
    expect(await tasks()).toHaveLength(4);
  });

  test('a refused cancel is not swallowed', async () => {
    const { host, user } = openPage('/activity', { tasks: [sampleTask()] });
    host.refuse('tasks.cancel', { code: 'TASK_MISSING', details: { id: 'task-build' } });
    await user.click(await screen.findByRole('button', { name: 'Cancel: Build llm-api:latest' }));
    expect((await screen.findByRole('alert')).textContent).toContain('no longer exists');
  });

  test('a build and run leads to its container once that is up, and says what it waits for before', async () => {
    const first = sampleTasks()[2];
    if (first?.subject.kind !== 'buildAndRun') throw new Error('the sample is a build and run');
    const waiting = { ...first, state: 'running' as const, finishedAtMs: null };
    const { host } = openPage('/activity', {
      containers: [sampleContainer()],
      tasks: [{ ...waiting, subject: { ...first.subject, phase: 'waitingForHealth' } }],
    });
    expect(await screen.findByText('Waiting until it is healthy')).toBeTruthy();
    expect(main().getByRole('link', { name: 'Follow on Home' })).toBeTruthy();
    host.tasks.set([first]);
    expect(await main().findByRole('link', { name: 'Open llm-api' })).toBeTruthy();
  });

  test('an empty page says what will stand there', async () => {
    openPage('/activity');
    expect(await screen.findByText('Nothing has been done yet')).toBeTruthy();
    expect(main().getByRole('link', { name: 'Build an image' })).toBeTruthy();
  });
});

test('what was done to containers is not forgotten: each stands as the line that does the same', async () => {
  const { host } = openPage('/activity', { tasks: sampleTasks() });
  const done = { startedAtMs: Date.now() - 5000, finishedAtMs: Date.now() - 4000, failure: null };
  host.actions.set([
    { id: 'b', ...done, command: 'docker stop web', failure: { code: 'CONTAINER_MISSING', details: { id: 'x' } } },
    { id: 'a', ...done, command: 'docker start web' },
  ]);
  const list = await screen.findByRole('list', { name: 'Done to containers' });
  const [stop, start] = within(list).getAllByRole('listitem');
  expect(start?.textContent).toContain('docker start web');
  expect(stop?.textContent).toContain('Failed');
  expect(stop?.textContent).toContain('no longer exists');
});
