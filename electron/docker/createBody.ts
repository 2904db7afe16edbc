import type Dockerode from 'dockerode';
import type { ContainerSpec, SpecHealthCheck, SpecPort } from '../contract/containerSpec';
import { nanosecondsPerMs, type RawHealthCheck } from './rawConfig';

/**
 * The body of `POST /containers/create` for a container.
 * @param base another container's inspect: what a spec has no words for is taken over from it
 * https://docs.docker.com/reference/api/engine/ (ContainerCreate)
 */
export function createBody(
  spec: ContainerSpec,
  base: Dockerode.ContainerInspectInfo | null = null,
): Dockerode.ContainerCreateOptions {
  const kept = base ? keptOf(base) : { config: {}, hostConfig: {} };
  return {
    ...kept.config,
    Image: spec.image,
    ...(spec.hostname !== null && { Hostname: spec.hostname }),
    ...(spec.user !== null && { User: spec.user }),
    ...(spec.workingDirectory !== null && { WorkingDir: spec.workingDirectory }),
    ...(spec.entrypoint !== null && { Entrypoint: spec.entrypoint }),
    ...(spec.command !== null && { Cmd: spec.command }),
    ...(spec.stopSignal !== null && { StopSignal: spec.stopSignal }),
    ...(spec.stopTimeoutSeconds !== null && { StopTimeout: spec.stopTimeoutSeconds }),
    Env: spec.environment.map(({ name, value }) => `${name}=${value}`),
    Labels: spec.labels,
    Tty: spec.terminal,
    OpenStdin: spec.keepStdinOpen,
    ExposedPorts: Object.fromEntries(spec.publish.map((port) => [portKey(port), {}])),
    ...(spec.healthCheck !== null && { Healthcheck: rawHealth(spec.healthCheck) }),
    HostConfig: { ...kept.hostConfig, ...hostConfigOf(spec) },
  } as Dockerode.ContainerCreateOptions;
}

function hostConfigOf(spec: ContainerSpec): object {
  const bindings: Record<string, { HostIp: string; HostPort: string }[]> = {};
  for (const port of spec.publish) {
    bindings[portKey(port)] = [
      ...(bindings[portKey(port)] ?? []),
      { HostIp: port.hostIp, HostPort: port.hostPort === null ? '' : String(port.hostPort) },
    ];
  }
  return {
    PortBindings: bindings,
    NetworkMode: spec.network,
    ExtraHosts: spec.extraHosts,
    Dns: spec.dns,
    Mounts: spec.mounts.map(({ kind, source, path, readOnly }) => ({
      Type: kind === 'folder' ? 'bind' : 'volume',
      ...(source !== '' && { Source: source }),
      Target: path,
      ReadOnly: readOnly,
    })),
    Tmpfs: spec.tmpfs,
    Memory: spec.memoryBytes ?? 0,
    NanoCpus: Math.round((spec.cpus ?? 0) * 1e9),
    ...(spec.processLimit !== null && { PidsLimit: spec.processLimit }),
    ...(spec.sharedMemoryBytes !== null && { ShmSize: spec.sharedMemoryBytes }),
    ...(spec.gpus !== null && {
      DeviceRequests: [
        { Driver: '', Count: spec.gpus === 'all' ? -1 : spec.gpus, Capabilities: [['gpu']], Options: {} },
      ],
    }),
    RestartPolicy: { Name: spec.restart.policy, MaximumRetryCount: spec.restart.retries },
    ReadonlyRootfs: spec.readOnlyRoot,
    Privileged: spec.privileged,
    CapDrop: spec.capabilitiesDropped,
    CapAdd: spec.capabilitiesAdded,
    SecurityOpt: spec.securityOptions,
    Devices: spec.devices.map(({ host, container, permissions }) => ({
      PathOnHost: host,
      PathInContainer: container,
      CgroupPermissions: permissions,
    })),
    GroupAdd: spec.groups,
    PidMode: spec.pidMode,
    ...(spec.ipcMode !== '' && { IpcMode: spec.ipcMode }),
    Ulimits: spec.ulimits.map(({ name, soft, hard }) => ({ Name: name, Soft: soft, Hard: hard })),
    Sysctls: spec.sysctls,
    Init: spec.init,
    ...(spec.log !== null && { LogConfig: { Type: spec.log.driver, Config: spec.log.options } }),
  };
}

/** Of another container, what a spec does not say. Its id stands in its host name, and the engine's own values in others. */
function keptOf(base: Dockerode.ContainerInspectInfo): { config: object; hostConfig: object } {
  const config = base.Config as unknown as Record<string, unknown>;
  const hostConfig = base.HostConfig as unknown as Record<string, unknown>;
  const without = (from: Record<string, unknown>, names: readonly string[]) =>
    Object.fromEntries(Object.entries(from).filter(([name]) => !names.includes(name)));
  return {
    config: without(config, specConfigKeys),
    hostConfig: without(hostConfig, specHostConfigKeys),
  };
}

/** What a spec says, and what follows from the image or the command line's own connection. */
const specConfigKeys = [
  'Image',
  'Hostname',
  'User',
  'WorkingDir',
  'Entrypoint',
  'Cmd',
  'StopSignal',
  'StopTimeout',
  'Env',
  'Labels',
  'Tty',
  'OpenStdin',
  'ExposedPorts',
  'Healthcheck',
  'Volumes',
  'OnBuild',
];

/** What a spec says, and Binds and VolumesFrom, which its mounts are made of. */
const specHostConfigKeys = [
  'PortBindings',
  'NetworkMode',
  'ExtraHosts',
  'Dns',
  'Binds',
  'Mounts',
  'VolumesFrom',
  'Tmpfs',
  'Memory',
  'MemorySwap',
  'NanoCpus',
  'CpuQuota',
  'CpuPeriod',
  'PidsLimit',
  'ShmSize',
  'DeviceRequests',
  'RestartPolicy',
  'ReadonlyRootfs',
  'Privileged',
  'CapDrop',
  'CapAdd',
  'SecurityOpt',
  'Devices',
  'GroupAdd',
  'PidMode',
  'IpcMode',
  'Ulimits',
  'Sysctls',
  'Init',
  'LogConfig',
  'ContainerIDFile',
  'MaskedPaths',
  'ReadonlyPaths',
];

function portKey({ containerPort, protocol }: SpecPort): string {
  return `${containerPort}/${protocol}`;
}

function rawHealth({ test, intervalMs, timeoutMs, startPeriodMs, retries }: SpecHealthCheck): RawHealthCheck {
  return {
    Test: test,
    Interval: (intervalMs ?? 0) * nanosecondsPerMs,
    Timeout: (timeoutMs ?? 0) * nanosecondsPerMs,
    StartPeriod: (startPeriodMs ?? 0) * nanosecondsPerMs,
    Retries: retries ?? 0,
  };
}
