import { execFile } from 'node:child_process';
import { open, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { buildRequest } from '../../electron/contract/builds';
import { labels } from '../../electron/contract/containerSpec';
import { ollamaAsked } from '../../electron/contract/ollamaContainer';
import { runRequest } from '../../electron/contract/runRequest';
import type { Task, TaskSubject } from '../../electron/contract/tasks';
import { ContainerForms } from '../../electron/services/containerForms';
import { ContainerReplacing } from '../../electron/services/containerReplacing';
import { KitModelLoads } from '../../electron/services/kitModelLoads';
import { LiveValue } from '../../electron/services/live';
import { ModelPulls } from '../../electron/services/ollama/modelPulls';
import { Ollamas } from '../../electron/services/ollama/ollamas';
import { OllamaProxies } from '../../electron/services/ollamaContainer/ollamaProxies';
import { OllamaRuns } from '../../electron/services/ollamaContainer/ollamaRuns';
import { OwnNetworks } from '../../electron/services/ownNetworks';
import { answeringOver } from '../fakes/answering';
import { sampleSettings } from '../fakes/samples';
import { ollamaImage } from './ollamaImage';
import { modelfile, ollamaOfRun } from './ollamaServer';
import { engineAddress, outside, testBaseImage, testLabels, testName } from './realEngine';
import { registryObstacle, startRegistry } from './registry';
import { openTransfers, type Transfers } from './transfers';

const has = ollamaOfRun();

/** From nothing to an answer: a real Ollama in a container, its model, and the bundled service in front of it. */
describe.skipIf(has === null)('Ollama in a container', { timeout: 240_000 }, () => {
  const name = testName('ollama');
  const network = testName('models');
  const apiImage = `${testName('ollama-api')}:latest`;
  let services: Transfers;
  let ollama: OllamaRuns;
  let proxies: OllamaProxies;
  let ownNetworks: OwnNetworks;
  let image: { image: string; remove(): Promise<void> };
  const made = [name];
  const volumes = [name];

  beforeAll(async () => {
    if (has === null) return;
    image = await ollamaImage(has.binary);
    services = await openTransfers(engineAddress, {
      labels: testLabels,
      builds: {
        imageFolder: join(__dirname, '../../api-image'),
        host: { env: process.env, homeDirectory: homedir(), platform: process.platform },
        baseImage: () => testBaseImage,
      },
    });
    const { link: engineLink, tasks, pulls, containers } = services;
    const forms = new ContainerForms(engineLink);
    const replacing = new ContainerReplacing({ engineLink, containers, tasks, log: () => {} });
    const env = { HTTP_PROXY: 'http://127.0.0.1:9' };
    proxies = new OllamaProxies({ engineLink, containers, forms, replacing, env });
    const { endpoints } = answeringOver(services.folder, () => containers.table());
    const ollamas = new Ollamas({ endpoints, settings: new LiveValue(sampleSettings), logDefect: String });
    ollama = new OllamaRuns({
      ...{ engineLink, tasks, pulls, containers, proxies, ollamas, builds: services.builds, serviceTag: apiImage },
      modelPulls: new ModelPulls({ ollamas, tasks, relist: () => {} }),
      image: () => image.image,
      mirror: () => '',
    });
    ownNetworks = new OwnNetworks({ engineLink, containers, log: () => {}, ownLabels: testLabels, graceMs: 0 });
  });
  afterAll(async () => {
    ownNetworks?.close();
    for (const id of made)
      await outside
        .getContainer(id)
        .remove({ force: true, v: true })
        .catch(() => {});
    for (const volume of volumes) {
      await outside
        .getVolume(volume)
        .remove()
        .catch(() => {});
    }
    await outside
      .getNetwork(network)
      .remove()
      .catch(() => {});
    await outside
      .getImage(apiImage)
      .remove()
      .catch(() => {});
    await services?.close();
    await image?.remove();
  });

  const asked = () => ollamaAsked.parse({ name, volume: name, network });
  const ended = async (starting: Promise<{ taskId: string }>): Promise<Task> =>
    services.tasks.ended((await starting).taskId);
  const run = async () => {
    const task = await ended(ollama.begin(asked()));
    expect(task).toMatchObject({ state: 'done', failure: null });
    const subject = task.subject as Extract<TaskSubject, { kind: 'runOllama' }>;
    return subject;
  };

  it('is reachable from elsewhere, unprotected, loses its models, or hides that it runs on the processor', async () => {
    const plan = await ollama.plan(asked());
    expect(plan).toMatchObject({ image: image.image, imageIsHere: true, offersGpu: false });
    expect(plan.command).toMatch(/^docker network create .* && docker run -d --name /);
    const subject = await run();
    expect(subject).toMatchObject({ phase: 'done', name, gpu: { state: 'notOffered' } });
    const { Config, HostConfig, State, NetworkSettings } = await outside.getContainer(name).inspect();
    expect(State.Health?.Status).toBe('healthy');
    expect(Config.Labels).toMatchObject({ [labels.managed]: 'true' });
    expect(HostConfig).toMatchObject({ ReadonlyRootfs: true, CapDrop: ['ALL'], NetworkMode: network });
    expect(HostConfig.Mounts).toMatchObject([{ Type: 'volume', Source: name, Target: '/root/.ollama' }]);
    expect(NetworkSettings.Ports['11434/tcp']).toEqual([{ HostIp: '127.0.0.1', HostPort: `${subject.hostPort}` }]);
    // A second click finds it as it is.
    expect(await run()).toMatchObject({ containerId: subject.containerId, hostPort: subject.hostPort });
  });

  it('answers nobody over its own network, or only with a port that others reach too', async () => {
    if (has === null) return;
    const { containers, builds } = services;
    const { containerId, hostPort } = await run();
    const file = join(services.folder, 'Modelfile');
    await writeFile(file, modelfile(has.gguf));
    const env = { ...process.env, OLLAMA_HOST: `127.0.0.1:${hostPort}`, HOME: services.folder };
    await promisify(execFile)(has.binary, ['create', 'smol', '-f', file], { env });
    await rm(file);

    const forms = new ContainerForms(services.link);
    const { link: engineLink, tasks } = services;
    const replacing = new ContainerReplacing({ engineLink, containers, tasks, log: () => {} });
    const { request } = await forms.describe(containerId ?? '');
    const replaced = await ended(replacing.begin(containerId ?? '', { ...request, ports: [] }));
    expect(replaced).toMatchObject({ state: 'done', failure: null });
    expect((await outside.getContainer(name).inspect()).NetworkSettings.Ports['11434/tcp'] ?? null).toBeNull();

    const built = await ended(builds.start(buildRequest.parse({ source: { kind: 'bundled' }, tag: apiImage })));
    expect(built).toMatchObject({ state: 'done', failure: null });
    const variables = { LLM_BACKEND: 'ollama', OLLAMA_HOST: `http://${name}:11434`, LLM_MODEL: 'smol' };
    const api = await containers.run(
      runRequest.parse({
        image: apiImage,
        name: testName('ollama-front'),
        network: { kind: 'named', name: network },
        environment: Object.entries(variables).map(([variable, value]) => ({ name: variable, value })),
      }),
    );
    made.push(api.id);
    // A connection made while the container's network was being set up may never be answered.
    const isHealthy = async () =>
      (await fetch(`http://127.0.0.1:${api.hostPort}/health`, { signal: AbortSignal.timeout(2_000) })).ok;
    await vi.waitFor(async () => expect(await isHealthy()).toBe(true), { timeout: 60_000, interval: 200 });
    const answer = await fetch(`http://127.0.0.1:${api.hostPort}/chat`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ message: 'What is the capital of France?' }),
    });
    const said = await answer.json();
    expect(JSON.stringify(said)).toContain('Paris');

    // The network stays while somebody is on it, stopped or not, and goes with the last one.
    await containers.stop(api.id, 0);
    await containers.remove((await outside.getContainer(name).inspect()).Id, { force: true, volumes: true });
    await ownNetworks.sweep();
    expect(await services.link.current().networkNames()).toContain(network);
    await containers.remove(api.id, { force: true, volumes: true });
    await vi.waitFor(async () => expect(await services.link.current().networkNames()).not.toContain(network));
    expect(await services.link.current().volumeNames()).toContain(name);
  });

  it('leaves models out of the offline kit, brings broken ones, or ones that their Ollama cannot use', async () => {
    const { link: engineLink, tasks, imageArchives, fileGrants, folder } = services;
    const { containerId } = await run();
    const path = join(folder, 'kit.tar');
    const saveGrant = fileGrants.issue(path, 'save')?.grant ?? '';
    const chosen = { grant: saveGrant, images: [image.image], withSettings: false, withPresets: false };
    const kit = { ...chosen, models: [{ containerId: containerId ?? '', model: 'smol:latest' }] };
    expect(await ended(imageArchives.saveKit(kit))).toMatchObject({ state: 'done', failure: null });

    const load = () => ended(imageArchives.load({ grant: fileGrants.issue(path, 'open')?.grant ?? '' }));
    const loaded = await load();
    expect(loaded).toMatchObject({ state: 'done', subject: { kit: { models: [{ name: 'smol:latest' }] } } });

    // Another machine's Ollama, which never had a model.
    const other = testName('ollama-other');
    const elsewhere = await ended(ollama.begin({ ...asked(), name: other, volume: other }));
    const there = elsewhere.subject as Extract<TaskSubject, { kind: 'runOllama' }>;
    made.push(there.containerId ?? '');
    volumes.push(other);
    const loads = new KitModelLoads({ engineLink, tasks, brought: (id) => imageArchives.broughtModels.get(id) });
    const put = await ended(loads.begin({ taskId: loaded.id, containerId: there.containerId ?? '' }));
    expect(put).toMatchObject({
      state: 'done',
      failure: null,
      subject: { models: ['smol:latest'], containerName: other },
    });
    const ask = async (apiPath: string, body?: object) => {
      const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
      return (await fetch(`http://127.0.0.1:${there.hostPort}${apiPath}`, init)).json() as Promise<never>;
    };
    const { models } = (await ask('/api/tags')) as { models: { name: string; digest: string }[] };
    expect(models).toMatchObject([{ name: 'smol:latest' }]);
    const prompt = 'What is the capital of France?';
    const answer = (await ask('/api/generate', {
      model: 'smol',
      prompt,
      stream: false,
      options: { num_predict: 8 },
    })) as { response: string };
    expect(answer.response).toContain('Paris');

    // Since the check one byte of the model's data changed: nothing of it may be taken for the model.
    const brought = imageArchives.broughtModels.get(loaded.id);
    const blob = brought?.models[0]?.parts.reduce((a, b) => (a.sizeBytes > b.sizeBytes ? a : b));
    const file = await open(path, 'r+');
    await file.write(Buffer.from([0xff, 0xfe]), 0, 2, (blob?.offset ?? 0) + 1000);
    await file.close();
    const changed = { code: 'ARCHIVE_REFUSED', details: { reason: 'changed' } };
    const again = await ended(loads.begin({ taskId: loaded.id, containerId: there.containerId ?? '' }));
    expect(again).toMatchObject({ state: 'failed', failure: changed });
    const refused = await load();
    expect(refused).toMatchObject({ state: 'failed', failure: changed });
    expect(JSON.stringify(refused.failure)).toContain(blob?.path);
  });

  it.skipIf(registryObstacle() !== null)('needs more than one click from no model to an answer', async () => {
    const { hostPort } = await run();
    const registry = await startRegistry();
    try {
      const gatewayOf = async (name: string) =>
        (await outside.getNetwork(name).inspect()).IPAM?.Config?.[0]?.Gateway ?? '';
      const door = await registry.openDoor(await gatewayOf(network));
      const store = await registry.openDoor(await gatewayOf('bridge'));
      // Ollama 0.6.5 takes blobs only from where the registry sends it to, as the public one does.
      registry.fault = (path, { method, headers }) =>
        method === 'GET' && path.includes('/blobs/') && headers.host === door
          ? { answer: { status: 307, headers: { location: `http://${store}${path}` } } }
          : null;
      const model = `${door}/library/small:latest`;
      const ask = async (method: string, path: string, body: object) => {
        const answer = await fetch(`http://127.0.0.1:${hostPort}${path}`, { method, body: JSON.stringify(body) });
        expect(await answer.text()).not.toContain('error');
      };
      await ask('POST', '/api/copy', { source: 'smol', destination: model });
      await ask('POST', '/api/push', { model, insecure: true });
      for (const name of [model, 'smol']) await ask('DELETE', '/api/delete', { model: name });

      const service = { image: null, name: testName('one-click') };
      const task = await ended(ollama.begin({ ...asked(), model, allowPlainHttp: true, service }));
      expect(task).toMatchObject({ state: 'done', failure: null });
      const subject = task.subject as Extract<TaskSubject, { kind: 'runOllama' }>;
      made.push(subject.service?.containerId ?? '');
      const pulled = services.tasks.get(subject.modelPullTaskId ?? '')?.subject;
      expect(pulled).toMatchObject({ kind: 'pullModel', phase: 'done' });
      const answer = await fetch(`http://127.0.0.1:${subject.service?.hostPort}/chat`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ message: 'What is the capital of France?' }),
      });
      expect(await answer.text()).toContain('Paris');
    } finally {
      await registry.close();
    }
  });

  it('pulls past the proxy of its machine, or is told to talk to itself', async () => {
    const { containerId } = await run();
    // What Wharf gave it is right; what somebody wrote by hand is corrected in one step.
    expect(await proxies.diagnose(containerId ?? '')).toMatchObject({
      variables: [
        { name: 'HTTPS_PROXY', shown: 'http://host.docker.internal:9' },
        { name: 'NO_PROXY', shown: 'localhost,127.0.0.1' },
      ],
      findings: [],
    });
  });
});
