import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Container } from '../../electron/contract/containers';
import type { Ollama } from '../../electron/contract/models';
import type { Settings } from '../../electron/contract/settings';
import type { Task, TaskSubject } from '../../electron/contract/tasks';
import type { Endpoints } from '../../electron/services/answers/endpoints';
import { FileGrants } from '../../electron/services/fileGrants';
import { LiveValue } from '../../electron/services/live';
import { ModelCreation } from '../../electron/services/ollama/modelCreation';
import { ModelPulls } from '../../electron/services/ollama/modelPulls';
import { Models } from '../../electron/services/ollama/models';
import { Ollamas } from '../../electron/services/ollama/ollamas';
import { Tasks } from '../../electron/services/tasks';
import { answeringOver } from '../fakes/answering';
import { sampleContainer, sampleSettings } from '../fakes/samples';
import { plainLayer, ScriptedOllama } from '../fakes/scriptedOllama';
import { MemoryOutput } from '../fakes/taskOutput';

type PullSubject = Extract<TaskSubject, { kind: 'pullModel' }>;
const endpointId = 'ollama';

let folder: string;
let ollama: ScriptedOllama;
let baseUrl: string;
let rows: Container[];
let settings: LiveValue<Settings>;
let endpoints: Endpoints;
let ollamas: Ollamas;
let tasks: Tasks;
let output: MemoryOutput;
let models: Models;
let pulls: ModelPulls;
let creation: ModelCreation;
let fileGrants: FileGrants;
let defects: unknown[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wharf-models-'));
  ollama = new ScriptedOllama([{ name: 'llama3.2:latest' }, { name: 'gemma3:4b', digest: 'c'.repeat(64) }]);
  baseUrl = await ollama.listen();
  rows = [];
  settings = new LiveValue<Settings>(sampleSettings);
  ({ endpoints } = answeringOver(folder, () => rows, { ollamaHost: baseUrl }));
  defects = [];
  const logDefect = (error: unknown) => `defect-${defects.push(error)}`;
  ollamas = new Ollamas({ endpoints, settings, logDefect });
  output = new MemoryOutput();
  tasks = new Tasks(output, logDefect);
  fileGrants = new FileGrants();
  models = new Models({ ollamas, logDefect });
  const relist = (id: string) => void models.relist(id);
  pulls = new ModelPulls({ ollamas, tasks, relist });
  creation = new ModelCreation({ ollamas, tasks, fileGrants, relist });
});

afterEach(async () => {
  await tasks.close();
  await ollama.close();
  await rm(folder, { recursive: true, force: true });
  expect(defects).toEqual([]);
});

/** The first item of a watch that `fits`. */
async function first<T>(open: (signal: AbortSignal) => AsyncIterable<T>, fits: (item: T) => boolean): Promise<T> {
  const leaving = new AbortController();
  try {
    for await (const item of open(leaving.signal)) if (fits(item)) return item;
  } finally {
    leaving.abort();
  }
  throw new Error('ended');
}
const places = async (fits: (places: Ollama[]) => boolean) =>
  (
    await first(
      (signal) => ollamas.watch(signal),
      (item) => fits(item.ollamas),
    )
  ).ollamas;
const asked = (list: Ollama[]) => list.every(({ state }) => state.kind !== 'asking');
const listed = () =>
  first(
    (signal) => models.watch(endpointId, signal),
    () => true,
  );
const pull = (model = 'llama3.2:3b') => pulls.pull({ endpointId, model, allowPlainHttp: false });
const subjectOf = (taskId: string) => tasks.get(taskId)?.subject as PullSubject;
const reasonOf = (task: Task) =>
  task.failure?.code === 'MODEL_PULL_FAILED' ? task.failure.details.reason : task.failure;

describe('Ollamas', () => {
  const inContainer = (name: string, port: number, part: Partial<Container> = {}) =>
    sampleContainer({
      id: name.padEnd(64, '0'),
      name,
      image: 'ollama/ollama',
      servesApi: false,
      ports: port === 0 ? [] : [{ containerPort: 11_434, hostPort: port, hostIp: '127.0.0.1', protocol: 'tcp' }],
      ...part,
    });

  it('are used without saying which, or left out without saying why', async () => {
    const other = new ScriptedOllama();
    other.version = null;
    const port = Number(new URL(await other.listen()).port);
    rows = [inContainer('not-one', port), inContainer('down', 0, { state: 'exited' }), inContainer('inside', 0)];
    await endpoints.put({ id: null, name: 'far', kind: 'ollama', baseUrl: 'http://127.0.0.1:9' });
    const found = await places(asked);
    expect(found.map(({ name, origin, isUsed, state }) => [name, origin, isUsed, state.kind])).toEqual([
      ['Ollama', 'environment', true, 'answers'],
      ['not-one', 'container', false, 'notOllama'],
      ['down', 'container', false, 'stopped'],
      ['inside', 'container', false, 'noPort'],
      ['far', 'configured', false, 'failed'],
    ]);
    await other.close();
  });

  it('come twice where a container publishes the usual address', async () => {
    rows = [inContainer('mine', Number(new URL(baseUrl).port))];
    const found = await places(asked);
    expect(found).toMatchObject([{ endpointId, name: 'Ollama (mine)', containerId: rows[0]?.id }]);
    const { taskId } = await pull();
    expect(tasks.get(taskId)?.command).toBe('docker exec mine ollama pull llama3.2:3b');
  });

  it('change by themselves after a person chose one, or the choice waits for the next look', async () => {
    const second = new ScriptedOllama();
    const put = await endpoints.put({ id: null, name: 'second', kind: 'ollama', baseUrl: await second.listen() });
    const usedOf = (list: Ollama[]) => list.find(({ isUsed }) => isUsed)?.endpointId;
    expect(usedOf(await places(asked))).toBe(endpointId);
    // Without the asking that comes again: nothing but the choice may tell.
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const changed = places((list) => usedOf(list) === put.id);
    await vi.waitFor(() => {
      expect([ollama, second].map((one) => one.asked('/api/version').length)).toEqual([2, 2]);
      expect([ollama, second].map((one) => one.server.sockets.size)).toEqual([0, 0]);
    });
    settings.set({ ...sampleSettings, ollama: put.id });
    expect(usedOf(await changed)).toBe(put.id);
    await second.close();
  });

  it('are asked for ever after nobody looks', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    // Two windows at once: what either began has to end with both.
    await Promise.all([places(asked), places(asked)]);
    await listed();
    expect([ollamas.readerCount, models.readCount, vi.getTimerCount()]).toEqual([0, 0, 0]);
  });

  it('in containers cannot be talked to', async () => {
    const second = new ScriptedOllama([{ name: 'inner:1b' }]);
    rows = [inContainer('deep', Number(new URL(await second.listen()).port))];
    const { server, containerName } = await ollamas.place('container:deep');
    expect([server.name, containerName]).toEqual(['deep', 'deep']);
    rows = [inContainer('deep', 0, { state: 'exited' })];
    await expect(ollamas.place('container:deep')).rejects.toMatchObject({
      code: 'CHAT_TARGET_UNREACHABLE',
      details: { reason: 'stopped' },
    });
    await second.close();
  });
});

describe('the models of an Ollama', () => {
  it('are old after a deed, or read again for ever', async () => {
    expect((await listed()).models?.map(({ name }) => name)).toEqual(['gemma3:4b', 'llama3.2:latest']);
    await models.copy(endpointId, 'gemma3:4b', 'mine');
    await expect(models.copy(endpointId, 'gemma3:4b', 'llama3.2')).rejects.toMatchObject({ code: 'MODEL_NAME_TAKEN' });
    expect(ollama.asked('/api/copy')).toHaveLength(1);
    await models.remove(endpointId, 'gemma3:4b');
    expect((await listed()).models?.map(({ name }) => name)).toEqual(['llama3.2:latest', 'mine:latest']);
    expect(models.readCount).toBe(0);
  });

  it('vanish while their Ollama is away', async () => {
    const leaving = new AbortController();
    const seen: (string | null)[] = [];
    for await (const list of models.watch(endpointId, leaving.signal)) {
      seen.push(list.failure?.code ?? null);
      expect(list.models).toHaveLength(2);
      if (list.failure !== null) break;
      await ollama.close();
      void models.relist(endpointId);
    }
    leaving.abort();
    expect(seen).toEqual([null, 'CHAT_TARGET_UNREACHABLE']);
  });

  it('in memory show a share on the GPU that nobody measured', async () => {
    await models.keep(endpointId, 'gemma3:4b', 30);
    expect((await listed()).loaded).toMatchObject([
      { name: 'gemma3:4b', sizeBytes: 3_000_000_000, gpuBytes: 2_000_000_000, contextTokens: 4096 },
    ]);
    expect((await models.show(endpointId, 'gemma3:4b')).context).toEqual({ tokens: 4096, from: 'loaded' });
    await models.keep(endpointId, 'gemma3:4b', null);
    expect((await listed()).loaded[0]?.expiresAtMs).toBeNull();
    await models.unload(endpointId, 'gemma3:4b');
    expect((await listed()).loaded).toEqual([]);
  });

  it('that only embed are asked to generate', async () => {
    ollama.shown = { capabilities: ['embedding'] };
    await models.keep(endpointId, 'gemma3:4b', 5);
    expect(ollama.asked('/api/embed')).toHaveLength(1);
    expect(ollama.asked('/api/generate')).toHaveLength(0);
  });
});

describe('a pull', () => {
  it('is not done with its layers, or the list does not have it', async () => {
    const plain = ollama.pulling;
    ollama.pulling = async (one, reply) => {
      await plain(one, reply);
      ollama.models.push({ name: String(one.body.model) });
    };
    const { taskId } = await pull();
    expect(await tasks.ended(taskId)).toMatchObject({ state: 'done', failure: null });
    expect(subjectOf(taskId)).toMatchObject({
      phase: 'done',
      model: 'llama3.2:3b',
      layers: [{ state: 'done', bytes: 1000 }],
    });
    expect(output.texts(taskId)).toEqual([
      'pulling manifest',
      'pulling bbbbbbbbbbbb',
      'verifying sha256 digest',
      'writing manifest',
      'success',
    ]);
    expect((await listed()).models?.map(({ name }) => name)).toContain('llama3.2:3b');
  });

  it('goes on at Ollama after it was cancelled, or cannot be resumed', async () => {
    let hungUp: Promise<void> = Promise.resolve();
    const plain = ollama.pulling;
    ollama.pulling = async (_asked, reply) => {
      hungUp = reply.closed;
      reply.stream('application/x-ndjson');
      await reply.line({ status: 'pulling b', digest: plainLayer, total: 1000, completed: 400 });
    };
    const { taskId } = await pull();
    await vi.waitFor(() => expect(subjectOf(taskId).layers[0]?.bytes).toBe(400));
    await expect(pull()).rejects.toMatchObject({ code: 'TASK_ALREADY_RUNNING' });
    await tasks.cancel(taskId);
    await hungUp;
    expect(tasks.get(taskId)).toMatchObject({ state: 'cancelled', canRetry: true });
    ollama.pulling = plain;
    const again = await tasks.retry(taskId);
    expect(await tasks.ended(again.taskId)).toMatchObject({ state: 'done' });
  });

  it.each([
    [
      'an error line after 200',
      'unknownName',
      async (reply: Parameters<ScriptedOllama['pulling']>[1]) => {
        reply.stream('application/x-ndjson');
        await reply.line({ status: 'pulling manifest' });
        await reply.line({ error: 'pull model manifest: file does not exist' });
        reply.end();
      },
    ],
    ['a refusal with a status', 'badName', async (reply) => reply.whole(400, '{"error":"invalid model name"}')],
    [
      'an end that nobody announced',
      'cut',
      async (reply) => {
        reply.stream('application/x-ndjson');
        await reply.line({ status: 'pulling b', digest: plainLayer, total: 1000, completed: 1000 });
        reply.end();
      },
    ],
    [
      'a cut connection',
      'cut',
      async (reply) => {
        reply.stream('application/x-ndjson');
        await reply.line({ status: 'pulling manifest' });
        reply.cut();
      },
    ],
    [
      'a reset connection',
      'cut',
      async (reply) => {
        reply.stream('application/x-ndjson');
        await reply.line({ status: 'pulling b', digest: plainLayer, total: 1000, completed: 10 });
        reply.reset();
      },
    ],
  ] as [string, string, (reply: Parameters<ScriptedOllama['pulling']>[1]) => Promise<void>][])(
    'passes for done, or has no words, after %s',
    async (_what, reason, script) => {
      ollama.pulling = (_asked, reply) => script(reply);
      const ended = await tasks.ended((await pull()).taskId);
      expect([ended.state, reasonOf(ended)]).toEqual(['failed', reason]);
    },
  );

  it('shows other bytes for a stream that is split at every byte, has blank lines or two objects a chunk', async () => {
    ollama.pulling = async (_asked, reply) => {
      reply.stream('application/x-ndjson');
      const said =
        `{"status":"pulling manifest"}\n\n{"status":"p","digest":"${plainLayer}","total":1000,"completed":7}\n` +
        '{"status":"verifying sha256 digest"}\n{"status":"success"}';
      for (const byte of Buffer.from(said)) await reply.raw(Buffer.from([byte]));
      reply.end();
    };
    const { taskId } = await pull();
    expect(await tasks.ended(taskId)).toMatchObject({ state: 'done' });
    expect(subjectOf(taskId).layers).toMatchObject([{ bytes: 1000, state: 'done' }]);
  });

  it('asks a registry without encryption where nobody allowed that', async () => {
    await tasks.ended((await pull('127.0.0.1:5000/library/small')).taskId);
    await tasks.ended(
      (await pulls.pull({ endpointId, model: '127.0.0.1:5000/library/small', allowPlainHttp: true })).taskId,
    );
    expect(ollama.asked('/api/pull').map(({ body }) => body.insecure)).toEqual([undefined, true]);
  });
});

describe('a creation', () => {
  const picked = async (name: string, text: string) => {
    await writeFile(join(folder, name), text);
    return fileGrants.issue(join(folder, name), 'open')?.grant ?? '';
  };
  const wish = (part: Partial<Parameters<ModelCreation['create']>[0]>) => ({
    endpointId,
    model: 'mine',
    modelfile: 'FROM gemma3:4b',
    grant: null,
    replaces: false,
    ...part,
  });

  it('sends a file that is there already, or another one than was picked', async () => {
    const grant = await picked('small.gguf', 'GGUF and more');
    const { taskId } = await creation.create(wish({ grant, modelfile: 'FROM ./small.gguf\nPARAMETER num_ctx 512' }));
    expect(await tasks.ended(taskId)).toMatchObject({ state: 'done', subject: { fileName: 'small.gguf' } });
    const [digest] = [...ollama.blobs];
    expect(ollama.asked('/api/create')[0]?.body).toEqual({
      model: 'mine:latest',
      stream: true,
      files: { 'small.gguf': digest },
      parameters: { num_ctx: 512 },
    });
    const posts = () => ollama.server.asked.filter(({ method, path }) => method === 'POST' && path.includes('blobs'));
    expect(posts()).toHaveLength(1);
    const second = await creation.create(wish({ grant: await picked('small.gguf', 'GGUF and more'), modelfile: '' }));
    expect(await tasks.ended(second.taskId)).toMatchObject({ state: 'done' });
    expect(posts()).toHaveLength(1);
  });

  it.each(['FROM /etc/passwd', 'FROM ./other.gguf', 'FROM ..\\secrets.gguf'])(
    'reads a file that nobody picked: %s',
    async (modelfile) => {
      await expect(creation.create(wish({ modelfile }))).rejects.toMatchObject({
        code: 'MODELFILE_REFUSED',
        details: { reason: 'file' },
      });
      const grant = await picked('small.gguf', 'x');
      await expect(creation.create(wish({ modelfile, grant }))).rejects.toMatchObject({ code: 'MODELFILE_REFUSED' });
      expect(ollama.server.asked.filter(({ path }) => path.includes('create'))).toEqual([]);
    },
  );

  it('replaces another model in silence, or takes a refused pick for used', async () => {
    const grant = await picked('small.gguf', 'x');
    const taken = wish({ model: 'llama3.2', grant, modelfile: '' });
    await expect(creation.create(taken)).rejects.toMatchObject({ code: 'MODEL_NAME_TAKEN' });
    const { taskId } = await creation.create({ ...taken, replaces: true });
    expect(await tasks.ended(taskId)).toMatchObject({ state: 'done' });
    await expect(creation.create({ ...taken, replaces: true })).rejects.toMatchObject({ code: 'FILE_NOT_PICKED' });
  });

  it('that Ollama ends without a word passes for done', async () => {
    ollama.creating = async (_asked, reply) => {
      reply.stream('application/x-ndjson');
      await reply.line({ status: 'parsing GGUF' });
      reply.cut();
    };
    const { taskId } = await creation.create(wish({}));
    expect((await tasks.ended(taskId)).failure).toMatchObject({
      code: 'MODEL_CREATE_FAILED',
      details: { reason: 'lost' },
    });
  });
});
