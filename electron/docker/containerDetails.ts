import type Dockerode from 'dockerode';
import { forbidsNewPrivileges } from '../contract/containerSpec';
import type { ContainerDetails, NamedValue } from '../contract/inspect';
import { timeOf } from './containerRows';
import { cpusOf, variableOf } from './rawConfig';

/** What dockerode's types leave out of an inspect's answer. */
type Inspected = Omit<Dockerode.ContainerInspectInfo, 'Mounts'> & {
  Path?: string;
  Args?: string[] | null;
  Mounts?:
    | { Type?: string; Name?: string; Source?: string; Destination?: string; RW?: boolean; Mode?: string }[]
    | null;
};
type HealthLog = { Start?: string; End?: string; ExitCode?: number; Output?: string };

/**
 * The details of a container out of an inspect's answer from which secrets were taken.
 * @param hidden paths of what was taken out
 */
export function detailsOf(inspected: Inspected, hidden: readonly (readonly string[])[]): ContainerDetails {
  const { Config: config, HostConfig: host, State: state } = inspected;
  const isHidden = new Set(hidden.map((path) => path.join('\0')));
  const named = (name: string, value: string, path: string[]): NamedValue => ({
    name,
    value: isHidden.has(path.join('\0')) ? null : value,
    path,
  });
  return {
    id: inspected.Id,
    name: inspected.Name.replace(/^\//, ''),
    command: [inspected.Path ?? '', ...(inspected.Args ?? [])].filter((word, index) => index > 0 || word !== ''),
    workingDirectory: config.WorkingDir ?? '',
    user: config.User ?? '',
    hostname: config.Hostname ?? '',
    platform: inspected.Platform ?? '',
    engineError: state.Error ?? '',
    health: healthOf(inspected),
    restartPolicy: {
      name: policies.find((known) => known === host.RestartPolicy?.Name) ?? 'no',
      maximumRetryCount: host.RestartPolicy?.MaximumRetryCount ?? 0,
    },
    limits: {
      memoryBytes: host.Memory || null,
      cpus: cpusOf(host),
      processCount: host.PidsLimit && host.PidsLimit > 0 ? host.PidsLimit : null,
    },
    security: {
      privileged: host.Privileged === true,
      readOnlyRoot: host.ReadonlyRootfs === true,
      noNewPrivileges: forbidsNewPrivileges(host.SecurityOpt ?? []),
      capabilitiesAdded: host.CapAdd ?? [],
      capabilitiesDropped: host.CapDrop ?? [],
    },
    logDriver: host.LogConfig?.Type ?? '',
    networkMode: host.NetworkMode === 'default' ? 'bridge' : (host.NetworkMode ?? ''),
    networks: Object.entries(inspected.NetworkSettings?.Networks ?? {}).map(([name, network]) => ({
      name,
      ipAddress: network?.IPAddress ?? '',
      gateway: network?.Gateway ?? '',
      macAddress: network?.MacAddress ?? '',
      aliases: network?.Aliases ?? [],
    })),
    mounts: mountsOf(inspected),
    environment: (config.Env ?? []).map((line, index) => {
      const { name, value } = variableOf(line);
      return named(name, value, ['Config', 'Env', String(index)]);
    }),
    labels: Object.entries(config.Labels ?? {})
      .sort(([left], [right]) => left.localeCompare(right))
      .map(([name, value]) => named(name, value, ['Config', 'Labels', name])),
  };
}

const policies = ['no', 'always', 'on-failure', 'unless-stopped'] as const;

function healthOf({ Config: config, State: state }: Inspected): ContainerDetails['health'] {
  const check = config.Healthcheck;
  const test = check?.Test ?? [];
  if (!state.Health || state.Health.Status === 'none' || test[0] === 'NONE') return null;
  return {
    test,
    // Nanoseconds; 0 is the engine's default of 30 s (moby, daemon/health.go).
    intervalMs: (check?.Interval || 30e9) / 1e6,
    failingStreak: state.Health.FailingStreak ?? 0,
    log: ((state.Health.Log ?? []) as HealthLog[]).map((entry) => ({
      startedAtMs: timeOf(entry.Start),
      endedAtMs: timeOf(entry.End),
      exitCode: entry.ExitCode ?? 0,
      output: entry.Output ?? '',
    })),
  };
}

/** Mounts as the engine tells them; tmpfs of `--tmpfs` stand apart in its answer. */
function mountsOf({ Mounts: mounts, HostConfig: host }: Inspected): ContainerDetails['mounts'] {
  const told = (mounts ?? []).map((mount) => ({
    kind: mount.Type ?? 'bind',
    name: mount.Name || null,
    source: mount.Source ?? '',
    target: mount.Destination ?? '',
    readOnly: mount.RW === false,
    options: mount.Mode ?? '',
  }));
  const inMemory = Object.entries((host.Tmpfs ?? {}) as Record<string, string>)
    .filter(([target]) => !told.some((mount) => mount.target === target))
    .map(([target, options]) => ({
      kind: 'tmpfs',
      name: null,
      source: '',
      target,
      readOnly: /(?:^|,)ro(?:,|$)/.test(options),
      options,
    }));
  return [...told, ...inMemory].sort((left, right) => left.target.localeCompare(right.target));
}
