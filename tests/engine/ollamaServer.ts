import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** ChatML, which SmolLM2 was taught with. */
export const modelfile = (gguf: string) => `FROM ${gguf}
TEMPLATE """{{- range .Messages }}<|im_start|>{{ .Role }}
{{ .Content }}<|im_end|>
{{ end }}<|im_start|>assistant
"""
PARAMETER stop "<|im_start|>"
PARAMETER stop "<|im_end|>"
PARAMETER num_ctx 512
PARAMETER temperature 0
`;

/** A real Ollama of the test's own, with one small real model. */
export interface OllamaServer {
  baseUrl: string;
  model: string;
  close(): Promise<void>;
}

/** Which binary and model the test run has; null where it has none (`npm test` fetches them). */
export function ollamaOfRun(): { binary: string; gguf: string } | null {
  const { WHARF_TEST_OLLAMA: binary, WHARF_TEST_MODEL: gguf } = process.env;
  return binary && gguf ? { binary, gguf } : null;
}

const freePort = () =>
  new Promise<number>((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });

/**
 * Starts Ollama on a free port of this machine, its models in a folder that goes with it.
 * @param address where it listens; containers reach the one of their bridge
 */
export async function startOllama(
  { binary, gguf }: { binary: string; gguf: string },
  address = '127.0.0.1',
): Promise<OllamaServer> {
  const folder = await mkdtemp(join(tmpdir(), 'wharf-ollama-'));
  const host = `${address}:${await freePort()}`;
  const env = { ...process.env, OLLAMA_HOST: host, OLLAMA_MODELS: join(folder, 'models'), HOME: folder };
  const server: ChildProcess = spawn(binary, ['serve'], { env, stdio: 'ignore' });
  const gone = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  const close = async () => {
    server.kill('SIGTERM');
    await gone;
    await rm(folder, { recursive: true, force: true });
  };
  try {
    for (;;) {
      if (server.exitCode !== null) throw new Error(`ollama ended with ${server.exitCode}`);
      const answers = await fetch(`http://${host}/api/version`).then(
        ({ ok }) => ok,
        () => false,
      );
      if (answers) break;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const file = join(folder, 'Modelfile');
    await writeFile(file, modelfile(gguf));
    await promisify(execFile)(binary, ['create', 'smol', '-f', file], { env });
    return { baseUrl: `http://${host}`, model: 'smol:latest', close };
  } catch (error) {
    await close();
    throw error;
  }
}
