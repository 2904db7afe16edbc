import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { inspect } from 'node:util';
import Dockerode from 'dockerode';
import { Failure } from '../contract/failures';
import type { EngineTarget, EngineTrust } from './endpoints';
import { sshAgent } from './ssh';

/** No host key is known and nothing goes over a network unencrypted. */
export const trustNobody: EngineTrust = {
  knownHostsFiles: [],
  sawHostKey: () => undefined,
  isPlainAllowed: () => false,
  sshFolder: '',
  agentSocket: undefined,
  userName: '',
};

/** A way to one engine, not tried yet. */
interface OpenedDocker {
  docker: Dockerode;
  /** Destroying it ends every connection. */
  agent: http.Agent;
}

/**
 * Opens dockerode on an address. Only over SSH something is contacted already.
 * @throws ENGINE_UNREACHABLE `unsupported`, ENGINE_TLS `plain` or `files`, and what `sshAgent` throws
 */
export async function openDocker(
  target: EngineTarget,
  trust: EngineTrust,
  signal?: AbortSignal,
): Promise<OpenedDocker> {
  const { address } = target;
  if (address.startsWith('ssh://')) {
    const agent = quiet(await sshAgent(address, trust, signal));
    // The host is a name for the request's head only: the agent makes the connections.
    return { agent, docker: dockerode({ host: 'docker', port: 80, agent }) };
  }
  const path = /^(?:unix|npipe):\/\/(.+)$/.exec(address)?.[1];
  if (path !== undefined) {
    const agent = quiet(new http.Agent({ keepAlive: false }));
    return { agent, docker: dockerode({ socketPath: path, agent }) };
  }
  return overNetwork(target, trust);
}

function overNetwork({ address, tlsDirectory }: EngineTarget, trust: EngineTrust): OpenedDocker {
  const url = networkUrl(address, Boolean(tlsDirectory));
  if (url === null) throw new Failure('ENGINE_UNREACHABLE', { address, reason: 'unsupported' });
  const isSecure = url.protocol === 'https:';
  if (!isSecure && !isLoopback(url.hostname) && !trust.isPlainAllowed(address)) {
    throw new Failure('ENGINE_TLS', { address, reason: 'plain', message: '' });
  }
  const certificates = isSecure && tlsDirectory ? readCertificates(address, tlsDirectory) : {};
  const agent = isSecure
    ? // Named, since an environment variable may switch the check off.
      new https.Agent({ keepAlive: false, rejectUnauthorized: true, ...certificates })
    : new http.Agent({ keepAlive: false });
  const options = {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port || (isSecure ? '443' : '80'),
    protocol: isSecure ? 'https' : 'http',
    pathPrefix: url.pathname,
    ...certificates,
  };
  return { agent: quiet(probed(agent)), docker: dockerode({ ...options, agent }) };
}

/** Without these a network that went away is noticed by nobody while a stream is silent. */
const keepAliveProbeMs = 15_000;

/** Has the system ask now and then whether the other side is still there. */
function probed(agent: http.Agent): http.Agent {
  const { createConnection } = agent as unknown as { createConnection(...how: unknown[]): Socket };
  return Object.assign(agent, {
    createConnection: (...how: unknown[]) => createConnection.apply(agent, how).setKeepAlive(true, keepAliveProbeMs),
  });
}

/** docker-modem inspects all of a request's options for a debug line that nobody reads: 15 ms a call with open sockets. */
function quiet(agent: http.Agent): http.Agent {
  return Object.assign(agent, { [inspect.custom]: () => 'Agent' });
}

/** Everything is named, since docker-modem fills what is missing from DOCKER_HOST and its companions. */
function dockerode(options: object): Dockerode {
  return new Dockerode({
    socketPath: undefined,
    host: undefined,
    port: undefined,
    protocol: 'http',
    pathPrefix: '/',
    ca: undefined,
    cert: undefined,
    key: undefined,
    timeout: undefined,
    ...options,
  } as unknown as Dockerode.DockerOptions);
}

/** The address as a URL, `https:` where TLS is spoken: with certificates at hand, or at Docker's port for it. */
function networkUrl(address: string, hasCertificates: boolean): URL | null {
  if (!/^(tcp|https?):\/\//.test(address)) return null;
  const isSecure = hasCertificates || address.startsWith('https://') || /^tcp:\/\/[^/]*:2376(\/|$)/.test(address);
  try {
    return new URL(address.replace(/^(tcp|https?):/, isSecure ? 'https:' : 'http:'));
  } catch {
    return null;
  }
}

/** This machine itself: what goes there leaves on no wire. */
function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

/** The engine's authority, and who we are where the folder says so. @throws ENGINE_TLS `files` */
function readCertificates(address: string, folder: string): { ca: Buffer; cert?: Buffer; key?: Buffer } {
  try {
    const ca = readFileSync(join(folder, 'ca.pem'));
    const cert = readIfThere(join(folder, 'cert.pem'));
    const key = readIfThere(join(folder, 'key.pem'));
    return { ca, ...(cert && key ? { cert, key } : {}) };
  } catch (cause) {
    throw new Failure('ENGINE_TLS', { address, reason: 'files', message: (cause as Error).message }, { cause });
  }
}

function readIfThere(file: string): Buffer | null {
  try {
    return readFileSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
