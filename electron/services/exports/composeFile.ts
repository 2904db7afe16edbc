import { stringify } from 'yaml';
import type { ContainerSpec, SpecHealthCheck } from '../../contract/containerSpec';
import { isSecret } from '../../contract/secrets';

/**
 * A container as a Compose file of one service, https://github.com/compose-spec/compose-spec/blob/main/spec.md.
 * @param secrets values of secrets stand in it; else Compose takes them from its environment (`${NAME}`)
 */
export function composeFile(spec: ContainerSpec, secrets: boolean): string {
  const networkName = ownNetwork(spec);
  const volumes = spec.mounts.flatMap(({ kind, source }) => (kind === 'volume' && source !== '' ? [source] : []));
  const file = {
    services: { [spec.name.toLowerCase()]: service(spec, secrets) },
    ...(networkName !== null && { networks: { [networkName]: { external: true } } }),
    ...(volumes.length > 0 && {
      volumes: Object.fromEntries(volumes.map((name) => [name, { external: true }])),
    }),
  };
  // Older readers take `yes` for true and `10001:10001` for a time: what they would misread stands in quotes.
  return stringify(withoutEmpty(file), { lineWidth: 0, compat: 'yaml-1.1' });
}

function service(spec: ContainerSpec, secrets: boolean): object {
  const networkName = ownNetwork(spec);
  const { policy, retries } = spec.restart;
  return {
    image: literal(spec.image),
    container_name: spec.name,
    entrypoint: spec.entrypoint?.map(literal),
    command: spec.command?.map(literal),
    environment: Object.fromEntries(
      spec.environment.map(({ name, value }) => [
        name,
        !secrets && isSecret(name, value) ? `\${${name}}` : literal(value),
      ]),
    ),
    user: spec.user,
    working_dir: spec.workingDirectory,
    hostname: spec.hostname,
    ports: spec.publish.map(({ containerPort, protocol, hostIp, hostPort }) => ({
      target: containerPort,
      ...(hostPort !== null && { published: String(hostPort) }),
      ...(hostIp !== '' && { host_ip: hostIp }),
      protocol,
    })),
    networks: networkName === null ? null : [networkName],
    network_mode: networkName === null && spec.network !== 'default' ? spec.network : null,
    extra_hosts: spec.extraHosts,
    dns: spec.dns,
    volumes: spec.mounts.map(({ kind, source, path, readOnly }) => ({
      type: kind === 'folder' ? 'bind' : 'volume',
      ...(source !== '' && { source: literal(source) }),
      target: literal(path),
      ...(readOnly && { read_only: true }),
    })),
    tmpfs: Object.entries(spec.tmpfs).map(([path, options]) => (options ? `${path}:${options}` : path)),
    mem_limit: spec.memoryBytes,
    cpus: spec.cpus,
    pids_limit: spec.processLimit,
    shm_size: spec.sharedMemoryBytes,
    deploy:
      spec.gpus === null
        ? null
        : { resources: { reservations: { devices: [{ capabilities: ['gpu'], count: spec.gpus }] } } },
    restart: policy === 'on-failure' && retries > 0 ? `${policy}:${retries}` : policy === 'no' ? null : policy,
    healthcheck: spec.healthCheck === null ? null : health(spec.healthCheck),
    read_only: spec.readOnlyRoot || null,
    privileged: spec.privileged || null,
    cap_drop: spec.capabilitiesDropped,
    cap_add: spec.capabilitiesAdded,
    security_opt: spec.securityOptions,
    devices: spec.devices.map(({ host, container, permissions }) => `${host}:${container}:${permissions}`),
    group_add: spec.groups,
    pid: spec.pidMode,
    ipc: spec.ipcMode,
    ulimits: Object.fromEntries(spec.ulimits.map(({ name, soft, hard }) => [name, { soft, hard }])),
    sysctls: spec.sysctls,
    init: spec.init || null,
    tty: spec.terminal || null,
    stdin_open: spec.keepStdinOpen || null,
    stop_signal: spec.stopSignal,
    stop_grace_period: spec.stopTimeoutSeconds === null ? null : `${spec.stopTimeoutSeconds}s`,
    logging: spec.log,
    labels: Object.fromEntries(Object.entries(spec.labels).map(([name, value]) => [name, literal(value)])),
  };
}

function health(check: SpecHealthCheck): object {
  if (check.test[0] === 'NONE') return { disable: true };
  const duration = (ms: number | null) => (ms === null ? null : ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`);
  return {
    test: check.test.map(literal),
    interval: duration(check.intervalMs),
    timeout: duration(check.timeoutMs),
    start_period: duration(check.startPeriodMs),
    retries: check.retries,
  };
}

/** A network that somebody made, as opposed to the engine's own. */
function ownNetwork({ network }: ContainerSpec): string | null {
  return /^(default|bridge|host|none|container:.*)$/.test(network) ? null : network;
}

/** Compose replaces `$NAME`; a dollar that is meant is written twice. */
function literal(text: string): string {
  return text.replaceAll('$', '$$$$');
}

/** Without what says nothing: null, empty lists and objects, empty words of options. */
export function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmpty);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]) => {
      if (inner === null || inner === undefined) return [];
      if (inner === '' && (name === 'pid' || name === 'ipc')) return [];
      if (Array.isArray(inner) && inner.length === 0) return [];
      if (typeof inner === 'object' && !Array.isArray(inner) && Object.keys(inner).length === 0) return [];
      return [[name, withoutEmpty(inner)]];
    }),
  );
}
