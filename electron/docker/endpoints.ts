import type { EngineEndpoint, EngineKind } from '../contract/engine';
import {
  choosableEngines,
  type EngineCandidate,
  type EngineSurroundings,
  engineCandidates,
} from './engineCandidates.mjs';
import type { SshSurroundings } from './sshConfig';

/** An endpoint with what is needed to connect to it but is nobody else's business. */
export interface EngineTarget extends EngineEndpoint {
  /** Folder with `ca.pem` and, where the engine wants to know who asks, `cert.pem` and `key.pem`; null or absent: no TLS. */
  tlsDirectory?: string | null;
}

/** What decides whether a place reached over a network may be driven. */
export interface EngineTrust extends SshSurroundings {
  /** Files of known SSH hosts. */
  knownHostsFiles: readonly string[];
  /** Told of the key that a host showed and none of the files knows. */
  sawHostKey(address: string, host: string, port: number, key: Buffer): void;
  /** Whether a person allowed to speak to this address without encryption. */
  isPlainAllowed(address: string): boolean;
}

/** A place that a person may choose, under a name that stays the same as long as the place does. */
export interface ChoosableEngine {
  id: string;
  kind: EngineKind;
  target: EngineTarget;
}

/**
 * The places where an engine may listen, best first. Nothing is contacted.
 * `DOCKER_HOST` was asked for by name, so it is then the only one: work must not land on an engine nobody chose.
 *
 * @param surroundings environment, home folder, platform and user id
 */
export function engineTargets(surroundings: EngineSurroundings): EngineTarget[] {
  const targets = engineCandidates(surroundings).map(targetOf);
  return targets[0]?.source === 'environment' ? targets.slice(0, 1) : targets;
}

/** The places that a person may choose: those of `engineTargets` and all Docker contexts. Nothing is contacted. */
export function choosableTargets(surroundings: EngineSurroundings): ChoosableEngine[] {
  return choosableEngines(surroundings).map((candidate) => ({
    id: candidate.context === undefined ? candidate.endpoint : `context:${candidate.context}`,
    kind: kinds[candidate.source],
    target: targetOf(candidate),
  }));
}

/** Whose engine listens there, as far as the place tells. */
const kinds: Record<EngineCandidate['source'], EngineKind> = {
  DOCKER_HOST: 'named',
  context: 'context',
  docker: 'docker',
  'docker-rootless': 'dockerRootless',
  'docker-desktop': 'dockerDesktop',
  podman: 'podman',
  'podman-rootless': 'podmanRootless',
  'podman-machine': 'podmanMachine',
  colima: 'colima',
  'rancher-desktop': 'rancherDesktop',
  orbstack: 'orbStack',
};

function targetOf(candidate: EngineCandidate): EngineTarget {
  return {
    source: candidate.source === 'DOCKER_HOST' ? 'environment' : candidate.source === 'context' ? 'context' : 'socket',
    label: candidate.label,
    address: candidate.endpoint,
    tlsDirectory: candidate.tlsDirectory ?? null,
  };
}
