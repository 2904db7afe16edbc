import type { IncomingHttpHeaders } from 'node:http';
import * as z from 'zod';
import { Failure } from '../../contract/failures';
import { maskedSecret } from '../../contract/requests';
import { parseJson } from './wire';

/** What is shown of a service's own words. */
const messageLimit = 2_000;

const scalar = z.union([z.string(), z.number()]).nullish().catch(null);
const said = z.object({ code: scalar, type: scalar, message: z.string() });
const shapes = z.object({
  error: z.union([z.string(), said]).optional(),
  detail: z.string().optional(),
  message: z.string().optional(),
});

/** Codes and words with which servers refuse a model (llm_api, OpenAI, vLLM, Ollama). */
const modelCodes = new Set(['model_not_found', 'model_missing']);
const modelWords = /model\b.*\b(not found|does not exist|not exist|missing|unknown)|no such model/is;
/** The same for a context that is too small (llm_api, OpenAI, vLLM, llama.cpp, Ollama). */
const contextCodes = new Set(['context_overflow', 'context_length_exceeded', 'exceed_context_size_error']);
const contextWords = /(context|input)\s+(length|window|size)|maximum context|exceeds? .*context|too many tokens/i;

/** What a service said no with. */
export interface Refusal {
  /** The target's name, for people. */
  name: string;
  /** HTTP status; 200 for an error inside of a stream. */
  status: number;
  body: string;
  headers?: IncomingHttpHeaders;
  model: string | null;
  /** The key that was sent along: a service that repeats it does not make it known. */
  key: string | null;
}

/** Seconds of a Retry-After header (RFC 9110, 10.2.3: seconds or a date); null where there is none. */
export function retryAfterSeconds(value: string | undefined, nowMs = Date.now()): number | null {
  if (value === undefined) return null;
  if (/^\d{1,6}$/.test(value.trim())) return Number(value);
  const atMs = Date.parse(value);
  return Number.isNaN(atMs) ? null : Math.max(0, Math.ceil((atMs - nowMs) / 1000));
}

const withoutKey = (text: string, key: string | null) => (key ? text.replaceAll(key, maskedSecret) : text);

/** The service's own words as the failure that they mean; CHAT_UPSTREAM where they mean nothing that we know. */
export function upstreamFailure({ name, status, body, headers, model, key }: Refusal): Failure {
  const parsed = shapes.safeParse(parseJson(body)).data ?? {};
  const error = typeof parsed.error === 'string' ? { message: parsed.error } : parsed.error;
  const words = (error?.message ?? parsed.detail ?? parsed.message ?? body).trim();
  const message = withoutKey(words, key).slice(0, messageLimit);
  const code = error && 'code' in error ? String(error.code ?? error.type ?? '') : '';

  if (status === 401) return new Failure('CHAT_UNAUTHORIZED', { name, hadKey: key !== null });
  if ((status === 503 || status === 429) && code !== 'shutting_down') {
    return new Failure('CHAT_OVERLOADED', {
      name,
      retryAfterSeconds: retryAfterSeconds(headers?.['retry-after']),
      message,
    });
  }
  if (contextCodes.has(code) || ((status === 400 || status === 200) && contextWords.test(message))) {
    return new Failure('CHAT_CONTEXT_OVERFLOW', { contextTokens: null, message });
  }
  if (modelCodes.has(code) || ((status === 404 || status === 400 || status === 200) && modelWords.test(message))) {
    return new Failure('CHAT_MODEL_MISSING', { name, model: model ?? '', models: [] });
  }
  return new Failure('CHAT_UPSTREAM', { status, message });
}

/** What a connection says that gave no answer at all. */
export function notReached(error: unknown, name: string): Error {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (code.startsWith('HPE_')) {
    return new Failure('CHAT_UPSTREAM', { status: 0, message: String(error) }, { cause: error });
  }
  if (code === 'ETIMEDOUT') {
    return new Failure('CHAT_TARGET_UNREACHABLE', { name, reason: 'timeout' }, { cause: error });
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return new Failure('CHAT_TARGET_UNREACHABLE', { name, reason: 'unknownHost' }, { cause: error });
  }
  if (code === 'ELINKLOCAL') return new Failure('ENDPOINT_REFUSED', { reason: 'linkLocal' }, { cause: error });
  if (/CERT|SSL|TLS|EPROTO/.test(code)) {
    return new Failure('CHAT_TARGET_UNREACHABLE', { name, reason: 'tls' }, { cause: error });
  }
  // A published port whose service is not there accepts and hangs up: Docker's proxy listens in its place.
  if (['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'EHOSTUNREACH', 'ENETUNREACH', 'EADDRNOTAVAIL'].includes(code)) {
    return new Failure('CHAT_TARGET_UNREACHABLE', { name, reason: 'refused' }, { cause: error });
  }
  return error instanceof Error ? error : new Error(String(error));
}
