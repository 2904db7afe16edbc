import type Dockerode from 'dockerode';
import { Failure, type FailureDetails, isFailure } from '../contract/failures';
import { parseReference } from '../contract/imageNames';
import { errorIn } from './errorIn';
import { ndjson } from './ndjson';
import { emptyPull, type PullProgress, reducePull } from './pullProgress';
import { type RegistryCredentials, registryAuthHeader } from './registryCredentials';
import { openStream } from './request';
import { readStream } from './stream';
import { isDiskFull, toFailure } from './toFailure';

/** The engine answers a pull once the registry has; an unreachable one takes a while. */
const openTimeoutMs = 300_000;

/** What a pull needs besides the reference. */
export interface PullOptions {
  credentials: RegistryCredentials;
  signal: AbortSignal;
  /** Called with every change, as often as the engine tells one. */
  onProgress(progress: PullProgress): void;
  /** Docker ends a pull with a status of the whole; Podman does not. */
  saysWhenComplete: boolean;
}

/**
 * `POST /images/create`. Errors after the first byte stand in the stream, under HTTP 200.
 * https://docs.docker.com/reference/api/engine/
 */
export async function pullImage(
  docker: Dockerode,
  address: string,
  reference: string,
  options: PullOptions,
): Promise<void> {
  const { credentials, signal } = options;
  const { name, version, registry } = parseReference(reference);
  const about = { image: reference, registry };
  let progress = emptyPull;
  try {
    const stream = await openStream(docker, {
      method: 'POST',
      path: '/images/create',
      query: { fromImage: name, tag: version },
      ...(credentials.secret !== null && { registryAuth: registryAuthHeader(credentials.secret, registry) }),
      timeoutMs: openTimeoutMs,
      signal,
      context: { address },
    });
    for await (const line of ndjson(readStream(stream, signal))) {
      const message = errorIn(line);
      if (message !== null) throw registryFailure(message, about, credentials);
      const next = reducePull(progress, line);
      if (next !== progress) options.onProgress(next);
      progress = next;
    }
  } catch (error) {
    if (isFailure(error, 'ENGINE_REFUSED')) throw registryFailure(error.details.message, about, credentials);
    throw toFailure(error, { address });
  }
  if (signal.aborted) throw new Failure('CANCELLED', {});
  if (options.saysWhenComplete && !progress.isComplete) {
    throw new Failure('REGISTRY_UNREACHABLE', { ...about, reason: 'lost', message: '' });
  }
}

type UnreachableReason = FailureDetails<'REGISTRY_UNREACHABLE'>['reason'];

const unreachable: [RegExp, UnreachableReason][] = [
  [/no such host|server misbehaving|name resolution/i, 'name'],
  [/connection refused|no route to host|network is unreachable/i, 'refused'],
  [/timeout|deadline exceeded|request canceled while waiting/i, 'timeout'],
  [/unexpected EOF|connection reset|broken pipe|short read|: EOF$/i, 'lost'],
  [/\bdial tcp\b|proxyconnect/i, 'other'],
];

/**
 * What the engine's text about a registry means. The engine passes the registry's trouble on as text alone, with status 404
 * or 500 whatever it was; what is not recognised is the registry's failure, with the text.
 */
export function registryFailure(
  message: string,
  about: { image: string; registry: string },
  credentials: Pick<RegistryCredentials, 'source' | 'helper'>,
): Failure {
  if (isDiskFull(message)) return new Failure('DISK_FULL', { message });
  if (/toomanyrequests|too many requests|rate limit/i.test(message)) return new Failure('REGISTRY_LIMIT', about);
  if (/server gave HTTP response to HTTPS client/i.test(message)) {
    return new Failure('REGISTRY_UNTRUSTED', { ...about, reason: 'plainHttp', message });
  }
  if (/x509:|certificate|tls: /i.test(message)) {
    return new Failure('REGISTRY_UNTRUSTED', { ...about, reason: 'certificate', message });
  }
  // Docker Hub says the same of what does not exist and of what is private.
  if (
    /repository does not exist or may require|repository .* not found: does not exist or no pull access/i.test(message)
  ) {
    return new Failure('IMAGE_NOT_IN_REGISTRY', { ...about, mayNeedLogin: true });
  }
  if (/manifest unknown|name unknown|manifest for .* not found|no matching manifest|not found: /i.test(message)) {
    return new Failure('IMAGE_NOT_IN_REGISTRY', { ...about, mayNeedLogin: false });
  }
  if (
    /unauthorized|no basic auth credentials|authentication required|access .*denied|denied: |forbidden/i.test(message)
  ) {
    const reason = credentials.source === 'stored' ? 'refused' : credentials.source;
    return new Failure('REGISTRY_DENIED', { ...about, reason, helper: credentials.helper });
  }
  for (const [words, reason] of unreachable) {
    if (words.test(message)) return new Failure('REGISTRY_UNREACHABLE', { ...about, reason, message });
  }
  return new Failure('REGISTRY_FAILED', { ...about, message });
}
