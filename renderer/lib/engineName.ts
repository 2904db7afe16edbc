import type { EngineFacts } from '../../electron/contract/engine';

/** An engine's product and version: `Docker 27.1.1`; `Docker API 1.0` for one that is neither Docker nor Podman. */
export function engineName({ product, version }: EngineFacts): string {
  return `${product === 'other' ? 'Docker API' : product} ${version}`;
}
