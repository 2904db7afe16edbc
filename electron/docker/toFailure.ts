import { Failure, type FailureDetails, isFailure } from '../contract/failures';

/** An answer of the engine with an error status. `message` is the engine's text. */
export class EngineAnswer extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
    this.name = 'EngineAnswer';
  }
}

/** What the failed call was about: who was asked, and which object a 404 or 409 speaks of. */
export interface FailureContext {
  address: string;
  /** Id of the container that the call names. */
  container?: string;
  /** Image that the call names. */
  image?: string;
}

type UnreachableReason = FailureDetails<'ENGINE_UNREACHABLE'>['reason'];

const reasons: Record<string, UnreachableReason> = {
  ENOENT: 'absent',
  ENOTFOUND: 'absent',
  EAI_AGAIN: 'absent',
  EACCES: 'permission',
  EPERM: 'permission',
  ECONNREFUSED: 'refused',
  EHOSTUNREACH: 'refused',
  ENETUNREACH: 'refused',
  ENOTSOCK: 'notAnEngine',
  EPROTOTYPE: 'notAnEngine',
  EPROTO: 'notAnEngine',
  ETIMEDOUT: 'timeout',
  // A unix socket whose queue of waiting connections is full: somebody listens and nobody accepts.
  EAGAIN: 'timeout',
  ECONNRESET: 'lost',
  ECONNABORTED: 'lost',
  EPIPE: 'lost',
};

/**
 * Turns whatever a call to the engine threw into the failure that Wharf has words for. By error code and HTTP status;
 * only a full disk, a missing GPU and a port in use have nothing but text, since the engine answers 500 for all.
 * A `Failure` stays what it is; what is neither an answer nor a connection's error is a defect and comes back unchanged.
 *
 * Statuses: https://docs.docker.com/reference/api/engine/ (404 no such object, 409 conflict).
 */
export function toFailure(error: unknown, context: FailureContext): Error {
  if (isFailure(error)) return error;
  if (error instanceof EngineAnswer) return ofAnswer(error, context);
  const tls = tlsReason(error);
  if (tls) {
    const { message } = error as Error;
    return new Failure('ENGINE_TLS', { address: context.address, reason: tls, message }, { cause: error });
  }
  const reason = unreachableReason(error);
  if (reason) return new Failure('ENGINE_UNREACHABLE', { address: context.address, reason }, { cause: error });
  return error instanceof Error ? error : new Error(String(error));
}

function ofAnswer(answer: EngineAnswer, context: FailureContext): Failure {
  const options = { cause: answer };
  if (answer.status === 404 && context.image) return new Failure('IMAGE_MISSING', { image: context.image }, options);
  if (answer.status === 404 && context.container) {
    return new Failure('CONTAINER_MISSING', { id: context.container }, options);
  }
  if (answer.status === 409 && context.image && !context.container) {
    return new Failure('IMAGE_IN_USE', { image: context.image, containers: [] }, options);
  }
  const port = portInUse(answer.message);
  if (port !== null) return new Failure('PORT_IN_USE', { port, holder: null, nextFreePort: null }, options);
  if (lacksGpu(answer.message)) return new Failure('GPU_UNAVAILABLE', { message: answer.message }, options);
  if (isDiskFull(answer.message)) return new Failure('DISK_FULL', { message: answer.message }, options);
  return new Failure('ENGINE_REFUSED', { status: answer.status, message: answer.message }, options);
}

/** True where the engine's text says that its disk is full (ENOSPC as Go words it; there is no status for it). */
export function isDiskFull(message: string): boolean {
  return /no space left on device/i.test(message);
}

/** True where the engine or the vendor's runtime says that there is no GPU to give (moby, daemon/devices; libnvidia-container). */
function lacksGpu(message: string): boolean {
  return /could not select device driver .*gpu|nvidia-container-cli|no known GPU vendor|unresolvable CDI devices/i.test(
    message,
  );
}

/** The port that the engine's text says is taken; null for any other text. Docker and Podman word it in these two ways. */
function portInUse(message: string): number | null {
  if (!/port is already allocated|address already in use/i.test(message)) return null;
  const port = /[\d\]*.]:(\d{1,5})\b/.exec(message)?.[1];
  return port === undefined ? null : Number(port);
}

function unreachableReason(error: unknown): UnreachableReason | null {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code.startsWith('HPE_')) return 'notAnEngine';
  return reasons[code] ?? null;
}

/**
 * Why TLS failed; null where it was not TLS. Node's codes are OpenSSL's names; the alerts of the other side and answers
 * that are not TLS come under `EPROTO` in older Node, where only the text tells.
 * https://nodejs.org/api/tls.html#x509-certificate-error-codes
 */
function tlsReason(error: unknown): FailureDetails<'ENGINE_TLS'>['reason'] | null {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'CERT_HAS_EXPIRED') return 'expired';
  if (code === 'CERT_NOT_YET_VALID') return 'notYetValid';
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return 'wrongName';
  if (/^(CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_)/.test(code)) return 'untrusted';
  if (!/^(ERR_SSL_|ERR_TLS_|ERR_OSSL_|EPROTO$)/.test(code)) return null;
  const { message } = error as Error;
  if (/alert (certificate required|bad certificate|unknown ca|handshake failure)/i.test(message))
    return 'clientRefused';
  if (/wrong version number|http request|packet length too long/i.test(message)) return 'noTls';
  return code === 'EPROTO' ? null : 'files';
}
