import { runLine } from './containerCommands';
import { type ContainerSpec, forbidsNewPrivileges, labels, plainSpec, type SpecMount } from './containerSpec';
import { folderRefusal } from './hostFolders';
import {
  environmentName,
  isRoot,
  type RunRequest,
  type RunSurroundings,
  runRequest,
  specOfRequest,
} from './runRequest';
import { parseShellWords, shellLine } from './shellWords';

/** A container in the terms of the run form, and what of it the form has no words for. */
export interface SpecInForm {
  request: RunRequest;
  /** Published on every address of the machine. */
  isPublic: boolean;
  /** Options of the `docker run` line that stay as they are. */
  kept: string[];
}

const mib = 1024 * 1024;

/**
 * What a person would have had to ask for to get this container, as far as the form goes. Each part that it cannot say is
 * left as its default and kept from the container itself by `changedSpec`.
 */
export function requestOfSpec(spec: ContainerSpec, imageUser: string): SpecInForm {
  const request = runRequest.parse({
    image: spec.image,
    name: spec.name.length > 1 ? spec.name.slice(0, 63) : `${spec.name}-1`,
    command: spec.command ?? [],
    ports: spec.publish.flatMap(({ containerPort, protocol, hostPort }) =>
      protocol === 'sctp' ? [] : [{ containerPort, protocol, hostPort }],
    ),
    reach: isPublic(spec) ? 'asBefore' : 'thisMachine',
    environment: spec.environment.filter(({ name }) => environmentName.safeParse(name).success),
    network: networkOf(spec),
    hostGateway: spec.extraHosts.includes('host.docker.internal:host-gateway'),
    mounts: spec.mounts
      .filter(canBeAsked)
      .map((one) =>
        one.kind === 'volume'
          ? { kind: 'volume', name: one.source, path: one.path, readOnly: one.readOnly }
          : { kind: 'folder', folder: one.source, path: one.path, readOnly: one.readOnly },
      ),
    memoryBytes: spec.memoryBytes === null ? null : Math.max(spec.memoryBytes, 6 * mib),
    cpus: spec.cpus === null ? null : Math.max(spec.cpus, 0.01),
    gpus: spec.gpus === null ? 'none' : 'all',
    restart: spec.restart,
    healthCheck: healthOf(spec),
    safety: {
      nonRoot: !isRoot(spec.user ?? imageUser),
      noNewPrivileges: forbidsNewPrivileges(spec.securityOptions),
      dropCapabilities: spec.capabilitiesDropped.includes('ALL'),
      readOnlyRoot: spec.readOnlyRoot,
      writablePaths: Object.keys(spec.tmpfs).filter(
        (path) => runRequest.shape.safety.safeParse({ writablePaths: [path] }).success,
      ),
      limitProcesses: spec.processLimit !== null,
      rotateLogs: spec.log !== null && 'max-size' in spec.log.options,
      init: spec.init,
    },
  });
  return { request, isPublic: isPublic(spec), kept: keptWords(spec, request, imageUser) };
}

/**
 * The container that comes of `spec` when a person changes the form from what `requestOfSpec` said of it to `request`: what
 * they left alone stays exactly as the container had it, whether the form can say it or not.
 */
export function changedSpec(spec: ContainerSpec, request: RunRequest, surroundings: RunSurroundings): ContainerSpec {
  const { request: before } = requestOfSpec(spec, surroundings.imageUser);
  const unchangedPorts = { hostPorts: before.ports.map(({ hostPort }) => hostPort), imageUser: surroundings.imageUser };
  const saidBefore = specOfRequest(before, unchangedPorts);
  const said = specOfRequest(request, surroundings);
  const next: ContainerSpec = { ...spec };
  for (const key of Object.keys(said) as (keyof ContainerSpec)[]) {
    if (!same(said[key], saidBefore[key])) Object.assign(next, { [key]: said[key] });
  }
  const hidden = spec.mounts.filter((mount) => !canBeAsked(mount));
  if (next.mounts !== spec.mounts) next.mounts = [...said.mounts, ...hidden];
  if (next.environment !== spec.environment) {
    next.environment = [
      ...said.environment,
      ...spec.environment.filter(({ name }) => !environmentName.safeParse(name).success),
    ];
  }
  if (next.extraHosts !== spec.extraHosts) {
    const own = spec.extraHosts.filter((host) => !host.startsWith('host.docker.internal:'));
    next.extraHosts = [...own, ...said.extraHosts];
  }
  if (next.publish !== spec.publish) next.publish = portsOf(spec, request, said);
  next.labels = { ...spec.labels, ...said.labels };
  next.image = request.image;
  next.name = request.name;
  return next;
}

/** Ports that a person changed keep the address that they were published on where nothing else was asked for. */
function portsOf(spec: ContainerSpec, request: RunRequest, said: ContainerSpec): ContainerSpec['publish'] {
  const sctp = spec.publish.filter(({ protocol }) => protocol === 'sctp');
  const asked = said.publish.map((port) => {
    if (request.reach !== 'asBefore') return port;
    const before = spec.publish.find(
      ({ containerPort, protocol }) => containerPort === port.containerPort && protocol === port.protocol,
    );
    return { ...port, hostIp: (before ?? spec.publish[0])?.hostIp ?? '127.0.0.1' };
  });
  return [...asked, ...sctp];
}

function same(left: unknown, right: unknown): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}

/** True where a port answers on more than loopback. */
function isPublic(spec: ContainerSpec): boolean {
  return spec.publish.some(({ hostIp }) => !/^(127\.|::1$)/.test(hostIp));
}

function networkOf({ network }: ContainerSpec): RunRequest['network'] {
  if (network === 'host' || network === 'none') return { kind: network };
  const named = runRequest.shape.network.safeParse({ kind: 'named', name: network });
  return named.success ? named.data : { kind: 'bridge' };
}

/** Anonymous volumes, and folders that the form refuses, are none of the form's. */
function canBeAsked({ kind, source, path, readOnly }: SpecMount): boolean {
  const asked = kind === 'volume' ? { kind, name: source, path, readOnly } : { kind, folder: source, path, readOnly };
  const isAnonymous = kind === 'volume' && /^[0-9a-f]{64}$/.test(source);
  if (kind === 'folder' && folderRefusal(source) !== null) return false;
  return !isAnonymous && runRequest.shape.mounts.safeParse([asked]).success;
}

function healthOf({ healthCheck: check }: ContainerSpec): RunRequest['healthCheck'] {
  if (check === null) return { kind: 'image' };
  if (check.test[0] === 'NONE') return { kind: 'none' };
  const command = check.test[0] === 'CMD-SHELL' ? (check.test[1] ?? '') : shellLine(check.test.slice(1));
  const inSeconds = (ms: number | null, otherwise: number) =>
    ms === null ? otherwise : Math.min(86_400, Math.max(1, Math.round(ms / 1000)));
  const asked = {
    kind: 'command' as const,
    command,
    intervalSeconds: inSeconds(check.intervalMs, 30),
    timeoutSeconds: inSeconds(check.timeoutMs, 30),
    startPeriodSeconds: check.startPeriodMs === null ? 0 : inSeconds(check.startPeriodMs, 0),
    retries: Math.min(100, check.retries ?? 3),
  };
  return runRequest.shape.healthCheck.safeParse(asked).success ? asked : { kind: 'image' };
}

/** Options in the container's own line that are in no line of the form. */
function keptWords(spec: ContainerSpec, request: RunRequest, imageUser: string): string[] {
  const hostPorts = request.ports.map(({ hostPort }) => hostPort);
  const said = specOfRequest(request, { hostPorts, imageUser });
  const own = { ...spec, environment: [], labels: {}, image: 'x', name: 'x', command: null };
  const formed = { ...plainSpec('x', 'x'), ...said, environment: [], labels: {}, image: 'x', name: 'x', command: null };
  const inForm = new Set(options(runLine(formed)));
  const words = options(runLine(own)).filter((word) => !inForm.has(word) && !formOptions.test(word));
  const hiddenLabels = Object.keys(spec.labels).filter((name) => name !== labels.managed);
  return [...words, ...(hiddenLabels.length > 0 ? hiddenLabels.map((name) => `--label ${name}`) : [])];
}

/** Options that stand in the form itself, however the container words them. */
const formOptions = /^(-p|--memory|--cpus|--restart|--health-|--no-healthcheck|--tmpfs|--pids-limit|--log-)/;

/** The options of a line, each with its value. */
function options(line: string): string[] {
  const words = parseShellWords(line) ?? [];
  const found: string[] = [];
  for (let at = 3; at < words.length - 1; at += 1) {
    const word = words[at] as string;
    const next = words[at + 1];
    const takesValue = next !== undefined && !next.startsWith('-') && at + 1 < words.length - 1;
    if (word.startsWith('-')) found.push(takesValue ? `${word} ${next}` : word);
  }
  return found;
}
