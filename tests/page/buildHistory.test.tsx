import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import type { BuildState } from '../../electron/contract/builds';
import { compareBuilds } from '../../renderer/features/builds/compareBuilds';
import { slowestStep } from '../../renderer/features/builds/stepTimes';
import { sampleBuild, sampleBuildkit, sampleContext, sampleDockerfile } from '../fakes/samples';
import { openPage } from './openPage';
// The pages' own files: loading them takes longer than a page may take to show something.
import '../../renderer/app/pages/BuildFormRoute';
import '../../renderer/app/pages/BuildHistoryRoute';
import '../../renderer/app/pages/BuildRoute';
import '../../renderer/app/pages/CompareBuildsRoute';

const done = sampleBuild('task-done', 9, 'done');
const failed = { ...sampleBuild('task-failed', 5, 'failed'), startedAtMs: done.startedAtMs - 86_400_000 };
const kept = {
  dockerfile: sampleDockerfile,
  lastLines: { '5': ['Collecting fastapi', '\u001b[31mERROR\u001b[0m: no such file'] },
};

/** What an earlier run of Wharf left: builds that no task of this run belongs to. */
const earlier = {
  builds: { 'task-done': done, 'task-failed': failed },
  buildDetails: { 'task-failed': kept, 'task-done': kept },
};

const rowOf = async (words: RegExp) => (await screen.findByRole('row', { name: words })) as HTMLElement;

describe('the build history', () => {
  test('an earlier build is not gone with the Wharf that ran it: its steps, its Dockerfile, its last lines', async () => {
    const { user } = openPage('/builds/task-failed', earlier);
    const failing = await screen.findByText(/ERROR: no such file/);
    expect(failing.textContent).toBe('Collecting fastapi\nERROR: no such file');
    expect(await screen.findByText(/kept until Wharf closes/)).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Whole output' }));
    expect(await screen.findByText('The output was kept until Wharf closed')).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Dockerfile' }));
    const lines = within(await screen.findByRole('list', { name: 'Dockerfile as it was built' }));
    const line = lines.getByText(/RUN pip install/).closest('li');
    expect(line?.textContent).toContain('11');
    expect(line?.textContent).toContain('The command returned a non-zero code: 1');
    expect(line?.dataset.failed).toBe('true');
    expect(lines.getByText('FROM python:3.11-slim').closest('li')?.dataset.failed).toBeUndefined();
  });

  test('two builds can be compared, never one or three, the earlier one first', async () => {
    const { user } = openPage('/builds', { builds: { ...earlier.builds, x: sampleBuildkit('x') } });
    const compare = await screen.findByRole('button', { name: 'Compare' });
    const boxes = await screen.findAllByRole('checkbox');
    expect(compare).toHaveProperty('disabled', true);
    for (const box of boxes) await user.click(box);
    expect(compare).toHaveProperty('disabled', true);
    // BuildKit's stands between: without it the done one and the failed one of the day before are left.
    await user.click(boxes[1] as HTMLElement);
    await user.click(compare);
    await waitFor(async () => {
      const states = within(await rowOf(/^Tag/)).getAllByText(/Done|Failed/);
      expect(states.map(({ textContent }) => textContent)).toEqual(['Failed', 'Done']);
    });
    expect((await rowOf(/^Dockerfile/)).textContent).toContain('the same');
  });

  test('builds are not forgotten by one click, and one that goes on not at all', async () => {
    const { user, called } = openPage('/builds', { builds: { ...earlier.builds, x: sampleBuildkit('x') } });
    for (const box of await screen.findAllByRole('checkbox')) await user.click(box);
    await user.click(screen.getByRole('button', { name: 'Forget' }));
    const dialog = within(await screen.findByRole('dialog', { name: 'Forget 2 builds?' }));
    expect(called('builds.forget')).toEqual([]);
    await user.click(dialog.getByRole('button', { name: 'Forget' }));
    await waitFor(() => expect(called('builds.forget')).toEqual([{ taskIds: ['task-done', 'task-failed'] }]));
    await waitFor(() => expect(screen.getAllByRole('checkbox')).toHaveLength(1));
  });

  test('a search finds by folder and says when it finds nothing', async () => {
    const request = { ...done.request, source: { kind: 'folder' as const, path: '/srv/summary' } };
    const { user } = openPage('/builds?find=summary', {
      builds: { a: { ...done, taskId: 'a', request }, 'task-failed': failed },
    });
    expect(await screen.findAllByRole('checkbox')).toHaveLength(1);
    await user.type(screen.getByRole('searchbox'), 'nothing like it');
    expect(await screen.findByText('No build matches')).toBeTruthy();
  });
});

describe('building again', () => {
  test('brings back the very request, not the defaults', async () => {
    const request: BuildState['request'] = {
      source: { kind: 'folder', path: '/srv/summary' },
      tag: 'summary:2',
      dockerfile: 'docker/api.Dockerfile',
      target: 'builder',
      buildArguments: { COLOUR: 'blue' },
      noCache: true,
      pull: true,
      platform: 'linux/arm64',
      hostSettings: false,
    };
    const { user, called } = openPage('/builds/task-again', {
      builds: { 'task-again': { ...failed, taskId: 'task-again', request } },
      context: sampleContext({ stages: [{ name: 'builder', base: 'x', line: 1 }], baseArgument: null }),
    });
    await user.click(await screen.findByRole('link', { name: 'Build again' }));
    expect(await screen.findByDisplayValue('/srv/summary')).toBeTruthy();
    const button = await screen.findByRole('button', { name: 'Build' });
    await waitFor(() => expect(button).toHaveProperty('disabled', false));
    await user.click(button);
    await waitFor(() => expect(called('builds.start')).toEqual([request]));
  });

  test('leads on from a base image that cannot be had: another one, an archive, the setting', async () => {
    const failure = {
      code: 'BASE_IMAGE_UNREACHABLE' as const,
      details: { image: 'python:3.11-slim', message: 'offline' },
    };
    openPage('/builds/task-x', { builds: { 'task-x': { ...failed, taskId: 'task-x', failure } } });
    expect(await screen.findByText(/python:3.11-slim.* is not here and no registry gave it/)).toBeTruthy();
    const address = (name: string) => screen.getByRole('link', { name }).getAttribute('href');
    expect(address('Choose another base image')).toContain('/build?from=task-x');
    expect(address('Load an archive')).toContain('/images');
    expect(address('Base image in Settings')).toContain('/settings');
  });
});

describe('the preview of what is sent', () => {
  test('what keeps a folder from being built is named before the build is begun', async () => {
    openPage('/build', {
      context: sampleContext({
        refused: [
          { path: 'data/link', reason: 'linkOutside' },
          { path: 'pipe', reason: 'specialFile' },
        ],
      }),
    });
    expect(await screen.findByText('2 things keep the folder from being built')).toBeTruthy();
    expect(screen.getByText(/The link data\/link leads out of the folder/)).toBeTruthy();
    expect(screen.getByText(/pipe is a socket, pipe or device/)).toBeTruthy();
  });

  test('sizes, the largest files and what the ignore file drops are there and follow the folder', async () => {
    const { host } = openPage('/build');
    const card = within(await screen.findByRole('region', { name: 'What is sent' }));
    expect(card.getByText('47.1 KiB in 14 files')).toBeTruthy();
    expect(card.getByText('.venv')).toBeTruthy();
    expect(card.getByText('9 entries, 11.8 MiB')).toBeTruthy();
    host.context.set(
      sampleContext({ fileCount: 1, sizeBytes: 100, dropped: { ...sampleContext().dropped, ignoreFile: null } }),
    );
    expect(await card.findByText('100 B in 1 file')).toBeTruthy();
    expect(card.getByText(/There is no .dockerignore/)).toBeTruthy();
  });

  test('a stage that the Dockerfile does not have is told while typing', async () => {
    const { user, called } = openPage('/build');
    await screen.findByRole('region', { name: 'What is sent' });
    const field = screen.getByRole('combobox', { name: 'Target stage' });
    await user.type(field, 'bilder');
    expect(await screen.findByText('The Dockerfile has no such stage.')).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Build' }));
    expect(called('builds.start')).toEqual([]);
    await user.clear(field);
    await user.type(field, 'builder');
    await waitFor(() => expect(screen.queryByText('The Dockerfile has no such stage.')).toBeNull());
    expect(screen.getByText('Same as this command').closest('figure')?.textContent).toContain('--target builder');
  });
});

describe('two builds compared', () => {
  test('a line added above does not make every step below another one', () => {
    const before = sampleBuildkit('a');
    const added = {
      ...(before.steps[3] as BuildState['steps'][number]),
      id: 'new',
      instruction: '[builder 2/5] ENV A=1',
    };
    const renumbered = before.steps.map((step) => ({ ...step, instruction: step.instruction.replace('/4]', '/5]') }));
    const after = { ...before, steps: [...renumbered.slice(0, 3), added, ...renumbered.slice(3)] };
    const rows = compareBuilds(before, after);
    expect(rows).toHaveLength(before.steps.length + 1);
    expect(rows.filter((row) => row.before === null).map(({ text }) => text)).toEqual(['[builder] ENV A=1']);
    expect(compareBuilds(after, before).findIndex((row) => row.after === null)).toBe(3);
  });

  test('a step from the cache counts as no time, not as unknown', () => {
    const cold = sampleBuild('a', 9, 'done');
    const warm = { ...cold, steps: cold.steps.map((step) => ({ ...step, state: 'cached' as const })) };
    const first = compareBuilds(cold, warm)[0];
    expect(first?.differenceMs).toBe(-90);
  });

  test('the slowest step is the longest one, and none where nothing took a second', () => {
    const build = sampleBuild('a', 9, 'done');
    expect(slowestStep(build, 0)?.step.id).toBe('5');
    expect(slowestStep({ ...build, steps: build.steps.slice(0, 4) }, 0)).toBeNull();
  });
});
