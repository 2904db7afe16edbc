import type { ContainerSpec } from '../contract/containerSpec';
import type { GpuCheck } from '../contract/containers';
import { isFailure } from '../contract/failures';
import { type RunRequest, runRequest, specOfRequest } from '../contract/runRequest';
import type { Engine } from '../docker/engine';
import { lineText } from '../docker/logs';
import { withTimeLimit } from './timeLimit';

const timeLimitMs = 60_000;

/**
 * Finds out whether containers get a GPU, by running one of `image` that lists them and is removed again.
 * @param labels that the container gets besides ours
 * @param takeAway removes the container
 * @throws IMAGE_MISSING
 */
export async function tryGpu(
  engine: Engine,
  {
    image,
    labels,
    takeAway,
  }: { image: string; labels: Record<string, string>; takeAway: (id: string) => Promise<void> },
): Promise<GpuCheck> {
  const spec: ContainerSpec = {
    ...specOfRequest(requestOf(image), { hostPorts: [], imageUser: '' }),
    entrypoint: ['nvidia-smi', '-L'],
    network: 'none',
  };
  spec.labels = { ...labels, ...spec.labels };
  let id: string | null = null;
  try {
    id = await engine.createContainer(spec);
    await engine.startContainer(id);
    return { result: 'available', gpus: await listed(engine, id) };
  } catch (error) {
    if (isFailure(error, 'GPU_UNAVAILABLE')) {
      const { message } = error.details;
      return { result: /device driver|known GPU vendor|runtime/i.test(message) ? 'noRuntime' : 'noDevice', message };
    }
    if (!isFailure(error, 'ENGINE_REFUSED')) throw error;
    // The GPU was there, and the image has no program to list it with.
    const { message } = error.details;
    return /executable file not found|no such file/i.test(message)
      ? { result: 'available', gpus: [] }
      : { result: 'failed', message };
  } finally {
    if (id !== null) await takeAway(id);
  }
}

function requestOf(image: string): RunRequest {
  return runRequest.parse({
    image,
    name: `wharf-gpu-check-${Math.random().toString(36).slice(2, 10)}`,
    ports: [],
    network: { kind: 'none' },
    gpus: 'all',
    healthCheck: { kind: 'none' },
  });
}

/** The GPUs that the container names before it ends. */
async function listed(engine: Engine, id: string): Promise<string[]> {
  const lines: string[] = [];
  await withTimeLimit(timeLimitMs, async (limited) => {
    for await (const batch of engine.logs(id, { follow: true, since: null, tail: null }, limited)) {
      lines.push(...batch.map(({ bytes }) => lineText(bytes)));
    }
  });
  return lines.filter((line) => /^GPU \d+:/.test(line)).map((line) => line.replace(/ \(UUID: .*\)$/, ''));
}
