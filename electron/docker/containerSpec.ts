import type Dockerode from 'dockerode';
import type { ContainerSpec, SpecHealthCheck, SpecMount, SpecPort } from '../contract/containerSpec';

/** What an image brings along, from `GET /images/{name}/json`. Everything is there, empty where the image is silent. */
export interface ImageConfig {
  id: string;
  user: string;
  environment: string[];
  entrypoint: string[] | null;
  command: string[] | null;
  workingDirectory: string;
  labels: Record<string, string>;
  exposedPorts: string[];
  volumePaths: string[];
  stopSignal: string;
  healthTest: string[] | null;
  healthCheck: SpecHealthCheck | null;
}

/** Parts of the API's objects that dockerode's types leave out. */
interface RawConfig {
  User?: string;
  Env?: string[] | null;
  Entrypoint?: string[] | string | null;
  Cmd?: string[] | string | null;
  WorkingDir?: string;
  Labels?: Record<string, string> | null;
  ExposedPorts?: Record<string, object> | null;
  Volumes?: Record<string, object> | null;
  StopSignal?: string;
  StopTimeout?: number | null;
  Hostname?: string;
  Tty?: boolean;
  OpenStdin?: boolean;
  Healthcheck?: RawHealthCheck | null;
}

interface RawHealthCheck {
  Test?: string[] | null;
  Interval?: number;
  Timeout?: number;
  StartPeriod?: number;
  Retries?: number;
}

const nanosecondsPerMs = 1_000_000;

/** The image's part of a container, from the engine's answer. */
export function imageConfigOf(inspected: { Id: string; Config?: object | null }): ImageConfig {
  const config = (inspected.Config ?? {}) as RawConfig;
  return {
    id: inspected.Id,
    user: config.User ?? '',
    environment: config.Env ?? [],
    entrypoint: words(config.Entrypoint),
    command: words(config.Cmd),
    workingDirectory: config.WorkingDir ?? '',
    labels: config.Labels ?? {},
    exposedPorts: Object.keys(config.ExposedPorts ?? {}),
    volumePaths: Object.keys(config.Volumes ?? {}),
    stopSignal: config.StopSignal ?? '',
    healthTest: config.Healthcheck?.Test ?? null,
    healthCheck: healthOf(config.Healthcheck),
  };
}

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

const defaultSharedMemoryBytes = 64 * 1024 * 1024;

/**
 * What a container was created with, read off its inspect. What it has from its image is left out, where `image` is known.
 * Volumes without a name are named here: whoever takes the spec over keeps their data.
 */
export function specOfInspect(inspected: Dockerode.ContainerInspectInfo, image: ImageConfig | null): ContainerSpec {
  const config = inspected.Config as unknown as RawConfig;
  const hostConfig = inspected.HostConfig as unknown as RawHostConfig;
  const fromImage = new Set(image?.environment ?? []);
  const restart = hostConfig.RestartPolicy;
  return {
    image: config && inspected.Config.Image,
    name: inspected.Name.replace(/^\//, ''),
    entrypoint: unless(words(config.Entrypoint), image?.entrypoint),
    command: unless(words(config.Cmd), image?.command),
    environment: (config.Env ?? []).filter((variable) => !fromImage.has(variable)).map(variableOf),
    user: config.User && config.User !== image?.user ? config.User : null,
    workingDirectory:
      config.WorkingDir && config.WorkingDir !== (image?.workingDirectory ?? '') ? config.WorkingDir : null,
    hostname: config.Hostname && !inspected.Id.startsWith(config.Hostname) ? config.Hostname : null,
    labels: Object.fromEntries(
      Object.entries(config.Labels ?? {}).filter(([name, value]) => image?.labels[name] !== value),
    ),
    publish: portsOf(hostConfig.PortBindings ?? {}),
    network: hostConfig.NetworkMode || 'default',
    extraHosts: hostConfig.ExtraHosts ?? [],
    dns: hostConfig.Dns ?? [],
    mounts: mountsOf(inspected),
    tmpfs: hostConfig.Tmpfs ?? {},
    memoryBytes: hostConfig.Memory || null,
    cpus: cpusOf(hostConfig),
    processLimit: hostConfig.PidsLimit && hostConfig.PidsLimit > 0 ? hostConfig.PidsLimit : null,
    sharedMemoryBytes:
      hostConfig.ShmSize && hostConfig.ShmSize !== defaultSharedMemoryBytes ? hostConfig.ShmSize : null,
    gpus: gpusOf(hostConfig),
    restart: { policy: restart?.Name || 'no', retries: restart?.MaximumRetryCount ?? 0 },
    healthCheck: unless(healthOf(config.Healthcheck), image?.healthCheck),
    readOnlyRoot: hostConfig.ReadonlyRootfs ?? false,
    privileged: hostConfig.Privileged ?? false,
    capabilitiesDropped: hostConfig.CapDrop ?? [],
    capabilitiesAdded: hostConfig.CapAdd ?? [],
    // The engine adds this one by itself to privileged containers.
    securityOptions: (hostConfig.SecurityOpt ?? []).filter(
      (one) => !(hostConfig.Privileged && one === 'label=disable'),
    ),
    devices: (hostConfig.Devices ?? []).map((device) => ({
      host: device.PathOnHost,
      container: device.PathInContainer,
      permissions: device.CgroupPermissions || 'rwm',
    })),
    groups: hostConfig.GroupAdd ?? [],
    pidMode: hostConfig.PidMode ?? '',
    ipcMode: hostConfig.IpcMode === 'private' ? '' : (hostConfig.IpcMode ?? ''),
    ulimits: (hostConfig.Ulimits ?? []).map(({ Name, Soft, Hard }) => ({ name: Name, soft: Soft, hard: Hard })),
    sysctls: hostConfig.Sysctls ?? {},
    init: hostConfig.Init ?? false,
    terminal: config.Tty ?? false,
    keepStdinOpen: config.OpenStdin ?? false,
    stopSignal: config.StopSignal && config.StopSignal !== (image?.stopSignal ?? '') ? config.StopSignal : null,
    stopTimeoutSeconds: config.StopTimeout ?? null,
    log: logOf(hostConfig),
  };
}

interface RawHostConfig {
  PortBindings?: Record<string, { HostIp?: string; HostPort?: string }[] | null> | null;
  NetworkMode?: string;
  ExtraHosts?: string[] | null;
  Dns?: string[] | null;
  Tmpfs?: Record<string, string> | null;
  Memory?: number;
  NanoCpus?: number;
  CpuQuota?: number;
  CpuPeriod?: number;
  PidsLimit?: number | null;
  ShmSize?: number;
  DeviceRequests?: { Count?: number; DeviceIDs?: string[] | null; Capabilities?: string[][] | null }[] | null;
  RestartPolicy?: { Name?: ContainerSpec['restart']['policy'] | ''; MaximumRetryCount?: number };
  ReadonlyRootfs?: boolean;
  Privileged?: boolean;
  CapDrop?: string[] | null;
  CapAdd?: string[] | null;
  SecurityOpt?: string[] | null;
  Devices?: { PathOnHost: string; PathInContainer: string; CgroupPermissions?: string }[] | null;
  GroupAdd?: string[] | null;
  PidMode?: string;
  IpcMode?: string;
  Ulimits?: { Name: string; Soft: number; Hard: number }[] | null;
  Sysctls?: Record<string, string> | null;
  Init?: boolean | null;
  LogConfig?: { Type?: string; Config?: Record<string, string> | null };
}

function unless<T>(value: T | null, imageValue: T | null | undefined): T | null {
  return value !== null && JSON.stringify(value) !== JSON.stringify(imageValue ?? null) ? value : null;
}

function words(value: string[] | string | null | undefined): string[] | null {
  if (value === null || value === undefined || value.length === 0) return null;
  return typeof value === 'string' ? [value] : value;
}

function variableOf(variable: string): { name: string; value: string } {
  const cut = variable.indexOf('=');
  return cut < 0 ? { name: variable, value: '' } : { name: variable.slice(0, cut), value: variable.slice(cut + 1) };
}

function portKey({ containerPort, protocol }: SpecPort): string {
  return `${containerPort}/${protocol}`;
}

function portsOf(bindings: NonNullable<RawHostConfig['PortBindings']>): SpecPort[] {
  return Object.entries(bindings).flatMap(([key, bound]) => {
    const [port, protocol] = key.split('/');
    return (bound ?? []).map(({ HostIp, HostPort }) => ({
      containerPort: Number(port),
      protocol: protocol === 'udp' || protocol === 'sctp' ? protocol : ('tcp' as const),
      hostIp: HostIp === '0.0.0.0' ? '' : (HostIp ?? ''),
      hostPort: HostPort ? Number(HostPort) : null,
    }));
  });
}

function mountsOf(inspected: Dockerode.ContainerInspectInfo): SpecMount[] {
  return inspected.Mounts.flatMap((mount): SpecMount[] => {
    const { Type, Name, Source, Destination, RW } = mount as typeof mount & { Type?: string };
    if (Type === 'volume') return [{ kind: 'volume', source: Name ?? '', path: Destination, readOnly: !RW }];
    return Type === 'bind' ? [{ kind: 'folder', source: Source, path: Destination, readOnly: !RW }] : [];
  }).sort((left, right) => left.path.localeCompare(right.path));
}

function cpusOf({ NanoCpus, CpuQuota, CpuPeriod }: RawHostConfig): number | null {
  if (NanoCpus) return NanoCpus / 1e9;
  return CpuQuota && CpuQuota > 0 ? CpuQuota / (CpuPeriod || 100_000) : null;
}

function gpusOf({ DeviceRequests }: RawHostConfig): ContainerSpec['gpus'] {
  const wanted = DeviceRequests?.find(({ Capabilities }) => Capabilities?.some((all) => all.includes('gpu')));
  if (!wanted) return null;
  if (wanted.Count === -1) return 'all';
  return wanted.Count || wanted.DeviceIDs?.length || 'all';
}

function logOf({ LogConfig }: RawHostConfig): ContainerSpec['log'] {
  const options = LogConfig?.Config ?? {};
  const isDefault = (LogConfig?.Type ?? 'json-file') === 'json-file' && Object.keys(options).length === 0;
  return isDefault || !LogConfig?.Type ? null : { driver: LogConfig.Type, options };
}

function healthOf(raw: RawHealthCheck | null | undefined): SpecHealthCheck | null {
  if (!raw?.Test || raw.Test.length === 0) return null;
  const ms = (nanoseconds: number | undefined) => (nanoseconds ? nanoseconds / nanosecondsPerMs : null);
  return {
    test: raw.Test,
    intervalMs: ms(raw.Interval),
    timeoutMs: ms(raw.Timeout),
    startPeriodMs: ms(raw.StartPeriod),
    retries: raw.Retries || null,
  };
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
