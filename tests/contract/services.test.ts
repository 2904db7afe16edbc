import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Api } from '../../electron/contract/api';
import { api as contract } from '../../electron/contract/api';
import { createServices } from '../../electron/services/createServices';
import { createHandlers } from '../../electron/services/handlers';
import { meanEngine } from '../../renderer/lib/meantEngine';
import { type FakeEngine, startFakeEngine } from '../fakes/fakeEngine';
import { plainHost } from '../fakes/plainHost';
import { searchWorkerFile } from '../fakes/searchWorkerFile';
import { memoryLog, overWire, type Wire } from './overWire';

let folder: string;
let engine: FakeEngine;
let wire: Wire;
let services: Awaited<ReturnType<typeof createServices>>;
let api: Api;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wharf-contract-'));
  engine = await startFakeEngine({ containers: [{ name: 'web', state: 'running' }] });
  vi.stubEnv('DOCKER_HOST', engine.endpoint.address);
  const log = memoryLog();
  services = await createServices({
    dataFolder: folder,
    imageFolder: 'api-image',
    searchWorkerFile: await searchWorkerFile(),
    host: plainHost,
    log,
  });
  wire = overWire(createHandlers(services), log);
  api = wire.api;
});

afterEach(async () => {
  wire.close();
  await services.close();
  await engine.close();
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

/** Every entry of the contract as `containers.start`. */
const entries = Object.entries(contract).flatMap(([group, calls]) =>
  Object.keys(calls).map((name) => `${group}.${name}`),
);
const missing = 'f'.repeat(64);
const conversationId = 'no-such-conversation';

/** An input that parses for every entry, aimed at nothing that exists. */
const inputs: Record<string, unknown> = {
  'doctor.saveDiagnostics': { grant: 'never-given' },
  'engine.choose': { id: 'context:no-such' },
  'engine.trustHost': { id: 'context:no-such', fingerprint: 'SHA256:none' },
  'engine.allowPlain': { id: 'context:no-such' },
  'containers.run': { image: 'no-such-image', name: 'nobody' },
  'containers.start': { id: missing },
  'containers.stop': { id: missing },
  'containers.restart': { id: missing },
  'containers.remove': { id: missing },
  'containers.pause': { id: missing },
  'containers.unpause': { id: missing },
  'containers.kill': { id: missing },
  'containers.rename': { id: missing, name: 'somebody' },
  'containers.duplicate': { id: missing, request: { image: 'no-such-image', name: 'nobody' } },
  'containers.replace': { id: missing, request: { image: 'no-such-image', name: 'nobody' } },
  'containers.describe': { id: missing },
  'containers.exportAs': { id: missing, format: 'compose' },
  'containers.imageDefaults': { image: 'no-such-image' },
  'containers.checkGpu': { image: 'no-such-image' },
  'ollamaContainer.plan': {},
  'ollamaContainer.begin': {},
  'ollamaContainer.diagnoseProxy': { id: missing },
  'ollamaContainer.correctProxy': { id: missing },
  'presets.list': { image: 'no-such-image' },
  'presets.save': { name: 'x', request: { image: 'no-such-image', name: 'nobody' } },
  'presets.remove': { id: '00000000-0000-4000-8000-000000000000' },
  'containers.suggestPort': {},
  'containers.portHolder': { port: 65_000 },
  'builds.watchContext': { source: { kind: 'folder', path: '/no/such/folder' }, dockerfile: 'Dockerfile' },
  'builds.start': { source: { kind: 'folder', path: '/no/such/folder' }, tag: 'x' },
  'builds.watch': { taskId: 'no-such-task' },
  'builds.details': { taskId: 'no-such-task' },
  'builds.forget': { taskIds: ['no-such-task'] },
  'images.remove': { reference: 'no-such-image' },
  'images.tag': { reference: 'no-such-image', tag: 'x:1' },
  'images.inspect': { reference: 'no-such-image' },
  'images.history': { reference: 'no-such-image' },
  'images.pull': { image: 'no-such-image' },
  'imageArchives.save': { grant: '00000000-0000-4000-8000-000000000000', images: ['no-such-image'] },
  'imageArchives.saveKit': { grant: '00000000-0000-4000-8000-000000000000', images: ['no-such-image'] },
  'imageArchives.takePresets': { taskId: 'no-such-task' },
  'imageArchives.loadModels': { taskId: 'no-such-task', containerId: missing },
  'imageArchives.load': { grant: '00000000-0000-4000-8000-000000000000' },
  'disk.prune': { references: [], buildCache: false },
  'drops.take': { dropId: '00000000-0000-4000-8000-000000000000' },
  'host.pickSaveFile': { suggestedName: 'log.txt' },
  'host.pickOpenFile': {},
  'host.removeExport': { name: 'nothing' },
  'tasks.cancel': { id: 'no-such-task' },
  'tasks.retry': { id: 'no-such-task' },
  'lines.follow': { kind: 'container', id: missing },
  'lines.read': { source: { kind: 'container', id: missing }, fromIndex: 0, toIndex: 10 },
  'lines.search': { source: { kind: 'container', id: missing }, query: { text: 'x' } },
  'lines.nearestHit': { searchId: 'no-such-search', index: 0, direction: 'next' },
  'lines.atTime': { source: { kind: 'container', id: missing }, atMs: 0 },
  'lines.save': { source: { kind: 'container', id: missing }, grant: '00000000-0000-4000-8000-000000000000' },
  'lines.copy': { source: { kind: 'container', id: missing }, fromIndex: 0, toIndex: 10 },
  'lines.clear': { id: missing },
  'lines.unclear': { id: missing },
  'chat.create': {},
  'chat.configure': { conversationId, settings: { system: '', parameters: {} } },
  'targets.putEndpoint': { id: 'no-such-endpoint', name: 'x', kind: 'ollama', baseUrl: 'http://127.0.0.1:1' },
  'targets.removeEndpoint': { endpointId: 'no-such-endpoint' },
  'targets.models': { kind: 'endpoint', endpointId: 'no-such-endpoint' },
  'models.watch': { endpointId: 'no-such-endpoint' },
  'models.show': { endpointId: 'no-such-endpoint', model: 'x' },
  'models.copy': { endpointId: 'no-such-endpoint', model: 'x', to: 'y' },
  'models.remove': { endpointId: 'no-such-endpoint', model: 'x' },
  'models.pull': { endpointId: 'no-such-endpoint', model: 'x' },
  'models.pullSize': { endpointId: 'no-such-endpoint', model: '127.0.0.1:9/library/x' },
  'models.create': { endpointId: 'no-such-endpoint', model: 'x', modelfile: 'FROM y' },
  'models.keep': { endpointId: 'no-such-endpoint', model: 'x', minutes: 5 },
  'models.unload': { endpointId: 'no-such-endpoint', model: 'x' },
  'answerPresets.put': {
    id: '5f7a0a0e-6a55-4a3c-8d7e-1f2b3c4d5e6f',
    name: 'Short',
    settings: { system: '', parameters: { temperature: 0 } },
  },
  'answerPresets.remove': { id: '5f7a0a0e-6a55-4a3c-8d7e-1f2b3c4d5e6f' },
  'comparisons.begin': {
    comparisonId: '5f7a0a0e-6a55-4a3c-8d7e-1f2b3c4d5e6f',
    targets: [
      { kind: 'container', id: missing, name: 'nobody' },
      { kind: 'container', id: missing, name: 'nobody' },
    ],
  },
  'comparisons.keep': { conversationId },
  'comparisons.remove': { comparisonId: '5f7a0a0e-6a55-4a3c-8d7e-1f2b3c4d5e6f' },
  'requests.watch': { conversationId },
  'requests.read': { requestId: 'no-such-request' },
  'requests.find': { requestId: 'no-such-request' },
  'chat.rename': { conversationId, title: 'x' },
  'chat.retarget': { conversationId, target: { kind: 'container', id: missing, name: 'x' } },
  'chat.remove': { conversationId },
  'chat.send': { conversationId, messageId: '6f1c9a52-6a4e-4d3b-9a55-0d7f3f1b2c11', text: 'x' },
  'chat.pin': { conversationId, pinned: true },
  'chat.restore': { conversationId },
  'chat.regenerate': { conversationId, messageId: 'none' },
  'chat.continueAnswer': { conversationId, messageId: 'none' },
  'chat.choose': { conversationId, messageId: 'none' },
  'chat.removeMessage': { conversationId, messageId: 'none' },
  'chat.restoreMessage': { conversationId, messageId: 'none' },
  'chat.attachment': { conversationId, messageId: 'none', index: 0 },
  'chat.stop': { conversationId },
  'chat.watch': { conversationId },
  'inspect.watch': { id: missing },
  'inspect.tree': { id: missing },
  'inspect.reveal': { id: missing, path: ['Id'] },
  'stats.watch': { id: missing },
  'archive.search': { text: 'x' },
  'archive.exportText': { conversationId, format: 'json', language: 'ko' },
  'archive.export': {
    conversationIds: null,
    format: 'json',
    language: 'en',
    grant: '6f1c9a52-6a4e-4d3b-9a55-0d7f3f1b2c11',
  },
  'archive.import': { grant: '6f1c9a52-6a4e-4d3b-9a55-0d7f3f1b2c11' },
  'probe.run': { id: missing, probe: 'health' },
  'terminal.watch': { containerId: missing },
  'terminal.open': { containerId: missing, columns: 80, rows: 24 },
  'terminal.follow': { sessionId: 'none' },
  'terminal.read': { sessionId: 'none', fromOffset: 0 },
  'terminal.write': { sessionId: 'none', text: 'x' },
  'terminal.resize': { sessionId: 'none', columns: 80, rows: 24 },
  'terminal.close': { sessionId: 'none' },
  'settings.change': {},
  'host.openLink': { url: 'https://example.invalid/' },
  'host.copyText': { text: 'x' },
};

const engineReady = async () => {
  for await (const state of await api.engine.watch()) if (state.phase === 'ready') return;
};

/** Calls an entry; a watch is asked for its first item and left. */
async function ask(entry: string): Promise<unknown> {
  const [group, name] = entry.split('.') as [keyof Api, string];
  const call = (api[group] as unknown as Record<string, (input: unknown) => Promise<unknown>>)[name];
  const answer = await call?.(inputs[entry]);
  if (typeof answer !== 'object' || answer === null || !(Symbol.asyncIterator in answer)) return answer;
  const iterator = answer as AsyncIterableIterator<unknown>;
  const first = await iterator.next();
  await iterator.return?.();
  return first.value;
}

const outcomeOf = (entry: string) =>
  ask(entry).then(
    () => 'answered',
    (error: { code: string }) => error.code,
  );
const defects = /INTERNAL|BAD_REQUEST|NOT_FOUND/;
const complaints = () => wire.log.entries.filter((entry) => !entry.startsWith('info'));

describe('every entry of the contract, over the wire', () => {
  it.each(entries)('%s answers with a defect, or not at all, when what it names is not there', async (entry) => {
    await engineReady();
    expect(await outcomeOf(entry)).not.toMatch(defects);
    expect(complaints()).toEqual([]);
  });

  // A watch of rows has nothing to say until an engine was listed, so only calls are asked here.
  it.each(entries.filter((entry) => !/\.(watch|follow)/.test(entry)))(
    '%s answers with a defect when the engine is gone',
    async (entry) => {
      await engineReady();
      await engine.stop();
      expect(await outcomeOf(entry)).not.toMatch(defects);
      expect(complaints()).toEqual([]);
    },
  );
});

describe('a page that goes away', () => {
  it('leaves readers, streams or ports behind in the services', async () => {
    await engineReady();
    const id = [...engine.containers.keys()][0] ?? '';
    // The tables of containers and of images watch the engine themselves.
    const own = 2;
    await vi.waitFor(() => expect(services.engineLink.state.readerCount).toBe(own));
    const watches = [
      await api.engine.watch(),
      await api.containers.watch(),
      await api.images.watch(),
      await api.tasks.watch(),
      await api.settings.watch(),
      await api.chat.watchConversations(),
      await api.lines.follow({ kind: 'container', id }),
    ];
    for (const watch of watches) await watch.next();
    const silent = watches.map((watch) => watch.next().catch(() => undefined));
    await vi.waitFor(() => expect(engine.containers.get(id)?.followers.size).toBe(1));
    wire.close();
    await Promise.all(silent);
    await vi.waitFor(() => {
      expect(wire.server.openCount).toBe(0);
      expect(services.engineLink.state.readerCount).toBe(own);
      expect(services.images.readerCount).toBe(0);
    });
    await vi.waitFor(() => expect(engine.containers.get(id)?.followers.size).toBe(0), 10_000);
  });

  it('removes nothing on the engine in use that a page meant for another one', async () => {
    const [web] = [...engine.containers.keys()];
    if (web === undefined) throw new Error('no container');
    onTestFinished(() => meanEngine(null));
    meanEngine('unix:///somewhere/else.sock');
    const meant = { meant: 'unix:///somewhere/else.sock', driven: engine.endpoint.address };
    await expect.poll(() => services.engineLink.state.value.phase).toBe('ready');
    for (const call of [
      () => api.containers.remove({ id: web, force: true, volumes: false }),
      () => api.containers.stop({ id: web, graceSeconds: 0 }),
      () => api.images.remove({ reference: 'busybox:latest' }),
      () => api.disk.prune({ references: [], buildCache: true }),
    ]) {
      await expect(call()).rejects.toMatchObject({ code: 'ENGINE_CHANGED', data: meant });
    }
    expect(engine.containers.has(web)).toBe(true);
    meanEngine(engine.endpoint.address);
    await api.containers.remove({ id: web, force: true, volumes: false });
    expect(engine.containers.has(web)).toBe(false);
  });
});
