import type { ServerResponse } from 'node:http';
import { fakeId } from './fakeEngine';
import {
  build,
  diskRoute,
  findImage,
  historyRoute,
  imageRoute,
  listedImage,
  type Say,
  type Surroundings,
  tagRoute,
} from './fakeEngineImages';
import type { FakeContainer, FakeEngine } from './fakeEngineTypes';
import { logBytes, writeSliced } from './fakeEngineWire';

/** The body of a create request, as far as the fake reads it. */
interface CreateBody {
  Image: string;
  Env?: string[];
  Labels?: Record<string, string>;
  Tty?: boolean;
  HostConfig?: {
    Memory?: number;
    LogConfig?: { Type?: string };
    PortBindings?: Record<string, { HostIp?: string; HostPort: string }[]>;
  };
}

/** Answers with JSON, or with text as it is. */
export function answerJson(fake: FakeEngine, response: ServerResponse, status: number, body: object | string): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  response.writeHead(status, { 'content-type': typeof body === 'string' ? 'text/plain' : 'application/json' });
  writeSliced(fake, response, Buffer.from(text));
  response.end();
}

/** Answers one request, as the engine's API says: https://docs.docker.com/reference/api/engine/ */
export async function answer(
  surroundings: Surroundings,
  method: string,
  path: string,
  query: URLSearchParams,
  body: Buffer,
  response: ServerResponse,
): Promise<void> {
  const { fake } = surroundings;
  const say = (status: number, value: object | string = '') => answerJson(fake, response, status, value);
  const route = `${method} ${path}`;

  if (path === '/_ping') return say(200, 'OK');
  if (path === '/version') return say(200, version(fake));
  if (path === '/info') return say(200, { OperatingSystem: 'Fake OS', Architecture: 'x86_64', NCPU: 2, MemTotal: 4e9 });
  if (path === '/events') return openEvents(surroundings, response);
  if (path === '/networks')
    return say(
      200,
      ['bridge', 'host', 'none', ...fake.networks].map((Name) => ({ Name })),
    );
  if (route === 'POST /networks/create') {
    fake.networks.add((JSON.parse(body.toString('utf8')) as { Name: string }).Name);
    return say(201, { Id: fakeId() });
  }
  if (/^\/networks\/[^/]+\/connect$/.test(path)) return say(200);
  if (path === '/volumes') return say(200, { Volumes: [] });
  if (path === '/containers/json') return say(200, [...fake.containers.values()].map(listed));
  if (path === '/images/json') return say(200, [...fake.images.values()].map(listedImage));
  if (route === 'POST /containers/create') return create(fake, query.get('name') ?? '', body, say);
  if (route === 'POST /build') return build(surroundings, query, body.length, response);
  if (route === 'POST /images/create') {
    return say(200, `${JSON.stringify({ error: 'Get "https://registry.example/v2/": no such host' })}\n`);
  }

  if (path === '/system/df') return diskRoute(fake, say);
  const named = /^\/images\/(.+)\/(tag|history)$/.exec(path);
  if (named?.[2] === 'tag') return tagRoute(fake, decodeURIComponent(named[1] ?? ''), query, say);
  if (named) return historyRoute(fake, decodeURIComponent(named[1] ?? ''), say);
  const image = /^\/images\/(.+?)(\/json)?$/.exec(path);
  if (image) return imageRoute(fake, method, decodeURIComponent(image[1] ?? ''), say);

  const container = /^\/containers\/([^/]+)(?:\/(\w+))?$/.exec(path);
  if (!container) return say(404, { message: 'page not found' });
  const found = find(fake, decodeURIComponent(container[1] ?? ''));
  if (!found) return say(404, { message: `No such container: ${container[1]}` });
  const verb = method === 'DELETE' ? 'remove' : (container[2] ?? '');
  if (verb === 'json') return say(200, inspected(found));
  if (verb === 'pause' || verb === 'unpause') return setPaused(fake, found, verb === 'pause', say);
  if (verb === 'kill') return kill(fake, found, query.get('signal') ?? 'SIGKILL', say);
  if (verb === 'rename') return rename(fake, found, query.get('name') ?? '', say);
  if (verb === 'start') return start(surroundings, found, say);
  if (verb === 'stop') return stop(fake, found, say);
  if (verb === 'restart') {
    if (found.state === 'running') end(fake, found, 143);
    return start(surroundings, found, say);
  }
  if (verb === 'remove') return remove(fake, found, query.get('force') === 'true', say);
  if (verb === 'stats') {
    return say(200, { read: new Date().toISOString(), ...(isUp(found) ? found.stats : { cpu_stats: {} }) });
  }
  if (verb === 'logs') return logs(fake, found, query, response);
  return say(404, { message: 'page not found' });
}

function find(fake: FakeEngine, reference: string): FakeContainer | undefined {
  return (
    fake.containers.get(reference) ??
    [...fake.containers.values()].find(({ id, name }) => name === reference || id.startsWith(reference))
  );
}

function version(fake: FakeEngine): object {
  const { apiVersion, minApiVersion, product } = fake.options;
  return {
    Version: '20.10.24',
    ApiVersion: apiVersion,
    MinAPIVersion: minApiVersion,
    Os: 'linux',
    Arch: 'amd64',
    Components: [{ Name: product === 'Podman' ? 'Podman Engine' : 'Engine' }],
  };
}

function openEvents({ fake, eventStreams }: Surroundings, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.flushHeaders();
  eventStreams.add(response);
  response.once('close', () => eventStreams.delete(response));
  writeSliced(fake, response, new Uint8Array());
}

function create(fake: FakeEngine, name: string, body: Buffer, say: Say): void {
  const asked = JSON.parse(body.toString('utf8')) as CreateBody;
  const holder = [...fake.containers.values()].find((one) => one.name === name);
  if (holder) {
    return say(409, {
      message: `Conflict. The container name "/${name}" is already in use by container "${holder.id}". You have to remove (or rename) that container to be able to reuse that name.`,
    });
  }
  const image = findImage(fake, asked.Image);
  if (!image) return say(404, { message: `No such image: ${asked.Image}` });
  const container = fake.addContainer({
    name,
    image: asked.Image,
    imageId: image.id,
    state: 'created',
    labels: { ...image.labels, ...asked.Labels },
    environment: asked.Env ?? [],
    memoryBytes: asked.HostConfig?.Memory ?? 0,
    tty: asked.Tty ?? false,
    logDriver: asked.HostConfig?.LogConfig?.Type || 'json-file',
    ports: Object.entries(asked.HostConfig?.PortBindings ?? {}).flatMap(([key, bindings]) =>
      bindings.map(({ HostIp, HostPort }) => ({
        containerPort: Number.parseInt(key, 10),
        hostIp: HostIp || '0.0.0.0',
        hostPort: Number(HostPort),
      })),
    ),
    createdWith: asked as unknown as Record<string, unknown>,
  });
  return say(201, { Id: container.id, Warnings: [] });
}

function start({ fake, later }: Surroundings, container: FakeContainer, say: Say): void {
  if (container.state === 'running') return say(304);
  const taken = container.ports.find(
    ({ hostPort }) =>
      fake.faults.portsTaken.has(hostPort) ||
      [...fake.containers.values()].some(
        (other) =>
          other !== container && other.state === 'running' && other.ports.some((port) => port.hostPort === hostPort),
      ),
  );
  if (taken) {
    return say(500, {
      message: `driver failed programming external connectivity on endpoint ${container.name} (0123): Bind for ${taken.hostIp}:${taken.hostPort} failed: port is already allocated`,
    });
  }
  const image = fake.images.get(container.imageId);
  const healthyAfterMs = image?.healthyAfterMs ?? null;
  fake.change(
    container.id,
    {
      state: 'running',
      startedAtMs: Date.now(),
      health: healthyAfterMs === null ? 'none' : 'starting',
      ...(fake.faults.losePorts && { ports: [] }),
    },
    'start',
  );
  if (healthyAfterMs !== null) {
    later(healthyAfterMs, () => {
      if (container.state === 'running') fake.change(container.id, { health: 'healthy' }, 'health_status: healthy');
    });
  }
  const exit = fake.faults.exitOnStart;
  if (exit) {
    for (const line of exit.lines) fake.writeLog(container.id, line, 'stderr');
    end(fake, container, exit.exitCode);
  }
  return say(204);
}

function setPaused(fake: FakeEngine, container: FakeContainer, isPaused: boolean, say: Say): void {
  if (container.state !== (isPaused ? 'running' : 'paused')) {
    return say(409, { message: `Container ${container.id} is ${isPaused ? 'already' : 'not'} paused` });
  }
  fake.change(container.id, { state: isPaused ? 'paused' : 'running' }, isPaused ? 'pause' : 'unpause');
  return say(204);
}

function kill(fake: FakeEngine, container: FakeContainer, signal: string, say: Say): void {
  if (!isUp(container)) return say(409, { message: `Container ${container.id} is not running` });
  fake.emit({ type: 'container', action: 'kill', id: container.id });
  if (signal === 'SIGKILL' || signal === 'SIGTERM') end(fake, container, signal === 'SIGKILL' ? 137 : 143);
  return say(204);
}

function rename(fake: FakeEngine, container: FakeContainer, name: string, say: Say): void {
  const holder = [...fake.containers.values()].find((one) => one.name === name);
  if (holder === container) return say(400, { message: 'Renaming a container with the same name as its current name' });
  if (holder) return say(409, { message: `Conflict. The container name "/${name}" is already in use` });
  fake.change(container.id, { name }, 'rename');
  return say(204);
}

function end(fake: FakeEngine, container: FakeContainer, exitCode: number): void {
  fake.change(container.id, { state: 'exited', exitCode, health: 'none', finishedAtMs: Date.now() }, 'die');
}

function stop(fake: FakeEngine, container: FakeContainer, say: Say): void {
  if (container.state !== 'running' && container.state !== 'paused') return say(304);
  end(fake, container, 143);
  fake.emit({ type: 'container', action: 'stop', id: container.id });
  return say(204);
}

function remove(fake: FakeEngine, container: FakeContainer, force: boolean, say: Say): void {
  if (container.state === 'removing') {
    return say(409, { message: `removal of container ${container.id} is already in progress` });
  }
  if (container.state === 'running' && !force) {
    return say(409, {
      message: `You cannot remove a running container ${container.id}. Stop the container before attempting removal or force remove`,
    });
  }
  fake.removeContainer(container.id);
  return say(204);
}

function logs(fake: FakeEngine, container: FakeContainer, query: URLSearchParams, response: ServerResponse): void {
  if (container.logDriver === 'none') {
    return answerJson(fake, response, 501, { message: 'configured logging driver does not support reading' });
  }
  const since = query.get('since') ?? '0';
  const tail = query.get('tail') ?? 'all';
  const later = container.log.filter((line) => nanoseconds(line.time) >= sinceNanoseconds(since));
  const shown = tail === 'all' ? later : later.slice(-Number(tail));
  response.writeHead(200, { 'content-type': 'application/octet-stream' });
  response.flushHeaders();
  for (const line of shown) writeSliced(fake, response, logBytes(container, line));
  if (query.get('follow') !== 'true' || container.state !== 'running') return void response.end();
  container.followers.add(response);
  response.once('close', () => container.followers.delete(response));
}

function nanoseconds(stamp: string): bigint {
  const fraction = /\.(\d{1,9})/.exec(stamp)?.[1] ?? '';
  return BigInt(Math.floor(Date.parse(stamp) / 1000)) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0'));
}

function sinceNanoseconds(since: string): bigint {
  const [seconds = '0', fraction = ''] = since.split('.');
  return BigInt(seconds) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0'));
}

function isUp(container: FakeContainer): boolean {
  return container.state === 'running' || container.state === 'paused';
}

function statusWords(container: FakeContainer): string {
  if (container.state === 'exited') return `Exited (${container.exitCode}) 2 seconds ago`;
  if (!isUp(container)) return container.state === 'created' ? 'Created' : container.state;
  const health = container.health === 'starting' ? ' (health: starting)' : ` (${container.health})`;
  return `Up 2 seconds${container.health === 'none' ? '' : health}`;
}

/** What a list answers for one container. */
export function listed(container: FakeContainer): object {
  return {
    Id: container.id,
    Names: [`/${container.name}`],
    Image: container.image,
    ImageID: container.imageId,
    Created: Math.floor(container.createdAtMs / 1000),
    State: container.state,
    Status: statusWords(container),
    Labels: container.labels,
    Ports: isUp(container)
      ? container.ports.map((port) => ({
          IP: port.hostIp,
          PrivatePort: port.containerPort,
          PublicPort: port.hostPort,
          Type: 'tcp',
        }))
      : [],
  };
}

/** What an inspect answers. */
export function inspected(container: FakeContainer): object {
  const stamp = (ms: number) => (ms === 0 ? '0001-01-01T00:00:00Z' : new Date(ms).toISOString());
  const bindings = Object.fromEntries(
    container.ports.map((port) => [
      `${port.containerPort}/tcp`,
      [{ HostIp: port.hostIp, HostPort: String(port.hostPort) }],
    ]),
  );
  const created = container.createdWith as { HostConfig?: object };
  const answer: Record<string, unknown> = {
    Id: container.id,
    Name: `/${container.name}`,
    Image: container.imageId,
    Created: stamp(container.createdAtMs),
    RestartCount: container.restartCount,
    State: {
      Status: container.state,
      Running: isUp(container),
      ExitCode: container.exitCode,
      OOMKilled: container.outOfMemory,
      StartedAt: stamp(container.startedAtMs),
      FinishedAt: stamp(container.finishedAtMs),
      ...(container.health !== 'none' && { Health: { Status: container.health } }),
    },
    Config: { Image: container.image, Labels: container.labels, Env: container.environment, Tty: container.tty },
    HostConfig: {
      PortBindings: bindings,
      ...created.HostConfig,
      Memory: container.memoryBytes,
      LogConfig: { Type: container.logDriver, Config: {} },
    },
    Mounts: [],
    NetworkSettings: { Ports: isUp(container) ? bindings : {} },
  };
  for (const [part, values] of Object.entries(container.inspect)) {
    answer[part] =
      typeof values === 'string' || Array.isArray(values) ? values : { ...(answer[part] as object), ...values };
  }
  return answer;
}
