import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ollamaAsked } from '../../electron/contract/ollamaContainer';
import type { Task } from '../../electron/contract/tasks';
import { ContainerForms } from '../../electron/services/containerForms';
import { ContainerReplacing } from '../../electron/services/containerReplacing';
import { OllamaProxies } from '../../electron/services/ollamaContainer/ollamaProxies';
import { OllamaRuns } from '../../electron/services/ollamaContainer/ollamaRuns';
import { Pulls } from '../../electron/services/pulls';
import { type FakeEngine, startFakeEngine } from '../fakes/fakeEngine';
import { type ImageServices, openImageServices } from '../fakes/imageServices';

let fake: FakeEngine;
let services: ImageServices;
let env: NodeJS.ProcessEnv;
let ollama: OllamaRuns;
let proxies: OllamaProxies;

beforeEach(async () => {
  fake = await startFakeEngine({ images: [{ tags: ['ollama/ollama:latest'] }] });
  services = await openImageServices(fake.endpoint);
  const { link: engineLink, tasks, containers } = services;
  env = {};
  const pulls = new Pulls({
    engineLink,
    tasks,
    relist: async () => {},
    mirror: () => '',
    credentials: async () => ({ header: undefined, source: 'none', helper: null }) as never,
  });
  const forms = new ContainerForms(engineLink);
  const replacing = new ContainerReplacing({ engineLink, containers, tasks, log: () => {} });
  proxies = new OllamaProxies({ engineLink, containers, forms, replacing, env });
  ollama = new OllamaRuns({
    ...{ engineLink, tasks, pulls, containers, proxies },
    image: () => null,
    mirror: () => '',
  });
});
afterEach(async () => {
  await services.close();
  await fake.close();
});

const offerGpu = () => {
  fake.faults.answer = (_method, path) =>
    path === '/info' ? { status: 200, body: { Runtimes: { runc: {}, nvidia: {} } } } : null;
};
const run = async (asked: object = {}): Promise<Task> => {
  const { taskId } = await ollama.begin(ollamaAsked.parse(asked));
  return services.tasks.ended(taskId);
};
const created = () => [...fake.containers.values()].map(({ createdWith }) => createdWith as { HostConfig?: object });
const gpuRequest = [{ Driver: '', Count: -1, Capabilities: [['gpu']], Options: {} }];

describe('running Ollama in a container', () => {
  it('leaves the GPUs out where the engine has a runtime for them', async () => {
    offerGpu();
    expect(await ollama.plan(ollamaAsked.parse({}))).toMatchObject({
      offersGpu: true,
      command: expect.stringContaining('--gpus all'),
    });
    expect(await run()).toMatchObject({ state: 'done', subject: { gpu: { state: 'given' }, hostPort: 11_434 } });
    expect(created()[0]?.HostConfig).toMatchObject({ DeviceRequests: gpuRequest });
  });

  it('gives up where the runtime is there and the GPU is not, or falls back without a word', async () => {
    offerGpu();
    const { answer } = fake.faults;
    const message = 'nvidia-container-cli: initialization error: nvml error: driver not loaded';
    fake.faults.answer = (method, path) => {
      const id = /^\/containers\/(\w+)\/start$/.exec(path)?.[1];
      const asked = id === undefined ? undefined : fake.containers.get(id)?.createdWith;
      const wantsGpu = (asked as { HostConfig?: { DeviceRequests?: unknown } })?.HostConfig?.DeviceRequests;
      return wantsGpu ? { status: 500, body: { message } } : answer(method, path);
    };
    const task = await run();
    expect(task).toMatchObject({ state: 'done', subject: { gpu: { state: 'refused', message } } });
    expect(created()).toHaveLength(1);
    expect(created()[0]?.HostConfig).not.toHaveProperty('DeviceRequests');
  });

  it('takes the name or the port of somebody else', async () => {
    fake.addContainer({
      name: 'wharf-ollama',
      image: 'postgres:16',
      ports: [{ containerPort: 1, hostIp: '', hostPort: 11_434 }],
    });
    expect(await run()).toMatchObject({ state: 'done', subject: { name: 'wharf-ollama-2', hostPort: 11_435 } });
  });

  it('makes a second one where ours was only stopped', async () => {
    const first = await run();
    const { containerId } = first.subject as { containerId: string };
    await services.containers.stop(containerId, 0);
    expect(await run()).toMatchObject({ state: 'done', subject: { containerId } });
    expect(fake.containers.size).toBe(1);
  });

  it('hides why the image cannot be had, or leaves a container behind', async () => {
    expect(await run({ image: 'registry.example/ollama:1' })).toMatchObject({
      state: 'failed',
      failure: { code: 'REGISTRY_UNREACHABLE', details: { registry: 'registry.example' } },
    });
    expect(fake.containers.size).toBe(0);
  });

  it('runs twice after two clicks', async () => {
    const [first, second] = await Promise.allSettled([
      ollama.begin(ollamaAsked.parse({})),
      ollama.begin(ollamaAsked.parse({})),
    ]);
    expect(first).toMatchObject({ status: 'fulfilled' });
    expect(second).toMatchObject({ status: 'rejected', reason: { code: 'TASK_ALREADY_RUNNING' } });
  });

  it('shows the password of the proxy that it passes on, or corrects a container without replacing it', async () => {
    env.https_proxy = 'http://me:secret@proxy.example:3128';
    const { command } = await ollama.plan(ollamaAsked.parse({}));
    expect(command).not.toContain('secret');
    const image = [...fake.images.values()][0];
    const { id } = fake.addContainer({
      name: 'old',
      image: 'ollama/ollama:latest',
      imageId: image?.id ?? '',
      environment: ['HTTP_PROXY=http://me:secret@proxy.example:3128', 'OLLAMA_KEEP_ALIVE=5m'],
    });
    const diagnosis = await proxies.diagnose(id);
    expect(diagnosis.findings).toEqual(['plainOnly', 'noExceptions']);
    expect(JSON.stringify(diagnosis)).not.toContain('secret');
    const task = await services.tasks.ended((await proxies.correct(id)).taskId);
    expect(task).toMatchObject({ state: 'done', failure: null });
    expect([...fake.containers.values()].map(({ name, environment }) => [name, environment])).toEqual([
      [
        'old',
        ['OLLAMA_KEEP_ALIVE=5m', 'HTTPS_PROXY=http://me:secret@proxy.example:3128', 'NO_PROXY=localhost,127.0.0.1'],
      ],
    ]);
  });
});
