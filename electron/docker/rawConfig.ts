import type { ContainerSpec, SpecHealthCheck, SpecPort } from '../contract/containerSpec';

/** `Config` of a container or an image, as far as dockerode's types leave it out. */
export interface RawConfig {
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

/** A health check as the engine keeps it; times in nanoseconds, 0 is its default. */
export interface RawHealthCheck {
  Test?: string[] | null;
  Interval?: number;
  Timeout?: number;
  StartPeriod?: number;
  Retries?: number;
}

/** `HostConfig` of a container, as far as dockerode's types leave it out. */
export interface RawHostConfig {
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

export const nanosecondsPerMs = 1_000_000;

/** An entry point or a command; null where nothing is said. */
export function words(value: string[] | string | null | undefined): string[] | null {
  if (value === null || value === undefined || value.length === 0) return null;
  return typeof value === 'string' ? [value] : value;
}

/** `NAME=value` taken apart; a name alone has an empty value. */
export function variableOf(variable: string): { name: string; value: string } {
  const cut = variable.indexOf('=');
  return cut < 0 ? { name: variable, value: '' } : { name: variable.slice(0, cut), value: variable.slice(cut + 1) };
}

/** `8000/tcp` taken apart; a port alone is TCP. */
export function portOf(key: string): Pick<SpecPort, 'containerPort' | 'protocol'> {
  const [port, protocol] = key.split('/');
  return { containerPort: Number(port), protocol: protocol === 'udp' || protocol === 'sctp' ? protocol : 'tcp' };
}

/** Processors, e.g. 1.5: `--cpus` is kept as billionths of one, older options as a quota of a period. Null for all. */
export function cpusOf({
  NanoCpus,
  CpuQuota,
  CpuPeriod,
}: Pick<RawHostConfig, 'NanoCpus' | 'CpuQuota' | 'CpuPeriod'>): number | null {
  if (NanoCpus) return NanoCpus / 1e9;
  return CpuQuota && CpuQuota > 0 ? CpuQuota / (CpuPeriod || 100_000) : null;
}

/** A health check in a spec's words; null where there is none. */
export function healthOf(raw: RawHealthCheck | null | undefined): SpecHealthCheck | null {
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
