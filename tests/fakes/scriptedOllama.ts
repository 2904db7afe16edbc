import { type AskedRequest, type Reply, type Script, ScriptedModel } from './scriptedModel';

/** A model on a scripted Ollama's disk. */
export interface ScriptedOnDisk {
  name: string;
  digest?: string;
  size?: number;
  family?: string;
  parameterSize?: string;
  quantization?: string;
}

/** A model in its memory. */
export interface ScriptedInMemory {
  name: string;
  size: number;
  size_vram: number;
  context_length?: number;
  expires_at?: string;
}

/** An Ollama that says what a test wants it to: models, memory, pulls line by line. No model ever computes. */
export class ScriptedOllama {
  readonly server: ScriptedModel;
  models: ScriptedOnDisk[];
  loaded: ScriptedInMemory[] = [];
  /** Digests of blobs that are there. */
  readonly blobs = new Set<string>();
  version: string | null = '0.6.5';
  /** What `/api/show` answers besides what all have. */
  shown: Record<string, unknown> = {};
  /** How a pull goes; by default one layer in four steps. The model is there once it was said to be. */
  pulling: Script = plainPull;
  /** How a creation goes. */
  creating: Script = plainCreate;
  /** What it answers to a message. */
  answer = 'Hello from the model.';

  constructor(models: ScriptedOnDisk[] = []) {
    this.models = models;
    this.server = new ScriptedModel((asked, reply) => this.reply(asked, reply));
  }

  /** Starts to listen and answers the address. */
  async listen(): Promise<string> {
    return `http://127.0.0.1:${await this.server.listen()}`;
  }

  close(): Promise<void> {
    return this.server.close();
  }

  /** The requests for a path, as they came. */
  asked(path: string): AskedRequest[] {
    return this.server.asked.filter((one) => one.path === path);
  }

  private async reply(asked: AskedRequest, reply: Reply): Promise<void> {
    const { method, path, body } = asked;
    const json = (value: object) => reply.whole(200, JSON.stringify(value));
    const name = String(body.model ?? body.source ?? '');
    const isMissing = () => !this.models.some((model) => model.name === name);
    const missing = () => reply.whole(404, JSON.stringify({ error: `model '${name}' not found` }));
    switch (`${method} ${path}`) {
      case 'GET /api/version':
        return this.version === null ? reply.whole(404, 'not here') : json({ version: this.version });
      case 'GET /api/tags':
        return json({ models: this.models.map(listed) });
      case 'GET /api/ps':
        return json({ models: this.loaded });
      case 'POST /api/show':
        return isMissing() ? missing() : json({ ...plainShow, ...this.shown });
      case 'POST /api/copy':
        if (isMissing()) return missing();
        this.models = [
          ...this.models,
          { ...this.models.find((model) => model.name === name), name: String(body.destination) },
        ];
        return reply.whole(200, '');
      case 'DELETE /api/delete':
        if (isMissing()) return missing();
        this.models = this.models.filter((model) => model.name !== name);
        return reply.whole(200, '');
      case 'POST /api/generate':
      case 'POST /api/embed':
        this.keep(name, Number(body.keep_alive));
        return json({ done: true });
      case 'POST /api/pull':
        await this.pulling(asked, reply);
        return;
      case 'POST /api/create':
        await this.creating(asked, reply);
        return;
      case 'POST /api/chat':
        reply.stream('application/x-ndjson');
        await reply.line({ model: name, message: { role: 'assistant', content: this.answer }, done: false });
        await reply.line({ model: name, message: { role: 'assistant', content: '' }, done: true, done_reason: 'stop' });
        return reply.end();
    }
    const [, digest] = /^\/api\/blobs\/(sha256:[0-9a-f]{64})$/.exec(path) ?? [];
    if (digest !== undefined && method === 'HEAD') return reply.whole(this.blobs.has(digest) ? 200 : 404, '');
    if (digest !== undefined && method === 'POST') {
      this.blobs.add(digest);
      return reply.whole(201, '');
    }
    reply.whole(404, '404 page not found');
  }

  private keep(name: string, seconds: number): void {
    this.loaded = this.loaded.filter((model) => model.name !== name);
    if (seconds === 0) return;
    const forever = '2318-09-26T00:00:00Z';
    const expires_at = seconds < 0 ? forever : new Date(Date.now() + seconds * 1000).toISOString();
    this.loaded.push({ name, size: 3_000_000_000, size_vram: 2_000_000_000, context_length: 4096, expires_at });
  }
}

const plainShow = {
  template: '{{ .Prompt }}',
  parameters: 'num_ctx                        4096\nstop                           "<|eot|>"',
  license: 'Apache License 2.0',
  modelfile: 'FROM x',
  capabilities: ['completion'],
  details: { parent_model: '' },
  model_info: { 'general.architecture': 'llama', 'llama.context_length': 131_072, 'llama.block_count': 28 },
};

function listed({ name, digest, size, family, parameterSize, quantization }: ScriptedOnDisk) {
  return {
    name,
    digest: digest ?? 'a'.repeat(64),
    size: size ?? 2_019_393_189,
    modified_at: '2026-11-01T10:00:00Z',
    details: {
      format: 'gguf',
      family: family ?? 'llama',
      families: [family ?? 'llama'],
      parameter_size: parameterSize ?? '3.2B',
      quantization_level: quantization ?? 'Q4_K_M',
    },
  };
}

/** Digest of the one layer of a plain pull. */
export const plainLayer = `sha256:${'b'.repeat(64)}`;

async function plainPull(_asked: AskedRequest, reply: Reply): Promise<void> {
  reply.stream('application/x-ndjson');
  await reply.line({ status: 'pulling manifest' });
  for (const completed of [0, 250, 500, 1000]) {
    await reply.line({ status: 'pulling bbbbbbbbbbbb', digest: plainLayer, total: 1000, completed });
  }
  await reply.line({ status: 'verifying sha256 digest' });
  await reply.line({ status: 'writing manifest' });
  await reply.line({ status: 'success' });
  reply.end();
}

async function plainCreate(_asked: AskedRequest, reply: Reply): Promise<void> {
  reply.stream('application/x-ndjson');
  await reply.line({ status: 'parsing GGUF' });
  await reply.line({ status: 'success' });
  reply.end();
}
