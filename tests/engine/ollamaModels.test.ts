import { mkdtemp, rm, stat } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ModelList } from '../../electron/contract/models';
import type { Task, TaskSubject } from '../../electron/contract/tasks';
import { FileGrants } from '../../electron/services/fileGrants';
import { LiveValue } from '../../electron/services/live';
import { ModelCreation } from '../../electron/services/ollama/modelCreation';
import { ModelPulls } from '../../electron/services/ollama/modelPulls';
import { Models } from '../../electron/services/ollama/models';
import { Ollamas } from '../../electron/services/ollama/ollamas';
import { PullSizes } from '../../electron/services/ollama/pullSizes';
import { Tasks } from '../../electron/services/tasks';
import { answeringOver } from '../fakes/answering';
import { sampleSettings } from '../fakes/samples';
import { MemoryOutput } from '../fakes/taskOutput';
import { type OllamaServer, ollamaOfRun, startOllama } from './ollamaServer';
import { registryObstacle, startRegistry, type TestRegistry } from './registry';

const has = ollamaOfRun();
const modelfile = (gguf: string) => `# ChatML
FROM ./${basename(gguf)}
TEMPLATE """{{- range .Messages }}<|im_start|>{{ .Role }}
{{ .Content }}<|im_end|>
{{ end }}<|im_start|>assistant
"""
SYSTEM You are terse.
PARAMETER stop "<|im_start|>"
PARAMETER stop "<|im_end|>"
PARAMETER num_ctx 512
PARAMETER temperature 0
LICENSE "Apache 2.0"
`;

type PullTask = Task & { subject: Extract<TaskSubject, { kind: 'pullModel' }> };

/** What scripted Ollamas were made after: a real one, with a real model that comes from a real registry. */
describe.skipIf(has === null || registryObstacle() !== null)('models of a real Ollama', { timeout: 240_000 }, () => {
  let ollama: OllamaServer;
  let registry: TestRegistry;
  let folder: string;
  let tasks: Tasks;
  let ollamas: Ollamas;
  let models: Models;
  let pulls: ModelPulls;
  let creation: ModelCreation;
  let fileGrants: FileGrants;
  const endpointId = 'ollama';

  beforeAll(async () => {
    if (has === null) return;
    ollama = await startOllama(has);
    registry = await startRegistry();
    folder = await mkdtemp(join(tmpdir(), 'wharf-ollama-models-'));
    const { endpoints } = answeringOver(folder, () => [], { ollamaHost: ollama.baseUrl });
    const logDefect = (error: unknown) => {
      throw error;
    };
    const settings = new LiveValue(sampleSettings);
    ollamas = new Ollamas({ endpoints, settings, logDefect });
    tasks = new Tasks(new MemoryOutput(), logDefect);
    fileGrants = new FileGrants();
    models = new Models({ ollamas, logDefect });
    const relist = (id: string) => void models.relist(id);
    pulls = new ModelPulls({ ollamas, tasks, relist });
    creation = new ModelCreation({ ollamas, tasks, fileGrants, relist });
  });
  afterAll(async () => {
    await tasks?.close();
    await registry?.close();
    await ollama?.close();
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  const listed = async (): Promise<ModelList> => {
    const leaving = new AbortController();
    for await (const list of models.watch(endpointId, leaving.signal)) {
      leaving.abort();
      return list;
    }
    throw new Error('no list');
  };
  const names = async () => (await listed()).models?.map(({ name }) => name);
  const pushed = () => `${registry.host}/library/small:latest`;
  const pull = () => pulls.pull({ endpointId, model: pushed(), allowPlainHttp: true });
  const pullSize = (model: string, allowPlainHttp = true) =>
    new PullSizes({ ollamas }).size({ endpointId, model, allowPlainHttp });
  const progressOf = (taskId: string) => tasks.get(taskId) as PullTask;

  it('is not found, or its version is not told', async () => {
    const leaving = new AbortController();
    for await (const { ollamas: places } of ollamas.watch(leaving.signal)) {
      const [first] = places;
      if (first?.state.kind === 'asking') continue;
      expect(first).toMatchObject({ endpointId, origin: 'environment', isUsed: true, state: { kind: 'answers' } });
      leaving.abort();
    }
    expect(ollamas.readerCount).toBe(0);
  });

  it('is not created from a GGUF file that a person picked, or loses what its Modelfile says', async () => {
    const gguf = has?.gguf ?? '';
    const { grant } = fileGrants.issue(gguf, 'open') ?? { grant: '' };
    const phases: string[] = [];
    const { taskId } = await creation.create({
      endpointId,
      model: 'made',
      modelfile: modelfile(gguf),
      grant,
      replaces: false,
    });
    const leaving = new AbortController();
    void (async () => {
      for await (const event of tasks.watch(leaving.signal)) {
        const list = event.type === 'snapshot' ? event.tasks : event.upserted;
        for (const { subject } of list) if (subject.kind === 'createModel') phases.push(subject.phase);
      }
    })();
    expect(await tasks.ended(taskId)).toMatchObject({ state: 'done', failure: null });
    leaving.abort();
    expect([...new Set(phases)]).toEqual(expect.arrayContaining(['creating', 'done']));
    const shown = await models.show(endpointId, 'made:latest');
    expect(shown.template).toContain('<|im_start|>assistant');
    expect(shown.system).toBe('You are terse.');
    expect(shown.license).toContain('Apache 2.0');
    expect(shown.context).toEqual({ tokens: 512, from: 'parameters' });
    expect(shown.parameters.filter(({ name }) => name === 'stop').map(({ value }) => value)).toEqual([
      '<|im_start|>',
      '<|im_end|>',
    ]);
    expect(shown.shape).toMatchObject({ architecture: 'llama', blockCount: 30, contextLength: 8192 });
    const made = (await listed()).models?.find(({ name }) => name === 'made:latest');
    expect(made).toMatchObject({ format: 'gguf', family: 'llama', quantization: 'Q4_1' });
    expect(made?.sizeBytes).toBeGreaterThan((await stat(gguf)).size);
  });

  it('takes a second name silently over another model, or keeps the data of a name that it removed', async () => {
    await models.copy(endpointId, 'made:latest', 'copied');
    await expect(models.copy(endpointId, 'made:latest', 'copied')).rejects.toMatchObject({ code: 'MODEL_NAME_TAKEN' });
    expect(await names()).toEqual(['copied:latest', 'made:latest', 'smol:latest']);
    await models.remove(endpointId, 'copied:latest');
    expect(await names()).toEqual(['made:latest', 'smol:latest']);
    await expect(models.remove(endpointId, 'copied:latest')).rejects.toMatchObject({ code: 'CHAT_MODEL_MISSING' });
  });

  it('hides what is in memory, for how long, or keeps it there', async () => {
    await models.keep(endpointId, 'smol:latest', 30);
    const [loaded] = (await listed()).loaded;
    expect(loaded).toMatchObject({ name: 'smol:latest', gpuBytes: 0 });
    expect(loaded?.sizeBytes).toBeGreaterThan(50_000_000);
    const leftMs = (loaded?.expiresAtMs ?? 0) - Date.now();
    expect(leftMs).toBeGreaterThan(25 * 60_000);
    expect(leftMs).toBeLessThan(31 * 60_000);
    await models.keep(endpointId, 'smol:latest', null);
    expect((await listed()).loaded[0]?.expiresAtMs).toBeNull();
    await models.unload(endpointId, 'smol:latest');
    await vi.waitFor(async () => expect((await listed()).loaded).toEqual([]), { timeout: 20_000 });
  });

  it('cannot be pulled with progress, cancelled in the middle, and pulled on without fetching twice', async () => {
    await models.copy(endpointId, 'made:latest', pushed());
    await push(ollama.baseUrl, pushed());
    const onDisk = (await listed()).models?.find(({ name }) => name === pushed());
    expect(await pullSize(pushed())).toEqual({ kind: 'known', host: registry.host, sizeBytes: onDisk?.sizeBytes });
    for (const name of ['made:latest', 'smol:latest', pushed()]) await models.remove(endpointId, name);
    expect(await names()).toEqual([]);

    let servedBytes = 0;
    // Ollama 0.6.5 takes blobs only from where the registry sends it to, as the public one does.
    const store = await registry.openDoor('127.0.0.2');
    const sending = (path: string, { method, headers }: IncomingMessage) =>
      method === 'GET' && path.includes('/blobs/') && headers.host === registry.host
        ? { answer: { status: 307, headers: { location: `http://${store}${path}` } } }
        : null;
    registry.fault = (path, asked) => sending(path, asked) ?? { bytesPerSecond: 12_000_000 };
    registry.onBytes = (path, bytes) => {
      if (path.includes('/blobs/')) servedBytes += bytes;
    };
    const first = await pull();
    await vi.waitFor(() => expect(progressOf(first.taskId).bytes?.done).toBeGreaterThan(8_000_000), {
      timeout: 60_000,
      interval: 20,
    });
    const during = progressOf(first.taskId);
    expect(during.subject.phase).toBe('downloading');
    expect(during.bytes?.total).toBeGreaterThan(50_000_000);
    await tasks.cancel(first.taskId);
    expect(progressOf(first.taskId)).toMatchObject({ state: 'cancelled' });
    // Ollama hangs up on the registry: nothing goes on behind the person's back.
    await vi.waitFor(() => expect(registry.sockets.size).toBe(0), { timeout: 20_000 });
    const fetchedBytes = servedBytes;
    expect(fetchedBytes).toBeGreaterThan(8_000_000);

    registry.fault = sending;
    const { taskId } = await tasks.retry(first.taskId);
    const seen: number[] = [];
    const leaving = new AbortController();
    void (async () => {
      for await (const event of tasks.watch(leaving.signal)) {
        const list = event.type === 'snapshot' ? event.tasks : event.upserted;
        const bytes = list.find(({ id }) => id === taskId)?.bytes;
        if (bytes) seen.push(bytes.done);
      }
    })();
    expect(await tasks.ended(taskId)).toMatchObject({ state: 'done', failure: null, subject: { phase: 'done' } });
    leaving.abort();
    expect(await names()).toEqual([pushed()]);
    const sizeBytes = (await listed()).models?.[0]?.sizeBytes ?? 0;
    // What had come is where the second pull begins, and is not asked for again but for the parts under way.
    expect(seen[0]).toBeGreaterThan(4_000_000);
    expect(servedBytes).toBeLessThan(sizeBytes + fetchedBytes / 2);
    const last = progressOf(taskId);
    expect(last.subject.layers.every(({ state }) => state === 'done' || state === 'present')).toBe(true);
  });

  it('fails in nobody’s words where the registry has none of that name, is gone, or speaks plain HTTP', async () => {
    const reasonOf = async (model: string, allowPlainHttp: boolean) => {
      const { taskId } = await pulls.pull({ endpointId, model, allowPlainHttp });
      const { failure } = await tasks.ended(taskId);
      return failure?.code === 'MODEL_PULL_FAILED' ? failure.details.reason : failure;
    };
    expect(await reasonOf(`${registry.host}/library/nobody:1b`, true)).toBe('unknownName');
    expect(await reasonOf('127.0.0.1:9/library/small', true)).toBe('refused');
    expect(await reasonOf(pushed(), false)).toBe('plainHttp');
    expect(await reasonOf('registry.invalid/library/small', true)).toBe('name');
    // Its size is not known for the same reasons, and nothing waits for it.
    expect(await pullSize(`${registry.host}/library/nobody:1b`)).toMatchObject({ reason: 'missing' });
    expect(await pullSize(pushed(), false)).toMatchObject({ reason: 'unreachable' });
    expect(await pullSize('registry.invalid/library/small')).toMatchObject({ reason: 'unreachable' });
  });

  it('takes a file that is no model for one', async () => {
    const { grant } = fileGrants.issue(join(process.cwd(), 'package.json'), 'open') ?? { grant: '' };
    const { taskId } = await creation.create({ endpointId, model: 'none', modelfile: '', grant, replaces: false });
    const { failure } = await tasks.ended(taskId);
    expect(failure).toMatchObject({ code: 'MODEL_CREATE_FAILED', details: { reason: 'notGguf' } });
  });
});

/** `ollama push`, which only a test needs. */
async function push(baseUrl: string, model: string): Promise<void> {
  const answer = await fetch(`${baseUrl}/api/push`, {
    method: 'POST',
    body: JSON.stringify({ model, insecure: true, stream: false }),
  });
  const said = await answer.text();
  if (!answer.ok || !said.includes('success')) throw new Error(`push: ${answer.status} ${said}`);
}
