import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import { nearestTag, tagOfFolder } from '../../renderer/features/builds/buildFormValues';
import { stepParts } from '../../renderer/features/builds/stepParts';
import { lostEngine, sampleBuild, sampleBuildkit, sampleImage, sampleOutput, sampleTask } from '../fakes/samples';
import { openPage } from './openPage';
// The pages' own files: loading them takes longer than a page may take to show something.
import '../../renderer/app/pages/BuildFormRoute';
import '../../renderer/app/pages/BuildRoute';

const buildButton = () => screen.findByRole('button', { name: 'Build' });
/** The button, once the engine is known to answer. */
async function build(): Promise<HTMLElement> {
  const button = await buildButton();
  await waitFor(() => expect(button).toHaveProperty('disabled', false));
  return button;
}
const tagField = () => screen.findByRole('textbox', { name: /Tag/ });
const command = () => screen.getByText('Same as this command').closest('figure')?.textContent ?? '';

describe('the build form', () => {
  test('what is built is what the command says', async () => {
    const { host, user, called } = openPage('/build');
    host.builds.set({ 'task-build': sampleBuild('task-build', 2, 'running') });
    const field = await tagField();
    const paste = async (into: HTMLElement, text: string) => {
      await user.click(into);
      await user.paste(text);
    };
    await user.clear(field);
    await paste(field, 'mine:2');
    await user.click(screen.getByRole('checkbox', { name: /Build every step anew/ }));
    await user.click(screen.getByRole('button', { name: 'Add an argument' }));
    await paste(screen.getByRole('textbox', { name: 'Name 1' }), 'COLOUR');
    await paste(screen.getByRole('textbox', { name: 'Value 1' }), 'dark blue');
    expect(command()).toContain("docker build -t mine:2 --no-cache --build-arg 'COLOUR=dark blue' api-image");
    await user.click(await build());
    await screen.findByRole('heading', { name: 'llm-api:latest' });
    const request = {
      source: { kind: 'bundled' },
      tag: 'mine:2',
      dockerfile: 'Dockerfile',
      target: null,
      noCache: true,
      pull: false,
      platform: null,
      hostSettings: true,
      buildArguments: { COLOUR: 'dark blue' },
    };
    expect(called('builds.start')).toEqual([request]);
  });

  test('a base image that is set is not left out of the command', async () => {
    openPage('/build', { settings: { baseImage: 'mirror.example/python:3.11' } });
    await waitFor(() => expect(command()).toContain('--build-arg BASE_IMAGE=mirror.example/python:3.11'));
  });

  test('a tag that Docker refuses is told while typing, with one that it takes', async () => {
    const { user, called } = openPage('/build');
    const field = await tagField();
    await user.clear(field);
    await user.type(field, 'My App');
    expect(await screen.findByText(/Lower-case letters/)).toBeTruthy();
    await user.click(await build());
    expect(called('builds.start')).toEqual([]);
    await user.click(screen.getByRole('button', { name: 'Use my-app' }));
    expect(field).toHaveProperty('value', 'my-app');
    expect(screen.queryByText(/Lower-case letters/)).toBeNull();
  });

  test('an empty form is not scolded before it is sent, nor silent after', async () => {
    const { user, called } = openPage('/build');
    await user.click(await screen.findByRole('radio', { name: 'A folder of yours' }));
    expect(screen.queryByText(/Choose the folder/)).toBeNull();
    await user.click(await build());
    expect(await screen.findByText(/Choose the folder/)).toBeTruthy();
    expect(screen.getByText('Give the image a name.')).toBeTruthy();
    expect(called('builds.start')).toEqual([]);
  });

  test('a chosen folder fills in its path and a tag, and does not overwrite a tag of one’s own', async () => {
    const { user } = openPage('/build');
    await user.click(await screen.findByRole('radio', { name: 'A folder of yours' }));
    await user.click(screen.getByRole('button', { name: 'Choose…' }));
    expect(await screen.findByDisplayValue('/home/mina/projects/summary-api')).toBeTruthy();
    expect(await tagField()).toHaveProperty('value', 'summary-api:latest');
    await user.type(await tagField(), '-mine');
    await user.click(screen.getByRole('button', { name: 'Choose…' }));
    await waitFor(async () => expect(await tagField()).toHaveProperty('value', 'summary-api:latest-mine'));
  });

  test('a typed folder proposes its tag before the tag field is entered, where it would disturb', async () => {
    const { user } = openPage('/build');
    await user.click(await screen.findByRole('radio', { name: 'A folder of yours' }));
    await user.type(screen.getByRole('textbox', { name: 'Folder' }), '/srv/chat');
    expect(await tagField()).toHaveProperty('value', 'chat:latest');
    await user.type(screen.getByRole('textbox', { name: 'Folder' }), '/한글');
    expect(await tagField()).toHaveProperty('value', '');
  });

  test('a refused folder is told at its field, and no longer once another one is named', async () => {
    const { host, user } = openPage('/build');
    const path = '/home/mina/projects/summary-api';
    host.refuse('builds.start', { code: 'CONTEXT_REFUSED', details: { path: 'Dockerfile', reason: 'noDockerfile' } });
    await user.click(await screen.findByRole('radio', { name: 'A folder of yours' }));
    await user.click(screen.getByRole('button', { name: 'Choose…' }));
    await screen.findByDisplayValue(path);
    await user.click(await build());
    const problem = await screen.findByText(`There is no Dockerfile in the folder`, { exact: false });
    expect(problem.closest('[class*=wrapper], [class*=root], div')?.textContent).toContain('Folder');
    await user.type(screen.getByRole('textbox', { name: 'Folder' }), '/other');
    await waitFor(() => expect(screen.queryByText(/There is no Dockerfile in/)).toBeNull());
  });

  test('a tag that is being built already leads to that build instead of failing', async () => {
    const { user } = openPage('/build', {
      tasks: [sampleTask()],
      builds: { 'task-build': sampleBuild('task-build', 5, 'running') },
    });
    await screen.findByText(/is being built right now/);
    expect(await buildButton()).toHaveProperty('disabled', true);
    await user.click(screen.getByRole('button', { name: 'Open that build' }));
    expect(await screen.findByRole('heading', { name: 'llm-api:latest' })).toBeTruthy();
  });

  test('a build that another window began a moment ago is led to as well', async () => {
    const { host, user } = openPage('/build', {
      builds: { 'task-other': sampleBuild('task-other', 5, 'running') },
    });
    host.refuse('builds.start', { code: 'TASK_ALREADY_RUNNING', details: { id: 'task-other' } });
    await user.click(await build());
    await user.click(await screen.findByRole('button', { name: 'Open that build' }));
    expect(await screen.findByRole('heading', { name: 'llm-api:latest' })).toBeTruthy();
  });

  test('twenty clicks on Build start one build', async () => {
    const { host, called } = openPage('/build');
    const release = host.hold('builds.start');
    const button = await build();
    for (let clicks = 0; clicks < 20; clicks += 1) button.click();
    release();
    await screen.findByText('This build is no longer known');
    expect(called('builds.start')).toHaveLength(1);
  });

  test('without an engine nothing can be started, and the form says why', async () => {
    openPage('/build', { engine: lostEngine() });
    expect(await screen.findByText(/Images can be built once the engine is back/)).toBeTruthy();
    expect(await buildButton()).toHaveProperty('disabled', true);
  });

  test('a tag that exists is not taken over silently', async () => {
    openPage('/build', { images: [sampleImage()] });
    expect(await screen.findByText(/It moves to the new image/)).toBeTruthy();
  });

  test.each([
    ['LLM-API:Latest', 'llm-api:latest'],
    ['my app', 'my-app'],
    ['-x-', 'x'],
    ['한글', null],
    ['llm-api', null],
  ])('no proposal is made for %s that Docker would refuse or that changes nothing', (typed, proposed) => {
    expect(nearestTag(typed)).toBe(proposed);
  });

  test.each([
    ['/home/mina/Summary API/', 'summary-api:latest'],
    ['C:\\work\\chat', 'chat:latest'],
    ['/srv/한글', null],
  ])('the folder %s does not make a tag that Docker refuses', (path, tag) => {
    expect(tagOfFolder(path)).toBe(tag);
  });
});

describe('the build view', () => {
  const step = (words: RegExp) => screen.findByRole('button', { name: words });
  const lines = { 'task-build': sampleOutput(9), 'task-build/4': sampleOutput(1), 'task-build/e': sampleOutput(2) };

  test('a failing build shows its message at the step, the line and what that step wrote', async () => {
    const failed = sampleBuild('task-build', 5, 'failed');
    openPage('/builds/task-build', { tasks: [sampleTask()], builds: { 'task-build': failed }, lines });
    const failing = await step(/pip install/);
    expect(failing.textContent).toContain('The command returned a non-zero code: 1');
    expect(failing.textContent).toContain('line 11');
    expect(failing.getAttribute('aria-pressed')).toBe('true');
    expect(screen.getByText('Step 5 of 9 failed, line 11 of the Dockerfile')).toBeTruthy();
    expect(screen.getByText(/correct the Dockerfile or its files/)).toBeTruthy();
  });

  test('choosing a step shows its lines and no others', async () => {
    const { user } = openPage('/builds/task-build', {
      tasks: [sampleTask()],
      builds: { 'task-build': sampleBuild('task-build', 9, 'done') },
      lines,
    });
    expect(await screen.findByText('36 lines')).toBeTruthy();
    await user.click(await step(/COPY requirements/));
    expect(await screen.findByText('4 lines')).toBeTruthy();
    await user.click(await step(/Whole output/));
    expect(await screen.findByText('36 lines')).toBeTruthy();
  });

  test('a step that has not begun does not look like one that failed to load', async () => {
    const { user } = openPage('/builds/task-build', {
      tasks: [sampleTask()],
      builds: { 'task-build': sampleBuild('task-build', 5, 'running') },
      lines,
    });
    await user.click(await step(/USER 10001/));
    expect(await screen.findByText('This step has not begun')).toBeTruthy();
  });

  test('a build under way says how far it is and follows what happens', async () => {
    const { host } = openPage('/builds/task-build', {
      tasks: [sampleTask()],
      builds: { 'task-build': sampleBuild('task-build', 5, 'running') },
      lines,
    });
    expect(await screen.findByText(/4 of 9/)).toBeTruthy();
    expect((await step(/COPY requirements/)).textContent).toContain('cached');
    host.builds.set({ 'task-build': sampleBuild('task-build', 9, 'done') });
    expect(await screen.findByText(/9 of 9/)).toBeTruthy();
    expect(screen.getByRole('link', { name: 'Run it' })).toBeTruthy();
    expect(screen.getByRole('link', { name: 'See the image' })).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Cancel the build' })).toBeNull();
  });

  test('leaving the page does not cancel the build', async () => {
    const { user, called } = openPage('/builds/task-build', {
      tasks: [sampleTask()],
      builds: { 'task-build': sampleBuild('task-build', 5, 'running') },
    });
    await screen.findByRole('button', { name: 'Cancel the build' });
    await user.click(screen.getByRole('link', { name: 'Settings' }));
    await screen.findByRole('heading', { name: 'Settings' });
    expect(called('tasks.cancel')).toEqual([]);
  });

  test('Cancel cancels once, and says so until it is over', async () => {
    const { host, called } = openPage('/builds/task-build', {
      tasks: [sampleTask()],
      builds: { 'task-build': sampleBuild('task-build', 5, 'running') },
    });
    const release = host.hold('tasks.cancel');
    const cancel = await screen.findByRole('button', { name: 'Cancel the build' });
    cancel.click();
    await waitFor(() => expect(cancel).toHaveProperty('disabled', true));
    cancel.click();
    release();
    host.builds.set({ 'task-build': sampleBuild('task-build', 5, 'cancelled') });
    expect(await screen.findByRole('link', { name: 'Build again' })).toBeTruthy();
    expect(called('tasks.cancel')).toEqual([{ id: 'task-build' }]);
  });

  test('parallel steps of BuildKit keep their own stage, number and lines', async () => {
    const { user } = openPage('/builds/task-build', {
      tasks: [sampleTask()],
      builds: { 'task-build': sampleBuildkit('task-build') },
      lines,
    });
    const pip = await step(/pip install/);
    expect(pip.textContent).toMatch(/^running3\/4RUN python -m venv .*builderline 7/);
    expect((await step(/gzip/)).textContent).toMatch(/^running2\/2RUN gzip .*assetsline 13/);
    expect((await step(/load metadata/)).textContent).not.toContain('[internal]');
    expect(screen.getByText('1 more step')).toBeTruthy();
    await user.click(pip);
    expect(await screen.findByText('8 lines')).toBeTruthy();
  });

  test('a build that Wharf forgot says so instead of waiting for ever', async () => {
    openPage('/builds/task-gone');
    expect(await screen.findByText('This build is no longer known')).toBeTruthy();
    expect(within(screen.getByRole('main')).getByRole('link', { name: 'Build an image' })).toBeTruthy();
  });

  test('a base image that no registry gave is told with the engine’s words', async () => {
    const failed = sampleBuild('task-build', 1, 'failed');
    const details = { image: 'python:3.11-slim', message: 'dial tcp: no such host' };
    openPage('/builds/task-build', {
      tasks: [sampleTask()],
      builds: { 'task-build': { ...failed, failure: { code: 'BASE_IMAGE_UNREACHABLE', details } } },
    });
    expect(await screen.findByText(/no registry gave it/)).toBeTruthy();
    expect(screen.getAllByText('dial tcp: no such host').length).toBeGreaterThan(0);
  });

  test('a classic step that begins with a bracket does not lose its words', () => {
    const [first] = sampleBuild('t', 5, 'running').steps;
    if (first === undefined) throw new Error('the sample has steps');
    expect(stepParts({ ...first, instruction: '[a 1/2] x' }, 'classic', 0, 9)).toMatchObject({
      number: '1/9',
      text: '[a 1/2] x',
    });
  });
});
