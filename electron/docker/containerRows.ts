import type Dockerode from 'dockerode';
import { labels as ourLabels } from '../contract/containerSpec';
import type { Container, PublishedPort } from '../contract/containers';
import { portOf } from './rawConfig';

/** Podman's states that Docker does not have; an unknown one counts as created. */
const states: Record<string, Container['state']> = {
  created: 'created',
  configured: 'created',
  initialized: 'created',
  running: 'running',
  stopping: 'running',
  paused: 'paused',
  restarting: 'restarting',
  removing: 'removing',
  exited: 'exited',
  stopped: 'exited',
  dead: 'dead',
};

const healths = ['starting', 'healthy', 'unhealthy'] as const;

/**
 * A row from `GET /containers/json`. Health and exit code stand only in the words of `Status` before API 1.52; what only
 * an inspect tells (start, memory limit, restarts, out of memory, ports on the machine's network) is left empty.
 */
export function rowOfList(listed: Dockerode.ContainerInfo): Container {
  const state = states[listed.State] ?? 'created';
  const status = listed.Status ?? '';
  const exitCode = /^(?:Exited|Dead) \((\d+)\)/.exec(status)?.[1];
  return {
    id: listed.Id,
    name: rowName(listed.Names ?? [], listed.Id),
    image: listed.Image,
    imageId: listed.ImageID,
    state,
    health: state === 'running' ? healthOfStatus(status) : 'none',
    exitCode: exitCode === undefined ? null : Number(exitCode),
    outOfMemory: false,
    startProblem: null,
    createdAtMs: listed.Created * 1000,
    startedAtMs: null,
    finishedAtMs: null,
    restartCount: 0,
    ports: sortPorts(
      (listed.Ports ?? []).flatMap((port) =>
        port.PublicPort ? [published(port.PrivatePort, port.Type, port.IP, port.PublicPort)] : [],
      ),
    ),
    onHostNetwork: listed.HostConfig?.NetworkMode === 'host',
    memoryLimitBytes: null,
    ...ours(listed.Labels),
  };
}

/** A row from `GET /containers/{id}/json`, complete. */
export function rowOfInspect(inspected: Dockerode.ContainerInspectInfo): Container {
  const { State: stateNow, HostConfig: hostConfig } = inspected;
  const state = states[stateNow.Status] ?? 'created';
  const over = state === 'exited' || state === 'dead';
  const onHostNetwork = hostConfig.NetworkMode === 'host';
  const health = healths.find((known) => known === stateNow.Health?.Status);
  return {
    id: inspected.Id,
    name: inspected.Name.replace(/^\//, ''),
    image: inspected.Config.Image,
    imageId: inspected.Image,
    state,
    health: state === 'running' ? (health ?? 'none') : 'none',
    exitCode: over ? stateNow.ExitCode : null,
    outOfMemory: stateNow.OOMKilled === true,
    startProblem: state === 'running' ? null : startProblemOf(stateNow),
    createdAtMs: Math.floor(Date.parse(inspected.Created)),
    startedAtMs: timeOf(stateNow.StartedAt),
    finishedAtMs: timeOf(stateNow.FinishedAt),
    restartCount: inspected.RestartCount ?? 0,
    ports: sortPorts(onHostNetwork ? hostNetworkPorts(inspected) : publishedPorts(inspected)),
    onHostNetwork,
    memoryLimitBytes: hostConfig.Memory || null,
    ...ours(inspected.Config.Labels),
  };
}

/** Host ports that the container was created to publish on and that lead nowhere now; empty unless it runs. */
export function unpublishedPorts(inspected: Dockerode.ContainerInspectInfo): number[] {
  if (!inspected.State.Running) return [];
  const bindings = (inspected.HostConfig.PortBindings ?? {}) as Record<string, { HostPort?: string }[] | null>;
  const there = new Set(publishedPorts(inspected).map((port) => `${port.containerPort}/${port.protocol}`));
  return Object.entries(bindings)
    .filter(([key, wanted]) => wanted?.length && !there.has(key))
    .map(([, wanted]) => Number(wanted?.[0]?.HostPort ?? 0));
}

function publishedPorts(inspected: Dockerode.ContainerInspectInfo): PublishedPort[] {
  const ports = (inspected.NetworkSettings?.Ports ?? {}) as Record<
    string,
    { HostIp: string; HostPort: string }[] | null
  >;
  return Object.entries(ports).flatMap(([key, bindings]) => {
    const { containerPort, protocol } = portOf(key);
    return (bindings ?? []).map((binding) =>
      published(containerPort, protocol, binding.HostIp, Number(binding.HostPort)),
    );
  });
}

/** Nothing is published on the machine's own network: what the service listens on is the machine's, on all addresses. */
function hostNetworkPorts({ State: stateNow, Config: config }: Dockerode.ContainerInspectInfo): PublishedPort[] {
  if (!stateNow.Running) return [];
  return Object.keys(config.ExposedPorts ?? {}).map((key) => {
    const { containerPort, protocol } = portOf(key);
    return published(containerPort, protocol, undefined, containerPort);
  });
}

function published(
  containerPort: number,
  protocol: string,
  hostIp: string | undefined,
  hostPort: number,
): PublishedPort {
  return {
    containerPort,
    protocol: protocol === 'udp' || protocol === 'sctp' ? protocol : 'tcp',
    hostIp: hostIp || '0.0.0.0',
    hostPort,
  };
}

function sortPorts(ports: PublishedPort[]): PublishedPort[] {
  return ports.sort(
    (left, right) =>
      left.containerPort - right.containerPort ||
      left.hostPort - right.hostPort ||
      left.protocol.localeCompare(right.protocol) ||
      left.hostIp.localeCompare(right.hostIp),
  );
}

/** Links add names with a second slash (`/web/database`); the container's own has one. */
function rowName(names: string[], id: string): string {
  const own = names.find((name) => name.lastIndexOf('/') === 0) ?? names[0] ?? '';
  return own.replace(/^\//, '') || id.slice(0, 12);
}

function healthOfStatus(status: string): Container['health'] {
  if (status.includes('(healthy)')) return 'healthy';
  if (status.includes('(unhealthy)')) return 'unhealthy';
  return status.includes('(health: starting)') ? 'starting' : 'none';
}

/** Epoch ms; the engine writes the year 1 for never. */
export function timeOf(stamp: string | undefined): number | null {
  const ms = Date.parse(stamp ?? '');
  return Number.isNaN(ms) || ms <= 0 ? null : ms;
}

function ours(labels: Record<string, string> | null | undefined): Pick<Container, 'madeByWharf' | 'servesApi'> {
  return {
    madeByWharf: labels?.[ourLabels.managed] === 'true',
    servesApi: labels !== null && labels !== undefined && ourLabels.api in labels,
  };
}

/** The runtime says in words only why it could not start the process; the exit code alone may be the process's own. */
function startProblemOf({
  Error: words,
  ExitCode: exitCode,
}: {
  Error?: string;
  ExitCode: number;
}): Container['startProblem'] {
  if (!words) return null;
  if (/exec format error/i.test(words)) return 'notRunnable';
  if (/executable file not found|no such file or directory/i.test(words)) return 'notFound';
  if (/permission denied|is a directory/i.test(words)) return 'notExecutable';
  return exitCode >= 125 && exitCode <= 128 ? 'other' : null;
}
