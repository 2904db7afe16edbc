import type { Readable } from 'node:stream';
import { Failure } from '../../contract/failures';
import type { EndpointKind } from '../../contract/targets';
import { withTimeLimit } from '../timeLimit';
import { askHttp, beginning, type StreamedResponse, wholeText } from './httpStream';
import { notReached, upstreamFailure } from './upstreamFailure';
import { parseJson } from './wire';

/** Somebody waits for the answer to a plain question. */
const patienceMs = 10_000;
const bodyLimit = 8 * 1024 * 1024;
/** What is read of a refusal. */
const refusalLimit = 64 * 1024;

/** A server to ask, and what it speaks; the bundled API speaks Ollama's lists. */
export interface Server {
  name: string;
  kind: EndpointKind;
  baseUrl: string;
  key: string | null;
  allowLinkLocal: boolean;
}

/** What is asked of a server. */
export interface Question {
  method: 'GET' | 'HEAD' | 'POST' | 'DELETE';
  /** Beginning with a slash. */
  path: string;
  /** Sent as JSON, or bytes as they are; left out sends none. */
  body?: object | { bytes: Readable; sizeBytes: number };
  /** The model that it is about; where the server has none of that name, the failure says so. */
  model?: string;
}

/**
 * Asks and answers the head of a good answer, its body still to come.
 * @throws Failure CHAT_TARGET_UNREACHABLE, CHAT_UNAUTHORIZED, CHAT_OVERLOADED, CHAT_MODEL_MISSING or CHAT_UPSTREAM
 */
export async function askServer(server: Server, question: Question, signal: AbortSignal): Promise<StreamedResponse> {
  const { name, baseUrl, key, allowLinkLocal } = server;
  const { method, path, body, model = null } = question;
  try {
    const response = await askHttp({
      method,
      url: `${baseUrl}${path}`,
      headers: { accept: 'application/json', ...(key === null ? {} : { authorization: `Bearer ${key}` }) },
      body: body === undefined ? null : 'bytes' in body ? body : JSON.stringify(body),
      signal,
      allowLinkLocal,
    });
    if (response.status >= 200 && response.status < 300) return response;
    const said = await beginning(response.text, refusalLimit);
    const { status, headers } = response;
    throw upstreamFailure({ name, status, headers, body: said, model, key });
  } catch (error) {
    throw error instanceof Failure ? error : notReached(error, name);
  }
}

/**
 * Asks and answers the JSON value of the answer, undefined where it is none.
 * @param limitMs how long the whole may take; then CHAT_TARGET_UNREACHABLE `timeout`
 * @throws as `askServer`
 */
export function askJson(server: Server, question: Question, limitMs = patienceMs): Promise<unknown> {
  return withTimeLimit(limitMs, async (limited) => {
    try {
      const response = await askServer(server, question, limited);
      const text = await wholeText(response.text, bodyLimit);
      if (limited.aborted) throw new Error('aborted');
      return parseJson(text);
    } catch (error) {
      if (error instanceof Failure) throw error;
      if (limited.aborted) throw new Failure('CHAT_TARGET_UNREACHABLE', { name: server.name, reason: 'timeout' });
      throw notReached(error, server.name);
    }
  });
}

/** The answer is not what the API promises. */
export const notUnderstood = (path: string, wanted: string) =>
  new Failure('CHAT_UPSTREAM', { status: 200, message: `${path}: no ${wanted}` });
