import { type RunRequest, runRequest } from '../../../electron/contract/runRequest';
import { shellLine } from '../../../electron/contract/shellWords';
import type { Pair } from '../../ui/PairRows';

/** Who answers for the bundled service: what its variables say, nobody (Echo), or a model at one of three places. */
export type Backend = 'asSet' | 'echo' | 'ollamaHere' | 'ollamaContainer' | 'openai';

interface PortValues {
  hostPort: string;
  containerPort: string;
  protocol: 'tcp' | 'udp';
}

export interface MountValues {
  kind: 'volume' | 'folder';
  source: string;
  path: string;
  readOnly: boolean;
}

/** What stands in the form, as typed. Numbers are text until they are asked for. */
export interface RunFormValues {
  image: string;
  name: string;
  command: string;
  ports: PortValues[];
  reach: RunRequest['reach'];
  environment: Pair[];
  backend: Backend;
  model: string;
  /** Id of the container that Ollama runs in. */
  ollamaContainer: string;
  openaiUrl: string;
  openaiKey: string;
  network: RunRequest['network']['kind'];
  networkName: string;
  hostGateway: boolean;
  mounts: MountValues[];
  memoryMib: string;
  cpus: string;
  gpus: boolean;
  restartPolicy: RunRequest['restart']['policy'];
  restartRetries: string;
  health: RunRequest['healthCheck']['kind'];
  healthCommand: string;
  healthInterval: string;
  healthTimeout: string;
  healthStart: string;
  healthRetries: string;
  safety: Omit<RunRequest['safety'], 'writablePaths'>;
  writablePaths: string;
}

export const mib = 1024 * 1024;

/** What the form begins with: the request's own defaults. */
export const runFormDefaults: RunFormValues = {
  ...valuesOf(runRequest.parse({ image: 'x', name: 'xx' })),
  image: '',
  name: '',
};

/** A request in the form: a preset, or what another container was created with. */
export function valuesOf(request: RunRequest): RunFormValues {
  const { network, healthCheck: health, safety } = request;
  const { writablePaths, ...switches } = safety;
  return {
    image: request.image,
    name: request.name,
    command: shellLine(request.command),
    ports: request.ports.map(({ hostPort, containerPort, protocol }) => ({
      hostPort: hostPort === null ? '' : String(hostPort),
      containerPort: String(containerPort),
      protocol,
    })),
    reach: request.reach,
    environment: request.environment,
    backend: 'asSet',
    model: '',
    ollamaContainer: '',
    openaiUrl: '',
    openaiKey: '',
    network: network.kind,
    networkName: network.kind === 'named' ? network.name : '',
    hostGateway: request.hostGateway,
    mounts: request.mounts.map((mount) => ({
      kind: mount.kind,
      source: mount.kind === 'volume' ? mount.name : mount.folder,
      path: mount.path,
      readOnly: mount.readOnly,
    })),
    memoryMib: request.memoryBytes === null ? '' : String(Math.round(request.memoryBytes / mib)),
    cpus: request.cpus === null ? '' : String(request.cpus),
    gpus: request.gpus === 'all',
    restartPolicy: request.restart.policy,
    restartRetries: String(request.restart.retries),
    health: health.kind,
    healthCommand: health.kind === 'command' ? health.command : '',
    healthInterval: health.kind === 'command' ? String(health.intervalSeconds) : '30',
    healthTimeout: health.kind === 'command' ? String(health.timeoutSeconds) : '10',
    healthStart: health.kind === 'command' ? String(health.startPeriodSeconds) : '0',
    healthRetries: health.kind === 'command' ? String(health.retries) : '3',
    safety: switches,
    writablePaths: writablePaths.join(', '),
  };
}
