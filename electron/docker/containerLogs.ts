import type Dockerode from 'dockerode';
import { Failure, isFailure } from '../contract/failures';
import { inspectRaw } from './containers';
import { demux, unframed } from './demux';
import { logLines } from './logLines';
import type { LogBatch, LogOptions } from './logs';
import { openStream } from './request';
import { readStream } from './stream';
import { toFailure } from './toFailure';

const openTimeoutMs = 15_000;

/** `GET /containers/{id}/logs` with time stamps; see `Engine.logs`. */
export async function* containerLogs(
  docker: Dockerode,
  address: string,
  id: string,
  options: LogOptions,
  signal: AbortSignal,
): AsyncGenerator<LogBatch, void, void> {
  const context = { address, container: id };
  let driver = '';
  try {
    const inspected = await inspectRaw(docker, address, id, signal);
    driver = inspected.HostConfig.LogConfig?.Type ?? '';
    if (driver === 'none') throw new Failure('LOGS_UNREADABLE', { driver });
    const stream = await openStream(docker, {
      method: 'GET',
      path: `/containers/${id}/logs`,
      query: {
        stdout: true,
        stderr: true,
        timestamps: true,
        follow: options.follow,
        tail: options.tail ?? 'all',
        ...(options.since !== null && { since: justAfter(options.since) }),
      },
      timeoutMs: openTimeoutMs,
      signal,
      context,
    });
    const chunks = readStream(stream, signal);
    yield* logLines(inspected.Config.Tty ? unframed(chunks) : demux(chunks));
  } catch (error) {
    if (signal.aborted) return;
    if (isFailure(error, 'ENGINE_REFUSED') && error.details.status === 501) {
      throw new Failure('LOGS_UNREADABLE', { driver }, { cause: error });
    }
    throw toFailure(error, context);
  }
}

/**
 * An RFC 3339 time stamp as the engine's `since`: seconds and nanoseconds, one later, since the engine includes it.
 * @example justAfter('2024-05-01T10:00:00.999999999Z') // '1714557601.000000000'
 */
export function justAfter(stamp: string): string {
  const seconds = Math.floor(Date.parse(stamp) / 1000);
  const fraction = /\.(\d{1,9})/.exec(stamp)?.[1] ?? '';
  const nanoseconds = BigInt(seconds) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0')) + 1n;
  return `${nanoseconds / 1_000_000_000n}.${String(nanoseconds % 1_000_000_000n).padStart(9, '0')}`;
}
