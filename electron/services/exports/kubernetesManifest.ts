import { stringify } from 'yaml';
import type { ContainerSpec, SpecHealthCheck } from '../../contract/containerSpec';
import { isRoot } from '../../contract/runRequest';
import { isSecret } from '../../contract/secrets';
import { withoutEmpty } from './composeFile';

/**
 * A container as Kubernetes objects: a Deployment, a Service for its ports, a claim for each volume, a Secret for its secrets.
 * https://kubernetes.io/docs/reference/kubernetes-api/. What has no counterpart is named in a comment at the top.
 * @param imageHealth the image's own check, which Kubernetes does not read by itself
 * @param secrets their values stand in the Secret; else it is left to be made
 */
export function kubernetesManifest(spec: ContainerSpec, imageHealth: SpecHealthCheck | null, secrets: boolean): string {
  const name = objectName(spec.name);
  const secretNames = spec.environment.filter((variable) => isSecret(variable.name, variable.value));
  const objects: object[] = [];
  if (secrets && secretNames.length > 0) {
    objects.push({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: `${name}-secrets` },
      stringData: Object.fromEntries(secretNames.map((variable) => [variable.name, variable.value])),
    });
  }
  for (const claim of claims(spec)) {
    objects.push({
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: claim },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
    });
  }
  objects.push(deployment(spec, name, imageHealth));
  if (spec.publish.length > 0) objects.push(service(spec, name));

  const comments = lost(spec);
  if (!secrets && secretNames.length > 0) {
    const literals = secretNames.map((variable) => ` --from-literal=${variable.name}=...`).join('');
    comments.push(`make the secret first: kubectl create secret generic ${name}-secrets${literals}`);
  }
  const head = comments.map((line) => `# ${line.replace(/[\r\n]+/g, ' ')}\n`).join('');
  return (
    head + objects.map((object) => stringify(withoutEmpty(object), { lineWidth: 0, compat: 'yaml-1.1' })).join('---\n')
  );
}

function deployment(spec: ContainerSpec, name: string, imageHealth: SpecHealthCheck | null): object {
  const { volumes, mounts } = storage(spec);
  const labels = { app: name };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, labels },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          hostname: spec.hostname === null ? null : objectName(spec.hostname),
          hostNetwork: spec.network === 'host' || null,
          hostPID: spec.pidMode === 'host' || null,
          hostIPC: spec.ipcMode === 'host' || null,
          // The engine gives containers no access to its own API; a pod has it unless told otherwise.
          automountServiceAccountToken: false,
          terminationGracePeriodSeconds: spec.stopTimeoutSeconds,
          hostAliases: hostAliases(spec),
          ...(spec.dns.length > 0 && { dnsPolicy: 'None', dnsConfig: { nameservers: spec.dns } }),
          securityContext: {
            sysctls: Object.entries(spec.sysctls).map(([sysctl, value]) => ({ name: sysctl, value })),
            supplementalGroups: spec.groups.filter((group) => /^\d+$/.test(group)).map(Number),
          },
          containers: [
            {
              name,
              image: spec.image,
              command: spec.entrypoint?.map(literal),
              args: spec.command?.map(literal),
              workingDir: spec.workingDirectory,
              env: environment(spec, name),
              ports: ports(spec).map(({ containerPort, protocol }) => ({ containerPort, protocol })),
              resources: {
                limits: {
                  memory: spec.memoryBytes === null ? null : quantity(spec.memoryBytes),
                  cpu: spec.cpus === null ? null : `${Math.max(1, Math.round(spec.cpus * 1000))}m`,
                  'nvidia.com/gpu': spec.gpus === null ? null : String(spec.gpus === 'all' ? 1 : spec.gpus),
                },
              },
              securityContext: securityContext(spec),
              ...probes(spec.healthCheck ?? imageHealth),
              volumeMounts: mounts,
              tty: spec.terminal || null,
              stdin: spec.keepStdinOpen || null,
            },
          ],
          volumes,
        },
      },
    },
  };
}

function service(spec: ContainerSpec, name: string): object {
  const isPublic = spec.publish.some(({ hostIp }) => !/^(127\.|::1$)/.test(hostIp));
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, labels: { app: name } },
    spec: {
      // Published on loopback only: reachable inside of the cluster only.
      type: isPublic ? 'LoadBalancer' : 'ClusterIP',
      selector: { app: name },
      ports: ports(spec).map(({ containerPort, protocol, hostPort }) => ({
        name: `${protocol.toLowerCase()}-${containerPort}`,
        port: hostPort ?? containerPort,
        targetPort: containerPort,
        protocol,
      })),
    },
  };
}

/** Each port once: a container may publish one on several addresses. */
function ports(spec: ContainerSpec): { containerPort: number; protocol: string; hostPort: number | null }[] {
  const all = spec.publish.map(({ containerPort, protocol, hostPort }) => ({
    containerPort,
    protocol: protocol.toUpperCase(),
    hostPort,
  }));
  return all.filter(
    (port, at) =>
      all.findIndex((one) => one.containerPort === port.containerPort && one.protocol === port.protocol) === at,
  );
}

function environment(spec: ContainerSpec, name: string): object[] {
  return spec.environment.map((variable) =>
    isSecret(variable.name, variable.value)
      ? { name: variable.name, valueFrom: { secretKeyRef: { name: `${name}-secrets`, key: variable.name } } }
      : { name: variable.name, value: literal(variable.value) },
  );
}

function securityContext(spec: ContainerSpec): object {
  const [uid, gid] = (spec.user ?? '').split(':');
  const numeric = (text: string | undefined) => (text !== undefined && /^\d+$/.test(text) ? Number(text) : null);
  const mayGain = spec.privileged || spec.capabilitiesAdded.includes('SYS_ADMIN');
  return {
    privileged: spec.privileged || null,
    readOnlyRootFilesystem: spec.readOnlyRoot || null,
    allowPrivilegeEscalation:
      !mayGain && spec.securityOptions.some((option) => option.startsWith('no-new-privileges')) ? false : null,
    runAsUser: numeric(uid),
    runAsGroup: numeric(gid),
    runAsNonRoot: spec.user !== null && !isRoot(spec.user) && numeric(uid) !== null ? true : null,
    capabilities: { drop: spec.capabilitiesDropped, add: spec.capabilitiesAdded },
  };
}

function probes(check: SpecHealthCheck | null): object {
  if (check === null || check.test[0] === 'NONE') return {};
  const command = check.test[0] === 'CMD' ? check.test.slice(1) : ['sh', '-c', check.test[1] ?? ''];
  const inSeconds = (ms: number | null, otherwise: number) =>
    ms === null ? otherwise : Math.max(1, Math.round(ms / 1000));
  const probe = {
    exec: { command },
    periodSeconds: inSeconds(check.intervalMs, 30),
    timeoutSeconds: inSeconds(check.timeoutMs, 30),
    failureThreshold: check.retries ?? 3,
  };
  return {
    readinessProbe: probe,
    // While it starts, failures count for nothing.
    ...(check.startPeriodMs !== null && {
      startupProbe: {
        ...probe,
        failureThreshold:
          Math.max(1, Math.ceil(check.startPeriodMs / 1000 / probe.periodSeconds)) + probe.failureThreshold,
      },
    }),
    livenessProbe: probe,
  };
}

function storage(spec: ContainerSpec): { volumes: object[]; mounts: object[] } {
  const volumes: object[] = [];
  const mounts: object[] = [];
  const add = (name: string, volume: object, path: string, readOnly = false) => {
    volumes.push({ name, ...volume });
    mounts.push({ name, mountPath: path, readOnly: readOnly || null });
  };
  for (const [at, { kind, source, path, readOnly }] of spec.mounts.entries()) {
    const volume =
      kind === 'folder'
        ? { hostPath: { path: source } }
        : source === ''
          ? { emptyDir: {} }
          : { persistentVolumeClaim: { claimName: objectName(source) } };
    // An empty object says something here; the mark keeps it from being taken out.
    add(`volume-${at}`, source === '' && kind === 'volume' ? { emptyDir: { medium: '' } } : volume, path, readOnly);
  }
  for (const [at, [path, options]] of Object.entries(spec.tmpfs).entries()) {
    const size = /(?:^|,)size=(\d+)([kmg]?)/i.exec(options);
    const unit = { k: 'Ki', m: 'Mi', g: 'Gi' }[size?.[2]?.toLowerCase() ?? ''] ?? '';
    add(`tmpfs-${at}`, { emptyDir: { medium: 'Memory', sizeLimit: size ? `${size[1]}${unit}` : null } }, path);
  }
  if (spec.sharedMemoryBytes !== null) {
    add('shm', { emptyDir: { medium: 'Memory', sizeLimit: quantity(spec.sharedMemoryBytes) } }, '/dev/shm');
  }
  return { volumes, mounts };
}

function claims(spec: ContainerSpec): string[] {
  const names = spec.mounts.filter(({ kind, source }) => kind === 'volume' && source !== '');
  return [...new Set(names.map(({ source }) => objectName(source)))];
}

/** `host-gateway` and names have no address that a pod could be told. */
function hostAliases(spec: ContainerSpec): object[] {
  return spec.extraHosts.flatMap((line) => {
    const colon = line.indexOf(':');
    const [host, ip] = [line.slice(0, colon), line.slice(colon + 1)] as const;
    return /^[\d.]+$|^[0-9a-f:]+$/i.test(ip) ? [{ ip, hostnames: [host] }] : [];
  });
}

/** What a pod cannot be told, in words for the top of the file. */
function lost(spec: ContainerSpec): string[] {
  const words: string[] = [];
  if (spec.extraHosts.some((line) => line.endsWith(':host-gateway'))) {
    words.push('host.docker.internal has no counterpart: name the service by its address in the cluster');
  }
  if (spec.restart.policy !== 'always') words.push('a Deployment restarts its containers always');
  if (spec.processLimit !== null) words.push('--pids-limit is a setting of the node');
  if (spec.log !== null) words.push('log rotation is a setting of the node');
  if (spec.init) words.push('--init: add a small init to the image where processes are left behind');
  if (spec.user !== null && !/^\d+(:\d+)?$/.test(spec.user)) words.push(`--user ${spec.user}: give its number instead`);
  if (spec.devices.length > 0) words.push('--device needs a device plugin');
  if (spec.ulimits.length > 0) words.push('--ulimit is a setting of the node');
  if (spec.publish.some(({ hostPort }) => hostPort !== null)) {
    words.push('ports of the Service are those of the machine; inside of the pod nothing changes');
  }
  return words;
}

/** The name of an object: lower case letters, digits and dashes, 50 at most so that endings fit (RFC 1123 label: 63). */
function objectName(name: string): string {
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 50)
    .replace(/^-+|-+$/g, '');
  return plain === '' ? 'container' : plain;
}

/** Bytes in the largest binary unit that divides them. */
function quantity(bytes: number): string {
  for (const [unit, size] of [
    ['Gi', 1024 ** 3],
    ['Mi', 1024 ** 2],
    ['Ki', 1024],
  ] as const) {
    if (bytes % size === 0) return `${bytes / size}${unit}`;
  }
  return String(bytes);
}

/** Kubernetes replaces `$(NAME)`; a dollar before a parenthesis that is meant is written twice. */
function literal(text: string): string {
  return text.replaceAll('$(', '$$$$(');
}
