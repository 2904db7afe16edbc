import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type Dockerode from 'dockerode';
import { Failure } from '../contract/failures';
import { readStream } from './stream';
import { EngineAnswer, type FailureContext, toFailure } from './toFailure';

/** One request to the engine. `path` has no version and no query; `timeoutMs` is for the headers, or for all where a body is read. */
export interface EngineRequest {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  query?: Record<string, string | number | boolean | readonly string[]>;
  body?: object;
  /** Value of `X-Registry-Auth`. A secret. */
  registryAuth?: string;
  /** Tar archive that is sent as the body instead. */
  tar?: NodeJS.ReadableStream;
  /** Sent as `X-Registry-Config`: secrets by registry. */
  registryConfig?: object;
  timeoutMs: number;
  signal?: AbortSignal;
  context: FailureContext;
}

/** Every status is ours to judge: dockerode's own handling loses the body's fields and never settles on a cut answer. */
const anyStatus: Record<number, true> = Object.fromEntries(
  Array.from({ length: 500 }, (_, offset) => [100 + offset, true as const]),
);

/** A body larger than this is no answer of an engine. */
const maxBodyBytes = 64 * 1024 * 1024;

/**
 * Asks the engine and reads the whole answer.
 * @returns the parsed JSON, or null where the answer has no JSON body (204, `OK`)
 * @throws a `Failure`, see `toFailure`; ENGINE_NOT_ANSWERING after `timeoutMs`, CANCELLED when `signal` aborts
 */
export async function request(docker: Dockerode, asked: EngineRequest): Promise<unknown> {
  return withTimeLimit(asked, async (signal) => {
    const response = await dial(docker, asked, signal);
    return parse(await readBody(response, signal));
  });
}

/**
 * Asks the engine for a stream. The caller reads it with `readStream`, which also closes it.
 * @throws a `Failure` as `request`; `timeoutMs` limits the wait for the headers only
 */
export async function openStream(docker: Dockerode, asked: EngineRequest): Promise<IncomingMessage> {
  const response = await withTimeLimit(asked, (signal) => dial(docker, asked, signal));
  // Aborted between the headers and here: nobody is left to close it.
  if (asked.signal?.aborted) response.destroy();
  return response;
}

/**
 * Asks the engine for a connection of raw bytes both ways (its answer is 101). The caller listens to its `data` and
 * destroys it.
 * @throws a `Failure` as `request`; ENGINE_REFUSED where the engine does not give up the connection
 */
export async function openDuplex(docker: Dockerode, asked: EngineRequest): Promise<Socket> {
  const answer = await withTimeLimit(asked, (signal) => dial(docker, asked, signal, true));
  // A connection that was given up comes as its socket.
  if (answer.statusCode !== undefined) {
    answer.destroy();
    throw new Failure('ENGINE_REFUSED', { status: answer.statusCode, message: 'connection was not upgraded' });
  }
  return answer as unknown as Socket;
}

async function dial(
  docker: Dockerode,
  asked: EngineRequest,
  signal: AbortSignal,
  hijack = false,
): Promise<IncomingMessage> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const onAbort = () => reject(new Error('aborted'));
    signal.addEventListener('abort', onAbort, { once: true });
    docker.modem.dial(
      {
        path: `${asked.path}?`,
        method: asked.method,
        options: { _query: asked.query ?? {}, _body: asked.body ?? {} },
        file: asked.tar,
        registryconfig: asked.registryConfig,
        ...(asked.registryAuth !== undefined && { authconfig: { base64: asked.registryAuth } }),
        isStream: true,
        hijack,
        statusCodes: anyStatus,
        abortSignal: signal,
      } as never,
      (error: unknown, answer: unknown) => {
        signal.removeEventListener('abort', onAbort);
        if (error) reject(error);
        else if (signal.aborted) (answer as IncomingMessage).destroy();
        else resolve(answer as IncomingMessage);
      },
    );
  });
  const status = response.statusCode ?? 0;
  if (status < 300 || status === 304) return response;
  const body = await readBody(response, signal);
  const parsed = parse(body);
  const message = parsed !== null && typeof parsed === 'object' && 'message' in parsed ? String(parsed.message) : body;
  throw new EngineAnswer(status, message.slice(0, 10_000));
}

async function readBody(response: IncomingMessage, signal: AbortSignal): Promise<string> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of readStream(response, signal)) {
    sizeBytes += chunk.length;
    if (sizeBytes > maxBodyBytes) throw new EngineAnswer(response.statusCode ?? 0, 'answer too large');
    chunks.push(chunk);
  }
  if (signal.aborted) throw new Error('aborted');
  return Buffer.concat(chunks).toString('utf8');
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

/** Runs a call with its own abort signal, which ends after `timeoutMs` or with the caller's; a stuck socket is closed by it. */
async function withTimeLimit<T>(asked: EngineRequest, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const { signal, timeoutMs, context } = asked;
  const controller = new AbortController();
  const abort = () => controller.abort();
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    abort();
  }, timeoutMs);
  signal?.addEventListener('abort', abort, { once: true });
  try {
    if (signal?.aborted) throw new Failure('CANCELLED', {});
    return await run(controller.signal);
  } catch (error) {
    if (timedOut) throw new Failure('ENGINE_NOT_ANSWERING', { address: context.address, timeoutMs }, { cause: error });
    if (signal?.aborted) throw new Failure('CANCELLED', {}, { cause: error });
    throw toFailure(error, context);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  }
}
