import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import axe from 'axe-core';
import { describe, expect, test } from 'vitest';
import {
  lostEngine,
  noEngine,
  sampleContainer,
  sampleContainers,
  sampleConversations,
  sampleImages,
  sampleTask,
  sampleTasks,
} from '../fakes/samples';
import { openPage } from './openPage';

const full = {
  containers: sampleContainers(),
  images: sampleImages(),
  tasks: sampleTasks(),
  conversations: sampleConversations(),
};

describe('the frame', () => {
  test('the engine in use is never out of sight', async () => {
    openPage('/settings');
    expect(await screen.findByText('unix:///var/run/docker.sock', { selector: 'header *' })).toBeTruthy();
  });

  test('the language changes at once, without a reload', async () => {
    const { host } = openPage('/containers');
    expect(await screen.findByRole('heading', { name: 'Containers' })).toBeTruthy();
    host.settings.set({ ...host.settings.value, language: 'ko' });
    expect(await screen.findByRole('heading', { name: '컨테이너' })).toBeTruthy();
    expect(document.documentElement.lang).toBe('ko');
  });

  test('the system’s language counts where none is set', async () => {
    openPage('/containers', { about: { systemLocale: 'ko-KR' } });
    expect(await screen.findByRole('heading', { name: '컨테이너' })).toBeTruthy();
  });

  test('work goes on in sight on every page, and the build of a task is not counted twice', async () => {
    const first = sampleTask({
      id: 'task-first',
      subject: {
        kind: 'buildAndRun',
        tag: 'llm-api:latest',
        phase: 'building',
        buildTaskId: 'task-build',
        containerId: null,
        containerName: null,
        hostPort: null,
      },
    });
    openPage('/containers', { tasks: [first, sampleTask()] });
    expect(await screen.findByRole('progressbar', { name: 'Build and run llm-api:latest' })).toBeTruthy();
    expect(screen.queryByText('1 more')).toBeNull();
  });

  test('what all containers take of the machine is not shown while none runs or no engine answers', async () => {
    const { host } = openPage('/containers', full);
    const bar = within(await screen.findByRole('contentinfo'));
    expect(bar.queryByText(/^CPU [\d.]+ %$/)).toBeNull();
    act(() => host.totalUse.set({ containerCount: 3, cpuPercent: 12.5, memoryBytes: 812 * 1024 ** 2 }));
    expect(await bar.findByText('CPU 12.5 %')).toBeTruthy();
    expect(bar.getByText('Memory 812 MiB')).toBeTruthy();
    act(() => host.engine.set(lostEngine()));
    await waitFor(() => expect(bar.queryByText('CPU 12.5 %')).toBeNull());
  });

  test('a window without a sandbox does not look like one with it', async () => {
    openPage('/containers', { about: { sandboxed: false } });
    expect(await screen.findByText('Sandbox off')).toBeTruthy();
  });

  test('a closed port does not leave a page that looks alive', async () => {
    const { host } = openPage('/containers');
    await screen.findByRole('heading', { name: 'Containers' });
    act(() => host.close());
    expect((await screen.findByRole('alert')).textContent).toContain('Wharf’s core has stopped answering');
    expect(screen.getByRole('button', { name: 'Reload' })).toBeTruthy();
  });

  test('an address that leads nowhere says so and leads home', async () => {
    const { user } = openPage('/nowhere');
    await user.click(await screen.findByRole('link', { name: 'Go to Home' }));
    expect(await screen.findByRole('heading', { name: 'Home' })).toBeTruthy();
  });
});

describe('the command palette', () => {
  test('Ctrl+K opens it on a Korean keyboard too, and a container’s action is a few letters away', async () => {
    const { user, called } = openPage('/settings', { containers: [sampleContainer()] });
    await screen.findByRole('heading', { name: 'Settings' });
    fireEvent.keyDown(window, { key: 'ㅏ', code: 'KeyK', ctrlKey: true });
    const field = await screen.findByRole('textbox', { name: 'Search or run a command' });
    await user.type(field, 'stop llm');
    await user.click(await screen.findByRole('button', { name: /Stop llm-api/ }));
    await waitFor(() => expect(called('containers.stop')).toHaveLength(1));
  });
});

describe('accessibility', () => {
  test.each([
    ['/', full, 'Home'],
    ['/', { engine: noEngine() }, 'Home'],
    ['/containers', full, 'Containers'],
    [`/containers/${full.containers[0]?.id}`, full, 'llm-api'],
    ['/run', full, 'Run a container'],
    ['/images', full, 'Images'],
    ['/build', full, 'Build an image'],
    ['/activity', full, 'Activity'],
    ['/settings', full, 'Settings'],
  ] as const)('%s has no barrier that axe can find', async (address, start, heading) => {
    const { container } = openPage(address, start as never);
    await screen.findByRole('heading', { level: 1, name: heading });
    // Colours need a layout: `contrast.test.ts` judges them.
    const { violations } = await axe.run(container, { rules: { 'color-contrast': { enabled: false } } });
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
  });
});
