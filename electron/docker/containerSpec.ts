import type Dockerode from 'dockerode';
import type { ContainerSpec, SpecMount, SpecPort } from '../contract/containerSpec';
import type { ImageConfig } from './imageConfig';
import { cpusOf, healthOf, portOf, type RawConfig, type RawHostConfig, variableOf, words } from './rawConfig';

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
    image: inspected.Config.Image,
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

function unless<T>(value: T | null, imageValue: T | null | undefined): T | null {
  return value !== null && JSON.stringify(value) !== JSON.stringify(imageValue ?? null) ? value : null;
}

function portsOf(bindings: NonNullable<RawHostConfig['PortBindings']>): SpecPort[] {
  return Object.entries(bindings).flatMap(([key, bound]) => {
    const port = portOf(key);
    return (bound ?? []).map(({ HostIp, HostPort }) => ({
      ...port,
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
