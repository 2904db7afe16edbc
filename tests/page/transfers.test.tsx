import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, test } from 'vitest';
import { samplePull, sampleTransfers } from '../fakes/sampleImages';
import { lostEngine, sampleContainer, sampleImage, sampleImages } from '../fakes/samples';
import { openPage } from './openPage';

const main = async () => within(await screen.findByRole('main'));

describe('the form of a pull', () => {
  test('does not send what is no image name, and says which registry is asked', async () => {
    const { user, called } = openPage('/pull');
    const field = await screen.findByRole('textbox', { name: 'Image' });
    await user.click(field);
    await user.paste('--all-tags x');
    await user.click(screen.getByRole('button', { name: 'Pull' }));
    expect(called('images.pull')).toEqual([]);
    await user.clear(field);
    await user.click(field);
    await user.paste('localhost:5000/team/x');
    expect(screen.getByText('Its registry: localhost:5000')).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Pull' }));
    await waitFor(() => expect(called('images.pull')).toEqual([{ image: 'localhost:5000/team/x', from: 'registry' }]));
  });

  test('offers the mirror for images of Docker Hub alone, and shows the lines that do the same', async () => {
    const { user, called } = openPage('/pull?image=python:3.11-slim', {
      settings: { registryMirror: 'mirror.example:5000' },
    });
    await user.click(await screen.findByRole('radio', { name: 'The mirror: mirror.example:5000' }));
    expect((await main()).getByRole('figure').textContent).toContain(
      'docker pull mirror.example:5000/library/python:3.11-slim && docker tag',
    );
    const field = screen.getByRole('textbox', { name: 'Image' });
    await user.clear(field);
    await user.click(field);
    await user.paste('quay.io/x');
    expect(screen.getByRole('radio', { name: /The mirror/ })).toHaveProperty('disabled', true);
    await user.clear(field);
    await user.click(field);
    await user.paste('python');
    await user.click(screen.getByRole('button', { name: 'Pull' }));
    await waitFor(() => expect(called('images.pull')).toEqual([{ image: 'python', from: 'mirror' }]));
  });

  test('leads to the pull that runs already instead of starting a second one', async () => {
    const { user, called } = openPage('/pull?image=registry.example.internal:5000/team/ollama:0.6.5', {
      tasks: [samplePull()],
    });
    await user.click(await screen.findByRole('button', { name: 'Open that pull' }));
    await waitFor(() => expect(window.location.hash).toBe('#/transfers/task-pull'));
    expect(called('images.pull')).toEqual([]);
  });
});

describe('a pull', () => {
  test('shows each layer with its state and amount, and speed and time of the whole', async () => {
    openPage('/transfers/task-pull', { tasks: [samplePull()] });
    const table = await screen.findByRole('table', { name: 'Layers' });
    expect((await within(table).findByText('de4a4c6caea8')).closest('tr')?.textContent).toMatch(
      /Downloading.*61\.2 MiB \/ 118 MiB/,
    );
    expect(within(table).getByText('Here already')).toBeTruthy();
    expect((await main()).getByText('94.9 MiB of 163 MiB')).toBeTruthy();
    expect((await main()).getByText('4.2 MiB/s')).toBeTruthy();
    expect((await main()).getByText('16 seconds left')).toBeTruthy();
  });

  test('that is over does not claim a speed, and leads to the image', async () => {
    openPage('/transfers/task-pull-done', { tasks: sampleTransfers(), images: sampleImages() });
    expect(await (await main()).findByRole('link', { name: 'Open the image' })).toBeTruthy();
    expect(screen.queryByText(/MiB\/s/)).toBeNull();
  });

  test('that found nobody names the image and offers the mirror and an archive', async () => {
    const { user, called } = openPage('/transfers/task-pull-failed', {
      tasks: sampleTransfers(),
      settings: { registryMirror: 'mirror.example:5000' },
    });
    expect((await (await main()).findByText(/Nothing is known under the name docker.io/)).textContent).toContain(
      'python:3.11-slim',
    );
    expect((await main()).getByRole('button', { name: 'Load an archive' })).toBeTruthy();
    await user.click((await main()).getByRole('button', { name: 'Pull through the mirror' }));
    await waitFor(() => expect(called('images.pull')).toEqual([{ image: 'python:3.11-slim', from: 'mirror' }]));
  });

  test('is cancelled and tried again from its page', async () => {
    const { user, called, host } = openPage('/transfers/task-pull', { tasks: [samplePull()] });
    await user.click(await screen.findByRole('button', { name: 'Cancel' }));
    await waitFor(() => expect(called('tasks.cancel')).toEqual([{ id: 'task-pull' }]));
    await user.click(await screen.findByRole('button', { name: 'Try again' }));
    await waitFor(() => expect(window.location.hash).toBe('#/transfers/task-pull-again'));
    expect(host.tasks.value).toHaveLength(2);
  });
});

describe('a load', () => {
  test('that was refused names the part, and that nothing was loaded', async () => {
    openPage('/transfers/task-load-refused', { tasks: sampleTransfers() });
    expect(await (await main()).findByText(/llm-api:latest: 3f4ca61aafcd\/layer.tar/)).toBeTruthy();
    expect((await main()).getByText(/Nothing was loaded/)).toBeTruthy();
  });

  test('of a kit takes over its base image only when a person says so', async () => {
    const { user, called } = openPage('/transfers/task-load-done', { tasks: sampleTransfers() });
    const use = await (await main()).findByRole('button', { name: 'Use this base image' });
    expect(called('settings.change')).toEqual([]);
    await user.click(use);
    await waitFor(() => expect(called('settings.change')).toEqual([{ baseImage: 'team/python-base:3.11' }]));
  });

  test('of a kit takes over its presets only when a person says so, and says how many', async () => {
    const { user, called } = openPage('/transfers/task-load-done', { tasks: sampleTransfers() });
    const use = await (await main()).findByRole('button', { name: 'Take the presets over' });
    expect(called('imageArchives.takePresets')).toEqual([]);
    await user.click(use);
    expect(await (await main()).findByText('2 presets were taken over')).toBeTruthy();
    expect(called('imageArchives.takePresets')).toEqual([{ taskId: 'task-load-done' }]);
  });
});

describe('disk use', () => {
  test('removes nothing that was not listed, named and confirmed, and keeps base images by itself', async () => {
    const { user, called } = openPage('/disk');
    await user.click(await screen.findByRole('button', { name: /^All unused/ }));
    expect(screen.getByRole('checkbox', { name: 'Remove wharf/python-base:3.11' })).toHaveProperty('checked', false);
    await user.click(screen.getByRole('checkbox', { name: /report-generator/ }));
    expect((await main()).getByText(/2 images go and at least 107\.8 MiB come back/)).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Remove…' }));
    const dialog = await screen.findByRole('dialog');
    expect(within(dialog).getByText('llm-api:2026-11-01', { selector: 'li' })).toBeTruthy();
    expect(within(dialog).queryByText(/python-base/)).toBeNull();
    expect(called('disk.prune')).toEqual([]);
    await user.click(within(dialog).getByRole('button', { name: 'Remove' }));
    await waitFor(() =>
      expect(called('disk.prune')).toEqual([
        { references: [expect.stringContaining('sha256:'), 'llm-api:old', 'llm-api:2026-11-01'], buildCache: false },
      ]),
    );
  });

  test('says plainly what belongs to others, and takes the build cache only when it is ticked', async () => {
    const { user, called } = openPage('/disk');
    await user.click(await screen.findByRole('button', { name: 'Leave' }));
    expect(screen.getByRole('button', { name: 'Remove…' })).toHaveProperty('disabled', true);
    await user.click(screen.getByRole('button', { name: /^All unused/ }));
    expect(screen.getByText(/other programs and people too/)).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Leave' }));
    await user.click(screen.getByRole('checkbox', { name: /Build cache/ }));
    await user.click(screen.getByRole('button', { name: 'Remove…' }));
    const dialog = await screen.findByRole('dialog');
    expect(dialog.textContent).toContain('docker builder prune -a -f');
    await user.click(within(dialog).getByRole('button', { name: 'Remove' }));
    await waitFor(() => expect(called('disk.prune')).toEqual([{ references: [], buildCache: true }]));
  });

  test('removes nothing on an engine that went away while the dialog was open', async () => {
    const { host, user } = openPage('/disk');
    await user.click(await screen.findByRole('button', { name: 'Remove…' }));
    const dialog = await screen.findByRole('dialog');
    host.engine.set(lostEngine());
    await waitFor(() =>
      expect(within(dialog).getByRole('button', { name: 'Remove' })).toHaveProperty('disabled', true),
    );
  });
});

describe('an offline kit', () => {
  test('proposes what an installation needs and takes what is ticked, with every tag', async () => {
    const { user, called } = openPage('/kit', {
      images: sampleImages(),
      settings: { baseImage: 'wharf/python-base:3.11' },
    });
    expect(await screen.findByRole('checkbox', { name: 'Take llm-api:latest along' })).toHaveProperty('checked', true);
    expect(screen.getByText(/is not among the chosen ones/)).toBeTruthy();
    await user.click(screen.getByRole('checkbox', { name: 'Take postgres:16-alpine along' }));
    await user.click(screen.getByRole('checkbox', { name: /^The base image/ }));
    await user.click(screen.getByRole('button', { name: 'Save the kit…' }));
    await waitFor(() =>
      expect(called('imageArchives.saveKit')).toEqual([
        {
          grant: '00000000-0000-4000-8000-000000000001',
          images: ['llm-api:latest', 'postgres:16-alpine', 'postgres:16'],
          withSettings: false,
          withPresets: true,
          models: [],
        },
      ]),
    );
  });
});

describe('models in an offline kit', () => {
  const ollama = { ...sampleContainer(), id: 'e'.repeat(64), name: 'wharf-ollama', image: 'ollama/ollama:latest' };
  const model = { name: 'gemma3:1b', sizeBytes: 815_319_791, family: null, parameterSize: null, quantization: null };

  test('cannot be chosen, or are left out of what is saved', async () => {
    const { user, called } = openPage('/kit', {
      images: sampleImages(),
      containers: [ollama],
      models: { [ollama.id]: [model] },
    });
    await user.click(await screen.findByRole('checkbox', { name: /gemma3:1b .*from wharf-ollama/ }));
    await user.click(screen.getByRole('button', { name: /Save the kit/ }));
    const models = [{ containerId: ollama.id, model: 'gemma3:1b' }];
    await waitFor(() => expect(called('imageArchives.saveKit')).toMatchObject([{ models }]));
  });

  test('travel without the image that Ollama is run from in this closed network, and nobody says so', async () => {
    const image = 'mirror.example/ollama:0.6';
    const { user } = openPage('/kit', {
      images: [...sampleImages(), sampleImage({ id: 'sha256:01', tags: [image] })],
      settings: { ollamaImage: image },
      containers: [ollama],
      models: { [ollama.id]: [model] },
    });
    const box = await screen.findByRole('checkbox', { name: `Take ${image} along` });
    expect(box).toHaveProperty('checked', true);
    // Without models nothing there needs an Ollama.
    await user.click(box);
    expect(screen.queryByText(/The models need an Ollama there/)).toBeNull();
    await user.click(box);
    await user.click(await screen.findByRole('checkbox', { name: /gemma3:1b/ }));
    expect(screen.queryByText(/The models need an Ollama there/)).toBeNull();
    await user.click(box);
    expect(await screen.findByText(/The models need an Ollama there/)).toBeTruthy();
  });

  test('that were loaded lead nowhere, or into an Ollama that nobody chose', async () => {
    const { user, called } = openPage('/transfers/task-load-done', { tasks: sampleTransfers(), containers: [ollama] });
    expect(await screen.findByText(/The kit brings 1 model/)).toBeTruthy();
    expect(called('imageArchives.loadModels')).toEqual([]);
    await user.click(screen.getByRole('button', { name: 'Put into this Ollama' }));
    await waitFor(() =>
      expect(called('imageArchives.loadModels')).toEqual([{ taskId: 'task-load-done', containerId: ollama.id }]),
    );
  });
});
