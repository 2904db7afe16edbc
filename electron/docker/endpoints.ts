import type { EngineEndpoint } from '../contract/engine';
import { type EngineSurroundings, engineCandidates } from './engineCandidates.mjs';

/** An endpoint with what is needed to connect to it but is nobody else's business. */
export interface EngineTarget extends EngineEndpoint {
  /** Folder with `ca.pem`, `cert.pem` and `key.pem`; null or absent: no TLS. */
  tlsDirectory?: string | null;
}

/**
 * The places where an engine may listen, best first. Nothing is contacted.
 * `DOCKER_HOST` was asked for by name, so it is then the only one: work must not land on an engine nobody chose.
 *
 * @param surroundings environment, home folder, platform and user id
 */
export function engineTargets(surroundings: EngineSurroundings): EngineTarget[] {
  const targets = engineCandidates(surroundings).map(
    (candidate): EngineTarget => ({
      source:
        candidate.source === 'DOCKER_HOST' ? 'environment' : candidate.source === 'context' ? 'context' : 'socket',
      label: candidate.label,
      address: candidate.endpoint,
      tlsDirectory: candidate.tlsDirectory ?? null,
    }),
  );
  return targets[0]?.source === 'environment' ? targets.slice(0, 1) : targets;
}
