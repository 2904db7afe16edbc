import type { EngineFacts } from '../contract/engine';
import { Failure } from '../contract/failures';
import { DockerEngine } from './dockerEngine';
import type { EngineTarget, EngineTrust } from './endpoints';
import type { Engine } from './engine';
import { openDocker, trustNobody } from './openDocker';
import { request } from './request';

/** Oldest API that has all we use: `host-gateway` for extra hosts came with Docker 20.10, which speaks 1.41. */
const oldestApi = '1.41';

/** Newest API that this code was written for; a newer engine is asked in this one. */
const newestApi = '1.52';

/** Limit for each of the two questions while connecting. */
const connectTimeoutMs = 4_000;

/** `GET /version`, as far as we read it: https://docs.docker.com/reference/api/engine/ (SystemVersion). */
interface VersionAnswer {
  Version?: string;
  ApiVersion?: string;
  MinAPIVersion?: string;
  Arch?: string;
  Os?: string;
  Components?: { Name?: string }[] | null;
}

/** `GET /info`, as far as we read it. */
interface InfoAnswer {
  OperatingSystem?: string;
  Architecture?: string;
  NCPU?: number;
  MemTotal?: number;
}

/**
 * Connects to one engine and agrees on an API version with it.
 *
 * @param trust which hosts over a network may be driven; none where left out
 * @throws ENGINE_UNREACHABLE with why (absent, permission, refused, notAnEngine, unsupported, timeout), ENGINE_VERSION,
 *   ENGINE_SSH, ENGINE_TLS, ENGINE_NOT_ANSWERING where the connection is taken and nothing comes
 */
export async function connectEngine(
  target: EngineTarget,
  signal?: AbortSignal,
  trust: EngineTrust = trustNobody,
): Promise<Engine> {
  const { address } = target;
  const { docker, agent } = await openDocker(target, trust, signal);
  const context = { address };
  try {
    const asked = { method: 'GET', timeoutMs: connectTimeoutMs, signal, context } as const;
    const version = (await request(docker, { ...asked, path: '/version' }).catch(
      notAnEngine(address),
    )) as VersionAnswer;
    if (typeof version?.ApiVersion !== 'string' || !/^\d+\.\d+$/.test(version.ApiVersion)) {
      throw new Failure('ENGINE_UNREACHABLE', { address, reason: 'notAnEngine' });
    }
    const apiVersion = agreedApi(version.ApiVersion, version.MinAPIVersion, {
      address,
      version: version.Version ?? '',
    });
    Object.assign(docker.modem, { version: `v${apiVersion}` });
    const info = (await request(docker, { ...asked, path: '/info' })) as InfoAnswer | null;
    const { source, label } = target;
    return new DockerEngine(docker, agent, { source, label, address }, facts(version, info ?? {}, apiVersion));
  } catch (error) {
    agent.destroy();
    throw error;
  }
}

/**
 * The API version to speak: the newest that both know. An engine that no longer knows ours is asked in its oldest, as
 * long as only the second number differs.
 * @returns null where the engine is older than what Wharf needs, or of another kind altogether
 */
export function negotiate(engineNewest: string, engineOldest: string | undefined): string | null {
  if (compareApi(engineNewest, oldestApi) < 0) return null;
  if (engineOldest && compareApi(engineOldest, newestApi) > 0) {
    return engineOldest.split('.')[0] === newestApi.split('.')[0] ? engineOldest : null;
  }
  return compareApi(engineNewest, newestApi) < 0 ? engineNewest : newestApi;
}

/** @throws ENGINE_VERSION with both sides' versions where they have none in common */
function agreedApi(newest: string, oldest: string | undefined, engine: { address: string; version: string }): string {
  const agreed = negotiate(newest, oldest);
  if (agreed !== null) return agreed;
  throw new Failure('ENGINE_VERSION', {
    ...engine,
    reason: compareApi(newest, oldestApi) < 0 ? 'tooOld' : 'tooNew',
    engineApis: oldest && oldest !== newest ? `${oldest}–${newest}` : newest,
    wharfApis: `${oldestApi}–${newestApi}`,
  });
}

function compareApi(left: string, right: string): number {
  const [leftMajor = 0, leftMinor = 0] = left.split('.').map(Number);
  const [rightMajor = 0, rightMinor = 0] = right.split('.').map(Number);
  return leftMajor - rightMajor || leftMinor - rightMinor;
}

function facts(version: VersionAnswer, info: InfoAnswer, apiVersion: string): EngineFacts {
  const components = (version.Components ?? []).map((component) => component.Name ?? '');
  return {
    product: components.includes('Podman Engine') ? 'Podman' : components.includes('Engine') ? 'Docker' : 'other',
    version: version.Version ?? '',
    apiVersion,
    operatingSystem: info.OperatingSystem ?? version.Os ?? '',
    architecture: info.Architecture ?? version.Arch ?? '',
    cpuCount: info.NCPU ?? 0,
    memoryBytes: info.MemTotal ?? 0,
  };
}

/** An error status on `/version` comes from something that speaks HTTP and is no engine. */
function notAnEngine(address: string): (error: unknown) => never {
  return (error) => {
    throw error instanceof Failure && error.code === 'ENGINE_REFUSED'
      ? new Failure('ENGINE_UNREACHABLE', { address, reason: 'notAnEngine' }, { cause: error })
      : error;
  };
}
