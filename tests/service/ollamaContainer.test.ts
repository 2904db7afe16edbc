import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ollamaAsked } from '../../electron/contract/ollamaContainer';
import type { Task } from '../../electron/contract/tasks';
import { ContainerForms } from '../../electron/services/containerForms';
import { ContainerReplacing } from '../../electron/services/containerReplacing';
import { ModelPulls } from '../../electron/services/ollama/modelPulls';
import { OllamaProxies } from '../../electron/services/ollamaContainer/ollamaProxies';
import { OllamaRuns } from '../../electron/services/ollamaContainer/ollamaRuns';
import { Pulls } from '../../electron/services/pulls';
import { type FakeEngine, startFakeEngine } from '../fakes/fakeEngine';
import { type ImageServices, openImageServices } from '../fakes/imageServices';
import { ScriptedOllama } from '../fakes/scriptedOllama';

let fake: FakeEngine;
let services: ImageServices;
let env: NodeJS.ProcessEnv;
let ollama: OllamaRuns;
let proxies: OllamaProxies;
let modelPulls: ModelPulls;
let server: ScriptedOllama;
const endpointId = 'container:wharf-ollama';

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
  server = new ScriptedOllama([]);
  const ollamas = { ofContainer: async () => endpointId, place: async () => place() };
  modelPulls = new ModelPulls({ ollamas, tasks, relist: () => {} });
  const baseUrl = await server.listen();
  const place = () => ({
    server: { name: 'wharf-ollama', kind: 'ollama' as const, baseUrl, key: null, allowLinkLocal: false },
    containerName: 'wharf-ollama',
  });
  ollama = new OllamaRuns({
    ...{ engineLink, tasks, pulls, containers, proxies, ollamas, modelPulls, builds: services.builds },
    image: () => null,
    mirror: () => '',
  });
});
afterEach(async () => {
  await services.close();
  await server.close();
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
    // One that somebody else runs from the same image is theirs too.
    fake.addContainer({ name: 'wharf-ollama-2', image: 'ollama/ollama:latest' });
    expect(await run()).toMatchObject({ state: 'done', subject: { name: 'wharf-ollama-3', hostPort: 11_435 } });
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

describe('one click from nothing to a service that answers with a model', () => {
  const model = 'tiny:1b';
  const service = { image: 'llm-api:latest' };
  const variables = () => {
    const front = [...fake.containers.values()].find(({ name }) => name.startsWith('wharf-ollama-api'));
    return front?.environment;
  };
  const subjectOf = (task: Task) => task.subject as Extract<Task['subject'], { kind: 'runOllama' }>;
  const until = async (holds: () => boolean) => {
    const leaving = new AbortController();
    for await (const _ of services.tasks.watch(leaving.signal)) if (holds()) break;
    leaving.abort();
  };
  beforeEach(() => fake.addImage({ tags: ['llm-api:latest'] }));

  it('leaves the model or the service to a second click, or tells the service another model', async () => {
    const plan = await ollama.plan(ollamaAsked.parse({ model, service }));
    expect(plan.service).toEqual({ image: 'llm-api:latest', isBuilt: false });
    expect(plan.command).toContain(
      'docker exec wharf-ollama ollama pull tiny:1b && docker run -d --name wharf-ollama-api',
    );
    const task = await run({ model, service });
    expect(task).toMatchObject({ state: 'done', failure: null, progress: { done: 6, total: 6 } });
    const { modelPullTaskId, phase } = subjectOf(task);
    expect(phase).toBe('done');
    const pulled = services.tasks.get(modelPullTaskId ?? '');
    expect(pulled).toMatchObject({ state: 'done', subject: { kind: 'pullModel', model, endpointId } });
    expect(variables()).toEqual(['LLM_BACKEND=ollama', 'OLLAMA_HOST=http://wharf-ollama:11434', 'LLM_MODEL=tiny:1b']);
    // A second click finds all of it.
    server.models = [{ name: model }];
    const again = await run({ model, service });
    expect(subjectOf(again)).toMatchObject({
      modelPullTaskId: null,
      containerId: subjectOf(task).containerId,
      service: { containerId: subjectOf(task).service?.containerId },
    });
    expect(fake.containers.size).toBe(2);
    // Another model is another service: the one that somebody talks to stays.
    server.models.push({ name: 'other:latest' });
    expect(subjectOf(await run({ model: 'other', service }))).toMatchObject({
      service: { name: 'wharf-ollama-api-2' },
    });
  });

  it('asks the registry of a closed network for a model that is there', async () => {
    server.models = [{ name: 'tiny:latest' }];
    expect(await run({ model: 'tiny' })).toMatchObject({ state: 'done' });
    expect(server.asked('/api/pull')).toEqual([]);
  });

  it('takes Ollama away with a pull that failed, hides why it did, or begins anew when it is tried again', async () => {
    fake.addContainer({ name: 'wharf-ollama', image: 'postgres:16' });
    const { pulling } = server;
    server.pulling = async (_asked, reply) => reply.whole(500, JSON.stringify({ error: 'no space left on device' }));
    const failed = await run({ model, service });
    expect(failed).toMatchObject({
      state: 'failed',
      canRetry: true,
      failure: { code: 'MODEL_PULL_FAILED', details: { reason: 'noSpace' } },
      subject: { phase: 'pullingModel', name: 'wharf-ollama-2', endpointId },
    });
    const { containerId } = subjectOf(failed);
    expect(fake.containers.get(containerId ?? '')).toMatchObject({ state: 'running' });
    server.pulling = pulling;
    const { taskId } = await services.tasks.retry(failed.id);
    const done = await services.tasks.ended(taskId);
    expect(done).toMatchObject({ state: 'done', subject: { containerId, name: 'wharf-ollama-2' } });
  });

  it('goes on pulling after it was called off, or takes the Ollama with it that was healthy', async () => {
    let hangUp = () => {};
    const gone = new Promise<void>((resolve) => {
      hangUp = resolve;
    });
    server.pulling = async (_asked, reply) => {
      reply.stream('application/x-ndjson');
      await reply.line({ status: 'pulling bb', digest: `sha256:${'b'.repeat(64)}`, total: 1000, completed: 100 });
      await gone;
    };
    const { taskId } = await ollama.begin(ollamaAsked.parse({ model, service }));
    const now = () => subjectOf(services.tasks.get(taskId) as Task);
    await until(() => now().modelPullTaskId !== null);
    const pullId = now().modelPullTaskId ?? '';
    await services.tasks.cancel(taskId);
    hangUp();
    expect(services.tasks.get(taskId)).toMatchObject({ state: 'cancelled', subject: { phase: 'pullingModel' } });
    expect(services.tasks.get(pullId)).toMatchObject({ state: 'cancelled' });
    expect([...fake.containers.values()]).toMatchObject([{ name: 'wharf-ollama', state: 'running' }]);
  });

  it('calls off a pull of the model that somebody else began', async () => {
    let hangUp = () => {};
    const gone = new Promise<void>((resolve) => {
      hangUp = resolve;
    });
    server.pulling = async (_asked, reply) => {
      reply.stream('application/x-ndjson');
      await gone;
      await reply.line({ status: 'success' });
      reply.end();
    };
    const { taskId: theirs } = await modelPulls.pull({ endpointId, model, allowPlainHttp: false });
    const { taskId } = await ollama.begin(ollamaAsked.parse({ model }));
    await until(() => subjectOf(services.tasks.get(taskId) as Task).modelPullTaskId === theirs);
    await services.tasks.cancel(taskId);
    expect(services.tasks.get(theirs)).toMatchObject({ state: 'running' });
    hangUp();
    expect(await services.tasks.ended(theirs)).toMatchObject({ state: 'done' });
  });

  it('is asked for a model through a port that is not there, or for a service without a model', () => {
    const isTaken = (asked: object) => ollamaAsked.safeParse(asked).success;
    expect(isTaken({ model, isPublished: false })).toBe(false);
    expect(isTaken({ service: {} })).toBe(false);
    expect(isTaken({ model, service: {} })).toBe(true);
    expect(isTaken({ model: '--insecure' })).toBe(false);
  });
});
