import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { Transform } from 'node:stream';
import { ollamaCommand } from '../../contract/commands';
import { Failure, isFailure } from '../../contract/failures';
import type { TaskSubject } from '../../contract/tasks';
import { readStream } from '../../docker/stream';
import type { Server } from '../answers/askServer';
import { ByteRate } from '../byteRate';
import type { FileGrants } from '../fileGrants';
import { fileFailure } from '../imageArchive/pickedFile';
import { Paced } from '../paced';
import type { Tasks, TaskWork } from '../tasks';
import { hasBlob, installedModels, putBlob, streamLines } from './client';
import { createFailure } from './modelFailure';
import { type Modelfile, parseModelfile } from './modelfile';
import { writtenOutModel } from './modelNames';
import type { Ollamas } from './ollamas';

type CreateSubject = Extract<TaskSubject, { kind: 'createModel' }>;

export interface ModelCreationOptions {
  ollamas: Pick<Ollamas, 'place'>;
  tasks: Tasks;
  fileGrants: FileGrants;
  /** Reads an Ollama's models again. */
  relist(endpointId: string): void;
}

/** See `models.create`. */
export interface ModelWish {
  endpointId: string;
  model: string;
  modelfile: string;
  grant: string | null;
  replaces: boolean;
}

const tellEveryMs = 200;

/** Creates models as tasks: from a GGUF file that a person picked, or from a model that is there. */
export class ModelCreation {
  constructor(private readonly options: ModelCreationOptions) {}

  /**
   * Checks the Modelfile, then starts.
   * @throws Failure MODELFILE_REFUSED, MODEL_NAME_TAKEN, TASK_ALREADY_RUNNING, FILE_NOT_PICKED, and what asking an Ollama throws
   */
  async create(wish: ModelWish): Promise<{ taskId: string }> {
    const { ollamas, tasks, fileGrants } = this.options;
    const { endpointId, grant, replaces } = wish;
    const model = writtenOutModel(wish.model);
    const modelfile = parseModelfile(wish.modelfile);
    if (modelfile.from === null && grant === null) {
      throw new Failure('MODELFILE_REFUSED', { line: 0, reason: 'noFrom', text: '' });
    }
    const { server, containerName } = await ollamas.place(endpointId);
    const running = tasks.running(
      (subject) => subject.kind === 'createModel' && subject.model === model && subject.endpointId === endpointId,
    );
    if (running) throw new Failure('TASK_ALREADY_RUNNING', { id: running.id });
    if (!replaces && (await installedModels(server)).some(({ name }) => name === model)) {
      throw new Failure('MODEL_NAME_TAKEN', { model });
    }
    // Last: a refused wish must not use the pick up.
    const path = grant === null ? null : fileGrants.redeem(grant, 'open');
    checkFrom(modelfile, path);
    return this.begin({ endpointId, model, modelfile, path, server, containerName });
  }

  private begin(work: Beginning): { taskId: string } {
    const { endpointId, model, path, server, containerName } = work;
    const subject: CreateSubject = {
      kind: 'createModel',
      endpointId,
      ollama: server.name,
      model,
      fileName: path === null ? null : basename(path),
      phase: path === null ? 'creating' : 'hashing',
    };
    const command = ollamaCommand({ containerName, baseUrl: server.baseUrl }, ['create', model, '-f', 'Modelfile']);
    const taskId = this.options.tasks.start(
      subject,
      command,
      (task) => this.work(work, task),
      async () => this.begin(work),
    );
    return { taskId };
  }

  private async work(
    { endpointId, model, modelfile, path, server }: Beginning,
    task: TaskWork<CreateSubject>,
  ): Promise<void> {
    const { signal } = task;
    const files = path === null ? null : { [basename(path)]: await this.upload(server, path, model, task) };
    task.subject({ phase: 'creating' });
    task.bytes(null);
    let isDone = false;
    const refuse = (message: string) => createFailure(model, server.name, message);
    try {
      for await (const lines of streamLines(server, '/api/create', createBody(model, modelfile, files), signal)) {
        for (const { status, error } of lines) {
          if (error !== null) throw refuse(error);
          if (status !== null) task.output.append({ stream: 'stdout', atMs: Date.now(), text: status });
          isDone ||= status === 'success';
        }
      }
    } catch (error) {
      if (isFailure(error, 'CHAT_UPSTREAM')) throw refuse(error.details.message);
      if (isFailure(error) || signal.aborted) throw error;
      throw lost(model, server.name, error);
    }
    if (signal.aborted) throw signal.reason;
    if (!isDone) throw lost(model, server.name);
    task.subject({ phase: 'done' });
    this.options.relist(endpointId);
  }

  /** Sends a file unless it is there already, and answers its digest. */
  private async upload(server: Server, path: string, model: string, task: TaskWork<CreateSubject>): Promise<string> {
    const { signal } = task;
    try {
      const { size } = await stat(path);
      const hash = createHash('sha256');
      const hashed = bytesTeller(task, size);
      for await (const chunk of readStream(createReadStream(path), signal)) {
        hash.update(chunk);
        hashed.add(chunk.length);
      }
      hashed.end();
      if (signal.aborted) throw signal.reason;
      const digest = `sha256:${hash.digest('hex')}`;
      task.subject({ phase: 'uploading' });
      if (await hasBlob(server, digest)) return digest;
      const sent = bytesTeller(task, size);
      const counted = new Transform({
        transform(chunk: Uint8Array, _encoding, done) {
          sent.add(chunk.length);
          done(null, chunk);
        },
      });
      const file = createReadStream(path).on('error', (error) => counted.destroy(error));
      counted.on('close', () => file.destroy());
      await putBlob(server, digest, { bytes: file.pipe(counted), sizeBytes: size }, signal);
      sent.end();
      if (signal.aborted) throw signal.reason;
      return digest;
    } catch (error) {
      if (isFailure(error, 'CHAT_UPSTREAM')) throw createFailure(model, server.name, error.details.message);
      throw fileFailure(error, path);
    }
  }
}

const lost = (model: string, ollama: string, cause?: unknown) =>
  new Failure('MODEL_CREATE_FAILED', { model, ollama, reason: 'lost', message: '' }, { cause });

interface Beginning {
  endpointId: string;
  model: string;
  modelfile: Modelfile;
  /** The file that was picked; null for none. */
  path: string | null;
  server: Server;
  containerName: string | null;
}

/** FROM may name the picked file and no other: a Modelfile reads nothing else from this machine. */
function checkFrom({ from }: Modelfile, path: string | null): void {
  if (from === null) return;
  const looksLikeFile = /^[./~\\]|\.(gguf|bin|safetensors)$|^[A-Za-z]:[\\/]/i.test(from.name);
  const isPicked = path !== null && from.name.split(/[\\/]/).at(-1) === basename(path);
  if (path === null ? looksLikeFile : !isPicked) {
    throw new Failure('MODELFILE_REFUSED', { line: from.line, reason: 'file', text: from.name });
  }
}

/** The body of `POST /api/create` (Ollama 0.5.5 and later, which takes no Modelfile any more). */
function createBody(model: string, file: Modelfile, files: Record<string, string> | null): object {
  return {
    model,
    stream: true,
    ...(files === null ? { from: file.from?.name } : { files }),
    ...(file.template === null ? {} : { template: file.template }),
    ...(file.system === null ? {} : { system: file.system }),
    ...(file.licenses.length === 0 ? {} : { license: file.licenses }),
    ...(Object.keys(file.parameters).length === 0 ? {} : { parameters: file.parameters }),
    ...(file.messages.length === 0 ? {} : { messages: file.messages }),
  };
}

function bytesTeller(task: TaskWork<CreateSubject>, total: number): { add(bytes: number): void; end(): void } {
  const rate = new ByteRate();
  const tell = new Paced((done: number) => task.bytes(rate.at(done, total)), tellEveryMs);
  let done = 0;
  return {
    add(bytes) {
      done += bytes;
      tell.push(done);
    },
    end: () => tell.flush(),
  };
}
