import type { ContainerSpec, SpecMount } from './containerSpec';
import { isSecret } from './secrets';
import { shellLine } from './shellWords';

/** How a secret is written in a line: as it is, or by its name alone, which `docker` fills from its own environment. */
export interface CommandWriting {
  hideSecrets?: boolean;
}

/** Signals that a container can be sent by click. */
export type KillSignal = 'SIGKILL' | 'SIGTERM' | 'SIGINT' | 'SIGHUP' | 'SIGQUIT' | 'SIGUSR1' | 'SIGUSR2';

/** Seconds that a container gets to end by itself, Docker's own default: a line does not say it. */
export const defaultGraceSeconds = 10;

/**
 * The `docker run` line of a container; `docker create` without `-d`. Every option that differs from the engine's default
 * is in it, so that pasted into a shell it makes the same container.
 * https://docs.docker.com/reference/cli/docker/container/run/
 */
export function runLine(spec: ContainerSpec, { hideSecrets = false }: CommandWriting = {}): string {
  const words = ['docker', 'run', '-d', '--name', spec.name];
  const option = (name: string, ...values: (string | number | null)[]) => {
    for (const value of values) if (value !== null && value !== '') words.push(name, String(value));
  };
  const flag = (name: string, isOn: boolean) => {
    if (isOn) words.push(name);
  };
  for (const port of spec.publish) {
    const host = port.hostIp.includes(':') ? `[${port.hostIp}]` : port.hostIp;
    const protocol = port.protocol === 'tcp' ? '' : `/${port.protocol}`;
    const from = host !== '' ? `${host}:${port.hostPort ?? ''}:` : port.hostPort === null ? '' : `${port.hostPort}:`;
    option('-p', `${from}${port.containerPort}${protocol}`);
  }
  for (const { name, value } of spec.environment) {
    option('-e', hideSecrets && isSecret(name, value) ? name : `${name}=${value}`);
  }
  if (spec.network !== 'default') option('--network', spec.network);
  option('--add-host', ...spec.extraHosts);
  option('--dns', ...spec.dns);
  for (const mount of spec.mounts) option('--mount', mountWord(mount));
  option('--memory', spec.memoryBytes);
  option('--cpus', spec.cpus);
  option('--pids-limit', spec.processLimit);
  option('--shm-size', spec.sharedMemoryBytes);
  option('--gpus', spec.gpus);
  const { policy, retries } = spec.restart;
  if (policy !== 'no') option('--restart', policy === 'on-failure' && retries > 0 ? `${policy}:${retries}` : policy);
  healthOptions(spec, option, flag);
  option('--user', spec.user);
  option('--workdir', spec.workingDirectory);
  option('--hostname', spec.hostname);
  flag('--privileged', spec.privileged);
  flag('--read-only', spec.readOnlyRoot);
  for (const [path, options] of Object.entries(spec.tmpfs)) option('--tmpfs', options ? `${path}:${options}` : path);
  option('--cap-drop', ...spec.capabilitiesDropped);
  option('--cap-add', ...spec.capabilitiesAdded);
  option('--security-opt', ...spec.securityOptions);
  for (const { host, container, permissions } of spec.devices)
    option('--device', `${host}:${container}:${permissions}`);
  option('--group-add', ...spec.groups);
  option('--pid', spec.pidMode);
  option('--ipc', spec.ipcMode);
  for (const { name, soft, hard } of spec.ulimits) option('--ulimit', `${name}=${soft}:${hard}`);
  for (const [name, value] of Object.entries(spec.sysctls)) option('--sysctl', `${name}=${value}`);
  flag('--init', spec.init);
  flag('-t', spec.terminal);
  flag('-i', spec.keepStdinOpen);
  option('--stop-signal', spec.stopSignal);
  option('--stop-timeout', spec.stopTimeoutSeconds);
  if (spec.log !== null) {
    option('--log-driver', spec.log.driver);
    for (const [name, value] of Object.entries(spec.log.options)) option('--log-opt', `${name}=${value}`);
  }
  for (const [name, value] of Object.entries(spec.labels)) option('--label', `${name}=${value}`);
  // An entrypoint is one word on the line; what follows it goes before the command.
  if (spec.entrypoint !== null) words.push('--entrypoint', spec.entrypoint[0] ?? '');
  words.push(spec.image, ...(spec.entrypoint?.slice(1) ?? []), ...(spec.command ?? []));
  return shellLine(words);
}

function healthOptions(
  spec: ContainerSpec,
  option: (name: string, ...values: (string | number | null)[]) => void,
  flag: (name: string, isOn: boolean) => void,
): void {
  const check = spec.healthCheck;
  if (check === null) return;
  flag('--no-healthcheck', check.test[0] === 'NONE');
  if (check.test[0] === 'CMD-SHELL') option('--health-cmd', check.test[1] ?? '');
  // The command line knows shell lines only.
  if (check.test[0] === 'CMD') option('--health-cmd', shellLine(check.test.slice(1)));
  const milliseconds = (ms: number | null) => (ms === null ? null : ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`);
  option('--health-interval', milliseconds(check.intervalMs));
  option('--health-timeout', milliseconds(check.timeoutMs));
  option('--health-start-period', milliseconds(check.startPeriodMs));
  option('--health-retries', check.retries);
}

/** `--mount` is comma-separated values: a field with a comma or a quote stands in quotes, doubled inside (RFC 4180). */
function mountWord({ kind, source, path, readOnly }: SpecMount): string {
  const fields = [`type=${kind === 'folder' ? 'bind' : 'volume'}`];
  if (source !== '') fields.push(`source=${source}`);
  fields.push(`target=${path}`);
  if (readOnly) fields.push('readonly');
  return fields.map((field) => (/[",]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field)).join(',');
}

const grace = (seconds: number) => (seconds === defaultGraceSeconds ? [] : ['-t', String(seconds)]);

/** The lines of what can be done to containers that are there. Several names make one line for all of them. */
export const containerLine = {
  start: (...names: string[]) => shellLine(['docker', 'start', ...names]),
  stop: (graceSeconds: number, ...names: string[]) => shellLine(['docker', 'stop', ...grace(graceSeconds), ...names]),
  restart: (graceSeconds: number, ...names: string[]) =>
    shellLine(['docker', 'restart', ...grace(graceSeconds), ...names]),
  pause: (...names: string[]) => shellLine(['docker', 'pause', ...names]),
  unpause: (...names: string[]) => shellLine(['docker', 'unpause', ...names]),
  kill: (signal: KillSignal, ...names: string[]) =>
    shellLine(['docker', 'kill', ...(signal === 'SIGKILL' ? [] : ['-s', signal]), ...names]),
  rename: (name: string, next: string) => shellLine(['docker', 'rename', name, next]),
  remove: (options: { force: boolean; volumes: boolean }, ...names: string[]) =>
    shellLine(['docker', 'rm', ...(options.force ? ['-f'] : []), ...(options.volumes ? ['-v'] : []), ...names]),
  createNetwork: (name: string, label: string) =>
    shellLine(['docker', 'network', 'create', '--label', `${label}=true`, name]),
  connectNetwork: (network: string, container: string) =>
    shellLine(['docker', 'network', 'connect', network, container]),
};
