/**
 * Labels that Wharf reads and writes. `managed` marks containers that it made, `api` what serves the bundled
 * API. `built` marks images: containers inherit their image's labels, so it says nothing about those.
 */
export const labels = { managed: 'app.wharf.managed', api: 'app.wharf.api', built: 'app.wharf.built' } as const;

/** A published port. `hostPort` null lets the engine choose. */
export interface SpecPort {
  containerPort: number;
  protocol: 'tcp' | 'udp' | 'sctp';
  /** Empty: all addresses of the machine. */
  hostIp: string;
  hostPort: number | null;
}

/** A named volume, a folder of the engine's machine, or an anonymous volume (`source` empty). */
export interface SpecMount {
  kind: 'volume' | 'folder';
  source: string;
  path: string;
  readOnly: boolean;
}

/** How the engine finds out whether the container is well. Times in ms; null is the engine's own default. */
export interface SpecHealthCheck {
  /** As the engine stores it: `['NONE']`, `['CMD', ...]` or `['CMD-SHELL', line]`. */
  test: string[];
  intervalMs: number | null;
  timeoutMs: number | null;
  startPeriodMs: number | null;
  retries: number | null;
}

/**
 * Everything that is asked of the engine when it creates a container. One meaning, many forms: the create request
 * (`docker/containerSpec`), the `docker run` line, the compose service and the Kubernetes manifest are all made of this.
 * What is null or empty is left to the image or the engine. Never parsed from the page: `runRequest` is what crosses.
 */
export interface ContainerSpec {
  image: string;
  name: string;
  entrypoint: string[] | null;
  command: string[] | null;
  environment: { name: string; value: string }[];
  user: string | null;
  workingDirectory: string | null;
  hostname: string | null;
  labels: Record<string, string>;
  publish: SpecPort[];
  /** `default`, `bridge`, `host`, `none`, `container:<id>` or a network's name. */
  network: string;
  extraHosts: string[];
  dns: string[];
  mounts: SpecMount[];
  /** Paths that get a tmpfs, with its mount options. */
  tmpfs: Record<string, string>;
  memoryBytes: number | null;
  cpus: number | null;
  processLimit: number | null;
  sharedMemoryBytes: number | null;
  /** `all`, or how many; null for none. */
  gpus: 'all' | number | null;
  restart: { policy: 'no' | 'on-failure' | 'unless-stopped' | 'always'; retries: number };
  healthCheck: SpecHealthCheck | null;
  readOnlyRoot: boolean;
  privileged: boolean;
  capabilitiesDropped: string[];
  capabilitiesAdded: string[];
  securityOptions: string[];
  devices: { host: string; container: string; permissions: string }[];
  groups: string[];
  pidMode: string;
  ipcMode: string;
  ulimits: { name: string; soft: number; hard: number }[];
  sysctls: Record<string, string>;
  init: boolean;
  terminal: boolean;
  keepStdinOpen: boolean;
  stopSignal: string | null;
  stopTimeoutSeconds: number | null;
  /** null: the engine's default driver. */
  log: { driver: string; options: Record<string, string> } | null;
}

/** Whether security options keep processes from gaining privileges; engines also take the older `=`. */
export function forbidsNewPrivileges(securityOptions: readonly string[]): boolean {
  return securityOptions.some((option) => /^no-new-privileges(?:[:=]true)?$/.test(option));
}

/** A container with nothing but an image and a name. */
export function plainSpec(image: string, name: string): ContainerSpec {
  return {
    image,
    name,
    entrypoint: null,
    command: null,
    environment: [],
    user: null,
    workingDirectory: null,
    hostname: null,
    labels: {},
    publish: [],
    network: 'default',
    extraHosts: [],
    dns: [],
    mounts: [],
    tmpfs: {},
    memoryBytes: null,
    cpus: null,
    processLimit: null,
    sharedMemoryBytes: null,
    gpus: null,
    restart: { policy: 'no', retries: 0 },
    healthCheck: null,
    readOnlyRoot: false,
    privileged: false,
    capabilitiesDropped: [],
    capabilitiesAdded: [],
    securityOptions: [],
    devices: [],
    groups: [],
    pidMode: '',
    ipcMode: '',
    ulimits: [],
    sysctls: {},
    init: false,
    terminal: false,
    keepStdinOpen: false,
    stopSignal: null,
    stopTimeoutSeconds: null,
    log: null,
  };
}
