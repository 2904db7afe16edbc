import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { join } from 'node:path';
import { inspect } from 'node:util';
import Dockerode from 'dockerode';
import type { EngineFacts } from '../contract/engine';
import { Failure } from '../contract/failures';
import { DockerEngine } from './dockerEngine';
import type { EngineTarget } from './endpoints';
import type { Engine } from './engine';
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
 * @param target where; `ssh://` answers `unsupported` for now
 * @throws ENGINE_UNREACHABLE with why (absent, permission, refused, notAnEngine, tooOld, unsupported, timeout),
 *   ENGINE_NOT_ANSWERING where the connection is taken and nothing comes
 */
export async function connectEngine(target: EngineTarget, signal?: AbortSignal): Promise<Engine> {
  const { address } = target;
  const agent = agentFor(address);
  const docker = openDocker(target, agent);
  const context = { address };
  try {
    const asked = { method: 'GET', timeoutMs: connectTimeoutMs, signal, context } as const;
    const version = (await request(docker, { ...asked, path: '/version' }).catch(
      notAnEngine(address),
    )) as VersionAnswer;
    if (typeof version?.ApiVersion !== 'string' || !/^\d+\.\d+$/.test(version.ApiVersion)) {
      throw new Failure('ENGINE_UNREACHABLE', { address, reason: 'notAnEngine' });
    }
    const apiVersion = negotiate(version.ApiVersion, version.MinAPIVersion);
    if (apiVersion === null) throw new Failure('ENGINE_UNREACHABLE', { address, reason: 'tooOld' });
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
 * The API version to speak: the newest that both know. An engine that no longer knows ours is asked in its oldest.
 * @returns null where the engine is older than what Wharf needs
 */
export function negotiate(engineNewest: string, engineOldest: string | undefined): string | null {
  if (compareApi(engineNewest, oldestApi) < 0) return null;
  if (engineOldest && compareApi(engineOldest, newestApi) > 0) return engineOldest;
  return compareApi(engineNewest, newestApi) < 0 ? engineNewest : newestApi;
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

/** Connections are not kept: a socket that outlived its engine would fail the next call. `destroy` closes those in use. */
function agentFor(address: string): http.Agent {
  const Agent = isSecure(address) ? https.Agent : http.Agent;
  // docker-modem inspects all of a request's options for a debug line that nobody reads: 15 ms a call with open sockets.
  return Object.assign(new Agent({ keepAlive: false }), { [inspect.custom]: () => 'Agent' });
}

function isSecure(address: string): boolean {
  return address.startsWith('https://') || /^tcp:\/\/.*:2376\b/.test(address);
}

function openDocker(target: EngineTarget, agent: http.Agent): Dockerode {
  const unsupported = (cause?: unknown) =>
    new Failure('ENGINE_UNREACHABLE', { address: target.address, reason: 'unsupported' }, { cause });
  try {
    const options = connectionOptions(target);
    if (options === null) throw unsupported();
    // Everything is named, since docker-modem fills what is missing from DOCKER_HOST and its companions.
    return new Dockerode({ ...noOptions, ...options, agent } as Dockerode.DockerOptions);
  } catch (cause) {
    throw cause instanceof Failure ? cause : unsupported(cause);
  }
}

const noOptions = {
  socketPath: undefined,
  host: undefined,
  port: undefined,
  protocol: 'http',
  pathPrefix: '/',
  ca: undefined,
  cert: undefined,
  key: undefined,
  timeout: undefined,
} as const;

/** dockerode's options for an address; null where we cannot speak to such. */
function connectionOptions({ address, tlsDirectory }: EngineTarget): object | null {
  if (address.startsWith('unix://')) return { socketPath: address.slice('unix://'.length) };
  if (address.startsWith('npipe://')) return { socketPath: address.slice('npipe://'.length) };
  if (!/^(tcp|https?):\/\//.test(address)) return null;
  let url: URL;
  try {
    url = new URL(address.replace(/^tcp:/, isSecure(address) || tlsDirectory ? 'https:' : 'http:'));
  } catch {
    return null;
  }
  const secure = url.protocol === 'https:';
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port || (secure ? '443' : '80'),
    protocol: secure ? 'https' : 'http',
    pathPrefix: url.pathname,
    ...(tlsDirectory && readCertificates(tlsDirectory)),
  };
}

function readCertificates(folder: string): { ca: Buffer; cert: Buffer; key: Buffer } {
  const read = (file: string) => readFileSync(join(folder, file));
  return { ca: read('ca.pem'), cert: read('cert.pem'), key: read('key.pem') };
}
