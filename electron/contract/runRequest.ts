import * as z from 'zod';
import { type ContainerSpec, labels, plainSpec } from './containerSpec';
import { folderRefusal } from './hostFolders';

/** A container id as the engine gives it: 64 hexadecimal digits, or 12 at least. */
export const containerId = z.string().regex(/^[0-9a-f]{12,64}$/);

/** Docker's rule for container names (daemon/names: `[a-zA-Z0-9][a-zA-Z0-9_.-]+`); 63 is also the longest host name. */
export const containerName = z.string().regex(/^[a-zA-Z0-9][a-zA-Z0-9_.-]{1,62}$/);

/** A port a person may publish on. */
export const hostPort = z.int().min(1).max(65_535);

/** Where the search for a free port begins: the bundled service's own. */
export const firstHostPort = 8000;

/** An environment variable's name as POSIX shells take it. */
export const environmentName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/);

/** Name of a volume or a network, by Docker's rule for both. */
const engineObjectName = z.string().regex(/^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,127}$/);

/** An absolute path inside the container that is not the kernel's. */
const containerPath = z
  .string()
  .max(4096)
  .regex(/^\/[^\0:,]+$/)
  .refine((path) => !path.split('/').includes('..') && !/^\/(proc|sys|dev)(\/|$)/.test(path) && /[^/.]/.test(path));

/** Refused by its words here, and by where its links lead in main. */
const hostFolder = z
  .string()
  .max(4096)
  .refine((path) => folderRefusal(path) === null);

const mount = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('volume'),
    name: engineObjectName,
    path: containerPath,
    readOnly: z.boolean().default(false),
  }),
  /** `folder` must be one that a person has chosen in a dialog. */
  z.strictObject({
    kind: z.literal('folder'),
    folder: hostFolder,
    path: containerPath,
    readOnly: z.boolean().default(true),
  }),
]);

const network = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('bridge') }),
  /** The machine's own network: no ports are published, the service's own port is the machine's. */
  z.strictObject({ kind: z.literal('host') }),
  z.strictObject({ kind: z.literal('none') }),
  /** A network of its own, made where it is not there; the containers in `join` are connected to it too. */
  z.strictObject({
    kind: z.literal('named'),
    name: engineObjectName.refine((name) => !['bridge', 'host', 'none', 'default'].includes(name)),
    join: z.array(containerId).max(20).default([]),
  }),
]);

const seconds = z.int().min(1).max(86_400);

const healthCheck = z.discriminatedUnion('kind', [
  /** The image's own, where it has one. */
  z.strictObject({ kind: z.literal('image') }),
  z.strictObject({ kind: z.literal('none') }),
  /** A line for the container's shell; 0 is well. */
  z.strictObject({
    kind: z.literal('command'),
    command: z.string().min(1).max(4096),
    intervalSeconds: seconds.default(30),
    timeoutSeconds: seconds.default(10),
    startPeriodSeconds: z.int().min(0).max(86_400).default(0),
    retries: z.int().min(1).max(100).default(3),
  }),
]);

const restart = z.strictObject({
  policy: z.enum(['no', 'on-failure', 'unless-stopped', 'always']).default('no'),
  /** For `on-failure`; 0 is without end. */
  retries: z.int().min(0).max(1000).default(0),
});

/** What keeps a container in its place. Everything is on unless a person switches it off, knowing what it means. */
const safety = z.strictObject({
  /** Where the image would run as root, run as `safeUser`. */
  nonRoot: z.boolean().default(true),
  noNewPrivileges: z.boolean().default(true),
  dropCapabilities: z.boolean().default(true),
  readOnlyRoot: z.boolean().default(true),
  /** Paths that stay writable, in memory, where the root is read-only. */
  writablePaths: z.array(containerPath).max(20).default(['/tmp']),
  limitProcesses: z.boolean().default(true),
  rotateLogs: z.boolean().default(true),
  init: z.boolean().default(true),
});

const mib = 1024 * 1024;

/**
 * What a person asks for when running an image. Strict: nothing else of the engine's options can be named over the wire.
 * Left as it is, the container is bound to loopback, not root, without capabilities or new privileges, with a read-only
 * root and tmpfs on /tmp, limited in memory and processes, with rotated logs, an init and our label.
 */
export const runRequest = z
  .strictObject({
    image: z.string().min(1).max(255),
    name: containerName,
    /** Arguments that take the place of the image's own command. */
    command: z.array(z.string().max(8192)).max(200).default([]),
    /** Ports to publish. `hostPort` null takes the first free one from `firstHostPort` on. Without meaning on the host's network. */
    ports: z
      .array(
        z.strictObject({
          containerPort: hostPort,
          protocol: z.enum(['tcp', 'udp']).default('tcp'),
          hostPort: hostPort.nullable().default(null),
        }),
      )
      .max(50)
      .default([{ containerPort: 8000, protocol: 'tcp', hostPort: null }]),
    /**
     * Who reaches the ports: programs of this machine (127.0.0.1), or everybody on its network, which needs API_KEY.
     * `asBefore` leaves it as the container has it that is duplicated or replaced.
     */
    reach: z.enum(['thisMachine', 'network', 'asBefore']).default('thisMachine'),
    environment: z
      .array(z.strictObject({ name: environmentName, value: z.string().max(32_768) }))
      .max(500)
      .default([]),
    network: network.default({ kind: 'bridge' }),
    /** Makes `host.docker.internal` mean this machine on Linux too. */
    hostGateway: z.boolean().default(true),
    mounts: z.array(mount).max(50).default([]),
    /** Memory limit in bytes, 6 MiB at least, which is the engine's own least; null for none. */
    memoryBytes: z
      .int()
      .min(6 * mib)
      .nullable()
      .default(512 * mib),
    /** How many processors' worth of time; null for all. */
    cpus: z.number().min(0.01).max(1024).nullable().default(null),
    gpus: z.enum(['none', 'all']).default('none'),
    restart: restart.prefault({}),
    healthCheck: healthCheck.default({ kind: 'image' }),
    safety: safety.prefault({}),
  })
  .refine((request) => request.reach !== 'network' || hasApiKey(request.environment), {
    path: ['reach'],
    message: 'API_KEY is missing',
  });
export type RunRequest = z.infer<typeof runRequest>;

/** True where whoever reaches the service must show a key. */
export function hasApiKey(environment: readonly { name: string; value: string }[]): boolean {
  return environment.some(({ name, value }) => name === 'API_KEY' && value.trim().length >= 8);
}

/** Who runs instead of root: the user of the bundled image, which no system has. */
export const safeUser = '10001:10001';

/** Most processes at once, kept log files and the size of a tmpfs, of containers that Wharf creates. */
const processLimit = 512;
const rotatedLog = { driver: 'json-file', options: { 'max-size': '10m', 'max-file': '3' } };
const tmpfsOptions = 'rw,noexec,nosuid,size=64m';

/** What only the engine knows when a request becomes a container. */
export interface RunSurroundings {
  /** A port of the machine for each of the request's, null where still to be chosen. */
  hostPorts: readonly (number | null)[];
  /** The user that the image names, empty for root. */
  imageUser: string;
}

/** True for the user that may do anything: the name, the number, or nothing said. */
export function isRoot(user: string): boolean {
  return /^(root|0*)(:.*)?$/.test(user);
}

/** The container that a request means, with the safe defaults it did not switch off. */
export function specOfRequest(request: RunRequest, { hostPorts, imageUser }: RunSurroundings): ContainerSpec {
  const { network: asked, safety: safe, healthCheck: health } = request;
  const bound = asked.kind === 'bridge' || asked.kind === 'named';
  const isPublic = request.reach === 'network';
  const mountPaths = new Set(request.mounts.map(({ path }) => path));
  const requireKey = isPublic && !request.environment.some(({ name }) => name === 'REQUIRE_API_KEY');
  return {
    ...plainSpec(request.image, request.name),
    command: request.command.length > 0 ? request.command : null,
    environment: [...request.environment, ...(requireKey ? [{ name: 'REQUIRE_API_KEY', value: 'true' }] : [])],
    user: safe.nonRoot && isRoot(imageUser) ? safeUser : null,
    labels: { [labels.managed]: 'true' },
    publish: bound
      ? request.ports.map((port, at) => ({
          containerPort: port.containerPort,
          protocol: port.protocol,
          hostIp: isPublic ? '' : '127.0.0.1',
          hostPort: hostPorts[at] ?? port.hostPort,
        }))
      : [],
    network: asked.kind === 'named' ? asked.name : asked.kind === 'bridge' ? 'default' : asked.kind,
    extraHosts: request.hostGateway && bound ? ['host.docker.internal:host-gateway'] : [],
    mounts: request.mounts.map((one) => ({
      kind: one.kind,
      source: one.kind === 'volume' ? one.name : one.folder,
      path: one.path,
      readOnly: one.readOnly,
    })),
    tmpfs: safe.readOnlyRoot ? tmpfsAt(safe.writablePaths.filter((path) => !mountPaths.has(path))) : {},
    memoryBytes: request.memoryBytes,
    cpus: request.cpus,
    processLimit: safe.limitProcesses ? processLimit : null,
    gpus: request.gpus === 'all' ? 'all' : null,
    restart: request.restart,
    healthCheck:
      health.kind === 'image'
        ? null
        : health.kind === 'none'
          ? { test: ['NONE'], intervalMs: null, timeoutMs: null, startPeriodMs: null, retries: null }
          : {
              test: ['CMD-SHELL', health.command],
              intervalMs: health.intervalSeconds * 1000,
              timeoutMs: health.timeoutSeconds * 1000,
              startPeriodMs: health.startPeriodSeconds * 1000 || null,
              retries: health.retries,
            },
    readOnlyRoot: safe.readOnlyRoot,
    capabilitiesDropped: safe.dropCapabilities ? ['ALL'] : [],
    securityOptions: safe.noNewPrivileges ? ['no-new-privileges'] : [],
    init: safe.init,
    log: safe.rotateLogs ? rotatedLog : null,
  };
}

function tmpfsAt(paths: string[]): Record<string, string> {
  return Object.fromEntries(paths.map((path) => [path, tmpfsOptions]));
}
